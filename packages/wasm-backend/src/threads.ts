import { RuntimeError } from '@sconce/tensor';
import { addressOf, type Heap } from './heap.js';
import { canSpawn, spawn, type Thread } from './spawn.js';
import { CONTROL, JOB_ARGUMENTS, MAX_ARGUMENTS, MESSAGE, PARTS } from './worker-source.js';

/** More threads than that are not started. */
export const MAX_THREADS = 64;
/** So many parts at least are cut for each thread: who comes late finds something left. */
const PARTS_PER_THREAD = 2;
/**
 * Larger parts, in multiply-adds, are cut further, up to so many for each thread: at the end all wait for the slowest one's last, and
 * of small ones the caches still hold the last when the next job begins with it.
 */
const LARGE_PART = 60_000, MOST_PARTS_PER_THREAD = 8;
/** A worker that has not answered for so long has died. */
const PATIENCE_MS = 30_000;
/** How often the waiting thread looks at the clock. */
const CLOCK_ROUNDS = 1 << 20;
/** Waking a sleeper takes the caller some 30 µs: smaller jobs, in multiply-adds, are worth it only where they follow each other. */
const WORTH_WAKING = 1_000_000;

/** A module that kernels may come from; `address` is where its bytes lie in the heap, 0 as long as no worker needs them. */
interface Code { readonly bytes: Uint8Array<ArrayBuffer>; address: number }

/**
 * Threads that share the heap and run parts of kernels. Jobs go through shared memory: a worker that has just worked
 * spins for the next and takes a part in a fraction of a microsecond; an idle one sleeps and must be woken. The calling
 * thread takes parts as well until none is left, so it waits for those only that have begun: a worker whose core is
 * lent to the garbage collector holds nobody up. The parts are the same whoever does them, and so is the result.
 *
 * The calling thread takes parts from one end and workers from the other, so each mostly has the same part of the memory; and
 * every other job goes the other way, and begins with what the caches still hold of the one before.
 */
export class Threads {
  private readonly workers: Thread[] = [];
  private readonly control: Int32Array;
  private readonly arguments: Float64Array;
  private readonly modules: Code[] = [];
  private sequence = 0;
  /** every other job runs backward */
  private backward = false;
  /** what was done without sleepers since one was woken, in multiply-adds */
  private missed = 0;
  /** a worker has ended by itself */
  private lost = false;
  /** what has gone wrong with the workers, which are not to be trusted after that */
  private broken = false;
  /** threads that take part in a job, with the calling one */
  count = 1;
  /** what the calling thread does once others have begun with the next job, before it takes parts of that itself */
  meanwhile: (() => void) | null = null;

  /** @param patience milliseconds after which a worker that has not answered has died */
  constructor(private readonly heap: Heap, private readonly patience = PATIENCE_MS) {
    this.control = new Int32Array(heap.memory.buffer, 0, JOB_ARGUMENTS / 4);
    this.arguments = new Float64Array(heap.memory.buffer, JOB_ARGUMENTS, MAX_ARGUMENTS);
  }

  /** Lets `count` threads work; they start when there is enough to do for the first time. */
  resize(count: number): void {
    if (!Number.isInteger(count) || count < 1) throw new RuntimeError(`set_num_threads expects a positive integer, but got ${String(count)}`);
    this.count = this.heap.shared && !this.broken && canSpawn() ? Math.min(count, MAX_THREADS) : 1;
    Atomics.store(this.control, CONTROL.admitted, this.count - 1);
  }

  /** How many parts large jobs should have at least. */
  get parts(): number { return this.count > 1 ? this.count * PARTS_PER_THREAD : 1; }

  /** Registers a module that kernels may come from; gives its number. */
  addModule(bytes: Uint8Array<ArrayBuffer>): number { return this.modules.push({ bytes, address: 0 }) - 1; }

  /**
   * Runs function `index` of a module, here known as `kernel`, over `[0, total)`.
   * @param cost multiply-adds, or what takes as long
   */
  run(module: number, index: number, kernel: (from: number, to: number, ...args: number[]) => void, total: number, cost: number, args: readonly number[]): void {
    if (args.length > MAX_ARGUMENTS) throw new RangeError(`a job of ${args.length} arguments has no room; the most are ${MAX_ARGUMENTS}`);
    this.start();
    const { control } = this, parts = this.partsOf(total, cost);
    control[CONTROL.module] = module;
    control[CONTROL.address] = this.addressOf(module);
    control[CONTROL.length] = this.modules[module].bytes.length;
    control[CONTROL.function] = index;
    control[CONTROL.total] = total;
    control[CONTROL.parts] = parts;
    control[CONTROL.end] = parts;
    // backward means from the end of the calling thread's share
    const share = Math.floor(parts / this.count), backward = (this.backward = !this.backward) && share > 0;
    const first = (control[CONTROL.first] = backward ? share - 1 : 0), step = (control[CONTROL.step] = backward ? parts - 1 : 1);
    control[CONTROL.count] = args.length;
    for (let i = 0; i < args.length; i++) this.arguments[i] = args[i];
    this.open(parts, cost);
    const { meanwhile } = this;
    this.meanwhile = null;
    try {
      meanwhile?.();
    } finally {
      let done = 0;
      for (let open; (open = Atomics.load(control, CONTROL.open)) % PARTS !== 0;) {
        if (Atomics.compareExchange(control, CONTROL.open, open, open - 1) !== open) continue;
        const part = (first + step * done++) % parts;
        kernel(Math.floor(total * part / parts), Math.floor(total * (part + 1) / parts), ...args);
      }
      this.join(parts - done);
    }
  }

  private partsOf(total: number, cost: number): number {
    // as many for each thread: with 7 for two of them, one would wait for the other's fourth
    const each = Math.min(MOST_PARTS_PER_THREAD, Math.max(PARTS_PER_THREAD, Math.ceil(cost / LARGE_PART / this.count)));
    return Math.min(total, each * this.count, PARTS - 1);
  }

  private start(): void {
    if (this.lost) this.fail('a worker thread has ended');
    while (this.workers.length < this.count - 1) {
      this.workers.push(spawn(this.heap.memory, this.workers.length + 1, () => { this.lost = true; }));
    }
  }

  /** Where workers find a module's bytes. */
  private addressOf(module: number): number {
    const code = this.modules[module];
    if (code.address === 0) {
      code.address = addressOf(this.heap.allocate(code.bytes.length));
      new Uint8Array(this.heap.memory.buffer, code.address, code.bytes.length).set(code.bytes);
    }
    return code.address;
  }

  private open(parts: number, cost: number): void {
    const { control } = this;
    Atomics.store(control, CONTROL.done, 0);
    // 23 bits count the jobs: a worker would have to sleep through 8 million of them, to the job, to mistake one for another
    this.sequence = (this.sequence + PARTS) % 2 ** 31;
    Atomics.store(control, CONTROL.open, this.sequence + parts);
    if (Atomics.load(control, CONTROL.sleeping) === 0) return;
    this.missed += cost;
    if (cost < WORTH_WAKING && this.missed < 2 * WORTH_WAKING) return;
    this.missed = 0;
    Atomics.notify(control, CONTROL.open);
  }

  /** Waits for the parts that workers have taken. */
  private join(parts: number): void {
    const { control } = this;
    let deadline = 0;
    for (let round = 1; Atomics.load(control, CONTROL.done) < parts; round++) {
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
    this.resize(1);
    for (const worker of this.workers.splice(0)) worker.terminate();
    this.lost = false;
    throw new RuntimeError(`${what}; the result of this operation is lost, and what follows runs on one thread`);
  }
}
