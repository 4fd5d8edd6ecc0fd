import { ImageFormatError } from './errors.js';

/** One pass over a picture: the whole of it, or one of Adam7's seven: where it begins, and its steps. */
export interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  /** pixels of the pass itself */
  readonly width: number;
  readonly height: number;
}

const ADAM7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;

/** The passes that have pixels. */
export function passesOf(width: number, height: number, interlaced: boolean): readonly Pass[] {
  if (!interlaced) return [{ x: 0, y: 0, dx: 1, dy: 1, width, height }];
  return ADAM7.map(([x, y, dx, dy]) => ({ x, y, dx, dy, width: Math.ceil((width - x) / dx), height: Math.ceil((height - y) / dy) }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/** Bytes of a row, without the one that names its filter. */
export const rowBytes = (width: number, bits: number): number => Math.ceil((width * bits) / 8);

/**
 * Takes the filters off rows, each of which a byte precedes that names its filter. The rows end up side by side from `from`
 * on, in the same memory: a large picture is not held twice.
 * @param step bytes from one pixel to the next, at least one
 * @see https://www.w3.org/TR/png/#9Filters
 */
export function unfilter(data: Uint8Array, from: number, rows: number, length: number, step: number): void {
  for (let row = 0, at = from, to = from; row < rows; row++, at += length + 1, to += length) {
    const filter = data[at], up = row === 0 ? -1 : to - length;
    data.copyWithin(to, at + 1, at + 1 + length);
    if (filter === 1) sub(data, to, length, step);
    else if (filter === 2) over(data, to, up, length);
    else if (filter === 3) average(data, to, up, length, step);
    else if (filter === 4) paeth(data, to, up, length, step);
    else if (filter !== 0) throw new ImageFormatError(`the PNG file is damaged: row ${row} has filter ${filter}`);
  }
}

function sub(data: Uint8Array, to: number, length: number, step: number): void {
  for (let i = to + step; i < to + length; i++) data[i] += data[i - step];
}

function over(data: Uint8Array, to: number, up: number, length: number): void {
  if (up >= 0) for (let i = 0; i < length; i++) data[to + i] += data[up + i];
}

function average(data: Uint8Array, to: number, up: number, length: number, step: number): void {
  for (let i = 0; i < length; i++) {
    const left = i < step ? 0 : data[to + i - step], above = up < 0 ? 0 : data[up + i];
    data[to + i] += (left + above) >> 1;
  }
}

function paeth(data: Uint8Array, to: number, up: number, length: number, step: number): void {
  // without a row above, what is left of a pixel is nearest
  if (up < 0) return sub(data, to, length, step);
  const first = Math.min(step, length);
  for (let i = 0; i < first; i++) data[to + i] += data[up + i];
  for (let i = first; i < length; i++) {
    const left = data[to + i - step], above = data[up + i], corner = data[up + i - step];
    const a = Math.abs(above - corner), b = Math.abs(left - corner), c = Math.abs(left + above - 2 * corner);
    data[to + i] += a <= b && a <= c ? left : b <= c ? above : corner;
  }
}

/**
 * The values of rows without filters: a byte for each of 1 to 8 bits, a word for each of 16. Values of 8 bits stay where
 * they are.
 * @param perRow values of a row, after which the rest of its last byte is left out
 */
export function valuesOf(data: Uint8Array, from: number, rows: number, perRow: number, depth: number): Uint8Array | Uint16Array {
  const count = rows * perRow;
  if (depth === 8) return data.subarray(from, from + count);
  if (depth === 16) {
    const words = new Uint16Array(count);
    for (let i = 0, at = from; i < count; i++, at += 2) words[i] = data[at] << 8 | data[at + 1];
    return words;
  }
  const values = new Uint8Array(count), length = rowBytes(perRow, depth), mask = (1 << depth) - 1;
  for (let row = 0, to = 0; row < rows; row++) {
    const at = from + row * length;
    for (let i = 0, bit = 0; i < perRow; i++, bit += depth) values[to++] = data[at + (bit >> 3)] >> (8 - depth - (bit & 7)) & mask;
  }
  return values;
}
