import { bool, empty, Tensor, type DType } from '@sconce/tensor';
import { backendOf, hostArray, Layout, realDtype } from '@sconce/tensor/internal';

/** Files are read and written in pieces of so many bytes, a multiple of every itemsize. */
export const pieceBytes = 2 ** 24;

/** Fills a new CPU tensor of one dimension with little-endian (or big-endian) bytes that come in pieces. */
export async function tensorOfPieces(
  dtype: DType, numel: number, pieces: AsyncIterable<Uint8Array>, { bigEndian = false }: { readonly bigEndian?: boolean } = {},
): Promise<Tensor> {
  const x = empty(numel, { dtype });
  let at = 0;
  for await (const piece of pieces) {
    const nbytes = Math.min(piece.length, numel * dtype.itemsize - at);
    backendOf(x.device).write(x.storage, prepared(piece.subarray(0, nbytes), dtype, bigEndian), at);
    at += nbytes;
  }
  return x;
}

/** The bytes as this machine has them: little-endian, and every true a 1. */
function prepared(bytes: Uint8Array, dtype: DType, bigEndian: boolean): Uint8Array {
  if (dtype === bool) return bytes.map((byte) => (byte === 0 ? 0 : 1));
  const { itemsize } = realDtype(dtype);
  if (!bigEndian || itemsize === 1) return bytes;
  const swapped = bytes.slice();
  for (let at = 0; at < swapped.length; at += itemsize) swapped.subarray(at, at + itemsize).reverse();
  return swapped;
}

/** All of a tensor's storage as a tensor of one dimension, on the CPU. */
export async function wholeStorage(x: Tensor): Promise<Tensor> {
  const numel = Math.floor(x.storage.nbytes / x.dtype.itemsize);
  return new Tensor(x.storage, x.dtype, Layout.contiguous([numel])).cpu();
}

/**
 * The bytes of a contiguous CPU tensor in pieces. Each is a copy: between two pieces the memory may move (WebAssembly's
 * does as it grows), and a writer may still hold a piece then.
 */
export function* piecesOf(x: Tensor): Generator<Uint8Array, undefined> {
  const { offset, numel } = x.layout, { itemsize } = x.dtype;
  const count = pieceBytes / itemsize, parts = x.dtype.isComplex ? 2 : 1;
  for (let at = 0; at < numel; at += count) {
    const values = hostArray(x).subarray(parts * (offset + at), parts * (offset + Math.min(at + count, numel)));
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  }
  return undefined;
}
