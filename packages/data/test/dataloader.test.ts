import { manualSeed, tensor, type Tensor } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import { BatchSampler, DataLoader, Dataset, Sampler, SequentialSampler } from '../src/index.js';
import { rejection, values } from './fixtures.js';

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Fetches its items slowly, and writes down what happens. */
class Remote extends Dataset<Promise<number>> {
  readonly length = 6;
  readonly log: string[] = [];
  failAt = -1;

  async getItem(index: number): Promise<number> {
    this.log.push(`ask ${index}`);
    await sleep(2);
    if (index === this.failAt) throw new Error(`item ${index} is lost`);
    return index * 10;
  }
}

describe('DataLoader', () => {
  it('takes a sampler, or a sampler of batches', async () => {
    class Backwards extends Sampler {
      readonly length = 4;
      override * [Symbol.iterator](): Iterator<number> { yield * [3, 2, 1, 0]; }
    }
    const items = ['a', 'b', 'c', 'd'];
    const sampled = new DataLoader(items, { sampler: new Backwards(), batchSize: 3 });
    expect([...sampled]).toEqual([['d', 'c', 'b'], ['a']]);
    expect(sampled.length).toBe(2);

    const batchSampler = new BatchSampler(new SequentialSampler(items), 3, { dropLast: true });
    const batched = new DataLoader(items, { batchSampler });
    expect([...batched]).toEqual([['a', 'b', 'c']]);
    expect(batched.length).toBe(1);
    expect([...new DataLoader(items, { batchSampler: [[0], [3, 1]] })]).toEqual([['a'], ['d', 'b']]);
  });

  it('uses a collateFn, and its type', async () => {
    const loader = new DataLoader([1, 2, 3], { batchSize: 2, collateFn: (items) => items.map((n) => n * 2) });
    const batches: number[][] = [];
    for await (const batch of loader) batches.push(batch);
    expect(batches).toEqual([[2, 4], [6]]);
  });

  it('gives the items one by one without a batch size', async () => {
    const items = [Float32Array.of(1), Float32Array.of(2)];
    const got: number[][] = [];
    for await (const item of new DataLoader<Float32Array, Tensor>(items, { batchSize: null })) got.push(values(item));
    expect(got).toEqual([[1], [2]]);
  });

  it('has an empty round for an empty data set', async () => {
    expect([...new DataLoader([])]).toEqual([]);
    for await (const _ of new DataLoader([])) expect.unreachable();
  });

  it('lets other tasks run between batches', async () => {
    let ticks = 0;
    const timer = setInterval(() => { ticks++; }, 0);
    const started = Date.now();
    let batches = 0;
    while (ticks === 0 && Date.now() - started < 5000) {
      for await (const _ of new DataLoader(Array.from({ length: 100 }, (_, i) => i))) batches++;
    }
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
    expect(batches).toBeGreaterThan(0);
  });
});

describe('DataLoader over promises', () => {
  it('fetches a batch at once, and the next while the last is used', async () => {
    const dataset = new Remote();
    const batches: number[][] = [];
    for await (const batch of new DataLoader(dataset, { batchSize: 2 })) {
      const typed: Tensor = batch;
      batches.push(values(typed));
      dataset.log.push(`use ${batches.length}`);
    }
    expect(batches).toEqual([[0, 10], [20, 30], [40, 50]]);
    expect(dataset.log).toEqual(
      ['ask 0', 'ask 1', 'ask 2', 'ask 3', 'use 1', 'ask 4', 'ask 5', 'use 2', 'use 3']);
  });

  it('gives what came before an item that fails, then its error', async () => {
    const dataset = new Remote();
    dataset.failAt = 3;
    const batches: number[][] = [];
    const run = async (): Promise<void> => {
      for await (const batch of new DataLoader(dataset, { batchSize: 2 })) {
        batches.push(values(batch));
        await sleep(10); // the failure lies there unhandled for a while
      }
    };
    expect((await rejection(run())).message).toBe('item 3 is lost');
    expect(batches).toEqual([[0, 10]]);
  });

  it('may be broken off while a batch is on its way', async () => {
    const dataset = new Remote();
    dataset.failAt = 2;
    for await (const _ of new DataLoader(dataset, { batchSize: 2 })) break;
    await sleep(10);
  });

  it('is one round at a time, each in its own order', async () => {
    manualSeed(0);
    const loader = new DataLoader([0, 1, 2, 3].map((n) => tensor(n)), { shuffle: true });
    const rounds = await Promise.all([0, 1].map(async () => {
      const seen: number[] = [];
      for await (const batch of loader) seen.push(...values(batch));
      return seen;
    }));
    for (const seen of rounds) expect(seen.sort()).toEqual([0, 1, 2, 3]);
  });
});
