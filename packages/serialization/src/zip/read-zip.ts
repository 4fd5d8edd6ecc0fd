import { RuntimeError } from '@sconce/tensor';
import { inflateSync } from 'fflate';
import { clipped } from '../errors.js';
import { piecesOfSource, type Source } from '../io/source.js';
import { crc32 } from './crc32.js';

/** A file within a zip file. */
export interface ZipEntry {
  readonly name: string;
  /** bytes once unpacked */
  readonly size: number;
  readonly packedSize: number;
  /** packed by deflate; otherwise stored as it is */
  readonly deflated: boolean;
  readonly crc: number;
  readonly headerOffset: number;
}

/** Beyond this many bytes, all entries together may unpack to at most `maxRatio` times what the file has. */
const freeBytes = 64 * 2 ** 20;
const maxRatio = 100;
/** A byte of deflate's output takes at least 1/1032 of a byte of input (zlib's technical details). */
const deflateRatio = 1032;

const endSignature = 0x06054b50, end64Signature = 0x06064b50, locatorSignature = 0x07064b50;
const centralSignature = 0x02014b50, localSignature = 0x04034b50;

/** What is wrong with a zip file, in the words of PyTorch's reader. */
export const zipError = (why: string): RuntimeError =>
  new RuntimeError(`PytorchStreamReader failed reading zip archive: ${why}`);

/**
 * A zip file: the list of its entries is read at once, an entry when it is asked for. Sizes are held against the size of
 * the file before anything is allocated, and entries that would unpack to far more than it (zip bombs) are refused.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export class ZipReader {
  private constructor(private readonly source: Source, readonly entries: ReadonlyMap<string, ZipEntry>) {}

  /** @throws RuntimeError where it is no zip file, or a broken one */
  static async open(source: Source): Promise<ZipReader> {
    const { count, offset, length } = await findDirectory(source);
    const entries = new Map<string, ZipEntry>();
    let packed = 0, unpacked = 0;
    for (const entry of directoryEntries(await source.read(offset, length), count)) {
      if (entries.has(entry.name)) throw zipError(`two entries are named ${JSON.stringify(clipped(entry.name))}`);
      entries.set(entry.name, entry);
      packed += entry.packedSize;
      unpacked += entry.size;
    }
    // entries that share bytes are how small files unpack to huge ones
    if (packed > source.size) throw zipError('entries overlap');
    if (unpacked > freeBytes + maxRatio * source.size) {
      throw zipError(`a file of ${source.size} bytes that unpacks to ${unpacked} is refused`);
    }
    return new ZipReader(source, entries);
  }

  /** The bytes of an entry, unpacked, with their checksum verified. @throws RuntimeError where they are broken */
  async read(entry: ZipEntry): Promise<Uint8Array> {
    const start = await this.dataOffset(entry);
    const packed = await this.source.read(start, entry.packedSize);
    const bytes = entry.deflated ? inflated(packed, entry) : packed;
    if (crc32(bytes) !== entry.crc) throw zipError(`bad CRC-32 for file ${JSON.stringify(clipped(entry.name))}`);
    return bytes;
  }

  /** The bytes of an entry in pieces of at most `length`; the checksum of stored ones is not verified, as in PyTorch. */
  async* pieces(entry: ZipEntry, length: number): AsyncGenerator<Uint8Array, undefined> {
    if (entry.deflated) {
      yield await this.read(entry);
      return undefined;
    }
    yield* piecesOfSource(this.source, await this.dataOffset(entry), entry.size, length);
    return undefined;
  }

  private async dataOffset({ headerOffset, packedSize, name }: ZipEntry): Promise<number> {
    const broken = (): RuntimeError => zipError(`entry ${JSON.stringify(clipped(name))} lies outside of the file`);
    if (headerOffset + 30 > this.source.size) throw broken();
    const header = viewOf(await this.source.read(headerOffset, 30));
    if (header.getUint32(0, true) !== localSignature) throw zipError(`entry ${JSON.stringify(clipped(name))} has no header`);
    const start = headerOffset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
    if (start + packedSize > this.source.size) throw broken();
    return start;
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A 64-bit size; one beyond 2^53 is larger than any file. */
const uint64 = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

function inflated(packed: Uint8Array, entry: ZipEntry): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(packed, { out: new Uint8Array(entry.size) });
  } catch (error) {
    throw zipError(`entry ${JSON.stringify(clipped(entry.name))} cannot be unpacked: ${(error as Error).message}`);
  }
  if (bytes.length !== entry.size) throw zipError(`entry ${JSON.stringify(clipped(entry.name))} unpacks to less than it says`);
  return bytes;
}

/** Where the list of entries lies: the end of a zip file says so. */
async function findDirectory(source: Source): Promise<{ count: number; offset: number; length: number }> {
  const missing = zipError('failed finding central directory');
  const tailLength = Math.min(source.size, 22 + 0xffff + 20);
  const tailOffset = source.size - tailLength;
  const tail = viewOf(await source.read(tailOffset, tailLength));
  let at = tailLength - 22;
  // after it comes a comment of known length, at most
  const isEnd = (): boolean => tail.getUint32(at, true) === endSignature && at + 22 + tail.getUint16(at + 20, true) === tailLength;
  while (at >= 0 && !isEnd()) at--;
  if (at < 0) throw missing;
  let count = tail.getUint16(at + 10, true), length = tail.getUint32(at + 12, true), offset = tail.getUint32(at + 16, true);
  if (count === 0xffff || length === 0xffffffff || offset === 0xffffffff) {
    if (at < 20 || tail.getUint32(at - 20, true) !== locatorSignature) throw missing;
    const end64 = uint64(tail, at - 12);
    if (end64 + 56 > source.size) throw missing;
    const record = viewOf(await source.read(end64, 56));
    if (record.getUint32(0, true) !== end64Signature) throw missing;
    [count, length, offset] = [uint64(record, 32), uint64(record, 40), uint64(record, 48)];
  }
  if (offset + length > source.size || count * 46 > length) throw zipError('the central directory lies outside of the file');
  return { count, offset, length };
}

function* directoryEntries(bytes: Uint8Array, count: number): Generator<ZipEntry, undefined> {
  const view = viewOf(bytes), decoder = new TextDecoder();
  for (let at = 0, i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== centralSignature) throw zipError('invalid central directory');
    const flags = view.getUint16(at + 8, true), method = view.getUint16(at + 10, true);
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > bytes.length) throw zipError('invalid central directory');
    const name = decoder.decode(bytes.subarray(at + 46, nameEnd));
    if (flags & 1) throw zipError(`entry ${JSON.stringify(clipped(name))} is encrypted`);
    if (method !== 0 && method !== 8) throw zipError(`entry ${JSON.stringify(clipped(name))} is packed by an unknown method, ${method}`);
    const [size, packedSize, headerOffset] =
      wideSizes(view, nameEnd, view.getUint16(at + 30, true), [24, 20, 42].map((field) => view.getUint32(at + field, true)));
    const deflated = method === 8;
    if (deflated ? size > packedSize * deflateRatio : size !== packedSize) {
      throw zipError(`entry ${JSON.stringify(clipped(name))} cannot have the size it says`);
    }
    yield { name, size, packedSize, deflated, crc: view.getUint32(at + 16, true), headerOffset };
    at = next;
  }
  return undefined;
}

/** Sizes and offset of an entry, of which those that are all ones stand in the ZIP64 field, in this order. */
function wideSizes(view: DataView, start: number, length: number, narrow: readonly number[]): number[] {
  if (!narrow.includes(0xffffffff)) return [...narrow];
  for (let at = start; at + 4 <= start + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(at + 4 + view.getUint16(at + 2, true), start + length);
    let field = at + 4;
    return narrow.map((n) => {
      if (n !== 0xffffffff) return n;
      if (field + 8 > end) throw zipError('invalid central directory');
      field += 8;
      return uint64(view, field - 8);
    });
  }
  throw zipError('invalid central directory');
}
