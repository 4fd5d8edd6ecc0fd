import type { PNG as Codec } from 'pngjs';
import { builtin } from '../node/builtins.js';
import { ImageFormatError } from './errors.js';
import type { Pixels } from './pixels.js';
import { chunks, readPngHeader, type PngHeader } from './png-header.js';
import { passesOf, rowBytes, unfilter, valuesOf } from './png-rows.js';

/** Bytes after the last row that are left over, as libpng leaves them. */
const MOST_LEFT_OVER = 1 << 16;

type Chunks = ReturnType<typeof chunks>;

/**
 * Reads a PNG file: 8 bits per value, or 16 where the file has 16; gray of fewer bits from 0 to 255, and the indices of a
 * palette as they are. The rows are unpacked once and read where they lie.
 * @throws ImageFormatError
 */
export function readPng(bytes: Uint8Array): Pixels {
  const header = readPngHeader(bytes), { width, height, depth, samples, indexed, interlaced } = header;
  const found = chunks(bytes);
  checkSums(bytes, found);
  const palette = indexed ? paletteOf(bytes, found) : undefined;
  const rows = unpacked(bytes, found, header), bits = samples * depth, step = Math.max(1, bits >> 3);
  let data: Uint8Array | Uint16Array | undefined;
  for (let at = 0, passes = passesOf(width, height, interlaced), i = 0; i < passes.length; i++) {
    const pass = passes[i], length = rowBytes(pass.width, bits);
    unfilter(rows, at, pass.height, length, step);
    const values = valuesOf(rows, at, pass.height, pass.width * samples, depth);
    if (!interlaced) {
      data = values;
      break;
    }
    data ??= depth === 16 ? new Uint16Array(width * height * samples) : new Uint8Array(width * height * samples);
    for (let y = 0, from = 0; y < pass.height; y++) {
      let to = ((pass.y + y * pass.dy) * width + pass.x) * samples;
      for (let x = 0; x < pass.width; x++, to += pass.dx * samples) for (let c = 0; c < samples; c++) data[to + c] = values[from++];
    }
    at += pass.height * (length + 1);
  }
  if (depth < 8 && !indexed) {
    const white = 255 / ((1 << depth) - 1);
    for (let i = 0; i < data!.length; i++) data![i] *= white;
  }
  return { width, height, channels: samples, data: data!, palette };
}

/** That each chunk has the checksum that follows it. */
function checkSums(bytes: Uint8Array, found: Chunks): void {
  const { crc32 } = builtin('node:zlib', 'reading PNG files');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wrong = found.find(({ at, length }) => crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length));
  if (wrong) throw new ImageFormatError(`the PNG file is damaged: the checksum of its ${wrong.type} is wrong`);
}

/** The contents of the first chunk of a type. */
function contents(bytes: Uint8Array, found: Chunks, type: string): Uint8Array | null {
  const chunk = found.find((one) => one.type === type);
  return chunk ? bytes.subarray(chunk.at + 8, chunk.at + 8 + chunk.length) : null;
}

function paletteOf(bytes: Uint8Array, found: Chunks): NonNullable<Pixels['palette']> {
  const colours = contents(bytes, found, 'PLTE');
  if (!colours || colours.length === 0 || colours.length % 3 !== 0 || colours.length > 768) {
    throw new ImageFormatError(`the PNG file is broken: ${colours ? `a palette of ${colours.length} bytes` : 'it has no palette'}`);
  }
  return { colours, alpha: contents(bytes, found, 'tRNS') };
}

/** The rows with their filters: what the data chunks hold, unpacked, which is at least as much as the header tells of. */
function unpacked(bytes: Uint8Array, found: Chunks, { unpackedBytes }: PngHeader): Uint8Array {
  const parts = found.filter(({ type }) => type === 'IDAT').map(({ at, length }) => bytes.subarray(at + 8, at + 8 + length));
  const packed = parts.length === 1 ? parts[0] : Buffer.concat(parts);
  const { inflateSync } = builtin('node:zlib', 'reading PNG files');
  let rows: Uint8Array;
  try {
    // in one piece: otherwise zlib holds many small ones, and then joins them
    rows = inflateSync(packed, { chunkSize: unpackedBytes + 64, maxOutputLength: unpackedBytes + MOST_LEFT_OVER });
  } catch (error) {
    throw new ImageFormatError(`the PNG file is damaged: ${(error as Error).message}`);
  }
  if (rows.length < unpackedBytes) throw new ImageFormatError(`the PNG file is damaged: it has ${rows.length} bytes of rows, not ${unpackedBytes}`);
  return rows;
}

/** pngjs needs Node's streams and zlib: it is loaded when it is used, where no bundler sees it. */
function codec(): typeof Codec {
  const { createRequire } = builtin('node:module', 'writing PNG files');
  return (createRequire(import.meta.url)('pngjs') as { readonly PNG: typeof Codec }).PNG;
}

/** The bytes as the `Buffer` that pngjs asks for, not copied. */
const bytesOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

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
