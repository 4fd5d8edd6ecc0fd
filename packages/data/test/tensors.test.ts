import { arange, float32, Generator, tensor, zeros, type Tensor } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import {
  BatchSampler, ConcatDataset, DataLoader, randomSplit, RandomSampler, Subset, type DataLoaderOptions,
} from '../src/index.js';
import { failure, values } from './fixtures.js';

// 0 1, 2 3, 4 5, 6 7, 8 9; what PyTorch 1.13 makes of torch.arange(10).view(5, 2)
const rows = arange(10).view(5, 2);
const seeded = (): Generator => new Generator().manualSeed(0);
const load = async (options: DataLoaderOptions<Tensor, Tensor>): Promise<number[][]> => {
  const loader = new DataLoader(rows, options), batches: number[][] = [];
  for await (const batch of loader) batches.push(values(batch));
  return batches;
};

describe('a tensor is a data set of its rows', () => {
  it('for a loader', async () => {
    const loader = new DataLoader(rows, { batchSize: 2 });
    expect(loader.length).toBe(3);
    expect(loader.dataset).toBe(rows);
    expect((await load({ batchSize: 2 }))).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]);
    expect((await load({ batchSize: 2, shuffle: true, generator: seeded() }))).toEqual([[6, 7, 2, 3], [0, 1, 8, 9], [4, 5]]);
    expect((await load({ batchSize: null }))).toEqual([[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]);
    expect([...new DataLoader(zeros(0, 2))]).toEqual([]);
    const batch: Tensor = [...new DataLoader(rows, { batchSize: 2 })][2]!;
    expect(batch.shape).toEqual([1, 2]);
  });

  it('for what makes data sets of data sets', () => {
    expect(randomSplit(rows, [2, 3], { generator: seeded() }).map((part) => [...part].map(values)))
      .toEqual([[[8, 9], [0, 1]], [[2, 3], [6, 7], [4, 5]]]);
    expect(values(new ConcatDataset([rows, rows]).getItem(7))).toEqual([4, 5]);
    expect(values(new Subset(rows, tensor([1n, 2n])).getItem(1))).toEqual([4, 5]);
    expect([...new RandomSampler(rows, { generator: seeded() })]).toEqual([4, 0, 1, 3, 2]);
  });

  it('unless it is one number', () => {
    expect(failure(() => new DataLoader(tensor(3))).message).toBe('len() of a 0-d tensor');
    expect(failure(() => [...new DataLoader(rows, { sampler: tensor(3n) })]).message).toBe('iteration over a 0-d tensor');
  });
});

describe('tensors say what a loader takes', () => {
  it('one by one', async () => {
    expect(await load({ sampler: tensor([4n, 0n, -1n]), batchSize: 2 })).toEqual([[8, 9, 0, 1], [8, 9]]);
    expect(await load({ sampler: [tensor(4n), 0n, 1], batchSize: null })).toEqual([[8, 9], [0, 1], [2, 3]]);
    expect(new DataLoader(rows, { sampler: tensor([4n, 0n, 1n]), batchSize: 2 }).length).toBe(2);
    expect([...new DataLoader([1, 2, 3], { sampler: tensor([2n, 0n, 1n]), batchSize: 2 })].map(values)).toEqual([[3, 1], [2]]);
    expect([...new BatchSampler(tensor([3n, 4n, 5n]), 2)]).toEqual([[3, 4], [5]]);
    expect(new BatchSampler(tensor([3n, 4n, 5n]), 2).length).toBe(2);
  });

  it('by batches', async () => {
    expect(await load({ batchSampler: tensor([[2n, 0n], [1n, 1n]]) })).toEqual([[4, 5, 0, 1], [2, 3, 2, 3]]);
    expect(await load({ batchSampler: [tensor([0n, 1n]), tensor([3n])] })).toEqual([[0, 1, 2, 3], [6, 7]]);
    expect(new DataLoader(rows, { batchSampler: tensor([[2n, 0n], [1n, 1n]]) }).length).toBe(2);
  });

  it('that there is', () => {
    const take = (sampler: Tensor) => () => [...new DataLoader(rows, { sampler, batchSize: 2 })];
    expect(failure(take(tensor([4n, 0n, 5n]))).message).toBe('index 5 is out of bounds for dimension 0 with size 5');
    expect(failure(take(tensor([0, 1], { dtype: float32 }))).message).toBe('tensors used as indices must be long, byte or bool tensors');
  });
});
