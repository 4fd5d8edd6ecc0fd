import { ImageFormatError } from './errors.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** What the chunks of a PNG file say of it. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** bits per value */
  readonly depth: number;
  /** of the picture once colours of a palette stand in it: 1 to 4 */
  readonly channels: number;
  readonly interlaced: boolean;
  /** bytes of the picture before they were packed, filter bytes included */
  readonly unpackedBytes: number;
}

/** Values per pixel as they lie in the file, by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** A byte of deflate's input makes at most 1032 of output (zlib's technical details). */
const MAX_RATIO = 1032;
/** What PIL takes for a bomb of decompression: all of it is unpacked into four bytes a pixel. */
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
  const width = view.getUint32(16), height = view.getUint32(20), depth = bytes[24], colour = bytes[25], interlaced = bytes[28] === 1;
  const samples = SAMPLES[colour];
  if (samples === undefined || width === 0 || height === 0) {
    throw new ImageFormatError(`the PNG file is broken: ${width}×${height} pixels of colour type ${colour}`);
  }
  const bits = samples * depth;
  const unpackedBytes = interlaced ? passes(width, height, bits) : height * (1 + Math.ceil((width * bits) / 8));
  if (unpackedBytes > MAX_RATIO * packed) {
    throw new ImageFormatError(
      `the PNG file is truncated, or its header lies: ${width}×${height} pixels cannot be in ${packed} bytes`);
  }
  if (width * height > MAX_PIXELS) {
    throw new ImageFormatError(`the PNG file has ${width}×${height} pixels, which is more than the ${MAX_PIXELS} that are read`);
  }
  const transparent = found.some(({ type }) => type === 'tRNS');
  const channels = colour === 3 ? (transparent ? 4 : 3) : samples;
  return { width, height, depth, channels, interlaced, unpackedBytes };
}

/** The bytes of Adam7's seven passes. */
function passes(width: number, height: number, bits: number): number {
  const each = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
  return each.reduce((sum, [x, y, dx, dy]) => {
    const columns = Math.ceil((width - x) / dx), rows = Math.ceil((height - y) / dy);
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil((columns * bits) / 8)) : sum;
  }, 0);
}
