import { Generator, manualSeed, randint, type Tensor } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import {
  DataLoader, randomSplit, RandomSampler, SubsetRandomSampler, WeightedRandomSampler, type DataLoaderOptions, type Sampler,
} from '../src/index.js';
import { recorded, values } from './fixtures.js';

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const draw = (generator?: Generator): number => values(randint(0, 2 ** 30, [], { generator }))[0]!;

const loaderOptions = (seed: number): Readonly<Record<string, DataLoaderOptions<number, Tensor>>> => ({
  'shuffle': { batchSize: 4, shuffle: true },
  'shuffle, full batches': { batchSize: 4, shuffle: true },
  'dropLast': { batchSize: 4, shuffle: true, dropLast: true },
  'in order': { batchSize: 3 },
  'batch size 1': { shuffle: true },
  'own generator': { batchSize: 4, shuffle: true, generator: new Generator().manualSeed(seed + 5) },
});

async function collect(loader: AsyncIterable<Tensor>): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const batch of loader) batches.push(values(batch));
  return batches;
}

describe.each(recorded.seeds)('PyTorch from seed $seed', ({ seed, loaders, partial, ownGenerator, samplers, splits }) => {
  it.each(loaders)('DataLoader: $name', async ({ name, size, length, rounds }) => {
    manualSeed(seed);
    const loader = new DataLoader(range(size), loaderOptions(seed)[name]);
    expect(loader.length).toBe(length);
    for (const round of rounds) {
      expect(await collect(loader)).toEqual(round.batches);
      expect(draw()).toBe(round.after);
    }
  });

  it('gives the same order to a plain for', () => {
    const { size, rounds } = loaders[0]!;
    manualSeed(seed);
    const loader = new DataLoader(range(size), { batchSize: 4, shuffle: true });
    for (const round of rounds) {
      expect([...loader].map(values)).toEqual(round.batches);
      expect(draw()).toBe(round.after);
    }
  });

  it('goes on after a round that is broken off', async () => {
    manualSeed(seed);
    const loader = new DataLoader(range(20), { batchSize: 3, shuffle: true });
    const first: number[][] = [];
    for await (const batch of loader) {
      first.push(values(batch));
      if (first.length === 2) break;
    }
    expect(first).toEqual(partial.first);
    expect(await collect(loader)).toEqual(partial.then);
    expect(draw()).toBe(partial.after);
  });

  it('draws from a given generator as PyTorch does', async () => {
    const generator = new Generator().manualSeed(seed);
    const loader = new DataLoader(range(12), { batchSize: 4, shuffle: true, generator });
    for (const round of ownGenerator) {
      expect(await collect(loader)).toEqual(round.batches);
      expect(draw(generator)).toBe(round.after);
    }
  });

  const ours: Readonly<Record<string, () => Sampler & { readonly length: number }>> = {
    random: () => new RandomSampler({ length: 11 }),
    replacement: () => new RandomSampler({ length: 11 }, { replacement: true, numSamples: 70 }),
    numSamples: () => new RandomSampler({ length: 5 }, { numSamples: 13 }),
    subset: () => new SubsetRandomSampler([3, 1, 4, 15, 9, 2, 6]),
    weighted: () => new WeightedRandomSampler([0.1, 0.9, 0.4, 0.7, 3.0, 0.6], 12),
    weightedWithout: () => new WeightedRandomSampler([0.9, 0.4, 0.05, 0.2, 0.3, 0.1], 5, { replacement: false }),
  };

  it.each(Object.entries(samplers))('sampler: %s', (name, { rounds, length, after }) => {
    manualSeed(seed);
    const sampler = ours[name]!();
    expect(sampler.length).toBe(length);
    for (const round of rounds) expect([...sampler]).toEqual(round);
    expect(draw()).toBe(after);
  });

  it.each(splits)('randomSplit of $size into $lengths', ({ size, lengths, default: byDefault, own }) => {
    manualSeed(seed);
    expect(randomSplit(range(size), lengths).map((part) => part.indices)).toEqual(byDefault);
    const generator = new Generator().manualSeed(seed);
    expect(randomSplit(range(size), lengths, { generator }).map((part) => part.indices)).toEqual(own);
  });
});
