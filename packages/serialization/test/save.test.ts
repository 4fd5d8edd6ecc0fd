import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import * as torch from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import { load, PicklingError, save, type FileTarget } from '../src/index.js';
import { bytesSource } from '../src/io/source.js';
import { ZipReader } from '../src/zip/read-zip.js';
import { bytesOf, expected, expectValue, fixture, temporaryFolder } from './support.js';

const roundTrip = async (value: unknown) => load(await save(value));

describe('what was loaded is written and loaded again', () => {
  test.each(['checkpoint.pth', 'dtypes.pth', 'views.pth', 'parameters.pth', 'values.pth', 'complex.pth'])('%s', async (name) => {
    expectValue(await roundTrip(await load(fixture(name))), expected[name]);
  });
});

describe('values', () => {
  test('numbers: integral ones are ints, -0 and those beyond 2^53 floats', async () => {
    const numbers = [0, 1, -1, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53 - 1, -0, 2 ** 53, 1e300, 0.1, NaN, -Infinity];
    expect(await roundTrip(numbers)).toEqual(numbers);
  });
  test.each([0n, 127n, 128n, 255n, 256n, -1n, -128n, -129n, 2n ** 63n, -(2n ** 63n), 10n ** 200n, -(10n ** 200n)])('bigint %s', async (value) => {
    const back: unknown = await roundTrip({ value });
    expect(back).toEqual({ value: BigInt.asIntN(54, value) === value ? Number(value) : value });
  });
  test('containers keep their kind', async () => {
    const value = {
      list: [1, [2]], tuple: Object.freeze([1, Object.freeze([])]), map: new Map<unknown, unknown>([[1, 'a'], [Object.freeze([0, 1]), 'b'], ['c', null]]),
      set: new Set([1, 'x']), object: { 10: 'a', b: {} }, bytes: Uint8Array.from([0, 200, 255]), nothing: null, text: 'naïve ✓ 𝄞 \ufeff\0', flags: [true, false],
      dtype: torch.bfloat16, devices: [torch.device('cpu'), torch.device('cuda:1')],
    };
    const back = await roundTrip(value);
    expect(back).toEqual({ ...value, map: expect.any(Map) });
    expect([...back.map]).toEqual([...value.map]);
    expect([Object.isFrozen(back.list), Object.isFrozen(back.tuple), Object.isFrozen(back.tuple[1])]).toEqual([false, true, true]);
  });
  test('several results of an op are a tuple', async () => {
    const back = await roundTrip(torch.tensor([[1, 5, 2]]).max(1));
    expect(Object.isFrozen(back)).toBe(true);
    expect(back.map(String)).toEqual(['tensor([5.])', 'tensor([1])']);
  });
  test('a Map that says that it is a Counter is one in the file', async () => {
    const counter = Object.defineProperty(new Map([[3, 2], [5, 1]]), Symbol.toStringTag, { value: 'Counter' });
    const bytes = await save([counter, counter]), back = await load<Map<number, number>[]>(bytes);
    expect(Buffer.from(bytes).toString('latin1')).toContain('ccollections\nCounter\n}');
    expect([...back[0]]).toEqual([[3, 2], [5, 1]]);
    expect(back[0]).toBe(back[1]);
  });
  test('objects and bytes of another realm', async () => {
    const value: unknown = runInNewContext('({ a: [1, { b: null }] })');
    expect(await roundTrip(value)).toEqual({ a: [1, { b: null }] });
    const bytes = await save([1]);
    const foreign = runInNewContext('new ArrayBuffer(n)', { n: bytes.length }) as ArrayBuffer;
    new Uint8Array(foreign).set(bytes);
    expect(await load(foreign)).toEqual([1]);
  });
  test('undefined is None', async () => {
    expect(await roundTrip([undefined])).toEqual([null]);
  });
  test('what stands in two places does so again, and within itself', async () => {
    const shared = { a: 1 }, cyclic: unknown[] = [shared, shared, 'text'.repeat(9), 'text'.repeat(9)];
    cyclic.push(cyclic);
    const back = await roundTrip(cyclic);
    expect([back[0] === back[1], back[4] === back]).toEqual([true, true]);
  });
  test('more than 255 things to refer to', async () => {
    const lists = Array.from({ length: 300 }, (_, i) => [i]);
    const back = await roundTrip([...lists, ...lists]);
    expect(back[0]).toBe(back[300]);
    expect(back[299]).toBe(back[599]);
  });
  test('keys of the prototype stay keys', async () => {
    const value: unknown = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}');
    const back = await roundTrip(value);
    expect([...back.keys()]).toEqual(['__proto__', 'constructor']);
    expect('polluted' in {}).toBe(false);
  });
  test('the numbers of parameters in the state of an optimizer', async () => {
    const state = { state: { 0: { step: 1 }, 2: { step: 3 } }, param_groups: [{ lr: 0.1, params: [0, 1, 2] }] };
    const bytes = await save(state);
    expect(await load(bytes)).toEqual(state);
    // BININT1 0, as Python's state has it, and no text '0'
    const pickle = Buffer.from(bytes).toString('latin1');
    expect([pickle.includes('K\0}'), pickle.includes('X\x01\0\0\x000')]).toEqual([true, false]);
  });
});

describe('tensors', () => {
  test('memory that is shared is written once', async () => {
    const base = torch.arange(6).reshape(2, 3);
    const back = await roundTrip({ base, row: base.select(0, 1), t: base.t() });
    back.base.zero_();
    expect([await back.row.tolist(), back.t.stride()]).toEqual([[0, 0, 0], [1, 3]]);
  });
  test('of a part of memory that was shared', async () => {
    const array = new Float32Array([9, 1, 2, 3, 9]);
    expect(await (await roundTrip(torch.fromNumpy(array.subarray(1, 4)))).tolist()).toEqual([1, 2, 3]);
  });
  test('those that require gradients do so again', async () => {
    expect((await roundTrip(torch.ones(2).detach())).requiresGrad).toBe(false);
    const leaf = torch.ones(2);
    leaf.markLeaf(true);
    expect((await roundTrip(leaf)).requiresGrad).toBe(true);
  });
  test('one memory of two dtypes', async () => {
    const x = torch.ones(2);
    const bits = new torch.Tensor(x.storage, torch.int32, x.layout);
    await expect(save([x, bits])).rejects.toThrow('Cannot save multiple tensors or storages that view the same data as different types');
  });
  test('larger than a piece', async () => {
    const x = torch.arange(5_000_000, { dtype: torch.int32 });
    const back = await roundTrip(x);
    expect(Buffer.compare(bytesOf(back), bytesOf(x))).toBe(0);
  });
});

describe('refused', () => {
  class Something {}
  const refused: [string, unknown, string][] = [
    ['a function', { hooks: [function hook() {}] }, 'Can\'t pickle function hook at ["hooks"][0]: a checkpoint holds'],
    ['a class instance', [new Something()], "Can't pickle Something object at [0]: a checkpoint holds"],
    ['a symbol', Symbol('x'), "Can't pickle a symbol: a checkpoint holds"],
    ['a Date', new Map([[1, new Date()]]), "Can't pickle Date object at [1]: a checkpoint holds"],
    ['other typed arrays', [new Float32Array(2)], "Can't pickle Float32Array object at [0]: a checkpoint holds"],
    ['a module', { net: { __proto__: { constructor: class Net {} }, stateDict: () => ({}) } }, 'Can\'t pickle Net object at ["net"]: save its state: torch.save(net.stateDict(), path)'],
    ['half a surrogate pair', '\ud800', 'a string with an unpaired surrogate cannot be written'],
  ];
  test.each(refused)('%s', async (_, value, message) => {
    const error = await save(value).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PicklingError);
    expect((error as Error).message).toContain(message);
  });
  test('values too deep', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 2000; i++) deep = [deep];
    await expect(save(deep)).rejects.toThrow('nested more than 1000 levels deep');
  });
});

describe('the file', () => {
  test('has the entries of PyTorch, with tensors at multiples of 64 bytes', async () => {
    const bytes = await save({ a: torch.ones(3), b: torch.zeros(5, { dtype: torch.int64 }) });
    const zip = await ZipReader.open(bytesSource(bytes));
    expect([...zip.entries.keys()]).toEqual(['archive/data.pkl', 'archive/byteorder', 'archive/data/0', 'archive/data/1', 'archive/version']);
    for (const { headerOffset, size, deflated } of zip.entries.values()) {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const start = headerOffset + 30 + view.getUint16(headerOffset + 26, true) + view.getUint16(headerOffset + 28, true);
      expect([start % 64, deflated, size > 0]).toEqual([0, false, true]);
    }
  });
  test('is the same for the same value', async () => {
    const value = { a: torch.ones(3), b: [1, 'x'] };
    expect(await save(value)).toEqual(await save(value));
  });
});

describe('targets', () => {
  test('a path, a URL', async () => {
    const folder = temporaryFolder();
    for (const target of [join(folder, 'a b.pth'), pathToFileURL(join(folder, 'c d.pth'))]) {
      expect(await save([1, torch.ones(2)], target)).toBeUndefined();
      expect((await load(target))[0]).toBe(1);
    }
    expect(readdirSync(folder).sort()).toEqual(['a b.pth', 'c d.pth']);
  });
  test('a stream and a file handle of a browser', async () => {
    for (const wrap of [(stream: WritableStream<Uint8Array>) => stream, (stream: WritableStream<Uint8Array>) => ({ createWritable: async () => stream, getFile: () => { throw new Error('not to be read'); } })]) {
      const pieces: Uint8Array[] = [];
      let closed = false;
      const stream = new WritableStream<Uint8Array>({ write: (piece) => { pieces.push(piece); }, close: () => { closed = true; } });
      await save([1, torch.ones(2)], wrap(stream) as FileTarget);
      expect(closed).toBe(true);
      expect((await load(Buffer.concat(pieces)))[0]).toBe(1);
    }
  });
  test('what is none', async () => {
    await expect(save([1], 3 as unknown as string)).rejects.toThrow(TypeError);
    await expect(save([1], null as unknown as string)).rejects.toThrow(TypeError);
    await expect(save([1], new URL('https://example.com/x.pth'))).rejects.toThrow(TypeError);
  });

  test('an error leaves the old file, and nothing beside it', async () => {
    const folder = temporaryFolder(), path = join(folder, 'x.pth');
    await save('old', path);
    await expect(save([() => {}], path)).rejects.toThrow(PicklingError);
    // one that shows only while tensors are written
    const broken = torch.ones(2);
    Object.defineProperty(broken, 'storage', { get() { throw new Error('lost'); } });
    await expect(save([broken], path)).rejects.toThrow('lost');
    expect([await load(path), readdirSync(folder)]).toEqual(['old', ['x.pth']]);
  });
  test('a folder that is not there', async () => {
    await expect(save(1, join(temporaryFolder(), 'no/x.pth'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
  test('a folder of that name', async () => {
    const folder = temporaryFolder();
    await expect(save(1, folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });
  test('an old file keeps its rights, a link stays one', async () => {
    const folder = temporaryFolder(), path = join(folder, 'x.pth'), link = join(folder, 'link.pth');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    symlinkSync(path, link);
    await save('new', link);
    expect([await load(path), statSync(path).mode & 0o777, lstatSync(link).isSymbolicLink()]).toEqual(['new', 0o640, true]);
  });
  test('a device is written to, not replaced', async () => {
    if (!existsSync('/dev/null')) return;
    await save('x', '/dev/null');
    expect(statSync('/dev/null').isFile()).toBe(false);
  });
  test('many at once', async () => {
    const path = join(temporaryFolder(), 'x.pth');
    await Promise.all(Array.from({ length: 8 }, (_, i) => save([i, torch.full([1000], i)], path)));
    const [i, x] = await load(path);
    expect(await x.sum().item()).toBe(1000 * i);
    expect(readFileSync(path).length).toBeGreaterThan(4000);
  });
});
