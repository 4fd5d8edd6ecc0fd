import { broken, DataFileError, maxHeaderBytes, readIdx, readIdxHeader, type IdxArray } from '../mnist/idx.js';
import { builtin } from './builtins.js';

/** A byte of deflate's output takes at least 1/1032 of a byte of input (zlib's technical details). @internal */
export const maxRatio = 1032;

/**
 * Reads an IDX file, packed by gzip or not. Its size is checked against what its header says before more than the
 * header is read or unpacked.
 * @throws DataFileError, in one line that names the file, if it cannot be read or is not one whole IDX file
 */
export function readIdxFile(path: string): IdxArray {
  return readIdx(readBytes(path), path);
}

function readBytes(path: string): Uint8Array {
  const fs = builtin('node:fs', 'reading a file');
  let file: number | undefined;
  try {
    file = fs.openSync(path, 'r');
    const size = fs.fstatSync(file).size;
    const head = new Uint8Array(Math.min(size, 1 << 16));
    fs.readSync(file, head, 0, head.length, 0);
    const packed = isGzip(head);
    if (!packed && path.endsWith('.gz')) throw broken(path, 'is not gzip, as its name says');
    const header = readIdxHeader(packed ? unpackHead(head, path) : head, path);
    const most = packed ? header.totalBytes * 1.001 + 1024 : header.totalBytes;
    const least = packed ? header.totalBytes / maxRatio : header.totalBytes;
    if (size > most || size < least) {
      const what = size > most ? 'has data left over' : 'is truncated';
      throw broken(path, `${what}, or its header lies: it tells of ${header.shape.join('×')} values, ` +
        `the file has ${size} bytes`);
    }
    const bytes = fs.readFileSync(file);
    return packed ? unpack(bytes, header.totalBytes, path) : bytes;
  } catch (error) {
    if (error instanceof DataFileError) throw error;
    throw new DataFileError(`${path} cannot be read: ${(error as Error).message}`);
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

/** Gzip, from the first bytes of a file. @internal */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The unpacked start of a gzip file, long enough for a header if the file is. */
function unpackHead(head: Uint8Array, path: string): Uint8Array {
  const zlib = builtin('node:zlib', 'unpacking gzip');
  // In small steps, so that a file that blows up when unpacked can blow up little.
  for (let length = 512; ; length *= 2) {
    let unpacked: Uint8Array;
    try {
      unpacked = zlib.gunzipSync(head.subarray(0, length), { finishFlush: zlib.constants.Z_SYNC_FLUSH });
    } catch (error) {
      throw broken(path, `is damaged: ${(error as Error).message}`);
    }
    if (unpacked.length >= maxHeaderBytes || length >= head.length) return unpacked;
  }
}

/** Unpacks gzip to no more than `limit` bytes. @throws DataFileError if it is damaged or holds more. @internal */
export function unpack(bytes: Uint8Array, limit: number, path: string): Uint8Array {
  const zlib = builtin('node:zlib', 'unpacking gzip');
  try {
    return zlib.gunzipSync(bytes, { maxOutputLength: limit });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw broken(path, 'has data left over, or its header lies: ' +
        `unpacked, it holds more than the ${limit} bytes that it tells of`);
    }
    throw broken(path, code === 'Z_BUF_ERROR' ? 'is truncated' : `is damaged: ${message}`);
  }
}
