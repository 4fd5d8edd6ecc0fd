import { Image } from './image.js';

/** How what lies outside a picture is made. */
export type PaddingMode = 'constant' | 'edge' | 'reflect' | 'symmetric';

/** The picture whose pixel (x, y) is this one's pixel at `source(x, y)`, an index of pixels; negative: `fill`. */
function gathered(
  image: Image, width: number, height: number, columns: Int32Array, rows: Int32Array, fill: readonly number[],
): Image {
  const { channels, data } = image;
  const out = new Uint8Array(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    const row = rows[y] * image.width;
    for (let x = 0; x < width; x++, to += channels) {
      const from = (row + columns[x]) * channels;
      if (columns[x] < 0 || row < 0) for (let c = 0; c < channels; c++) out[to + c] = fill[c];
      else if (channels === 3) {
        out[to] = data[from];
        out[to + 1] = data[from + 1];
        out[to + 2] = data[from + 2];
      } else for (let c = 0; c < channels; c++) out[to + c] = data[from + c];
    }
  }
  return new Image({ width, height, mode: image.mode, data: out });
}

const range = (count: number, at: (i: number) => number): Int32Array => Int32Array.from({ length: count }, (_, i) => at(i));

/** @internal */
export const flipLeftRight = (image: Image): Image => {
  const { width, height } = image;
  return gathered(image, width, height, range(width, (x) => width - 1 - x), range(height, (y) => y), []);
};

/** @internal */
export const flipTopBottom = (image: Image): Image => {
  const { width, height } = image;
  return gathered(image, width, height, range(width, (x) => x), range(height, (y) => height - 1 - y), []);
};

/** A part of a picture; what of it lies outside is zero. @internal */
export function cropImage(image: Image, top: number, left: number, height: number, width: number): Image {
  if (top >= 0 && left >= 0 && top + height <= image.height && left + width <= image.width) {
    return cropInside(image, top, left, height, width);
  }
  const inside = (size: number, at: number): number => (at >= 0 && at < size ? at : -1);
  return gathered(image, width, height, range(width, (x) => inside(image.width, x + left)),
    range(height, (y) => inside(image.height, y + top)), new Array<number>(image.channels).fill(0));
}

/** A part of a picture that lies within it, row by row. */
function cropInside({ width: stride, channels, mode, data }: Image, top: number, left: number, height: number, width: number): Image {
  const out = new Uint8Array(height * width * channels), line = width * channels;
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * stride + left) * channels;
    out.set(data.subarray(from, from + line), y * line);
  }
  return new Image({ width, height, mode, data: out });
}

/** Pixels added on the four sides, or taken away where numbers are negative. @internal */
export function padImage(
  image: Image, [left, top, right, bottom]: readonly number[], fill: readonly number[], mode: PaddingMode,
): Image {
  const width = image.width + left + right, height = image.height + top + bottom;
  const columns = range(width, (x) => sourceOf(x - left, image.width, mode));
  return gathered(image, width, height, columns, range(height, (y) => sourceOf(y - top, image.height, mode)), fill);
}

/** The place inside that a place outside repeats, as numpy.pad has it; -1 for none. */
function sourceOf(at: number, size: number, mode: PaddingMode): number {
  if (at >= 0 && at < size) return at;
  if (mode === 'constant') return -1;
  if (mode === 'edge') return at < 0 ? 0 : size - 1;
  if (mode === 'reflect' && size === 1) return 0;
  const period = mode === 'reflect' ? 2 * (size - 1) : 2 * size;
  const rest = ((at % period) + period) % period;
  return rest < size ? rest : (mode === 'reflect' ? period - rest : period - 1 - rest);
}

/** Turned by 90 degrees, counterclockwise, so many times. @internal */
export function quarterTurns(image: Image, turns: number): Image {
  const { width, height, channels, data, mode } = image;
  if (turns === 0) return image;
  const [w, h] = turns === 2 ? [width, height] : [height, width];
  const out = new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [sx, sy] = turns === 1 ? [width - 1 - y, x] : turns === 2 ? [width - 1 - x, height - 1 - y] : [y, height - 1 - x];
      const from = (sy * width + sx) * channels;
      for (let c = 0; c < channels; c++) out[to++] = data[from + c];
    }
  }
  return new Image({ width: w, height: h, mode, data: out });
}
