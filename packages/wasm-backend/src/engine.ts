import type { View } from '@sconce/tensor/internal';
import { ModuleBuilder } from './asm/module.js';
import { addressOf, Heap, type Block } from './heap.js';
import type { WasmStorage } from './storage.js';
import { Threads } from './threads.js';
import { RESERVED } from './worker-source.js';

/** What the host's WebAssembly can do; detected, never assumed. */
export interface Features {
  /** fused multiply-add (relaxed SIMD) */
  readonly fused: boolean;
  /** memory that threads share */
  readonly shared: boolean;
}

/**
 * An exported kernel. By convention its first two parameters are the range of work items `[from, to)` that it does, so
 * that threads can share a call.
 */
export type KernelFunction = (from: number, to: number, ...args: number[]) => void;
export type Functions = Readonly<Record<string, KernelFunction>>;

/** Writes a family's functions into a module. */
export type Build = (m: ModuleBuilder, features: Features) => void;

/** Work below this many multiply-adds, some 3 µs, is done before another thread would be of help. */
const SERIAL = 15_000;

/** Where a kernel stands: its module, and its place among the exports. */
interface Slot { readonly module: number; readonly index: number }

/** Compiles kernels, runs them on the heap's memory, and lends scratch memory. */
export class Engine {
  readonly heap: Heap;
  readonly threads: Threads;
  private readonly loaded = new Map<Build, Functions>();
  private readonly slots = new Map<KernelFunction, Slot>();

  constructor(readonly features: Features, maximum: number) {
    this.heap = new Heap(features.shared, RESERVED, maximum);
    this.threads = new Threads(this.heap);
  }

  /** The functions of a family, compiled at first use. */
  functions(build: Build): Functions {
    let functions = this.loaded.get(build);
    if (!functions) this.loaded.set(build, (functions = this.compile(build)));
    return functions;
  }

  /** A new module's functions. */
  compile(build: Build): Functions {
    const m = new ModuleBuilder(this.features.fused);
    build(m, this.features);
    const bytes = m.bytes({ shared: this.features.shared, maxPages: 65536 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: this.heap.memory, part: 0 } });
    const functions = exports as unknown as Functions, module = this.threads.addModule(bytes);
    Object.values(functions).forEach((fn, index) => this.slots.set(fn, { module, index }));
    return functions;
  }

  /**
   * Calls a kernel over `[0, total)`, on several threads where that pays.
   * @param cost multiply-adds, or what takes as long
   */
  launch(kernel: KernelFunction, total: number, cost: number, ...args: number[]): void {
    // arguments that are only handed on need no array
    if (this.threads.count > 1 && cost >= SERIAL && total > 1) this.share(kernel, total, cost, ...args);
    else kernel(0, total, ...args);
  }

  private share(kernel: KernelFunction, total: number, cost: number, ...args: number[]): void {
    const { module, index } = this.slots.get(kernel)!;
    this.threads.run(module, index, kernel, total, cost, args);
  }

  /** The address of `nbytes` bytes that are never given back. */
  reserve(nbytes: number): number { return addressOf(this.heap.allocate(nbytes)); }

  /** Calls `fn` with the address of `nbytes` bytes of scratch memory. */
  scratch<T>(nbytes: number, fn: (address: number) => T): T {
    const block: Block = this.heap.allocate(nbytes);
    try {
      return fn(addressOf(block));
    } finally {
      this.heap.release(block);
    }
  }
}

/** The address of a view's first element. */
export const pointer = (view: View): number =>
  (view.storage as WasmStorage).address + view.layout.offset * view.dtype.itemsize;
