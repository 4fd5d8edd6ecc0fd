import { clipped, EndOfPickle, UnpicklingError } from '../errors.js';

const maxNameLength = 4096;

/** Reads a pickle's bytes from the front; never beyond their end. */
export class ByteReader {
  at = 0;
  private readonly view: DataView;
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Moves over so many bytes; gives where they begin. @throws EndOfPickle where there are fewer */
  private skip(count: number): number {
    const start = this.at;
    if (count > this.bytes.length - start) throw new EndOfPickle('Ran out of input');
    this.at = start + count;
    return start;
  }

  uint8(): number { return this.view.getUint8(this.skip(1)); }
  uint16(): number { return this.view.getUint16(this.skip(2), true); }
  int32(): number { return this.view.getInt32(this.skip(4), true); }
  uint32(): number { return this.view.getUint32(this.skip(4), true); }
  /** Beyond 2^53 the number is not exact, but still larger than any file. */
  uint64(): number { return Number(this.view.getBigUint64(this.skip(8), true)); }
  /** Floats are the one big-endian thing in a pickle. */
  float64(): number { return this.view.getFloat64(this.skip(8), false); }

  /** So many bytes, shared with the pickle. */
  take(count: number): Uint8Array {
    const start = this.skip(count);
    return this.bytes.subarray(start, start + count);
  }

  /** @throws UnpicklingError for bytes that are no UTF-8 */
  text(count: number): string {
    const bytes = this.take(count);
    try {
      return this.utf8.decode(bytes);
    } catch {
      throw new UnpicklingError('a string is not valid UTF-8');
    }
  }

  /** Text to the end of the line, as names are written. */
  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end === -1 && this.bytes.length - this.at <= maxNameLength) throw new EndOfPickle('Ran out of input');
    if (end === -1 || end - this.at > maxNameLength) {
      throw new UnpicklingError(`a name of more than ${maxNameLength} bytes: ${clipped(this.text(maxNameLength), 40)}`);
    }
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }
}

/** Python writes an int as two's complement, lowest byte first. */
export function integerFromBytes(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  let hex = '';
  for (let i = bytes.length - 1; i >= 0; i--) hex += bytes[i].toString(16).padStart(2, '0');
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex}`));
  return BigInt.asIntN(54, value) === value ? Number(value) : value;
}
