import { describe, expect, test } from 'vitest';
import { arange, float32, ones, tensor, type Tensor } from '@sconce/tensor';
import { currentBackend } from '../src/index.js';
import { available } from './adapter.js';

const gpu = (x: Tensor): Tensor => x.to('webgpu');

describe.skipIf(!available)('reductions', () => {
  test('any dimensions, in one dispatch with what they are taken of', async () => {
    const x = gpu(arange(24).to(float32).reshape(2, 3, 4));
    const before = currentBackend().dispatches;
    expect(await x.mul(2).add(1).sum([0, 2]).tolist()).toEqual([128, 192, 256]);
    expect(currentBackend().dispatches - before).toBe(1);
    expect(await x.sum(1, { keepdim: true }).tolist()).toEqual([[[12, 15, 18, 21]], [[48, 51, 54, 57]]]);
    expect(await x.permute(2, 0, 1).mean().item()).toBe(11.5);
    expect(await x.index(':', '1:', '::2').amax([1, 2]).tolist()).toEqual([10, 22]);
    expect(await gpu(tensor([1, NaN, 3])).amax().item()).toBe(NaN);
    expect(await x.gt(5).all().item()).toBe(false);
    expect(await x.gt(5).any(2).tolist()).toEqual([[false, true, true], [true, true, true]]);
  });

  test('long sums, no elements, integers', async () => {
    expect(await ones(1_000_003, { device: 'webgpu' }).sum().item()).toBe(1_000_003);
    expect(await ones(3, 300_001, { device: 'webgpu' }).mean(1).tolist()).toEqual([1, 1, 1]);
    expect(await ones(0, 3, { device: 'webgpu' }).sum(0).tolist()).toEqual([0, 0, 0]);
    expect(await gpu(arange(1000)).sum().item()).toBe(499_500);
    expect(await gpu(tensor([2n, 3n, 4n])).prod().item()).toBe(24);
  });
});
