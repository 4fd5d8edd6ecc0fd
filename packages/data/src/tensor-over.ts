import { fromTypedArray, Tensor, type DType } from '@sconce/tensor';
import { Layout } from '@sconce/tensor/internal';

/** A tensor on the CPU whose memory is a whole buffer. @internal */
export function tensorOver(buffer: ArrayBufferLike, dtype: DType, shape: readonly number[]): Tensor {
  return new Tensor(fromTypedArray(new Uint8Array(buffer)).storage, dtype, Layout.contiguous(shape));
}

/**
 * Memory that threads share where the host allows (Node, and browsers in isolation), elsewhere memory that can be moved
 * to another thread. Moving is the second choice: once a buffer has been moved away, V8 checks in every access to typed
 * arrays whether theirs still is there, which slows the loops of a thread by a third.
 * @internal
 */
export const newSharedBuffer = (nbytes: number): ArrayBufferLike =>
  (canShare ? new SharedArrayBuffer(nbytes) : new ArrayBuffer(nbytes));

/** Whether threads may share memory. @internal */
export const canShare = typeof SharedArrayBuffer === 'function';
