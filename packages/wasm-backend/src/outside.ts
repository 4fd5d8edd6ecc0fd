import {
  HostStorage, indexingOps, jsBackend, Layout, type Kernel, type Op, type Storage, type View,
} from '@sconce/tensor/internal';
import type { Engine } from './engine.js';
import { addressOf, OutOfMemory, type Block } from './heap.js';
import type { Memory } from './memory.js';
import { WasmStorage } from './storage.js';

// Tensors whose memory is not in the heap: a user's typed arrays, what the user has views of, and what a synchronous loop
// made beyond its budget. Kernels see copies of them.

/** Whether a storage's memory is not in the heap. */
export const isOutside = (storage: Storage): boolean => storage instanceof HostStorage || (storage as WasmStorage).host != null;

/** So often kernels copy a storage before it is moved into the heap for good. */
const COPIES = 2;
/** Ops that may read very little of their first operand: copying it must not cost more than so many times what they give. */
const SPARSE: ReadonlySet<unknown> = new Set([
  indexingOps.index, indexingOps.indexSelect, indexingOps.gather, indexingOps.take, indexingOps.embedding,
]);
const WORTH_COPYING = 8;

/** A kernel that takes views outside the heap too. */
export function resident(engine: Engine, memory: Memory, op: Op<never>, kernel: Kernel): Kernel {
  let slow: Kernel | undefined;
  return (inputs, outputs, attrs) => {
    let outside = false;
    for (let i = 0; i < inputs.length; i++) if (isOutside(inputs[i].storage)) outside = true;
    for (let i = 0; i < outputs.length; i++) if (isOutside(outputs[i].storage)) outside = true;
    if (!outside) return kernel(inputs, outputs, attrs);
    const parts = partsOf(memory, [...inputs, ...outputs]), blocks = isWorthCopying(op, parts, outputs) ? copyIn(engine, parts) : null;
    // the JavaScript kernels work on any memory
    if (!blocks) return (slow ??= jsBackend.lower(op as Op) as Kernel)(inputs, outputs, attrs);
    try {
      const stage = (view: View): View => parts.get(view.storage)?.stage(view) ?? view;
      kernel(inputs.map(stage), outputs.map(stage), attrs);
      for (const { storage } of outputs) parts.get(storage)?.copyOut();
    } finally {
      for (const block of blocks) engine.heap.release(block);
    }
  };
}

/** The part of a storage outside the heap that views show. */
class Part {
  private start = Infinity;
  private end = 0;
  private copy!: WasmStorage;

  constructor(private readonly storage: HostStorage | WasmStorage) {}

  include({ layout, dtype }: View): void {
    // nothing may begin beyond the end
    if (layout.numel === 0) return;
    const [low, high] = extent(layout);
    // it begins at an element, whatever the dtype
    this.start = Math.min(this.start, Math.floor((low * dtype.itemsize) / 8) * 8);
    this.end = Math.max(this.end, (high + 1) * dtype.itemsize);
  }

  get nbytes(): number { return Math.max(this.end - this.start, 0); }

  copyIn(engine: Engine, address: number): void {
    const { storage } = this;
    this.copy = new WasmStorage(storage.device, this.nbytes, address, engine.heap, null);
    if (!(storage instanceof WasmStorage && storage.isFresh)) this.copy.bytes().set(this.outside());
  }

  copyOut(): void {
    if (this.storage instanceof WasmStorage) this.storage.isFresh = false;
    this.outside().set(this.copy.bytes());
  }

  stage({ dtype, layout: { shape, strides, offset, numel } }: View): View {
    return { storage: this.copy, dtype, layout: new Layout(shape, strides, numel === 0 ? 0 : offset - this.start / dtype.itemsize) };
  }

  private outside(): Uint8Array {
    const { storage, nbytes } = this, start = nbytes === 0 ? 0 : this.start;
    return storage instanceof HostStorage ? new Uint8Array(storage.buffer, storage.byteOffset + start, nbytes)
      : new Uint8Array(storage.host!, start, nbytes);
  }
}

/** The parts of storages outside the heap that are to be copied; storages that come often are moved in first. */
function partsOf(memory: Memory, views: readonly View[]): Map<Storage, Part> {
  const parts = new Map<Storage, Part>();
  for (const view of views) {
    const { storage } = view;
    if (!isOutside(storage)) continue;
    if (storage instanceof WasmStorage && ++storage.copies > COPIES) {
      memory.adopt(storage);
      if (!isOutside(storage)) {
        parts.delete(storage);
        continue;
      }
    }
    let part = parts.get(storage);
    if (!part) parts.set(storage, (part = new Part(storage as HostStorage | WasmStorage)));
    part.include(view);
  }
  return parts;
}

function isWorthCopying(op: Op<never>, parts: ReadonlyMap<Storage, Part>, outputs: readonly View[]): boolean {
  if (!SPARSE.has(op)) return true;
  let given = 4096, copied = 0;
  for (const { layout, dtype } of outputs) given += layout.numel * dtype.itemsize;
  for (const part of parts.values()) copied += part.nbytes;
  return copied <= WORTH_COPYING * given;
}

/** Copies parts into scratch memory; null where there is no room. */
function copyIn(engine: Engine, parts: ReadonlyMap<Storage, Part>): Block[] | null {
  const blocks: Block[] = [];
  try {
    for (const part of parts.values()) {
      const block = engine.heap.allocate(part.nbytes);
      blocks.push(block);
      part.copyIn(engine, addressOf(block));
    }
    return blocks;
  } catch (error) {
    for (const block of blocks) engine.heap.release(block);
    if (error instanceof OutOfMemory) return null;
    throw error;
  }
}

/** The smallest and the largest index into the storage that a layout shows. */
function extent({ shape, strides, offset, numel }: Layout): [number, number] {
  let low = offset, high = offset;
  if (numel === 0) return [offset, offset - 1];
  shape.forEach((n, d) => {
    const reach = (n - 1) * strides[d];
    if (reach < 0) low += reach;
    else high += reach;
  });
  return [low, high];
}
