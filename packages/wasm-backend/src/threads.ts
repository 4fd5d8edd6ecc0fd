import { RuntimeError } from '@sconce/tensor';
import { addressOf, type Heap } from './heap.js';
import { canSpawn, spawn, type Thread } from './spawn.js';
import { CONTROL, JOB_ARGUMENTS, MAX_ARGUMENTS, MESSAGE, STARTED } from './worker-source.js';

/** More threads than that are not started. */
export const MAX_THREADS = 64;
/** A worker that has not answered for so long has died. */
const PATIENCE_MS = 30_000;
/** How often the waiting thread looks at the clock. */
const CLOCK_ROUNDS = 1 << 20;

/**
 * Threads that share the heap and run parts of kernels. Jobs go through shared memory: a worker that has just worked
 * spins for the next and takes it in a fraction of a microsecond; an idle one sleeps and must be woken.
 */
export class Threads {
  private readonly workers: Thread[] = [];
  private readonly control: Int32Array;
  /** set by each worker when it has started */
  private readonly started: Int32Array;
  /** workers that take part: all of them must be done before the next job */
  private admitted = 0;
  private readonly arguments: Float64Array;
  private readonly modules: Uint8Array<ArrayBuffer>[] = [];
  /** how many of `modules` the workers have */
  private loaded = 0;
  /** a worker has ended by itself */
  private lost = false;
  /** what has gone wrong with the workers, which are not to be trusted after that */
  private broken = false;
  /** threads that take part in a job, with the calling one */
  count = 1;

  /** @param patience milliseconds after which a worker that has not answered has died */
  constructor(private readonly heap: Heap, private readonly patience = PATIENCE_MS) {
    this.control = new Int32Array(heap.memory.buffer, 0, JOB_ARGUMENTS / 4);
    this.started = new Int32Array(heap.memory.buffer, STARTED, MAX_THREADS);
    this.arguments = new Float64Array(heap.memory.buffer, JOB_ARGUMENTS, MAX_ARGUMENTS);
  }

  /** Lets `count` threads work; they start when there is enough to do for the first time. */
  resize(count: number): void {
    if (!Number.isInteger(count) || count < 1) throw new RuntimeError(`set_num_threads expects a positive integer, but got ${String(count)}`);
    this.count = this.heap.shared && !this.broken && canSpawn() ? Math.min(count, MAX_THREADS) : 1;
    this.admit(Math.min(this.admitted, this.count - 1));
  }

  /** Lets the first workers take part. To be called between two jobs, so that each has the same ones to its end. */
  private admit(workers: number): void { this.admitted = this.control[CONTROL.admitted] = workers; }

  /** Registers a module that kernels may come from; gives its number. */
  addModule(bytes: Uint8Array<ArrayBuffer>): number { return this.modules.push(bytes) - 1; }

  /** How many threads can take part now: workers count once they have started. */
  available(): number {
    if (this.lost) this.fail('a worker thread has ended');
    while (this.workers.length < this.count - 1) {
      this.workers.push(spawn(this.heap.memory, this.workers.length + 1, () => { this.lost = true; }));
    }
    let ready = this.admitted;
    while (ready < this.count - 1 && Atomics.load(this.started, ready) === 1) ready++;
    if (ready > this.admitted) {
      this.admit(ready);
      this.loaded = 0;
    }
    return Math.min(this.count, 1 + this.admitted);
  }

  /** Runs function `index` of a module over `[0, total)`, a part on each of `parts` threads. */
  run(module: number, index: number, kernel: (from: number, to: number, ...args: number[]) => void, parts: number, total: number, args: readonly number[]): void {
    if (args.length > MAX_ARGUMENTS) throw new RangeError(`a job of ${args.length} arguments has no room; the most are ${MAX_ARGUMENTS}`);
    if (this.loaded <= module) this.load();
    const { control } = this;
    control[CONTROL.module] = module;
    control[CONTROL.function] = index;
    control[CONTROL.total] = total;
    control[CONTROL.parts] = parts;
    control[CONTROL.count] = args.length;
    for (let i = 0; i < args.length; i++) this.arguments[i] = args[i];
    this.post();
    kernel(0, Math.floor(total / parts), ...args);
    this.join();
  }

  /** Hands the workers the modules that they lack. */
  private load(): void {
    for (; this.loaded < this.modules.length; this.loaded++) {
      const bytes = this.modules[this.loaded], block = this.heap.allocate(bytes.length), address = addressOf(block);
      new Uint8Array(this.heap.memory.buffer, address, bytes.length).set(bytes);
      this.control[CONTROL.module] = -1 - this.loaded;
      this.control[CONTROL.function] = address;
      this.control[CONTROL.total] = bytes.length;
      this.post();
      this.join();
      this.heap.release(block);
    }
  }

  private post(): void {
    const { control } = this;
    Atomics.store(control, CONTROL.done, 0);
    Atomics.add(control, CONTROL.sequence, 1);
    if (Atomics.load(control, CONTROL.sleeping) > 0) Atomics.notify(control, CONTROL.sequence);
  }

  private join(): void {
    const { control } = this;
    let deadline = 0;
    for (let round = 1; Atomics.load(control, CONTROL.done) < this.admitted; round++) {
      if (round % CLOCK_ROUNDS !== 0) continue;
      deadline ||= performance.now() + this.patience;
      if (performance.now() > deadline) this.fail('a worker thread has stopped answering');
    }
    const failed = Atomics.load(control, CONTROL.failed);
    if (failed !== 0) this.fail(`a worker thread has failed: ${new TextDecoder().decode(new Uint8Array(this.heap.memory.buffer, MESSAGE, failed).slice())}`);
  }

  /** Goes on without workers. */
  private fail(what: string): never {
    this.broken = true;
    this.count = 1;
    this.admit(0);
    for (const worker of this.workers.splice(0)) worker.terminate();
    this.lost = false;
    throw new RuntimeError(`${what}; the result of this operation is lost, and what follows runs on one thread`);
  }
}
