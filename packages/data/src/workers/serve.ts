import { initialSeed, manualSeed, RuntimeError } from '@sconce/tensor';
import { defaultCollate, defaultConvert } from '../collate.js';
import { IterableDataset, type MapStyle } from '../dataset.js';
import { batchedRound, singleRound, streamRound, type Round } from '../rounds.js';
import { reuse } from '../tensor-over.js';
import { typeName } from '../type-name.js';
import { describeFailure } from './failure.js';
import { workerHost, type Host } from './host.js';
import type { FetchPlan, Order } from './protocol.js';
import { pack, unpack } from './wire.js';
import { setWorkerInfo } from './worker-info.js';

type AnyDataset<T> = MapStyle<T> | IterableDataset<T>;

export interface ServeOptions<T> {
  /** makes one batch of many items; needed where the loader has one */
  readonly collateFn?: ((items: Awaited<T>[]) => unknown) | undefined;
  /** called once with the worker's number, after seeding and before the first item */
  readonly workerInitFn?: ((workerId: number) => void | Promise<void>) | undefined;
}

/**
 * Gives a data set to the workers of a `DataLoader`. Functions cannot be sent to other threads, so each worker loads
 * the module that the loader's `workerModule` names, and that module calls this. In any other thread it does nothing:
 * the module may be imported everywhere.
 * @param dataset the data set, or a function (or async function) that makes it from the loader's `workerArgs`
 * @throws RuntimeError if a worker calls it twice
 * @see https://pytorch.org/docs/stable/data.html#multi-process-data-loading
 * @example
 * // squares.js
 * export class Squares extends Dataset<number> {
 *   constructor(readonly length: number) { super(); }
 *   getItem(i: number) { return i * i; }
 * }
 * serveDataset(({ length }: { length: number }) => new Squares(length));
 *
 * // main.js
 * const loader = new DataLoader(new Squares(10), {
 *   batchSize: 4, numWorkers: 2, workerModule: new URL('./squares.js', import.meta.url), workerArgs: { length: 10 },
 * });
 */
export function serveDataset<T, A = unknown>(
  dataset: AnyDataset<T> | ((args: A) => AnyDataset<T> | Promise<AnyDataset<T>>), options: ServeOptions<T> = {},
): void {
  const host = workerHost();
  if (!host) return;
  if (serving) throw new RuntimeError('a worker serves one data set: choose it by workerArgs');
  serving = true;
  const make = typeof dataset === 'function' ? dataset : () => dataset;
  const server = new Server(host, make as (args: unknown) => AnyDataset<unknown>, options as ServeOptions<unknown>);
  let line = Promise.resolve();
  host.listen((order) => { line = line.then(() => server.obey(order)); });
  void host.lock().then((lock) => host.post({ kind: 'ready', lock }));
}

let serving = false;

/** What a worker does. */
class Server {
  #plan: FetchPlan | undefined;
  #dataset: AnyDataset<unknown> | undefined;
  /** what went wrong before the first item */
  #failed: { readonly thrown: unknown } | undefined;
  #round = 0;
  #batches: Round<unknown> | undefined;
  #ended = false;
  /** what the present task fetches */
  private indices: readonly number[] | number | undefined;

  constructor(
    private readonly host: Host, private readonly make: (args: unknown) => AnyDataset<unknown> | Promise<AnyDataset<unknown>>,
    private readonly options: ServeOptions<unknown>,
  ) {}

  async obey(order: Order): Promise<void> {
    if (order.kind === 'fetch') return this.#fetch(order.task, order.indices);
    if (order.kind === 'spent') return reuse(order.buffers);
    try {
      if (order.kind === 'start') await this.#start(order);
      else this.#beginRound(order.round);
    } catch (thrown) {
      this.#failed ??= { thrown };
    }
  }

  async #start({ id, numWorkers, seed, plan, args }: Extract<Order, { kind: 'start' }>): Promise<void> {
    const dataset = await this.make(unpack(args));
    if ((dataset instanceof IterableDataset) !== plan.stream) {
      throw new TypeError(`the worker's data set is of type ${typeName(dataset)}, but the loader's is ` +
        `${plan.stream ? 'an IterableDataset' : 'none of the kind IterableDataset'}`);
    }
    if (plan.collates && !this.options.collateFn) {
      throw new TypeError('the loader has a collateFn, which cannot be sent to a worker: give it to serveDataset too');
    }
    manualSeed(seed + BigInt(id));
    setWorkerInfo({ id, numWorkers, seed: initialSeed(), dataset });
    this.#plan = plan;
    this.#dataset = dataset;
    await this.options.workerInitFn?.(id);
  }

  #beginRound(round: number): void {
    this.#round = round;
    this.#ended = false;
    this.#batches?.stop();
    if (this.#failed) return;
    const { batched, batchSize, dropLast } = this.#plan!;
    const collate = this.options.collateFn ?? (batched ? defaultCollate : defaultConvert as never);
    const dataset = this.#dataset!;
    if (dataset instanceof IterableDataset) {
      this.#batches = streamRound(dataset, batchSize, dropLast, collate);
    } else {
      this.#batches = batched ? batchedRound(dataset, this.#tasks() as Iterable<number[]>, collate)
        : singleRound(dataset, this.#tasks() as Iterable<number>, collate as never);
    }
  }

  /** A sampler that always gives the present task's indices. */
  * #tasks(): Generator<unknown> { for (;;) yield this.indices; }

  async #fetch(task: number, indices: readonly number[] | number | undefined): Promise<void> {
    if (this.#ended) return;
    const answer = { round: this.#round, task };
    try {
      if (this.#failed) throw this.#failed.thrown;
      this.indices = indices;
      const batch = await this.#batches!.next();
      if (batch.done) {
        this.#ended = true;
        return this.host.post({ ...answer, kind: 'end' });
      }
      // of what the default collation makes, nobody keeps anything
      const { value, transfer } = pack(batch.value, { exclusive: this.#plan!.batched && !this.options.collateFn });
      this.host.post({ ...answer, kind: 'batch', value }, transfer);
    } catch (thrown) {
      this.host.post({ ...answer, kind: 'failure', failure: describeFailure(thrown) });
    }
  }
}
