import type { RemoteFailure } from './failure.js';
import type { Wire } from './wire.js';

/** How a worker fetches: what the loader's options say about it. */
export interface FetchPlan {
  /** the data set is a stream */
  readonly stream: boolean;
  /** items are made into batches */
  readonly batched: boolean;
  /** items per batch of a stream */
  readonly batchSize: number | null;
  readonly dropLast: boolean;
  /** the loader was given a collateFn, so the worker needs it too */
  readonly collates: boolean;
}

/** What a loader tells a worker. */
export type Order =
  | {
    readonly kind: 'start'; readonly id: number; readonly numWorkers: number; readonly seed: bigint;
    readonly plan: FetchPlan; readonly args: Wire;
  }
  /** A new round begins: streams start over. */
  | { readonly kind: 'round'; readonly round: number }
  /** Memory of batches that have been read. */
  | { readonly kind: 'spent'; readonly buffers: ReadonlySet<SharedArrayBuffer> }
  /** `indices`: those of a batch, that of an item, or undefined for whatever a stream gives next. */
  | { readonly kind: 'fetch'; readonly task: number; readonly indices: readonly number[] | number | undefined };

/** What a worker answers to a fetch. `round` tells late answers of a round that was broken off. */
export type Answer = { readonly round: number; readonly task: number } & (
  | { readonly kind: 'batch'; readonly value: Wire }
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly failure: RemoteFailure }
);

/** What a worker reports: first of all that it listens. It holds the lock as long as it lives, where there are locks. */
export type Report = Answer | { readonly kind: 'ready'; readonly lock: string | null };

/** Orders and reports travel under this name, as a worker may also get messages from elsewhere. */
export interface Envelope<T> { readonly sconceLoader?: T }

/** Marks the threads that a loader starts in Node. */
export const WORKER_MARK = 'sconce DataLoader worker';
