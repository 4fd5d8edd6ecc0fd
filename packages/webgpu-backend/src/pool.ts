import { OutOfMemoryError, sizeText } from './errors.js';

const STORAGE_USAGE = 0x80 | 0x04 | 0x08; // STORAGE | COPY_SRC | COPY_DST
/** Free buffers beyond so many bytes are destroyed. */
const KEEP = 512 * 2 ** 20;
/**
 * Where so much more is in use than there was since, or half as much again, it is mostly dropped tensors, and the engine is made
 * to look for them: it does not see a device's memory. A look takes as long as a small step, so large buffers may come together
 * first, up to a limit. It is also made to look after so many buffers.
 */
const SLACK = 4 * 2 ** 20, LARGE = 64, MOST_SLACK = 256 * 2 ** 20, MANY = 2048;
const KICK_BYTES = 128 * 2 ** 20;

/** Bytes in use: now, at most, and all that ever were. */
class Meter {
  current = 0;
  peak = 0;
  total = 0;

  /** @param nbytes below 0 for what is given back */
  add(nbytes: number): void {
    this.current += nbytes;
    this.total += Math.max(nbytes, 0);
    this.peak = Math.max(this.peak, this.current);
  }
}

/** A buffer of the pool. */
export interface Buffer {
  readonly gpu: GPUBuffer;
  readonly id: number;
  readonly size: number;
  /** whose it is: after a device was lost there are buffers of several */
  readonly pool: Pool;
  /** the flush in which it was last used */
  epoch: number;
}

/** Four sizes per power of two, so that at most a fifth is wasted; a multiple of 256. */
function bucket(nbytes: number): number {
  if (nbytes <= 256) return 256;
  const step = Math.max(256, 2 ** (Math.ceil(Math.log2(nbytes)) - 3));
  return Math.ceil(nbytes / step) * step;
}

/** Where a buffer of that number belongs in a list by falling numbers. */
function placeOf(list: readonly Buffer[], id: number): number {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].id > id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Buffers by size: taken, given back, and taken again. Work is ordered on the queue, so a buffer may be reused at once. The
 * first ones made are taken first: so a loop's turns meet the same buffers, and the bind groups made for them, again.
 */
export class Pool {
  readonly allocated = new Meter();
  readonly reserved = new Meter();
  /** how often the device had no memory */
  failures = 0;
  private readonly free = new Map<number, Buffer[]>();
  private freeBytes = 0;
  /** since the engine was last made to look: buffers taken, the largest of them, and the least that was in use */
  private taken = 0;
  private largest = 0;
  private lowest = 0;
  private nextId = 0;
  private doomed: GPUBuffer[] = [];
  /** buffers that the device had no memory for */
  private readonly broken = new WeakSet<GPUBuffer>();

  /** @param onFailure is told when the device has no memory left */
  constructor(private readonly device: GPUDevice, private readonly onFailure: (error: OutOfMemoryError) => void) {}

  /**
   * A buffer of at least so many bytes.
   * @param before only one that was last used before this flush: its contents can be written at once
   * @throws OutOfMemoryError for more than the device can bind
   */
  take(nbytes: number, before = Infinity): Buffer {
    const size = bucket(nbytes);
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (nbytes > largest) throw this.outOfMemory(nbytes, ` A buffer has at most ${sizeText(largest)}`);
    const list = this.free.get(size);
    const at = list ? list.findLastIndex((b) => b.epoch < before) : -1;
    let buffer: Buffer;
    if (at >= 0) {
      buffer = list!.splice(at, 1)[0];
      this.freeBytes -= size;
    } else {
      const bytes = Math.min(size, largest & ~3);
      buffer = { gpu: this.create(bytes), id: this.nextId++, size, pool: this, epoch: -1 };
      this.reserved.add(size);
    }
    this.allocated.add(size);
    this.largest = Math.max(this.largest, size);
    const slack = Math.max(SLACK, this.lowest / 2, Math.min(MOST_SLACK, LARGE * this.largest));
    if (++this.taken > MANY || this.allocated.current > this.lowest + slack) {
      this.taken = this.largest = 0;
      this.lowest = this.allocated.current;
      void new ArrayBuffer(KICK_BYTES); // never touched, so it takes no memory
    }
    return buffer;
  }

  give(buffer: Buffer): void {
    if (buffer.pool !== this) return buffer.pool.give(buffer);
    this.allocated.add(-buffer.size);
    this.lowest = Math.min(this.lowest, this.allocated.current);
    if (this.freeBytes + buffer.size > KEEP || this.broken.has(buffer.gpu)) return this.drop(buffer);
    this.freeBytes += buffer.size;
    const list = this.free.get(buffer.size);
    if (list) list.splice(placeOf(list, buffer.id), 0, buffer);
    else this.free.set(buffer.size, [buffer]);
  }

  private drop({ gpu, size }: Buffer): void {
    this.reserved.add(-size);
    this.doomed.push(gpu);
  }

  /** A buffer of the device; that it has no memory left for it shows later. */
  private create(size: number): GPUBuffer {
    const { device } = this;
    device.pushErrorScope('out-of-memory');
    const buffer = device.createBuffer({ size, usage: STORAGE_USAGE });
    void device.popErrorScope().then((error) => {
      if (!error) return;
      this.broken.add(buffer);
      this.onFailure(this.outOfMemory(size));
      // what is free may be what the next attempt needs
      this.emptyCache();
    }, () => {}); // the device is lost, which is told elsewhere
    return buffer;
  }

  private outOfMemory(nbytes: number, more = ''): OutOfMemoryError {
    this.failures++;
    return new OutOfMemoryError(
      `WebGPU out of memory. Tried to allocate ${sizeText(nbytes)} (GPU 0; ${sizeText(this.allocated.current)} already allocated; ` +
      `${sizeText(this.reserved.current)} reserved in total by Sconce)${more}`);
  }

  /** Gives up all free buffers; they are destroyed after the next submit. */
  emptyCache(): void {
    for (const list of this.free.values()) for (const buffer of list) this.drop(buffer);
    this.free.clear();
    this.freeBytes = 0;
  }

  /** Destroys what is over the budget; after a submit only, because recorded work may use it. Says whether there was any. */
  trim(): boolean {
    const any = this.doomed.length > 0;
    for (const gpu of this.doomed) gpu.destroy();
    this.doomed = [];
    return any;
  }
}
