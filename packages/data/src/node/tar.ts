import { broken } from '../mnist/idx.js';

const BLOCK = 512;

/** A file in a tar archive. */
export interface TarEntry {
  readonly name: string;
  /** its bytes, shared with the archive's */
  readonly data: Uint8Array;
}

/**
 * The plain files of an unpacked tar archive, in order. Nothing is written anywhere: a name that leads elsewhere is but
 * a name. Links, devices and the like are passed over.
 * @param name what messages call the archive
 * @throws DataFileError if it is none, or breaks off
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06
 */
export function* tarEntries(bytes: Uint8Array, name: string): Generator<TarEntry, undefined> {
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return undefined;
    if (checksum(header) !== octal(header, 148, 8)) throw broken(name, 'is no tar archive, or is damaged');
    const size = octal(header, 124, 12), type = header[156];
    const start = at + BLOCK;
    if (!(size >= 0 && start + size <= bytes.length)) throw broken(name, 'is truncated');
    // '0' or, in old archives, nothing: a plain file
    if (type === 0x30 || type === 0) yield { name: text(header, 0, 100), data: bytes.subarray(start, start + size) };
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

function text(header: Uint8Array, at: number, length: number): string {
  const end = header.indexOf(0, at);
  return String.fromCharCode(...header.subarray(at, end < 0 ? at + length : Math.min(end, at + length)));
}

/** A number in octal digits; NaN for anything else. */
function octal(header: Uint8Array, at: number, length: number): number {
  const digits = text(header, at, length).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
}

/** The sum of all bytes, those of the checksum itself as blanks. */
function checksum(header: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : header[i];
  return sum;
}
