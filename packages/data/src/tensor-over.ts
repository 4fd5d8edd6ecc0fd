import { fromTypedArray, Tensor, type DType } from '@sconce/tensor';
import { Layout } from '@sconce/tensor/internal';

/** A tensor on the CPU whose memory is a whole buffer. @internal */
export function tensorOver(buffer: ArrayBufferLike, dtype: DType, shape: readonly number[]): Tensor {
  return new Tensor(fromTypedArray(new Uint8Array(buffer)).storage, dtype, Layout.contiguous(shape));
}

/**
 * Memory that threads share where the host allows (Node, and browsers in isolation), elsewhere memory that can be moved
 * to another thread; what it held before may still be in it. Moving is the second choice: once a buffer has been moved
 * away, V8 checks in every access to typed arrays whether theirs still is there, which slows a thread's loops by a third.
 * @internal
 */
export function newSharedBuffer(nbytes: number): ArrayBufferLike {
  if (!canShare) return new ArrayBuffer(nbytes);
  const found = spent.findIndex((buffer) => buffer.byteLength === nbytes);
  return found < 0 ? new SharedArrayBuffer(nbytes) : spent.splice(found, 1)[0];
}

/** Shared memory that nobody reads any more: the next batch of the size goes there. */
const spent: SharedArrayBuffer[] = [];
const MOST_SPENT = 16;

/** Takes shared memory back. @internal */
export function reuse(buffers: Iterable<SharedArrayBuffer>): void {
  spent.push(...buffers);
  spent.splice(0, spent.length - MOST_SPENT);
}

/** Whether threads may share memory. @internal */
export const canShare = typeof SharedArrayBuffer === 'function';
