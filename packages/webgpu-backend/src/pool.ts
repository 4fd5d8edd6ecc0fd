import { OutOfMemoryError } from './errors.js';

const STORAGE_USAGE = 0x80 | 0x04 | 0x08; // STORAGE | COPY_SRC | COPY_DST
/** Free buffers beyond so many bytes are destroyed. */
const KEEP = 512 * 2 ** 20;
/** After so many bytes the engine is made to look for dropped tensors: it does not see a device's memory. */
const KICK = 64 * 2 ** 20;
const KICK_BYTES = 128 * 2 ** 20;
/** What a small buffer counts for that: many of them are dropped tensors as well. */
const LEAST = 8192;

/** A buffer of the pool. */
export interface Buffer {
  readonly gpu: GPUBuffer;
  readonly id: number;
  readonly size: number;
  /** the flush in which it was last used */
  epoch: number;
}

/** Four sizes per power of two, so that at most a fifth is wasted; a multiple of 256. */
function bucket(nbytes: number): number {
  if (nbytes <= 256) return 256;
  const step = Math.max(256, 2 ** (Math.ceil(Math.log2(nbytes)) - 3));
  return Math.ceil(nbytes / step) * step;
}

/** Buffers by size: taken, given back, and taken again. Work is ordered on the queue, so a buffer may be reused at once. */
export class Pool {
  allocated = 0;
  reserved = 0;
  peak = 0;
  private readonly free = new Map<number, Buffer[]>();
  private freeBytes = 0;
  private sinceKick = 0;
  private nextId = 0;
  private doomed: GPUBuffer[] = [];

  constructor(private readonly device: GPUDevice) {}

  /**
   * A buffer of at least so many bytes.
   * @param before only one that was last used before this flush: its contents can be written at once
   * @throws OutOfMemoryError for more than the device can bind
   */
  take(nbytes: number, before = Infinity): Buffer {
    const size = bucket(nbytes);
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (size > largest && nbytes > largest) {
      throw new OutOfMemoryError(
        `WebGPU out of memory. Tried to allocate ${nbytes} bytes; the largest buffer of this device has ${largest} bytes`);
    }
    const list = this.free.get(size);
    const at = list ? list.findLastIndex((b) => b.epoch < before) : -1;
    let buffer: Buffer;
    if (at >= 0) {
      buffer = list!.splice(at, 1)[0];
      this.freeBytes -= size;
    } else {
      const bytes = Math.min(size, largest & ~3);
      buffer = { gpu: this.device.createBuffer({ size: bytes, usage: STORAGE_USAGE }), id: this.nextId++, size, epoch: -1 };
      this.reserved += size;
    }
    this.allocated += size;
    this.peak = Math.max(this.peak, this.allocated);
    if ((this.sinceKick += Math.max(size, LEAST)) > KICK) {
      this.sinceKick = 0;
      void new ArrayBuffer(KICK_BYTES); // never touched, so it takes no memory
    }
    return buffer;
  }

  give(buffer: Buffer): void {
    this.allocated -= buffer.size;
    if (this.freeBytes + buffer.size > KEEP) {
      this.reserved -= buffer.size;
      this.doomed.push(buffer.gpu);
      return;
    }
    this.freeBytes += buffer.size;
    const list = this.free.get(buffer.size);
    if (list) list.push(buffer);
    else this.free.set(buffer.size, [buffer]);
  }

  /** Destroys what is over the budget; after a submit only, because recorded work may use it. Says whether there was any. */
  trim(): boolean {
    const any = this.doomed.length > 0;
    for (const gpu of this.doomed) gpu.destroy();
    this.doomed = [];
    return any;
  }
}
