import type { Device, DType } from '@sconce/tensor';
import { HostStorage, jsBackend, type Backend, type Kernel, type Op, type Storage, type View } from '@sconce/tensor/internal';
import { Engine } from './engine.js';
import { detectFeatures } from './features.js';
import { addressOf } from './heap.js';
import { lowerings } from './lower/index.js';
import { lowerPointwise } from './lower/pointwise.js';
import { lowerReduce } from './lower/reduce.js';
import { lowerUpdate } from './lower/update.js';
import { Memory } from './memory.js';
import { WasmStorage } from './storage.js';

export interface WasmOptions {
  /** threads that share the work of large kernels, default 1 */
  readonly threads?: number | undefined;
}

export interface WasmBackend extends Backend {
  /** Lets so many threads share the work; they need memory that threads can share, in browsers cross-origin isolation. */
  setNumThreads(count: number): void;
  getNumThreads(): number;
}

/**
 * Fast kernels for device `cpu`: WebAssembly SIMD. What has none here runs on the JavaScript kernels, on the same memory.
 * @throws RuntimeError where the host has no WebAssembly SIMD
 * @example registerBackend(wasm())
 */
export function wasm({ threads = 1 }: WasmOptions = {}): WasmBackend {
  const engine = new Engine(detectFeatures());
  engine.threads.resize(threads);
  const memory = new Memory(engine.heap);
  const table = lowerings(engine);

  return {
    type: 'cpu',
    alloc: (device: Device, nbytes: number): Storage => memory.allocate(device, nbytes),
    free: (storage: Storage) => memory.free(storage),
    map: (storage: Storage, dtype: DType) => (storage as WasmStorage | HostStorage).typed(dtype),

    write(dst: Storage, src: ArrayBufferView, byteOffset = 0): void {
      if (dst instanceof HostStorage) return jsBackend.write(dst, src, byteOffset);
      const to = (dst as WasmStorage).address + byteOffset;
      new Uint8Array(engine.heap.memory.buffer, to, src.byteLength).set(new Uint8Array(src.buffer, src.byteOffset, src.byteLength));
    },

    async read(src: Storage, byteOffset = 0, nbytes = src.nbytes - byteOffset): Promise<ArrayBuffer> {
      await memory.breathe();
      if (src instanceof HostStorage) return jsBackend.read(src, byteOffset, nbytes);
      const copy = new Uint8Array(nbytes);
      copy.set(new Uint8Array(engine.heap.memory.buffer, (src as WasmStorage).address + byteOffset, nbytes));
      return copy.buffer;
    },

    lower<A>(op: Op<A>): Kernel<A> | undefined {
      const fast = op.kind === 'pointwise' ? lowerPointwise(engine, op) as Kernel
        : op.kind === 'reduce' ? lowerReduce(engine, op) as Kernel
        : op.kind === 'update' ? lowerUpdate(engine, op) as Kernel : table.get(op as Op<never>);
      return fast ? resident(engine, fast) as Kernel<A> : jsBackend.lower(op);
    },

    memoryStats: () => ({ allocated: engine.heap.allocated, reserved: engine.heap.reserved, peak: engine.heap.peak }),
    setNumThreads: (count: number) => engine.threads.resize(count),
    getNumThreads: () => engine.threads.count,

    // every kernel is done when it returns; who waits gives the collector a chance
    synchronize: () => memory.breathe(),
  };
}

/** A kernel that takes views outside the heap too: they are copied through scratch memory. */
function resident(engine: Engine, kernel: Kernel): Kernel {
  return (inputs, outputs, attrs) => {
    for (let i = 0; i < inputs.length; i++) if (inputs[i].storage instanceof HostStorage) return staged(engine, kernel, inputs, outputs, attrs);
    for (let i = 0; i < outputs.length; i++) if (outputs[i].storage instanceof HostStorage) return staged(engine, kernel, inputs, outputs, attrs);
    kernel(inputs, outputs, attrs);
  };
}

function staged(engine: Engine, kernel: Kernel, inputs: readonly View[], outputs: readonly View[], attrs: unknown): void {
  const copies = new Map<Storage, WasmStorage>();
  const stage = (view: View): View => {
    const { storage } = view;
    if (!(storage instanceof HostStorage)) return view;
    let copy = copies.get(storage);
    if (!copy) {
      const block = engine.heap.allocate(storage.nbytes);
      copy = new WasmStorage(storage.device, storage.nbytes, addressOf(block), engine.heap, { block, live: true }, null);
      new Uint8Array(engine.heap.memory.buffer, copy.address, storage.nbytes).set(bytesOf(storage));
      copies.set(storage, copy);
    }
    return { storage: copy, dtype: view.dtype, layout: view.layout };
  };
  try {
    kernel(inputs.map(stage), outputs.map(stage), attrs);
    for (const { storage } of outputs) {
      const copy = copies.get(storage);
      if (copy) bytesOf(storage as HostStorage).set(new Uint8Array(engine.heap.memory.buffer, copy.address, storage.nbytes));
    }
  } finally {
    for (const copy of copies.values()) engine.heap.release(copy.ticket!.block);
  }
}

const bytesOf = ({ buffer, byteOffset, nbytes }: HostStorage): Uint8Array => new Uint8Array(buffer, byteOffset, nbytes);
