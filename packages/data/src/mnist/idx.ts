import { RuntimeError } from '@sconce/tensor';

/** A data file that is not there, cannot be read or is not what it should be; the message is one line. */
export class DataFileError extends RuntimeError { override readonly name: string = 'DataFileError'; }

/** The numbers of an IDX file. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

const types = {
  0x08: Uint8Array, 0x09: Int8Array, 0x0b: Int16Array, 0x0c: Int32Array, 0x0d: Float32Array, 0x0e: Float64Array,
} as const;

const maxDims = 8;

/** What the first bytes of an IDX file say of it. @internal */
export interface IdxHeader {
  readonly type: keyof typeof types;
  readonly shape: readonly number[];
  /** bytes of the header, and of the whole file if it is as it says; not exact beyond 2^53 */
  readonly headerBytes: number;
  readonly totalBytes: number;
}

/** The longest header there can be. @internal */
export const maxHeaderBytes = 4 + 4 * maxDims;

/**
 * Reads the IDX format in which MNIST comes: two zero bytes, a type, the number of dimensions, the sizes, then the
 * values, all big-endian. The result shares the memory of `bytes` where the values are bytes.
 * @param name what messages call the file
 * @throws DataFileError if the bytes are anything but one whole IDX file; nothing is allocated before that is known
 * @see http://yann.lecun.com/exdb/mnist/
 * @example
 * readIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 7, 3])) // { shape: [2], data: Uint8Array [7, 3] }
 */
export function readIdx(bytes: Uint8Array, name = 'IDX data'): IdxArray {
  const { type, shape, headerBytes, totalBytes } = readIdxHeader(bytes, name);
  if (bytes.length !== totalBytes) {
    const what = bytes.length < totalBytes ? 'is truncated' : 'has data left over';
    throw broken(name, `${what}, or its header lies: ${describe(shape)} takes ${totalBytes} bytes, ` +
      `there are ${bytes.length}`);
  }
  const values = bytes.subarray(headerBytes);
  const { BYTES_PER_ELEMENT: size } = types[type];
  if (size === 1) return { shape, data: new types[type](values.buffer as ArrayBuffer, values.byteOffset, values.length) };
  const swapped = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i += size) {
    for (let b = 0; b < size; b++) swapped[i + b] = values[i + size - 1 - b]!;
  }
  return { shape, data: new types[type](swapped.buffer) };
}

/** @throws DataFileError if these are not the first bytes of an IDX file. @internal */
export function readIdxHeader(bytes: Uint8Array, name: string): IdxHeader {
  if (bytes.length < 4) throw broken(name, `is truncated: ${bytes.length} bytes are no IDX file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  if (magic >>> 16 === 0x1f8b) throw new DataFileError(`${name} is packed by gzip; unpack it first`);
  const type = magic >>> 8;
  const dims = magic & 0xff;
  if (!(type in types) || dims < 1 || dims > maxDims) {
    const got = `0x${magic.toString(16).padStart(8, '0')}`;
    throw broken(name, `is not an IDX file: it begins with ${got}, MNIST's with 0x00000803 or 0x00000801`);
  }
  const headerBytes = 4 + 4 * dims;
  if (bytes.length < headerBytes) {
    throw broken(name, `is truncated: its header takes ${headerBytes} bytes, there are ${bytes.length}`);
  }
  const shape = Array.from({ length: dims }, (_, d) => view.getUint32(4 + 4 * d));
  const known = type as keyof typeof types;
  const totalBytes = headerBytes + shape.reduce((a, b) => a * b, types[known].BYTES_PER_ELEMENT);
  return { type: known, shape, headerBytes, totalBytes };
}

/** An error about a file's contents. @internal */
export function broken(name: string, what: string): DataFileError {
  return new DataFileError(`${name} ${what}; delete it and download it again, or put a good copy in its place`);
}

const describe = (shape: readonly number[]): string => shape.join('×');
