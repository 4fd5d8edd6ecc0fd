import { RuntimeError } from '@sconce/tensor';
import { caught } from './failure.js';
import type { Answer, FetchPlan } from './protocol.js';
import { startThread, type Thread, type WorkerModule } from './thread.js';
import { pack, unpack } from './wire.js';

export interface PoolOptions {
  readonly numWorkers: number;
  readonly module: WorkerModule;
  readonly args: unknown;
  readonly seed: bigint;
  readonly plan: FetchPlan;
}

export type WorkersAnswer = Answer & { readonly worker: number };

/** A loader's workers, started when the first round begins. It knows nothing of the loader, which may be dropped. */
export class WorkerPool {
  /** The workers are no longer there, or not to be trusted. */
  stopped = false;
  #threads: readonly Thread[] | undefined;
  #round = 0;
  #inbox: WorkersAnswer[] = [];
  #death: Error | undefined;
  #wake = (): void => {};

  constructor(private readonly options: PoolOptions) {}

  /** What a round still waits for will not come, if it is the one that began last. */
  abandonRound(round: number): void {
    if (round !== this.#round) return;
    this.#round++;
    this.#inbox = [];
    this.#wake();
  }

  /** Begins a round, in the place of any other. */
  beginRound(): number {
    this.abandonRound(this.#round);
    this.#threads ??= this.#start();
    for (const thread of this.#threads) thread.post({ kind: 'round', round: this.#round });
    return this.#round;
  }

  fetch(worker: number, task: number, indices: readonly number[] | number | undefined): void {
    this.#threads![worker]!.post({ kind: 'fetch', task, indices });
  }

  /** A batch in memory of its own. The worker gets its shared memory back, as fresh pages cost far more than a copy. */
  take({ worker, value }: Extract<WorkersAnswer, { kind: 'batch' }>): unknown {
    const spent = new Set<SharedArrayBuffer>(), batch = unpack(value, spent);
    if (spent.size > 0) this.#threads![worker]?.post({ kind: 'spent', buffers: spent });
    return batch;
  }

  /**
   * What came from any worker, in order.
   * @param timeout in seconds; 0 waits for ever
   * @throws RuntimeError after the timeout, or where a worker ended, after all that it had sent
   */
  async next(round: number, timeout: number): Promise<WorkersAnswer> {
    if (this.#inbox.length === 0 && !this.#death) await this.#wait(timeout);
    this.check(round);
    const answer = this.#inbox.shift();
    if (answer) return answer;
    this.stop();
    throw this.#death ?? new RuntimeError(`DataLoader timed out after ${timeout} seconds`);
  }

  /** @throws RuntimeError if it is not the round that began last */
  check(round: number): void {
    if (round === this.#round) return;
    throw new RuntimeError('another round has begun: a loader with persistentWorkers goes through one at a time');
  }

  stop(): void {
    this.stopped = true;
    for (const thread of this.#threads ?? []) thread.terminate();
    this.#threads = [];
  }

  #start(): readonly Thread[] {
    const { numWorkers, module, args, seed, plan } = this.options;
    const threads: Thread[] = [];
    // at hand already while they are being started, in case that one fails to
    this.#threads = threads;
    for (let id = 0; id < numWorkers; id++) {
      const thread: Thread = startThread(module, {
        answer: (answer) => {
          if (answer.round !== this.#round) return;
          this.#inbox.push({ ...answer, worker: id });
          this.#wake();
        },
        died: (failure) => this.#mourn(caught(failure, id)),
        ended: (reason) => this.#mourn(
          new RuntimeError(`DataLoader worker (pid(s) ${thread.name}) exited unexpectedly: ${reason}`)),
      });
      threads.push(thread);
      const { value, transfer } = pack(args);
      thread.post({ kind: 'start', id, numWorkers, seed, plan, args: value }, transfer);
    }
    return threads;
  }

  #mourn(death: Error): void {
    this.#death ??= death;
    this.#wake();
  }

  /** Until something happens. The program does not end meanwhile. */
  async #wait(timeout: number): Promise<void> {
    const hold = (held: boolean): void => this.#threads!.forEach((thread) => thread.hold(held));
    hold(true);
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (timeout > 0) timer = setTimeout(resolve, timeout * 1000);
    });
    clearTimeout(timer);
    hold(false);
  }
}
