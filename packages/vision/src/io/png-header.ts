import { ImageFormatError } from './errors.js';
import { passesOf, rowBytes } from './png-rows.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** What the chunks of a PNG file say of it. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** bits per value */
  readonly depth: number;
  /** values per pixel: 1 to 4, 1 for the indices of a palette */
  readonly samples: number;
  /** whether the values are indices of a palette */
  readonly indexed: boolean;
  readonly interlaced: boolean;
  /** bytes of the picture before they were packed, filter bytes included */
  readonly unpackedBytes: number;
}

/** Values per pixel, and the numbers of bits that they may have, by colour type. */
const KINDS: Readonly<Record<number, readonly [samples: number, depths: readonly number[]]>> = {
  0: [1, [1, 2, 4, 8, 16]], 2: [3, [8, 16]], 3: [1, [1, 2, 4, 8]], 4: [2, [8, 16]], 6: [4, [8, 16]],
};
const PALETTE = 3;

/** A byte of deflate's input makes at most 1032 of output (zlib's technical details). */
const MAX_RATIO = 1032;
/** What PIL takes for a bomb of decompression. */
const MAX_PIXELS = 178_956_970;

export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** The chunks up to the end, or to where the file breaks off. */
export function chunks(bytes: Uint8Array): { readonly type: string; readonly at: number; readonly length: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: { type: string; at: number; length: number }[] = [];
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = view.getUint32(at), type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) break;
    found.push({ type, at, length });
    if (type === 'IEND') break;
    at += 12 + length;
  }
  return found;
}

/**
 * Reads the chunks' heads.
 * @throws ImageFormatError for what is no whole PNG file, or one that tells of more pixels than it can hold
 * @see https://www.w3.org/TR/png/
 */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  const found = chunks(bytes);
  if (found[0]?.type !== 'IHDR' || found[0].length !== 13) throw new ImageFormatError('the PNG file has no header');
  if (found.at(-1)?.type !== 'IEND') throw new ImageFormatError('the PNG file is truncated');
  const packed = found.reduce((sum, { type, length }) => (type === 'IDAT' ? sum + length : sum), 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(16), height = view.getUint32(20), [depth, colour, , , interlace] = bytes.subarray(24, 29);
  const [samples, depths] = KINDS[colour] ?? [0, []];
  if (!depths.includes(depth) || interlace > 1 || width === 0 || height === 0) {
    throw new ImageFormatError(`the PNG file is broken: ${width}×${height} pixels of ${depth} bits, colour type ${colour}, interlace ${interlace}`);
  }
  const interlaced = interlace === 1;
  const unpackedBytes = passesOf(width, height, interlaced)
    .reduce((sum, pass) => sum + pass.height * (1 + rowBytes(pass.width, samples * depth)), 0);
  if (unpackedBytes > MAX_RATIO * packed) {
    throw new ImageFormatError(
      `the PNG file is truncated, or its header lies: ${width}×${height} pixels cannot be in ${packed} bytes`);
  }
  if (width * height > MAX_PIXELS) {
    throw new ImageFormatError(`the PNG file has ${width}×${height} pixels, which is more than the ${MAX_PIXELS} that are read`);
  }
  return { width, height, depth, samples, indexed: colour === PALETTE, interlaced, unpackedBytes };
}
