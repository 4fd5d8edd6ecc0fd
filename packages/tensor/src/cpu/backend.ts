import { allocated } from '../host-memory.js';
import type { Backend, Kernel, Storage } from '../backend.js';
import type { Device } from '../device.js';
import type { DType } from '../dtype.js';
import type { Op } from '../op.js';
import { structuredKernels } from './kernels.js';
import { lowerPointwise, lowerUpdate } from './pointwise.js';
import { lowerReduce } from './reduce.js';
import { HostStorage } from './storage.js';

/** Plain JavaScript kernels for device `cpu`: complete and readable, the oracle of every other backend. */
export const jsBackend: Backend = {
  type: 'cpu',

  alloc(device: Device, nbytes: number): Storage {
    return new HostStorage(device, allocated(nbytes, () => new ArrayBuffer(nbytes)), 0, nbytes);
  },

  free(): void { /* the collector does it */ },

  write(dst: Storage, src: ArrayBufferView, byteOffset = 0): void {
    const { buffer, byteOffset: at } = dst as HostStorage;
    new Uint8Array(buffer, at + byteOffset, src.byteLength)
      .set(new Uint8Array(src.buffer, src.byteOffset, src.byteLength));
  },

  async read(src: Storage, byteOffset = 0, nbytes = src.nbytes - byteOffset): Promise<ArrayBuffer> {
    const { buffer, byteOffset: at } = src as HostStorage;
    return new Uint8Array(buffer, at + byteOffset, nbytes).slice().buffer;
  },

  map: (src: Storage, dtype: DType) => (src as HostStorage).typed(dtype),

  lower<A>(op: Op<A>): Kernel<A> | undefined {
    if (op.kind === 'pointwise') return lowerPointwise(op) as Kernel<A>;
    if (op.kind === 'reduce') return lowerReduce(op) as Kernel<A>;
    if (op.kind === 'update') return lowerUpdate(op) as Kernel<A>;
    return structuredKernels().get(op as Op<never>) as Kernel<A> | undefined;
  },

  async synchronize(): Promise<void> { /* nothing is ever pending */ },
};
