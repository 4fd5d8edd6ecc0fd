import { RuntimeError, type Device, type DType } from '@sconce/tensor';
import { creationOps, HostStorage, jsBackend, type Backend, type Kernel, type Op, type Storage } from '@sconce/tensor/internal';
import { Engine } from './engine.js';
import { detectFeatures } from './features.js';
import { LEAST_BYTES, MAX_BYTES } from './heap.js';
import { lowerings } from './lower/index.js';
import { lowerPointwise } from './lower/pointwise.js';
import { drawer } from './lower/random.js';
import { lowerReduce } from './lower/reduce.js';
import { lowerUpdate } from './lower/update.js';
import { lowerZero } from './lower/zero.js';
import { Memory } from './memory.js';
import { resident } from './outside.js';
import { WasmStorage } from './storage.js';

export interface WasmOptions {
  /** threads that share the work of large kernels, default 1 */
  readonly threads?: number | undefined;
  /** bytes that the memory of tensors may grow to, default and most 4 GiB; what comes then lies outside and is slower */
  readonly maximum?: number | undefined;
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
export function wasm({ threads = 1, maximum = MAX_BYTES }: WasmOptions = {}): WasmBackend {
  if (!(maximum >= LEAST_BYTES && maximum <= MAX_BYTES)) {
    throw new RuntimeError(`wasm(): expected a maximum from ${LEAST_BYTES} to ${MAX_BYTES} bytes, but got ${String(maximum)}`);
  }
  const engine = new Engine(detectFeatures(), maximum);
  engine.threads.resize(threads);
  const memory = new Memory(engine.heap, engine.threads);
  const table = lowerings(engine);

  return {
    type: 'cpu',
    alloc: (device: Device, nbytes: number): Storage => memory.allocate(device, nbytes),
    free: (storage: Storage) => memory.free(storage),
    takeOver: (zeros: Storage, from: Storage) => zeros instanceof WasmStorage && from instanceof WasmStorage && zeros.exchange(from),
    map: (storage: Storage, dtype: DType) => (storage as WasmStorage | HostStorage).typed(dtype),
    expose: (storage: Storage) => memory.expose(storage),

    write(dst: Storage, src: ArrayBufferView, byteOffset = 0): void {
      if (dst instanceof HostStorage) return jsBackend.write(dst, src, byteOffset);
      (dst as WasmStorage).bytes().set(new Uint8Array(src.buffer, src.byteOffset, src.byteLength), byteOffset);
    },

    async read(src: Storage, byteOffset = 0, nbytes = src.nbytes - byteOffset): Promise<ArrayBuffer> {
      await memory.breathe();
      if (src instanceof HostStorage) return jsBackend.read(src, byteOffset, nbytes);
      const copy = new Uint8Array(nbytes);
      copy.set((src as WasmStorage).bytes().subarray(byteOffset, byteOffset + nbytes));
      return copy.buffer;
    },

    lower<A>(op: Op<A>): Kernel<A> | undefined {
      const fast = op === creationOps.zero ? lowerZero(engine) as Kernel
        : op.kind === 'pointwise' ? lowerPointwise(engine, op) as Kernel
        : op.kind === 'reduce' ? lowerReduce(engine, op) as Kernel
        : op.kind === 'update' ? lowerUpdate(engine, op) as Kernel : table.get(op as Op<never>);
      return fast ? resident(engine, memory, op as Op<never>, fast) as Kernel<A> : jsBackend.lower(op);
    },

    draw: drawer(engine),
    memoryStats: () => ({ allocated: engine.heap.allocated, reserved: engine.heap.reserved, peak: engine.heap.peak }),
    setNumThreads: (count: number) => engine.threads.resize(count),
    getNumThreads: () => engine.threads.count,

    // every kernel is done when it returns; who waits gives the collector a chance
    synchronize: () => memory.breathe(),
  };
}
