import { arange, tensor, uint8, zeros } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import {
  BatchSampler, ConcatDataset, DataLoader, defaultCollate, DistributedSampler, IterableDataset, RandomSampler, randomSplit,
  SequentialSampler, TensorDataset, transforms, WeightedRandomSampler,
} from '../src/index.js';
import { failure, recorded } from './fixtures.js';

class Stream extends IterableDataset<number> {
  override * [Symbol.iterator](): Iterator<number> { yield * [0, 1, 2]; }
}

const data = new TensorDataset(arange(6), arange(6));
const sampler = new SequentialSampler(data);
const batchSampler = new BatchSampler(sampler, 2);
const range = Array.from({ length: 10 }, (_, i) => i);
const { Lambda, Normalize, ToTensor } = transforms;

const wrongCalls: Readonly<Record<string, () => unknown>> = {
  samplerAndShuffle: () => new DataLoader(data, { sampler, shuffle: true }),
  batchSamplerAndBatchSize: () => new DataLoader(data, { batchSampler, batchSize: 2 }),
  batchSamplerAndShuffle: () => new DataLoader(data, { batchSampler, shuffle: true }),
  batchSamplerAndSampler: () => new DataLoader(data, { batchSampler, sampler }),
  batchSamplerAndDropLast: () => new DataLoader(data, { batchSampler, dropLast: true }),
  noBatchAndDropLast: () => new DataLoader(data, { batchSize: null, dropLast: true }),
  batchSizeZero: () => new DataLoader(data, { batchSize: 0 }),
  batchSizeFraction: () => new DataLoader(data, { batchSize: 2.5 }),
  streamAndShuffle: () => new DataLoader(new Stream(), { shuffle: true }),
  streamLength: () => new DataLoader(new Stream()).length,
  emptyShuffle: () => new DataLoader([], { shuffle: true }),
  numSamples: () => new RandomSampler({ length: 4 }, { numSamples: 0 }),
  weightsNotFlat: () => new WeightedRandomSampler(tensor([[1, 2]]), 2),
  weightsNumSamples: () => new WeightedRandomSampler([1], -1),
  rankTooLarge: () => new DistributedSampler(range, { numReplicas: 2, rank: 2 }),
  rankNegative: () => new DistributedSampler(range, { numReplicas: 2, rank: -1 }),
  splitSum: () => randomSplit(range, [3, 3]),
  splitFraction: () => randomSplit(range, [-0.5, 1.5]),
  sizeMismatch: () => new TensorDataset(zeros(2), zeros(3)),
  tensorDatasetIndex: () => data.getItem(6),
  concatEmpty: () => new ConcatDataset([]),
  concatStream: () => new ConcatDataset([new Stream() as never]),
  concatIndex: () => new ConcatDataset([[1, 2]]).getItem(-3),
  collateSizes: () => defaultCollate([[1, 2], [1]]),
  collateShapes: () => defaultCollate([zeros(2), zeros(3)]),
  collateNone: () => defaultCollate([null]),
  lambda: () => new Lambda(3 as never),
  toTensor: () => new ToTensor()(3 as never),
  normalizeType: () => new Normalize([0.5], [0.5])(3 as never),
  normalizeDims: () => new Normalize([0.5], [0.5])(zeros(2, 3)),
  normalizeInt: () => new Normalize([0.5], [0.5])(zeros([1, 2, 3], { dtype: uint8 })),
  normalizeZero: () => new Normalize([0.5], [0])(zeros(1, 2, 3)),
};

// JavaScript has other names for the types of values, and no AssertionError.
const types: Readonly<Record<string, string>> = {
  "<class 'NoneType'>": 'null', "<class 'int'>": 'number', "'int'": "'number'", 'AssertionError': 'RuntimeError',
};
const translated = (text: string): string =>
  Object.entries(types).reduce((result, [from, to]) => result.replace(from, to), text);

describe("PyTorch's errors", () => {
  it.each(Object.entries(recorded.errors))('%s', (name, { type, message }) => {
    const error = failure(wrongCalls[name]!);
    expect(error.name).toBe(translated(type));
    expect(error.message).toContain(translated(message));
    expect(error.message).not.toContain('\n');
  });
});

describe('errors of our own', () => {
  it.each([
    ['no data set', () => new DataLoader(3 as never), 'DataLoader takes a Dataset with getItem(index) and length'],
    ['null', () => new DataLoader(null as never), 'got null'],
    ['a stream of nothing', () => new DataLoader(new (class Empty extends IterableDataset<number> {})()), 'Empty defines'],
    ['an empty source', () => [...new RandomSampler({ length: 0 }, { numSamples: 2 })], 'empty data source'],
    ['a sampler without length', () => new BatchSampler(new Set([1]), 2).length, "object of type 'Set' has no len()"],
    ['no tensors', () => new TensorDataset(), 'at least one tensor'],
    ['promises in a plain for', () => [...new DataLoader([Promise.resolve(1)])], 'for await'],
  ])('%s', (_, call, text) => {
    expect(failure(call).message).toContain(text);
  });
});
