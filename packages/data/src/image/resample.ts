import { cropImage } from './arrange.js';
import { Image } from './image.js';
import { withoutAlpha } from './premultiply.js';

export type ImageFilter = 'nearest' | 'box' | 'bilinear' | 'hamming' | 'bicubic' | 'lanczos';

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

/** Filters and how far they reach. The cubic one has a = -0.5. @see Pillow, src/libImaging/Resample.c */
const FILTERS: Record<Exclude<ImageFilter, 'nearest'>, { readonly support: number; readonly at: (x: number) => number }> = {
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, at: (x) => (Math.abs(x) >= 1 ? 0 : sinc(x) * (Math.fround(0.54) + Math.fround(0.46) * Math.cos(x * Math.PI))) },
  bicubic: {
    support: 2,
    at: (distance) => {
      const x = Math.abs(distance);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
    },
  },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Weights are integers with so many bits after the point; two bits are left for what sums overshoot. */
const PRECISION_BITS = 32 - 8 - 2;

/** For each place of the output, where its inputs begin, how many they are, and their weights, `most` apart. */
interface Weights { readonly first: Int32Array; readonly count: Int32Array; readonly weights: Int32Array; readonly most: number }

function weightsFor(inSize: number, outSize: number, filter: Exclude<ImageFilter, 'nearest'>): Weights {
  const { support: reach, at } = FILTERS[filter];
  const scale = inSize / outSize, widened = Math.max(scale, 1), support = reach * widened;
  const most = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outSize), count = new Int32Array(outSize), weights = new Int32Array(outSize * most);
  const raw = new Float64Array(most);
  for (let o = 0; o < outSize; o++) {
    const centre = (o + 0.5) * scale;
    first[o] = Math.max(Math.trunc(centre - support + 0.5), 0);
    count[o] = Math.min(Math.trunc(centre + support + 0.5), inSize) - first[o];
    let sum = 0;
    for (let k = 0; k < count[o]; k++) sum += raw[k] = at((k + first[o] - centre + 0.5) * (1 / widened));
    for (let k = 0; k < count[o]; k++) {
      const weight = (sum === 0 ? raw[k] : raw[k] / sum) * (1 << PRECISION_BITS);
      weights[o * most + k] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
  }
  return { first, count, weights, most };
}

/** A part of a picture, in pixels. */
export interface Box { readonly top: number; readonly left: number; readonly height: number; readonly width: number }

/**
 * A picture in another size, with the filter widened where it shrinks: byte for byte what Pillow gives. Where there is
 * alpha, colours count by it.
 * @internal
 */
export function resizeImage(image: Image, width: number, height: number, filter: ImageFilter): Image {
  if (width === image.width && height === image.height) return image;
  if (filter === 'nearest') return nearest(image, width, height);
  return withoutAlpha(image, (plain) => resampled(plain, { ...plain, top: 0, left: 0 }, width, height, filter));
}

/** A part of a picture in another size. What is resampled by columns is read from where it lies. @internal */
export function resizeCrop(image: Image, box: Box, width: number, height: number, filter: ImageFilter): Image {
  const { top, left } = box;
  const isInside = top >= 0 && left >= 0 && top + box.height <= image.height && left + box.width <= image.width;
  return isInside && width !== box.width && filter !== 'nearest' && !image.getbands().includes('A')
    ? resampled(image, box, width, height, filter)
    : resizeImage(cropImage(image, top, left, box.height, box.width), width, height, filter);
}

function resampled(
  image: Image, box: Box, width: number, height: number, filter: Exclude<ImageFilter, 'nearest'>,
): Image {
  const { channels, mode } = image, last = height === box.height;
  let { data } = image;
  if (width !== box.width) {
    const size = box.height * width * channels, out = last ? new Uint8Array(size) : scratchFor(size);
    data = columnsResampled(image, box, width, weightsFor(box.width, width, filter), out);
  }
  if (!last) data = rowsResampled(data, width * channels, height, weightsFor(box.height, height, filter));
  return new Image({ width, height, mode, data });
}

let scratch = new Uint8Array(0);
const MOST_SCRATCH = 1 << 22;

/** Memory for what is read at once: made anew each time, it would keep the collector busy. */
function scratchFor(size: number): Uint8Array {
  if (size > MOST_SCRATCH) return new Uint8Array(size);
  return scratch.length >= size ? scratch : (scratch = new Uint8Array(size));
}

type Bytes = Uint8Array | Uint8ClampedArray;

/** Half of the last bit that stays: sums are rounded. */
const HALF = 1 << (PRECISION_BITS - 1);

const clipped = (sum: number): number => {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
};

/** Each row of a part in another width. */
function columnsResampled(
  { data, width, channels }: Image, { top, left, height }: Box, outWidth: number, { first, count, weights, most }: Weights,
  out: Uint8Array,
): Uint8Array {
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < outWidth; x++) {
      const from = ((top + y) * width + left + first[x]) * channels, w = x * most, end = w + count[x];
      if (channels === 3) {
        // by far the most frequent: a weight is fetched once for all three
        let red = HALF, green = HALF, blue = HALF;
        for (let k = w, at = from; k < end; k++, at += 3) {
          const weight = weights[k];
          red = (red + data[at] * weight) | 0;
          green = (green + data[at + 1] * weight) | 0;
          blue = (blue + data[at + 2] * weight) | 0;
        }
        out[to++] = clipped(red);
        out[to++] = clipped(green);
        out[to++] = clipped(blue);
        continue;
      }
      for (let c = 0; c < channels; c++) {
        let sum = HALF;
        for (let k = w, at = from + c; k < end; k++, at += channels) sum = (sum + data[at] * weights[k]) | 0;
        out[to++] = clipped(sum);
      }
    }
  }
  return out;
}

/** Rows of `line` values mixed to another number of rows, each in one go through memory. */
function rowsResampled(data: Bytes, line: number, outHeight: number, { first, count, weights, most }: Weights): Uint8Array {
  const out = new Uint8Array(outHeight * line), sums = new Int32Array(line);
  for (let y = 0; y < outHeight; y++) {
    sums.fill(HALF);
    for (let k = 0; k < count[y]; k++) {
      const weight = weights[y * most + k], from = (first[y] + k) * line;
      for (let i = 0; i < line; i++) sums[i] += data[from + i] * weight;
    }
    for (let i = 0, to = y * line; i < line; i++) out[to + i] = clipped(sums[i]);
  }
  return out;
}

function nearest(image: Image, width: number, height: number): Image {
  const { channels, mode, data } = image;
  const columns = places(image.width, width), rows = places(image.height, height);
  const out = new Uint8Array(width * height * channels);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = rows[y] * image.width;
    for (let x = 0; x < width; x++) {
      const from = (row + columns[x]) * channels;
      for (let c = 0; c < channels; c++) out[to++] = data[from + c];
    }
  }
  return new Image({ width, height, mode, data: out });
}

/** Steps are added up, not multiplied: their roundings are Pillow's. */
function places(inSize: number, outSize: number): Int32Array {
  const step = inSize / outSize, found = new Int32Array(outSize);
  for (let o = 0, at = step * 0.5; o < outSize; o++, at += step) found[o] = Math.min(Math.trunc(at), inSize - 1);
  return found;
}
