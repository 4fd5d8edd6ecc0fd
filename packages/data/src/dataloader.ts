import {
  NotImplementedError, RuntimeError, Tensor, ValueError, type DeviceLike, type Generator as RandomGenerator,
} from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { defaultCollate, defaultConvert, type Collated } from './collate.js';
import { IterableDataset, type MapStyle } from './dataset.js';
import { batchesOf, indicesOf, sizeOf, type Index, type Sized } from './indices.js';
import { macrotask } from './macrotask.js';
import { batchedRound, singleRound, streamRound, type Round } from './rounds.js';
import { BatchSampler, checkPositive, drawSeed, RandomSampler, SequentialSampler } from './sampler.js';
import { typeName } from './type-name.js';
import { uploaded, uploadedAhead } from './upload.js';
import { isLoaderWorker } from './workers/host.js';
import { checkWorkerOptions, type WorkerOptions } from './workers/options.js';
import { WorkerPool } from './workers/pool.js';
import type { WorkerModule } from './workers/thread.js';
import { WorkerRound } from './workers/worker-round.js';

type IndexSampler<T> = (Iterable<T> & { readonly length?: number }) | Tensor;

export interface DataLoaderOptions<T, B> extends WorkerOptions {
  /** items per batch, default 1; null gives the items one by one, as they are */
  readonly batchSize?: number | null | undefined;
  /** a new random order each round; default false */
  readonly shuffle?: boolean | undefined;
  /** gives the indices, in place of `shuffle`; a vector gives its numbers */
  readonly sampler?: IndexSampler<Index> | undefined;
  /** gives batches of indices, in place of `batchSize`, `shuffle`, `sampler` and `dropLast` */
  readonly batchSampler?: IndexSampler<Iterable<Index> | Tensor> | undefined;
  /** leaves out a last batch that is not full; default false */
  readonly dropLast?: boolean | undefined;
  /**
   * makes one batch of many items; default `defaultCollate`, or, for a batch size of null, `defaultConvert`. Workers
   * have to be given it by `serveDataset` too
   */
  readonly collateFn?: ((items: T[]) => B) | undefined;
  /** what `shuffle` and the workers' seeds draw from; default: the default generator, by PyTorch's rules */
  readonly generator?: RandomGenerator | undefined;
  /** sends batches to `pinMemoryDevice`, each while the one before is used; default false */
  readonly pinMemory?: boolean | undefined;
  /** without effect: workers are threads */
  readonly multiprocessingContext?: unknown;
  /** 'webgpu'; without it, `pinMemory` does nothing: all memory of the CPU is alike */
  readonly pinMemoryDevice?: DeviceLike | undefined;
}

/**
 * Goes through a data set in batches, as `torch.utils.data.DataLoader`; each `for await` is a new round, whose order is
 * PyTorch's for the same seed.
 *
 * Use `for await`: between batches it lets the memory of dropped tensors be given back. A plain `for` does for short
 * loops over items that are not promises. Items that are promises are awaited a batch at a time, and the next batch is
 * fetched while the last one is used.
 *
 * With `numWorkers`, batches are fetched by threads; `serveDataset` says how a data set gets there. Batch `i` comes from
 * worker `i % numWorkers`, whatever is faster, and the default generator of worker `w` is seeded with a number drawn
 * from the loader's plus `w`. An error of a worker is thrown here with its place there, and so is a worker's end.
 * @throws ValueError for options that exclude each other
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 * @example
 * const loader = new DataLoader(trainSet, { batchSize: 64, shuffle: true });
 * for await (const [x, y] of loader) {
 *   const loss = criterion(net(x), y);
 * }
 */
export class DataLoader<T, B = Collated<Awaited<T>>> implements AsyncIterable<B>, Iterable<B> {
  readonly dataset: MapStyle<T> | IterableDataset<T>;
  readonly batchSize: number | null;
  readonly dropLast: boolean;
  /** null for a stream, whose order is its own */
  readonly sampler: IndexSampler<Index> | null;
  /** null for a stream, and where no batches are made */
  readonly batchSampler: IndexSampler<Iterable<Index> | Tensor> | null = null;
  readonly collateFn: (items: Awaited<T>[]) => B;
  readonly generator: RandomGenerator | undefined;
  readonly numWorkers: number;
  readonly prefetchFactor: number;
  readonly persistentWorkers: boolean;
  readonly timeout: number;
  readonly pinMemory: boolean;
  readonly pinMemoryDevice: DeviceLike | undefined;
  readonly #workerModule: WorkerModule | undefined;
  readonly #workerArgs: unknown;
  readonly #collates: boolean;
  /** the workers that stay between rounds */
  #pool: WorkerPool | undefined;

  constructor(dataset: MapStyle<T> | IterableDataset<T>, options: DataLoaderOptions<Awaited<T>, B> = {}) {
    checkOptions(dataset, options);
    const { batchSize = 1, shuffle = false, sampler, batchSampler, dropLast = false, collateFn, generator } = options;
    this.dataset = dataset;
    this.batchSize = batchSampler ? null : batchSize;
    this.dropLast = dropLast;
    this.generator = generator;
    const { numWorkers = 0, prefetchFactor = 2, persistentWorkers = false, timeout = 0 } = options;
    this.numWorkers = numWorkers;
    this.prefetchFactor = prefetchFactor;
    this.persistentWorkers = persistentWorkers;
    this.timeout = timeout;
    this.pinMemory = options.pinMemory ?? false;
    this.pinMemoryDevice = options.pinMemoryDevice;
    this.#workerModule = options.workerModule;
    this.#workerArgs = options.workerArgs;
    this.#collates = collateFn !== undefined;
    if (dataset instanceof IterableDataset) {
      this.sampler = null;
      if (batchSize !== null) checkPositive('batch_size', batchSize);
    } else {
      this.sampler = sampler ?? (shuffle ? new RandomSampler(dataset as Sized, { generator }) : new SequentialSampler(dataset as Sized));
      if (batchSampler) this.batchSampler = batchSampler;
      else if (batchSize !== null) this.batchSampler = new BatchSampler(this.sampler, batchSize, { dropLast });
    }
    const byDefault: unknown = batchSize === null && !batchSampler ? defaultConvert : defaultCollate;
    this.collateFn = collateFn ?? byDefault as (items: Awaited<T>[]) => B;
  }

  /** The number of batches. @throws TypeError if the sampler, or the stream, does not know its length */
  get length(): number {
    if (this.dataset instanceof IterableDataset) {
      const items = lengthOf(this.dataset);
      if (this.batchSize === null) return items;
      return this.dropLast ? Math.floor(items / this.batchSize) : Math.ceil(items / this.batchSize);
    }
    return lengthOf(this.batchSampler ?? this.sampler!);
  }

  [Symbol.asyncIterator](): AsyncGenerator<B, void, undefined> {
    const device = this.#uploadDevice;
    if (this.numWorkers === 0) {
      const batches = asynchronous(this.#start());
      return device === undefined ? batches : uploadedAhead(batches, device, () => {});
    }
    const pool = this.#pool?.stopped === false ? this.#pool : this.#newPool();
    const { persistentWorkers } = this;
    const indices: Iterable<readonly number[] | number | undefined> = this.batchSampler ? batchesOf(this.batchSampler)
      : this.sampler ? indicesOf(this.sampler) : forEver();
    let round: WorkerRound<B> | undefined;
    const begin = (): WorkerRound<B> => (round = new WorkerRound<B>(pool, indices[Symbol.iterator](), this));
    const batches = throughWorkers(begin, pool, persistentWorkers);
    if (persistentWorkers) {
      if (this.#pool !== pool) dropped.register(this, pool);
      this.#pool = pool;
    } else {
      dropped.register(batches, pool);
    }
    return device === undefined ? batches : uploadedAhead(batches, device, () => round?.abandon());
  }

  [Symbol.iterator](): Generator<B, void, undefined> {
    if (this.numWorkers > 0) throw new TypeError('batches from workers are promises: write `for await (… of loader)`');
    return synchronous(this.#start(), this.#uploadDevice);
  }

  get #uploadDevice(): DeviceLike | undefined { return this.pinMemory ? this.pinMemoryDevice : undefined; }

  #start(): Round<B> {
    // PyTorch draws a seed for its workers in every round, even where it has none: later draws depend on it.
    drawSeed(this.generator);
    const { dataset, batchSampler, collateFn } = this;
    if (dataset instanceof IterableDataset) return streamRound(dataset, this.batchSize, this.dropLast, collateFn);
    if (batchSampler) return batchedRound(dataset, batchSampler, collateFn);
    return singleRound(dataset, this.sampler!, collateFn as unknown as (item: Awaited<T>) => B);
  }

  #newPool(): WorkerPool {
    if (isLoaderWorker()) {
      throw new RuntimeError('a worker of a DataLoader cannot have workers of its own: its module, which each worker ' +
        'loads, should make the data set, and not go through it');
    }
    const { numWorkers, batchSize, dropLast, dataset } = this;
    const stream = dataset instanceof IterableDataset;
    const batched = stream ? batchSize !== null : this.batchSampler !== null;
    const plan = { stream, batched, batchSize, dropLast, collates: this.#collates };
    const seed = drawSeed(this.generator);
    return new WorkerPool({ numWorkers, module: this.#workerModule!, args: this.#workerArgs, seed, plan });
  }
}

/** Ends the workers of loaders, and of rounds never brought to an end, that nobody holds any more. */
const dropped = /* @__PURE__ */ new FinalizationRegistry<WorkerPool>((pool) => pool.stop());

function * forEver(): Generator<undefined> { for (;;) yield undefined; }

async function * throughWorkers<B>(
  begin: () => Round<B>, pool: WorkerPool, persistent: boolean,
): AsyncGenerator<B, void, undefined> {
  let round: Round<B> | undefined;
  try {
    round = begin();
    for (;;) {
      await macrotask();
      const step = await round.next();
      if (step.done) return;
      yield step.value;
    }
  } finally {
    void round?.stop(); // of workers, at once
    if (!persistent) pool.stop();
  }
}

async function * asynchronous<B>(round: Round<B>): AsyncGenerator<B, void, undefined> {
  try {
    let ahead: Promise<IteratorResult<B, undefined>> | undefined;
    for (;;) {
      await macrotask();
      let step = ahead ?? round.next();
      if (step instanceof Promise) {
        step = await step;
        if (step.done) return;
        ahead = (async () => round.next())();
        // Should it fail, that comes to light when its turn comes; until then it is no unhandled rejection.
        ahead.catch(() => {});
      }
      if (step.done) return;
      yield step.value;
    }
  } finally {
    await round.stop();
  }
}

function * synchronous<B>(round: Round<B>, device: DeviceLike | undefined): Generator<B, void, undefined> {
  try {
    for (;;) {
      const step = round.next();
      if (step instanceof Promise) {
        step.catch(() => {});
        throw new TypeError('the items of this data set are promises: write `for await (… of loader)`');
      }
      if (step.done) return;
      yield device === undefined ? step.value : uploaded(step.value, device);
    }
  } finally {
    const ending = round.stop();
    if (ending instanceof Promise) ending.catch(() => {}); // nobody can wait for it here
  }
}

function lengthOf(sized: object): number {
  if (sized instanceof Tensor) return sizeOf(sized);
  const { length } = sized as { readonly length?: unknown };
  if (typeof length === 'function') throw new TypeError(`length of ${typeName(sized)} is a method; it should be a property: get length() { … }`);
  if (!Number.isInteger(length)) throw new TypeError(`object of type '${typeName(sized)}' has no len()`);
  return length as number;
}

function checkOptions(dataset: object, options: DataLoaderOptions<never, unknown>): void {
  checkWorkerOptions(checked('DataLoader', options, 'batchSize'));
  const { batchSize = 1, shuffle = false, sampler, batchSampler, dropLast = false } = options;
  if (dataset instanceof IterableDataset) {
    if (!dataset[Symbol.iterator] && !dataset[Symbol.asyncIterator]) {
      throw new NotImplementedError(`${typeName(dataset)} defines neither [Symbol.iterator] nor [Symbol.asyncIterator]`);
    }
    const unexpected = Object.entries({ shuffle: shuffle || undefined, sampler, batch_sampler: batchSampler })
      .find(([, value]) => value !== undefined);
    if (unexpected) {
      const [name, value] = unexpected;
      throw new ValueError(`DataLoader with IterableDataset: expected unspecified ${name} option, ` +
        `but got ${name}=${value === true ? 'True' : typeName(value)}`);
    }
  } else if (!Array.isArray(dataset) && !(dataset instanceof Tensor) && typeof (dataset as { getItem?: unknown } | null)?.getItem !== 'function') {
    throw new TypeError('DataLoader takes a Dataset with getItem(index) and length, an array, a tensor, or an IterableDataset; ' +
      `got ${typeName(dataset)}`);
  } else if (!sampler && !batchSampler) lengthOf(dataset);
  if (sampler && shuffle) throw new ValueError('sampler option is mutually exclusive with shuffle');
  if (batchSampler) {
    if (batchSize !== 1 || shuffle || sampler || dropLast) {
      throw new ValueError('batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last');
    }
  } else if (batchSize === null && dropLast) {
    throw new ValueError('batch_size=None option disables auto-batching and is mutually exclusive with drop_last');
  }
}
