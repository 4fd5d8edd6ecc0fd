import { describe, expect, it } from 'vitest';
import { DataLoader, DistributedSampler } from '../src/index.js';
import { failure, recorded, values } from './fixtures.js';

describe('DistributedSampler', () => {
  it.each(recorded.shares)('$size items, replica $rank of $numReplicas %#', ({ size, length, totalSize, epochs, ...options }) => {
    const sampler = new DistributedSampler({ length: size }, options);
    expect(sampler.length).toBe(length);
    expect(sampler.totalSize).toBe(totalSize);
    expect([...sampler]).toEqual(epochs[0]);
    expect([...sampler]).toEqual(epochs[0]);
    sampler.setEpoch(3);
    expect([...sampler]).toEqual(epochs[1]);
  });

  it('shuffles from seed 0 unless told otherwise, and serves a loader', async () => {
    const { size, numReplicas, rank, epochs } = recorded.shares[0]!;
    const dataset = Array.from({ length: size }, (_, i) => i);
    const got: number[] = [];
    const loader = new DataLoader(dataset, { batchSize: 3, sampler: new DistributedSampler(dataset, { numReplicas, rank }) });
    for await (const batch of loader) got.push(...values(batch));
    expect(got).toEqual(epochs[0]);
  });

  it('gives nothing of nothing', () => {
    expect([...new DistributedSampler([], { numReplicas: 3, rank: 1 })]).toEqual([]);
  });

  it('needs a number of replicas and a rank', () => {
    const words = 'Default process group has not been initialized, please make sure to call init_process_group';
    for (const options of [undefined, {}, { numReplicas: 2 }, { rank: 1 }]) {
      const error = failure(() => new DistributedSampler([1], options as never));
      expect(error.name).toBe('RuntimeError');
      expect(error.message).toContain(words);
    }
  });
});
