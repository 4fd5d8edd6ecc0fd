import type { PNG as Codec } from 'pngjs';
import { builtin } from '../node/builtins.js';
import { ImageFormatError } from './errors.js';
import { chunks, readPngHeader, type PngHeader } from './png-header.js';
import type { Pixels } from './pixels.js';

/** pngjs needs Node's streams and zlib: it is loaded when it is used, where no bundler sees it. */
function codec(): typeof Codec {
  const { createRequire } = builtin('node:module', 'reading and writing PNG files');
  return (createRequire(import.meta.url)('pngjs') as { readonly PNG: typeof Codec }).PNG;
}

/** Reads a PNG file: 8 bits per value, or 16 where the file has 16. @throws ImageFormatError */
export function readPng(bytes: Uint8Array): Pixels {
  const header = readPngHeader(bytes), { width, height, depth, channels } = header;
  checkPacked(bytes, header);
  let rgba: Uint8Array | Uint16Array;
  try {
    rgba = codec().sync.read(withoutColourKey(bytes), { skipRescale: depth === 16 } as never).data;
  } catch (error) {
    throw new ImageFormatError(`the PNG file is damaged: ${(error as Error).message}`);
  }
  const data = depth === 16 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels);
  // gray has its value in all three colours
  const from = channels <= 2 ? [0, 3] : [0, 1, 2, 3];
  for (let i = 0, to = 0; to < data.length; i += 4) {
    for (let c = 0; c < channels; c++) data[to++] = rgba[i + from[c]];
  }
  return { width, height, channels, data };
}

/**
 * The file without a colour that stands for transparency: pngjs would put black in its place. A palette's transparencies
 * stay.
 */
function withoutColourKey(bytes: Uint8Array): Buffer {
  const PALETTE = 3;
  if (bytes[25] === PALETTE) return bytesOf(bytes);
  const key = chunks(bytes).find(({ type }) => type === 'tRNS');
  return key ? Buffer.concat([bytes.subarray(0, key.at), bytes.subarray(key.at + 12 + key.length)]) : bytesOf(bytes);
}

/** The bytes as the `Buffer` that pngjs asks for, not copied. */
const bytesOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * That there is as much as the header tells of. pngjs does not ask: interlaced pictures it unpacks without bound, and
 * where the others end early it takes what lay in memory for their pixels.
 */
function checkPacked(bytes: Uint8Array, { unpackedBytes, interlaced }: PngHeader): void {
  const parts = chunks(bytes).filter(({ type }) => type === 'IDAT').map(({ at, length }) => bytes.subarray(at + 8, at + 8 + length));
  let unpacked: number;
  try {
    unpacked = builtin('node:zlib', 'reading PNG files').inflateSync(Buffer.concat(parts), { maxOutputLength: unpackedBytes }).length;
  } catch (error) {
    // more than was asked for is left over, as libpng leaves it
    if (!interlaced && (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return;
    throw new ImageFormatError(`the PNG file is damaged: ${(error as Error).message}`);
  }
  if (unpacked < unpackedBytes) throw new ImageFormatError(`the PNG file is damaged: it has ${unpacked} bytes of rows, not ${unpackedBytes}`);
}

/** The colour types of 1 to 4 channels. */
const COLOUR_TYPES = [0, 4, 2, 6] as const;

/** Writes 8 bits per value. */
export function writePngBytes({ width, height, channels, data }: Pixels, compressionLevel: number): Uint8Array {
  const colorType = COLOUR_TYPES[channels - 1];
  const PNG = codec();
  // pngjs writes what it is given where both colour types are the same
  const png = { width, height, data: bytesOf(Uint8Array.from(data)) } as InstanceType<typeof Codec>;
  return PNG.sync.write(png, { colorType, inputColorType: colorType, inputHasAlpha: channels % 2 === 0, deflateLevel: compressionLevel } as never);
}
