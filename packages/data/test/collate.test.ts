import { bool, fromTypedArray, float32, float64, int64, Tensor, tensor, zeros } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import { DataLoader, defaultCollate, defaultConvert } from '../src/index.js';
import { rejection, values } from './fixtures.js';

describe('defaultCollate', () => {
  it('stacks tensors', () => {
    const batch: Tensor = defaultCollate([tensor([1, 2]), tensor([3, 4]), tensor([5, 6])]);
    expect(batch.shape).toEqual([3, 2]);
    expect(values(batch)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("copies the rows of a loader's batch, as it copies all that it is given", async () => {
    for await (const batch of new DataLoader([tensor([1, 2]), tensor([3, 4])], { batchSize: 2 })) {
      const again: Tensor = defaultCollate([batch.select(0, 0), batch.select(0, 1)]);
      batch.fill_(0);
      expect(values(again)).toEqual([1, 2, 3, 4]);
    }
  });

  it.each([
    ['integers', [3, 1, 2], int64],
    ['floats', [3, 1.5, 2], float64],
    ['not a number', [Number.NaN, 1], float64],
    ['bigints', [3n, 1n], int64],
    ['booleans', [true, false], bool],
  ])('makes a tensor of %s, of the dtype that Python gives', (_, batch, dtype) => {
    const got = defaultCollate<number | bigint | boolean>(batch);
    expect(got.dtype).toBe(dtype);
    expect(values(got)).toEqual(batch.map(Number));
  });

  it('makes tensors of typed arrays', () => {
    const batch = defaultCollate([Float32Array.of(1, 2), Float32Array.of(3, 4)]);
    expect(batch.dtype).toBe(float32);
    expect(batch.shape).toEqual([2, 2]);
  });

  it('leaves strings', () => {
    const batch: string[] = defaultCollate(['a', 'b']);
    expect(batch).toEqual(['a', 'b']);
  });

  it('goes through tuples by position and objects by key', () => {
    const batch = defaultCollate([
      { x: [zeros(2), 1], name: 'a' },
      { x: [zeros(2), 2], name: 'b' },
    ]);
    expect(batch.name).toEqual(['a', 'b']);
    const [images, labels] = batch.x as Tensor[];
    expect(images!.shape).toEqual([2, 2]);
    expect(values(labels!)).toEqual([1, 2]);
  });

  it('keeps a key called __proto__ what it is: a key', () => {
    const item = JSON.parse('{"__proto__": 1}') as Record<string, number>;
    const batch = defaultCollate([item, item]);
    expect(Object.getPrototypeOf(batch)).toBe(Object.prototype);
    expect(Object.keys(batch)).toEqual(['__proto__']);
  });

  it('makes of items that come one by one what it makes of all at once', async () => {
    const kept = tensor([1, 2]);
    const items = [{ x: kept, more: [tensor(true), 1] }, { x: tensor([3, 4]), more: [tensor(false), 2] }];
    for await (const batch of new DataLoader(items, { batchSize: 2 })) {
      const { x, more: [flags, numbers] } = batch as unknown as { x: Tensor; more: Tensor[] };
      expect([x.shape, values(x), flags!.dtype, values(flags!), values(numbers!)]).toEqual([[2, 2], [1, 2, 3, 4], bool, [1, 0], [1, 2]]);
      x.zero_();
    }
    expect(values(kept)).toEqual([1, 2]);
  });

  it.each([
    ['of other sizes', [zeros(2), zeros(3)], 'stack expects each tensor to be equal size, but got [2] at entry 0 and [3] at entry 1'],
    ['among numbers', [zeros(2), 3], /./],
  ])('fails on tensors %s', async (_, items, message) => {
    const read = async (): Promise<void> => { for await (const __ of new DataLoader(items as Tensor[], { batchSize: 2 })); };
    expect((await rejection(read())).message).toMatch(message);
  });

  it('knows the types of what it makes', async () => {
    const items: readonly (readonly [Tensor, number])[] = [[zeros(2), 1], [zeros(2), 2]];
    for await (const [x, y] of new DataLoader(items, { batchSize: 2 })) {
      const typed: readonly [Tensor, Tensor] = [x, y];
      expect(typed.map((t) => t.shape)).toEqual([[2, 2], [2]]);
    }
  });
});

describe('defaultConvert', () => {
  it('makes tensors of typed arrays, wherever they are, and leaves all else', () => {
    const kept = fromTypedArray(Float32Array.of(1));
    const [a, b, rest] = defaultConvert([Uint8Array.of(1, 2), kept, { n: 3, s: 'x' }]) as [Tensor, Tensor, object];
    expect(values(a)).toEqual([1, 2]);
    expect(b).toBe(kept);
    expect(rest).toEqual({ n: 3, s: 'x' });
  });
});
