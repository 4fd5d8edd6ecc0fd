import type { Tensor } from '@sconce/tensor';
import { batchInPlace, defaultCollate } from './collate.js';
import { itemAt, type IterableDataset, type MapStyle } from './dataset.js';
import { batchesOf, indicesOf, type Index } from './indices.js';

/** One round through a data set: gives a batch, or a promise of one where the data set is asynchronous. @internal */
export interface Round<B> {
  next(): IteratorResult<B, undefined> | Promise<IteratorResult<B, undefined>>;
  /** The rest is not wanted; a promise where that takes its time. */
  stop(): void | Promise<unknown>;
}

const done = { done: true, value: undefined } as const;

/** Batches of the items at the indices that `sampler` gives. @internal */
export function batchedRound<T, B>(
  dataset: MapStyle<T>, sampler: Parameters<typeof batchesOf>[0], collate: (items: Awaited<T>[]) => B,
): Round<B> {
  const batches = batchesOf(sampler);
  return {
    next() {
      const indices = batches.next();
      if (indices.done) return done;
      if ('getItems' in dataset && dataset.getItems) {
        return whenAll(dataset.getItems(indices.value), (all) => ({ done: false, value: collate(all) }));
      }
      const own = collate as unknown === defaultCollate ? batchInPlace(indices.value.length) : null;
      const items: T[] = [];
      try {
        for (const [row, index] of indices.value.entries()) {
          const item = itemAt(dataset, index);
          items.push(item instanceof Promise || !own ? item : own.place(item, row));
        }
      } catch (error) {
        // what the others come to, nobody waits for
        for (const item of items) if (item instanceof Promise) item.catch(() => {});
        throw error;
      }
      return whenAll(items, (all) => ({ done: false, value: own ? own.collate(all) as B : collate(all) }));
    },
    stop() { batches.return(); },
  };
}

/** The items at the indices that `sampler` gives, one by one. @internal */
export function singleRound<T, B>(
  dataset: MapStyle<T>, sampler: Iterable<Index> | Tensor, convert: (item: Awaited<T>) => B,
): Round<B> {
  const indices = indicesOf(sampler);
  return {
    next() {
      const index = indices.next();
      if (index.done) return done;
      return whenAll([itemAt(dataset, index.value)], ([item]) => ({ done: false, value: convert(item!) }));
    },
    stop() { indices.return(); },
  };
}

/** Batches of what a stream gives, or, for a batch size of null, its items one by one. @internal */
export function streamRound<T, B>(
  dataset: IterableDataset<T>, batchSize: number | null, dropLast: boolean, collate: (items: Awaited<T>[]) => B,
): Round<B> {
  const stream = dataset[Symbol.asyncIterator]?.() ?? dataset[Symbol.iterator]!();
  const size = batchSize ?? 1;
  let ended = false;

  const batchOf = (items: Awaited<T>[]): IteratorResult<B, undefined> => {
    ended ||= items.length < size;
    if (items.length === 0 || (dropLast && items.length < size)) return done;
    return { done: false, value: collate(batchSize === null ? items[0] as never : items) };
  };
  const gather = async (
    items: Awaited<T>[], first: Promise<IteratorResult<T>>,
  ): Promise<IteratorResult<B, undefined>> => {
    let item = await first;
    while (!item.done) {
      items.push(await item.value);
      if (items.length === size) break;
      item = await stream.next();
    }
    return batchOf(items);
  };
  return {
    next() {
      if (ended) return done;
      const items: Awaited<T>[] = [];
      while (items.length < size) {
        const item = stream.next();
        if (item instanceof Promise) return gather(items, item);
        if (item.done) break;
        if (item.value instanceof Promise) return gather(items, Promise.resolve(item));
        items.push(item.value as Awaited<T>);
      }
      return batchOf(items);
    },
    stop() { return stream.return?.() as void | Promise<unknown>; },
  };
}

/** `then` of the items: at once where none is a promise. */
function whenAll<T, R>(
  items: readonly T[] | Promise<readonly T[]>, then: (items: Awaited<T>[]) => R,
): R | Promise<R> {
  if (items instanceof Promise) return items.then((all) => Promise.all(all)).then(then);
  if (items.some((item) => item instanceof Promise)) return Promise.all(items).then(then);
  return then(items as unknown as Awaited<T>[]);
}
