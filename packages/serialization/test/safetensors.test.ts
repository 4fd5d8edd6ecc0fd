import { join } from 'node:path';
import * as torch from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import { safetensors, SafetensorError } from '../src/index.js';
import type { Source } from '../src/io/source.js';
import { readHeader } from '../src/safetensors/header.js';
import { expected, expectValue, fixture, fixtureBytes, temporaryFolder } from './support.js';

const { load, loadFile, safeOpen, save, saveFile } = safetensors;
const name = 'dtypes.safetensors';

/** A file of that header and so many bytes of data. */
function file(header: unknown, nbytes = 0): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(nbytes)]);
}

/** The tensors in the order in which PyTorch's dict had them: a file has its own. */
async function expectAll(tensors: Record<string, torch.Tensor>): Promise<void> {
  const { dict } = expected[name] as { readonly dict: readonly (readonly [string, never])[] };
  expect(Object.keys(tensors).sort()).toEqual(dict.map(([key]) => key).sort());
  for (const [key, value] of dict) expectValue(tensors[key], value, key);
}

describe('what the reference implementation wrote', () => {
  test('from a path, from bytes, from a Blob', async () => {
    await expectAll(await loadFile(fixture(name)));
    await expectAll(await load(fixtureBytes(name)));
    await expectAll(await loadFile(new Blob([fixtureBytes(name) as Uint8Array<ArrayBuffer>])));
  });
  test('bytes that lie at an odd place', async () => {
    const bytes = fixtureBytes(name);
    await expectAll(await load(Uint8Array.from([0, ...bytes]).subarray(1)));
  });
  test('metadata, names, shapes', async () => {
    const opened = await safeOpen(fixture(name));
    expect(opened.metadata()).toEqual({ format: 'pt', note: 'naïve' });
    expect([opened.keys().length, opened.getShape('empty')]).toEqual([14, [0, 3]]);
    await expect(opened.getTensor('nothing')).rejects.toThrow('File does not contain tensor nothing');
    await opened.close();
  });
  test('is what we write, byte for byte', async () => {
    const tensors = await loadFile(fixture(name));
    const own = await save(tensors, { metadata: { format: 'pt', note: 'naïve' } });
    const bytes = fixtureBytes(name), length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(Buffer.from(own).subarray(-(bytes.length - 8 - length))).toEqual(Buffer.from(bytes).subarray(8 + length));
    const header = (b: Uint8Array) => JSON.parse(Buffer.from(b).toString('utf8', 8, 8 + Number(new DataView(b.buffer, b.byteOffset).getBigUint64(0, true)))) as object;
    expect(header(own)).toEqual(header(bytes));
    expect((own.length - (bytes.length - length)) % 8).toBe(0);
  });
});

test('views of bytes in memory: writing to one writes to the other', async () => {
  const bytes = await save({ x: torch.arange(4), y: torch.ones(2, { dtype: torch.int64 }) });
  const { x, y } = await load(bytes);
  x.fill_(0);
  expect([await (await load(bytes)).x.tolist(), x.storage === y.storage]).toEqual([[0, 0, 0, 0], false]);
});

test('a tensor is read when it is asked for', async () => {
  const bytes = await save({ a: torch.ones(1000), b: torch.ones(2) });
  const reads: number[] = [];
  const blob = { size: bytes.length, slice: (start = 0, end = 0) => { reads.push(end - start); return new Blob([bytes.subarray(start, end) as Uint8Array<ArrayBuffer>]); }, arrayBuffer: () => { throw new Error('not whole'); } };
  const opened = await safeOpen(blob);
  await opened.getTensor('b');
  expect([reads[0], reads.length, reads.at(-1)]).toEqual([8, 3, 8]);
});

describe('what is written', () => {
  test('to a path, with metadata; empty and 0-d tensors; names of the prototype', async () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    const tensors = new Map([['__proto__', torch.tensor(1.5)], ['constructor', torch.zeros(0, 2)], ['', torch.ones(2, { dtype: torch.bool })]]);
    await saveFile(tensors, path, { metadata: { a: 'b' } });
    const back = await loadFile(path);
    for (const [key, x] of tensors) expect(await torch.equal(Object.getOwnPropertyDescriptor(back, key)!.value as torch.Tensor, x)).toBe(true);
    expect((await safeOpen(path)).metadata()).toEqual({ a: 'b' });
  });
  test('nothing', async () => {
    expect(await load(await save({}))).toEqual({});
    expect((await safeOpen(await save({}))).metadata()).toBe(null);
  });
  test('refused: what is not contiguous, what shares memory, other things', async () => {
    const x = torch.arange(6).reshape(2, 3);
    await expect(save({ x: x.t() })).rejects.toThrow('You are trying to save a non contiguous tensor: `x`');
    await expect(save({ x, row: x.select(0, 1) })).rejects.toThrow("differences when loading them again: [{'x', 'row'}]");
    await expect(save({ a: x.select(0, 0), b: x.select(0, 1) })).resolves.toBeInstanceOf(Uint8Array);
    await expect(save({ x: 3 as unknown as torch.Tensor })).rejects.toThrow('Key `x` is invalid, expected torch.Tensor but received number');
    await expect(save({ __metadata__: x })).rejects.toThrow(SafetensorError);
    await expect(save({ '\ud800': x })).rejects.toThrow(new SafetensorError('a name with an unpaired surrogate cannot be written'));
    await expect(save({ x: x.to(torch.complex128) })).rejects.toThrow(new SafetensorError('torch.complex128 is no dtype of safetensors'));
    await expect(save([x] as never)).rejects.toThrow(new TypeError('expected tensors by name, but got an array'));
    await expect(save({ x }, { metadata: { epoch: 3 } as never })).rejects.toThrow(new TypeError('metadata are texts by name, such as { format: "pt" }'));
    await expect(saveFile({ x }, undefined as never)).rejects.toThrow(/where to is missing/);
  });
});

describe('refused', () => {
  const info = (dtype: unknown, shape: unknown, offsets: unknown) => ({ x: { dtype, shape, data_offsets: offsets } });
  test.each([
    ['no bytes', Buffer.alloc(7), 'HeaderTooSmall'],
    ['a header beyond the file', Buffer.from([100, 0, 0, 0, 0, 0, 0, 0, 0x7b]), 'InvalidHeaderLength'],
    ['no JSON object', file('[]'), 'InvalidHeaderStart'],
    ['spaces before it', file(' {}'), 'InvalidHeaderStart'],
    ['no UTF-8', Buffer.concat([file('{"a": "'), Buffer.from([0xff])]).fill(8, 0, 1), 'InvalidHeader'],
    ['broken JSON', file('{"x": '), 'InvalidHeaderDeserialization'],
    ['an unknown dtype', file(info('F31', [1], [0, 4]), 4), 'InvalidHeaderDeserialization: tensor "x"'],
    ['a dtype of the prototype', file(info('constructor', [1], [0, 4]), 4), 'InvalidHeaderDeserialization: tensor "x"'],
    ['a shape of texts', file(info('F32', ['1'], [0, 4]), 4), 'InvalidHeaderDeserialization: tensor "x"'],
    ['a negative shape', file(info('F32', [-1], [0, 4]), 4), 'InvalidHeaderDeserialization: tensor "x"'],
    ['a fraction', file(info('F32', [1.5], [0, 6]), 6), 'InvalidHeaderDeserialization: tensor "x"'],
    ['three offsets', file(info('F32', [1], [0, 4, 4]), 4), 'InvalidHeaderDeserialization: tensor "x"'],
    ['null for a tensor', file({ x: null }), 'InvalidHeaderDeserialization: tensor "x"'],
    ['offsets that do not fit the shape', file(info('F32', [2], [0, 4]), 4), 'TensorInvalidInfo'],
    ['a shape beyond all numbers', file(info('F32', [2 ** 40, 2 ** 40], [0, 4]), 4), 'ValidationOverflow'],
    ['a hole before it', file(info('F32', [1], [4, 8]), 8), 'InvalidOffset("x")'],
    ['a hole between', file({ ...info('F32', [1], [0, 4]), y: { dtype: 'U8', shape: [1], data_offsets: [5, 6] } }, 6), 'InvalidOffset("y")'],
    ['an overlap', file({ ...info('F32', [1], [0, 4]), y: { dtype: 'U8', shape: [2], data_offsets: [3, 5] } }, 5), 'InvalidOffset("y")'],
    ['bytes left over', file(info('F32', [1], [0, 4]), 5), 'MetadataIncompleteBuffer'],
    ['bytes missing', file(info('F32', [1], [0, 4]), 3), 'MetadataIncompleteBuffer'],
    ['metadata that is no text', file({ __metadata__: { a: 1 } }), 'InvalidHeaderDeserialization: __metadata__'],
    ['metadata that is no object', file({ __metadata__: ['a'] }), 'InvalidHeaderDeserialization: __metadata__'],
  ])('%s', async (_, bytes, what) => {
    const error = await loadFile(bytes).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SafetensorError);
    expect((error as Error).message).toContain(`Error while deserializing header: ${what}`);
  });
  test('a header of more than 100 MB', async () => {
    const prefix = new Uint8Array(8);
    new DataView(prefix.buffer).setBigUint64(0, 100_000_001n, true);
    const huge: Source = { size: 2 ** 40, read: async (offset, length) => prefix.subarray(offset, offset + length), close: async () => {} };
    await expect(readHeader(huge)).rejects.toThrow('HeaderTooLarge');
  });
  test('complex numbers, and back', async () => {
    const x = torch.tensor([{ re: 1, im: 2 }, { re: -0.5, im: 0 }]);
    const bytes = await save({ x });
    expect(new TextDecoder().decode(bytes.subarray(8))).toContain('{"x":{"dtype":"C64","shape":[2],"data_offsets":[0,16]}}');
    expect(await (await loadFile(bytes)).x.tolist()).toEqual([{ re: 1, im: 2 }, { re: -0.5, im: 0 }]);
  });
  test.each(['C64', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'])('beside %s, other tensors are read', async (dtype) => {
    const header = { x: { dtype, shape: [], data_offsets: [0, dtype === 'C64' ? 8 : 1] }, y: { dtype: 'U8', shape: [], data_offsets: [dtype === 'C64' ? 8 : 1, dtype === 'C64' ? 9 : 2] } };
    const opened = await safeOpen(file({ ...header, __metadata__: null }, dtype === 'C64' ? 9 : 2));
    expect((await opened.getTensor('y')).shape).toEqual([]);
    expect(opened.metadata()).toBe(null);
  });
  test('a dtype that does not exist here, once it is asked for', async () => {
    const opened = await safeOpen(file(info('F8_E4M3', [2], [0, 2]), 2));
    expect(opened.keys()).toEqual(['x']);
    await expect(opened.getTensor('x')).rejects.toThrow('tensor "x" has dtype F8_E4M3, which does not exist here');
  });
});
