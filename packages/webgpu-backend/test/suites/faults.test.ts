import { describe, expect, test } from 'vitest';
import '@sconce/autograd';
import * as torch from '@sconce/tensor';
import { embedding } from '@sconce/tensor/internal';
import { functional as F } from '@sconce/nn';
import { synchronize } from '../../src/index.js';
import { available } from '../adapter.js';

type Device = 'cpu' | 'webgpu';
type Op = (x: torch.Tensor, index: (...values: number[]) => torch.Tensor) => torch.Tensor;

const indexOn = (device: Device) => (...values: number[]): torch.Tensor => torch.tensor(values, { dtype: torch.int64 }).to(device);
const square = (device: Device): torch.Tensor => torch.arange(12).to(torch.float32).reshape(3, 4).to(device);

/** Ops with an index, which is one too large or too small; PyTorch's name of the op that tells it. */
const wrong: readonly (readonly [op: string, run: Op])[] = [
  ['gather', (x, index) => x.gather(1, index(0, 4).reshape(1, 2))],
  ['gather', (x, index) => x.gather(0, index(-1, 0).reshape(1, 2))],
  ['index_select', (x, index) => x.indexSelect(0, index(0, 3))],
  ['index_select', (x, index) => x.indexSelect(1, index(-1))],
  ['take', (x, index) => x.take(index(12))],
  ['take', (x, index) => x.take(index(-13))],
  ['index', (x, index) => x.index(index(0, 3))],
  ['index', (x, index) => x.index(index(0, -1), index(2, -5))],
  ['index', (x, index) => x.index(':', index(4))],
  ['index_put_', (x, index) => x.indexPut([index(0, -4)], 1)],
  ['index_put_', (x, index) => x.indexPut([index(1), index(7)], 1, { accumulate: true })],
  ['scatter', (x, index) => x.scatter(0, index(0, 1, 2, 3).reshape(1, 4), 9)],
  ['scatter', (x, index) => x.scatter(1, index(-1).reshape(1, 1), torch.ones(1, 1, { device: x.device }))],
  ['scatter_add', (x, index) => x.scatterAdd(1, index(5).reshape(1, 1), torch.ones(1, 1, { device: x.device }))],
  ['scatter_reduce', (x, index) => x.scatterReduce(1, index(4).reshape(1, 1), torch.ones(1, 1, { device: x.device }), 'amax')],
  ['index_add', (x, index) => x.indexAdd(0, index(3), torch.ones(1, 4, { device: x.device }))],
  ['index_add', (x, index) => x.indexAdd(0, index(1, -1), torch.ones(2, 4, { device: x.device }))],
  ['index_copy', (x, index) => x.indexCopy(0, index(-1), torch.ones(1, 4, { device: x.device }))],
  ['index_fill_', (x, index) => x.indexFill(1, index(4), 1)],
  ['put', (x, index) => x.clone().put_(index(12), torch.ones(1, { device: x.device }))],
  ['masked_scatter', (x) => x.maskedScatter(x.gt(3), torch.ones(2, { device: x.device }))],
  ['embedding', (x, index) => embedding(index(1, 3), x)],
  ['nll_loss', (x, index) => F.nllLoss(x, index(0, 4, 1))],
  ['nll_loss', (x, index) => F.nllLoss(x, index(0, -1, 1), { reduction: 'none' })],
  ['nll_loss', (x, index) => F.crossEntropy(x, index(0, 1, 9))],
];

/** What the CPU, whose words the tests of the tensor package hold against PyTorch's, throws at once. */
function thrown(run: Op): Error {
  try {
    run(square('cpu'), indexOn('cpu'));
  } catch (error) {
    return error as Error;
  }
  throw new Error('the CPU found nothing wrong');
}

describe.skipIf(!available)('indices out of range are told when values are next read', () => {
  test.each(wrong.map(([op, run], i) => [`${i} ${op}`, op, run] as const))('%s', async (_, op, run) => {
    const expected = thrown(run), result = run(square('webgpu'), indexOn('webgpu'));
    const error = await result.tolist().then(() => null, (e: unknown) => e as Error);
    expect(error?.message).toBe(`${expected.message} (found by ${op} on device 'webgpu', which tells it when values are next read)`);
    expect(error?.name).toBe(expected.name);
    expect(error).toBeInstanceOf(expected.constructor);
    // once
    expect(await torch.ones(2, { device: 'webgpu' }).add(1).tolist()).toEqual([2, 2]);
  });

  test('by any readback and by synchronize, the first of several', async () => {
    const x = square('webgpu'), index = indexOn('webgpu');
    x.take(index(99));
    x.gather(1, index(77).reshape(1, 1));
    await expect(synchronize()).rejects.toThrow('out of range: tried to access index 99 on a tensor of 12 elements.');
    await synchronize();
    x.take(index(98));
    await expect(x.add(1).sum().item()).rejects.toThrow('tried to access index 98');
    expect(await x.sum().item()).toBe(66);
  });

  test('each readback tells what was found before it', async () => {
    const x = square('webgpu'), index = indexOn('webgpu');
    const before = x.add(1).sum().item(), wrongOne = x.take(index(50)).tolist(), right = x.take(index(5)).tolist();
    const wrongTwo = x.take(index(60)).tolist();
    expect(await before).toBe(78);
    await expect(wrongOne).rejects.toThrow('index 50');
    expect(await right).toEqual([5]);
    await expect(wrongTwo).rejects.toThrow('index 60');
  });

  test('a step of training on a wrong target, through its gradients', async () => {
    const x = square('webgpu').requiresGrad_(), index = indexOn('webgpu');
    F.crossEntropy(x, index(0, 1, 4)).backward();
    await expect(x.grad!.tolist()).rejects.toThrow('Target 4 is out of bounds.');
    x.grad = null;
    const ignored = F.crossEntropy(x, index(0, -100, 3));
    ignored.backward();
    expect(await ignored.item()).toBeCloseTo((3.4401896985611957 + 0.4401896985611957) / 2, 5);
    expect((await x.grad!.tolist() as unknown as number[][])[1]).toEqual([0, 0, 0, 0]);
  });
});

describe.skipIf(!available)('int64 values beyond 32 bits are errors, never wrong numbers', () => {
  const big = 2 ** 31, words = "a value that is NaN or beyond 32 bits does not fit into torch.int64 on device 'webgpu', which holds integers in 32 bits";
  const long = (...values: number[]): torch.Tensor => indexOn('webgpu')(...values);
  const beyond: Readonly<Record<string, () => torch.Tensor>> = {
    sum: () => long(big - 1, 0, 1, 2).add(1),
    'sum below': () => long(-big).add(long(-1)),
    difference: () => long(-big, 0, 0).sub(1),
    'difference from': () => long(-big, 0, 0).rsub(0),
    product: () => long(65536, 1, 1, 1, 1).mul(65536),
    'product of the least': () => long(-big).mul(-1),
    'in the middle of others': () => long(50_000, 1).square().mul(2).add(7).to(torch.float32),
    'a sum of all': () => long(big - 1, big - 1, 5).sum(),
    'a sum of many': () => torch.full([100_000], 30_000n, { device: 'webgpu' }).sum(),
    'a product of all': () => long(100_000, 100_000).prod(),
    'of a float': () => torch.tensor([1, 3e9]).to('webgpu').long(),
    'of NaN': () => torch.tensor([NaN, 1, 2]).to('webgpu').to(torch.int64),
    'of infinity': () => torch.tensor([0, 0, 0, 0, 0, -Infinity]).to('webgpu').long().to(torch.float32),
    'written in place': () => long(1, 2, big - 1).add_(1),
    'written to a part': () => { const x = long(1, 2, big - 1); x.index('1:').mul_(2); return x; },
  };
  test.each(Object.entries(beyond))('%s', async (_, compute) => {
    await expect(compute().tolist()).rejects.toThrow(words);
    expect(await long(1, 2, 3).add(1).tolist()).toEqual([2, 3, 4]);
  });

  test('up to the last that fits', async () => {
    expect(await long(big - 2, -big + 1).add(long(1, -1)).tolist()).toEqual([big - 1, -big]);
    expect(await long(46_340, -32_768, 0, big - 1, -big).mul(long(46_341, 65_536, big - 1, -1, 1)).tolist()).toEqual([46_340 * 46_341, -big, 0, 1 - big, -big]);
    expect(await long(big - 1, -big, 1).sum().item()).toBe(0);
    expect(await torch.tensor([2147483520, -2147483648, -0.9]).to('webgpu').long().tolist()).toEqual([2147483520, -big, 0]);
    // steps on the way to a result are not results
    expect(await long(2e9, -2e9).remainder(long(2.1e9, 2.1e9)).tolist()).toEqual([2e9, 1e8]);
    // int32 wraps, as in PyTorch; what pads a vector of four is no value
    expect(await long(big - 1).int().add(1).tolist()).toEqual([-big]);
    const x = long(big - 1, 1, 1, 1, big - 1).index('1:4');
    expect(await x.add(x).tolist()).toEqual([2, 2, 2]);
  });
});
