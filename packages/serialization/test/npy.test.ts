import { join } from 'node:path';
import * as torch from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import { loadNpy, loadNpz, save, saveNpy, saveNpz } from '../src/index.js';
import { parseHeader } from '../src/npy/header.js';
import { expected, expectValue, fixture, fixtureBytes, temporaryFolder } from './support.js';

describe('what numpy wrote', () => {
  test.each(Object.keys(expected).filter((name) => name.endsWith('.npy')))('%s', async (name) => {
    expectValue(await loadNpy(fixture(name)), expected[name], name, false);
    expectValue(await loadNpy(fixtureBytes(name)), expected[name], name, false);
  });
  test.each(['plain.npz', 'compressed.npz'])('%s', async (name) => {
    expectValue(await loadNpz(fixture(name)), expected[name], name, false);
  });
  test('Fortran order is kept in the strides', async () => {
    expect((await loadNpy(fixture('fortran.npy'))).stride()).toEqual([1, 2, 6]);
  });
});

describe('what is written', () => {
  test.each(Object.keys(expected).filter((name) => name.endsWith('.npy')))('%s, loaded and written', async (name) => {
    const bytes = await saveNpy(await loadNpy(fixture(name)));
    expectValue(await loadNpy(bytes), expected[name], name, false);
  });
  test('is what numpy writes, byte for byte where the header has its length', async () => {
    for (const name of ['u1.npy', 'b1.npy', 'f8.npy', 'scalar.npy', 'empty.npy', 'i4.npy']) {
      const own = Buffer.from(await saveNpy(await loadNpy(fixture(name)))), numpys = Buffer.from(fixtureBytes(name));
      const padding = /\s+\n/;
      expect(own.toString('latin1', 10).replace(padding, '\n')).toBe(numpys.toString('latin1', 10).replace(padding, '\n'));
      expect(own.indexOf('\n') % 64).toBe(63);
    }
  });
  test('to a path; strided tensors and ones that require gradients', async () => {
    const path = join(temporaryFolder(), 'x.npy'), x = torch.arange(6).reshape(2, 3);
    x.markLeaf(true);
    await saveNpy(x.detach().t(), path);
    expect(await (await loadNpy(path)).tolist()).toEqual([[0, 3], [1, 4], [2, 5]]);
    expect(await (await loadNpy(await saveNpy(x))).tolist()).toEqual([[0, 1, 2], [3, 4, 5]]);
  });
  test.each([false, true])('npz, compressed: %s', async (compressed) => {
    const tensors = { a: torch.arange(2000), 'b/c': torch.ones(2, 3), __proto__2: torch.tensor(true) };
    const bytes = await saveNpz(tensors, undefined, { compressed });
    const back = await loadNpz(bytes);
    expect(Object.keys(back)).toEqual(Object.keys(tensors));
    for (const [name, x] of Object.entries(tensors)) expect(await torch.equal(back[name], x)).toBe(true);
    expect(bytes.length < 10_000).toBe(compressed);
  });
  test('npz of a list, of a Map, to a path', async () => {
    expect(Object.keys(await loadNpz(await saveNpz([torch.ones(1), torch.ones(2)])))).toEqual(['arr_0', 'arr_1']);
    const path = join(temporaryFolder(), 'x.npz');
    await saveNpz(new Map([['__proto__', torch.ones(1)]]), path);
    const back = await loadNpz(path);
    expect([Object.keys(back), Object.getPrototypeOf(back) === Object.prototype]).toEqual([['__proto__'], true]);
  });
  test('bfloat16, and what is no tensor', async () => {
    await expect(saveNpy(torch.ones(2, { dtype: torch.bfloat16 }))).rejects.toThrow('Got unsupported ScalarType BFloat16');
    await expect(saveNpy([1] as unknown as torch.Tensor)).rejects.toThrow(TypeError);
    await expect(saveNpz(3 as unknown as torch.Tensor[])).rejects.toThrow(TypeError);
  });
});

describe('refused', () => {
  test.each([
    ['refused_uint16.npy', TypeError, "can't convert np.ndarray of type numpy.uint16"],
    ['refused_text.npy', TypeError, "can't convert np.ndarray of type numpy.U1"],
    ['refused_structured.npy', TypeError, 'structured dtypes cannot become tensors'],
    ['refused_objects.npy', torch.ValueError, 'Object arrays cannot be loaded when allow_pickle=False'],
  ])('%s', async (name, type, message) => {
    const error = await loadNpy(fixture(name)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toContain(message);
  });

  const npy = (header: string, data = '', version = 1) =>
    Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, header.length & 255, header.length >> 8]), Buffer.from(header + data, 'latin1')]);
  const head = (descr: string, shape: string, order = 'False') => `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

  test('headers of other writers', async () => {
    expect((await loadNpy(npy(`{"shape":(2L,),"fortran_order":False,"descr":"<i2"}\n`, '\x01\0\x02\0'))).toString()).toBe('tensor([1, 2], dtype=torch.int16)');
    expect(parseHeader(head("'='".replace('=', '=f4'), '()')).shape).toEqual([]);
    expect(parseHeader(head("'|?'", '(2, 3)')).dtype).toBe(torch.bool);
  });
  test('times', async () => {
    await expect(loadNpy(npy(head("'<M8[ns]'", '()'), '\0'.repeat(8)))).rejects.toThrow(
      "can't convert np.ndarray of type numpy.datetime64. The only supported types are");
  });
  test('a zip file without arrays', async () => {
    await expect(loadNpz(await save({ x: torch.ones(2) }))).rejects.toThrow(new torch.ValueError('the zip file holds no .npy file (a checkpoint is read by load)'));
    expect(await loadNpz(await saveNpz({}))).toEqual({});
  });
  test('what is not tensors by name', async () => {
    await expect(saveNpz(torch.ones(2) as never)).rejects.toThrow(new TypeError('expected tensors by name, but got a Tensor'));
  });
  test.each([
    ['nothing', Buffer.alloc(0), 'the magic string is not correct'],
    ['text', Buffer.from('hello, world'), 'the magic string is not correct'],
    ['version 4', npy(head("'<f4'", '()'), '', 4), 'we only support format version'],
    ['a header beyond the file', npy(head("'<f4'", '()')).subarray(0, 30), 'EOF: reading array header'],
    ['a header too large', npy(head("'<f4'", '()').padEnd(20_000)), 'Header info length (20000) is large'],
    ['too few elements', npy(head("'<f4'", '(2,)'), 'abcd'), 'could only read 1 elements'],
    ['a huge shape', npy(head("'<f8'", '(1000000, 1000000)')), 'could only read 0 elements'],
    ['a shape beyond all numbers', npy(head("'<f8'", '(9007199254740991, 9007199254740991)')), 'shape is not valid'],
    ['a negative shape', npy(head("'<f8'", '(-1,)')), 'shape is not valid'],
    ['a list for a shape', npy(head("'<f4'", '[1]'), 'abcd'), 'shape is not valid: 1'],
    ['a number for a shape', npy(head("'<f4'", '(1)'), 'abcd'), 'shape is not valid: 1'],
    ['a shape of texts', npy(head("'<f8'", "('a',)")), 'shape is not valid'],
    ['an order that is no bool', npy(head("'<f8'", '()', '1')), 'fortran_order is not a valid bool'],
    ['a dtype that is none', npy(head("'hello'", '()')), 'descr is not a valid dtype descriptor'],
    ['a list', npy('[1, 2]'), 'Header is not a dictionary'],
    ['other keys', npy("{'descr': '<f4'}"), 'Header does not contain the correct keys'],
    ['code', npy("__import__('os').system('true')"), 'Cannot parse header'],
    ['something behind it', npy(`${head("'<f4'", '()')} + 1`), 'Cannot parse header'],
    ['brackets without end', npy('('.repeat(9000)), 'Cannot parse header'],
    ['a comma too many', npy('{,}'), 'Cannot parse header'],
  ])('%s', async (_, bytes, message) => {
    const error = await loadNpy(bytes).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(torch.ValueError);
    expect((error as Error).message).toContain(message);
  });
});
