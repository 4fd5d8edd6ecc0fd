import { ValueError } from '@sconce/tensor';
import { quarterTurns } from './arrange.js';
import { Image } from './image.js';
import { withoutAlpha } from './premultiply.js';

/** How values between pixels are made. */
export type WarpFilter = 'nearest' | 'bilinear' | 'bicubic';

/** From a place of the output to a place of the input: six numbers of an affine map, or eight of a perspective one. */
export type WarpMap = readonly number[];

/**
 * The picture whose pixel at (x, y) is this one's at `map` of it; where that lies outside, `fill`. Byte for byte what
 * Pillow gives. @see Pillow, src/libImaging/Geometry.c @internal
 */
export function warpImage(
  image: Image, map: WarpMap, filter: WarpFilter, fill: readonly number[], width = image.width, height = image.height,
): Image {
  if (filter !== 'nearest') {
    return withoutAlpha(image, (plain) => sampled(plain, map, samplers[filter], fill, width, height));
  }
  if (map.length === 8) return sampled(image, map, nearestAt, fill, width, height);
  return map[1] === 0 && map[3] === 0 ? scaled(image, map, fill, width, height) : affine(image, map, fill, width, height);
}

/** Turned counterclockwise by an angle in degrees. @internal */
export function rotateImage(
  image: Image, degrees: number, filter: WarpFilter, expand: boolean, center: readonly number[] | null,
  fill: readonly number[],
): Image {
  const angle = ((degrees % 360) + 360) % 360, { width, height } = image;
  if (!center && angle % 90 === 0 && (angle % 180 === 0 || expand || width === height)) return quarterTurns(image, angle / 90);
  const [cx, cy] = center ?? [width / 2, height / 2];
  const radians = -angle * Math.PI / 180;
  const cos = rounded(Math.cos(radians)), sin = rounded(Math.sin(radians)), back = rounded(-Math.sin(radians));
  const at = (x: number, y: number, map: WarpMap): [number, number] =>
    [map[0] * x + map[1] * y + map[2], map[3] * x + map[4] * y + map[5]];
  const map = [cos, sin, 0, back, cos, 0];
  const shift = at(-cx, -cy, map);
  map[2] = shift[0] + cx;
  map[5] = shift[1] + cy;
  if (!expand) return warpImage(image, map, filter, fill);
  const corners = [[0, 0], [width, 0], [width, height], [0, height]].map(([x, y]) => at(x, y, map));
  const [w, h] = [0, 1].map((i) => {
    const values = corners.map((corner) => corner[i]);
    return Math.ceil(Math.max(...values)) - Math.floor(Math.min(...values));
  });
  [map[2], map[5]] = at(-(w - width) / 2, -(h - height) / 2, map);
  return warpImage(image, map, filter, fill, w, h);
}

/** Sines of right angles are whole then. */
const rounded = (x: number): number => Number(x.toFixed(15));

function filled(image: Image, fill: readonly number[], width: number, height: number): Uint8Array {
  if (!(width > 0 && height > 0)) throw new ValueError('height and width must be > 0');
  return Uint8Array.from(Image.full(image.mode, width, height, fill).data);
}

const copyPixel = (image: Image, x: number, y: number, out: Uint8Array, to: number): void => {
  const from = (y * image.width + x) * image.channels;
  for (let c = 0; c < image.channels; c++) out[to + c] = image.data[from + c];
};

/** Without rotation: columns by themselves, rows by themselves, steps added up. */
function scaled(image: Image, map: WarpMap, fill: readonly number[], width: number, height: number): Image {
  const out = filled(image, fill, width, height);
  const columns: number[] = [];
  for (let x = 0, at = map[2] + map[0] * 0.5; x < width; x++, at += map[0]) columns.push(at < 0 ? -1 : Math.trunc(at));
  for (let y = 0, at = map[5] + map[4] * 0.5; y < height; y++, at += map[4]) {
    const row = at < 0 ? -1 : Math.trunc(at);
    if (row < 0 || row >= image.height) continue;
    columns.forEach((column, x) => {
      if (column >= 0 && column < image.width) copyPixel(image, column, row, out, (y * width + x) * image.channels);
    });
  }
  return new Image({ width, height, mode: image.mode, data: out });
}

/** In numbers of 16 bits after the point, added up pixel by pixel. */
function affine(image: Image, map: WarpMap, fill: readonly number[], width: number, height: number): Image {
  const out = filled(image, fill, width, height);
  const fixed = (x: number): number => Math.floor(x * 65536 + 0.5);
  const [a, b, , d, e] = map.map(fixed);
  let rowX = fixed(map[2] + map[0] * 0.5 + map[1] * 0.5), rowY = fixed(map[5] + map[3] * 0.5 + map[4] * 0.5);
  for (let y = 0, to = 0; y < height; y++, rowX += b, rowY += e) {
    for (let x = 0, xx = rowX, yy = rowY; x < width; x++, xx += a, yy += d, to += image.channels) {
      const column = Math.floor(xx / 65536), row = Math.floor(yy / 65536);
      if (column >= 0 && column < image.width && row >= 0 && row < image.height) copyPixel(image, column, row, out, to);
    }
  }
  return new Image({ width, height, mode: image.mode, data: out });
}

type Sampler = (image: Image, x: number, y: number, out: Uint8Array, to: number) => void;

function sampled(image: Image, map: WarpMap, sample: Sampler, fill: readonly number[], width: number, height: number): Image {
  const out = filled(image, fill, width, height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += image.channels) {
      const divisor = map.length === 8 ? map[6] * (x + 0.5) + map[7] * (y + 0.5) + 1 : 1;
      const sx = (map[0] * (x + 0.5) + map[1] * (y + 0.5) + map[2]) / divisor;
      const sy = (map[3] * (x + 0.5) + map[4] * (y + 0.5) + map[5]) / divisor;
      if (sx >= 0 && sx < image.width && sy >= 0 && sy < image.height) sample(image, sx, sy, out, to);
    }
  }
  return new Image({ width, height, mode: image.mode, data: out });
}

const nearestAt: Sampler = (image, x, y, out, to) => copyPixel(image, Math.trunc(x), Math.trunc(y), out, to);

const clamp = (x: number, size: number): number => (x < 0 ? 0 : x < size ? x : size - 1);

const samplers: Record<Exclude<WarpFilter, 'nearest'>, Sampler> = {
  bilinear({ width, height, channels, data }, x, y, out, to) {
    const left = Math.floor(x - 0.5), top = Math.floor(y - 0.5), dx = x - 0.5 - left, dy = y - 0.5 - top;
    const x0 = clamp(left, width) * channels, x1 = clamp(left + 1, width) * channels;
    const y0 = clamp(top, height) * width * channels, y1 = clamp(top + 1, height) * width * channels;
    for (let c = 0; c < channels; c++) {
      const upper = data[y0 + x0 + c] + (data[y0 + x1 + c] - data[y0 + x0 + c]) * dx;
      const lower = data[y1 + x0 + c] + (data[y1 + x1 + c] - data[y1 + x0 + c]) * dx;
      out[to + c] = Math.trunc(upper + (lower - upper) * dy);
    }
  },
  bicubic({ width, height, channels, data }, x, y, out, to) {
    const left = Math.floor(x - 0.5), top = Math.floor(y - 0.5), dx = x - 0.5 - left, dy = y - 0.5 - top;
    const columns = [-1, 0, 1, 2].map((i) => clamp(left + i, width) * channels);
    const rows = [-1, 0, 1, 2].map((i) => clamp(top + i, height) * width * channels);
    for (let c = 0; c < channels; c++) {
      const [v1, v2, v3, v4] = rows.map((row) =>
        cubic(data[row + columns[0] + c], data[row + columns[1] + c], data[row + columns[2] + c], data[row + columns[3] + c], dx));
      out[to + c] = Math.trunc(Math.min(Math.max(cubic(v1, v2, v3, v4, dy), 0), 255));
    }
  },
};

/** Cubic convolution with a = -1 at `d` from the second of four values. */
const cubic = (v1: number, v2: number, v3: number, v4: number, d: number): number =>
  v2 + d * (-v1 + v3 + d * (2 * (v1 - v2) + v3 - v4 + d * (-v1 + v2 - v3 + v4)));
