import { arange, Generator, tensor, type Tensor } from '@sconce/tensor';
import { describe, expect, it, vi } from 'vitest';
import {
  ChainDataset, ConcatDataset, DataLoader, Dataset, IterableDataset, randomSplit, Subset, TensorDataset,
} from '../src/index.js';
import { failure, values } from './fixtures.js';

class Squares extends Dataset<readonly [number, number]> {
  readonly length = 5;
  getItem(i: number): readonly [number, number] { return [i, i * i]; }
}

describe('Dataset', () => {
  it('is gone through item by item', () => {
    expect([...new Squares()]).toEqual([[0, 0], [1, 1], [2, 4], [3, 9], [4, 16]]);
  });

  it('is asked for a whole batch where it can give one', async () => {
    class Batched extends Squares {
      readonly asked: (readonly number[])[] = [];
      override getItems(indices: readonly number[]): (readonly [number, number])[] {
        this.asked.push(indices);
        return indices.map((i) => this.getItem(i));
      }
    }
    const dataset = new Batched();
    const seconds: number[][] = [];
    for await (const [, y] of new DataLoader(dataset, { batchSize: 2 })) seconds.push(values(y));
    expect(seconds).toEqual([[0, 1], [4, 9], [16]]);
    expect(dataset.asked).toEqual([[0, 1], [2, 3], [4]]);
  });
});

describe('TensorDataset', () => {
  it('gives the rows of its tensors', () => {
    const data = new TensorDataset(arange(6).view(3, 2), tensor([7, 8, 9]));
    expect(data.length).toBe(3);
    const [x, y]: readonly [Tensor, Tensor] = data.getItem(1);
    expect(values(x)).toEqual([2, 3]);
    expect(y.shape).toEqual([]);
    expect(values(data.getItem(-1)[1])).toEqual([9]);
  });

  it.each([3, -4, 0.5])('refuses index %s', (index) => {
    expect(failure(() => new TensorDataset(arange(3)).getItem(index)).name).toBe('IndexError');
  });
});

describe('Subset and ConcatDataset', () => {
  it('give the items of others', () => {
    const subset = new Subset(new Squares(), [4, 0]);
    expect([...subset]).toEqual([[4, 16], [0, 0]]);
    const joined = new ConcatDataset([subset, new Subset(new Squares(), []), new Squares()]);
    expect(joined.length).toBe(7);
    expect(joined.cumulativeSizes).toEqual([2, 2, 7]);
    expect([...joined].map(([i]) => i)).toEqual([4, 0, 0, 1, 2, 3, 4]);
    expect(joined.getItem(-7)).toEqual([4, 16]);
    expect(failure(() => joined.getItem(7)).name).toBe('IndexError');
  });

  it('take arrays', () => {
    expect([...new ConcatDataset([['a', 'b'], ['c']])]).toEqual(['a', 'b', 'c']);
    expect(failure(() => new Subset([1, 2], [5]).getItem(0)).name).toBe('IndexError');
  });
});

describe('randomSplit', () => {
  it('gives every item to one part', () => {
    const parts: [Subset<readonly [number, number]>, Subset<readonly [number, number]>] = randomSplit(new Squares(), [0.5, 0.5], { generator: new Generator() });
    expect(parts.map((part) => part.length)).toEqual([3, 2]);
    const roots = parts.flatMap((part) => [...part].map(([i]) => i));
    expect(roots.sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('warns of empty parts', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    randomSplit([1, 2], [0.9, 0.05, 0.05]);
    expect(warn.mock.calls.flat()).toEqual(
      [1, 2].map((i) => `Length of split at index ${i} is 0. This might result in an empty dataset.`));
    warn.mockRestore();
  });

  it('refuses lengths that are no lengths', () => {
    expect(failure(() => randomSplit([1, 2, 3], [4, -1])).message).toContain('Sum of input lengths');
  });
});

describe('IterableDataset', () => {
  class Count extends IterableDataset<number> {
    closed = 0;
    constructor(readonly from: number, readonly to: number) { super(); }
    override get length(): number { return this.to - this.from; }
    override * [Symbol.iterator](): Iterator<number> {
      try {
        for (let i = this.from; i < this.to; i++) yield i;
      } finally {
        this.closed++;
      }
    }
  }

  class Ticks extends IterableDataset<number> {
    override async * [Symbol.asyncIterator](): AsyncIterator<number> {
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => { setTimeout(resolve, 1); });
        yield i;
      }
    }
  }

  const collect = async (loader: AsyncIterable<Tensor>): Promise<number[][]> => {
    const batches: number[][] = [];
    for await (const batch of loader) batches.push(values(batch));
    return batches;
  };

  it('comes in batches, in its order', async () => {
    const loader = new DataLoader(new Count(3, 8), { batchSize: 2 });
    expect(loader.length).toBe(3);
    expect(await collect(loader)).toEqual([[3, 4], [5, 6], [7]]);
    expect([...loader].map(values)).toEqual([[3, 4], [5, 6], [7]]);
    expect(await collect(new DataLoader(new Count(3, 8), { batchSize: 2, dropLast: true }))).toEqual([[3, 4], [5, 6]]);
    expect(new DataLoader(new Count(3, 8), { batchSize: 2, dropLast: true }).length).toBe(2);
    expect(await collect(new DataLoader(new Count(0, 4), { batchSize: 2 }))).toEqual([[0, 1], [2, 3]]);
  });

  it('may be asynchronous', async () => {
    expect(await collect(new DataLoader(new Ticks(), { batchSize: 2 }))).toEqual([[0, 1], [2, 3], [4]]);
    expect(await collect(new DataLoader(new Ticks(), { batchSize: 2, dropLast: true }))).toEqual([[0, 1], [2, 3]]);
  });

  it('is closed when a round is broken off', async () => {
    const stream = new Count(0, 10);
    for await (const _ of new DataLoader(stream, { batchSize: 2 })) break;
    expect(stream.closed).toBe(1);
  });

  it('comes item by item without a batch size', async () => {
    const items: unknown[] = [];
    const loader = new DataLoader<number, number>(new Count(3, 6), { batchSize: null });
    expect(loader.length).toBe(3);
    for await (const item of loader) items.push(item);
    expect(items).toEqual([3, 4, 5]);
  });

  it('is chained', async () => {
    const chain = new ChainDataset([new Count(0, 2), new Count(5, 8)]);
    expect(chain.length).toBe(5);
    class Endless extends IterableDataset<number> {}
    expect(failure(() => new ChainDataset([new Count(0, 2), new Endless()]).length).message).toBe("object of type 'Endless' has no len()");
    expect(await collect(new DataLoader(chain, { batchSize: 3 }))).toEqual([[0, 1, 5], [6, 7]]);
  });
});
