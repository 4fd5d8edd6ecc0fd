import type { Round } from '../rounds.js';
import { caught } from './failure.js';
import type { WorkerPool, WorkersAnswer } from './pool.js';

export interface WorkerRoundOptions {
  readonly numWorkers: number;
  readonly prefetchFactor: number;
  /** in seconds; 0 waits for ever */
  readonly timeout: number;
}

interface Task {
  readonly worker: number;
  answer?: WorkersAnswer;
}

const done = { done: true, value: undefined } as const;

/**
 * One round through workers, with PyTorch's schedule: tasks go to the workers in turn, as many ahead as each may
 * prefetch, and what they answer is given in the tasks' order.
 */
export class WorkerRound<B> implements Round<B> {
  readonly #round: number;
  readonly #tasks = new Map<number, Task>();
  readonly #active: boolean[];
  /** the next task to be given out, and the next whose answer is wanted */
  #sent = 0;
  #wanted = 0;
  /** whose turn it is */
  #turn = 0;

  /** @param indices what each task fetches: a batch's indices, an item's, or undefined for ever for a stream */
  constructor(
    private readonly pool: WorkerPool, private readonly indices: Iterator<readonly number[] | number | undefined>,
    private readonly options: WorkerRoundOptions,
  ) {
    const { numWorkers, prefetchFactor } = options;
    this.#round = pool.beginRound();
    this.#active = Array.from({ length: numWorkers }, () => true);
    for (let i = 0; i < prefetchFactor * numWorkers; i++) this.#send();
  }

  async next(): Promise<IteratorResult<B, undefined>> {
    for (;;) {
      this.pool.check(this.#round);
      const task = this.#nextTask();
      if (!task) return done;
      const answer = task.answer ?? await this.pool.next(this.#round, this.options.timeout);
      if (answer.kind === 'end') {
        this.#active[answer.worker] = false;
        this.#send();
      } else if (answer.task === this.#wanted) {
        return { done: false, value: this.#accept(answer) };
      } else {
        this.#tasks.get(answer.task)!.answer = answer;
      }
    }
  }

  stop(): void { this.indices.return?.(); }

  /** Makes a batch that is on its way fail at once. */
  abandon(): void { this.pool.abandonRound(this.#round); }

  /** The task whose answer is wanted: the first that was answered or whose worker still has items. */
  #nextTask(): Task | undefined {
    for (; this.#wanted < this.#sent; this.#wanted++) {
      const task = this.#tasks.get(this.#wanted)!;
      if (task.answer || this.#active[task.worker]) return task;
      this.#tasks.delete(this.#wanted);
    }
    return undefined;
  }

  #accept(answer: WorkersAnswer): B {
    this.#tasks.delete(this.#wanted++);
    this.#send();
    if (answer.kind === 'failure') throw caught(answer.failure, answer.worker);
    return this.pool.take(answer as Extract<WorkersAnswer, { kind: 'batch' }>) as B;
  }

  /** Gives the next task to the next worker that has items. */
  #send(): void {
    const { numWorkers } = this.options;
    const next = this.indices.next();
    if (next.done) return;
    for (let i = 0; i < numWorkers; i++) {
      const worker = this.#turn++ % numWorkers;
      if (!this.#active[worker]) continue;
      this.#tasks.set(this.#sent, { worker });
      this.pool.fetch(worker, this.#sent++, next.value);
      return;
    }
  }
}
