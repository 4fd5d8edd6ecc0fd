import type { View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildConvolution } from '../kernels/convolution.js';

/** A stack of images of one size, each channel a plane. */
export interface Images { readonly address: number; readonly height: number; readonly width: number; readonly channels: number; readonly count: number }

export const imagesOf = (v: View): Images => {
  const [count, channels, height, width] = v.layout.shape;
  return { address: pointer(v), height, width, channels, count };
};

/** What a kernel meets: `k` elements at offsets by a table; rows `row` bytes apart, the channels of a group `group`, images `step`. */
export interface Met { readonly address: number; readonly row: number; readonly group: number; readonly step: number; readonly table: number; readonly k: number }

/** Copies beyond so many bytes leave the caches. */
const NEAR = 8 * 2 ** 20;
/** Copying a vector, or adding to it, takes as long as so many products of vectors: near, and beyond. */
const MOVING = 3, MOVING_FAR = 40;

/**
 * Whether computing `lanes` floats where `width` are wanted, in each of so many products, costs more than moving `floats` of images
 * to where they lie together. Less than an eighth is not worth it: images apart from each other fill more of the first cache.
 */
export const isWaste = (width: number, lanes: number, products: number, floats: number): boolean =>
  8 * (lanes - width) >= width && products * (lanes - width) > (4 * floats > NEAR ? MOVING_FAR : MOVING) * (width + 4);

/** No bands: all of k counts everywhere. */
const ALL = [0, 0, 1, 0, 0];
/** Rows of so few are less than a vector: images of them are computed as one long row, with junk where rows end. */
const NARROW = 4;

interface Correlation extends Met {
  /** address of the kernels, each with its elements together */
  readonly a: number;
  /** of an image that is a framed gradient: parts of k that are moved up by `dilation` rows of `row` floats each, what row the output begins with, and the gradient's rows */
  readonly bands?: readonly [count: number, dilation: number, row: number, top: number, rows: number];
}

/** Writes the sums of what the kernels of each group meet, plus a number for each channel (an address, 0: nothing). */
export function correlate(engine: Engine, c: Correlation, groups: number, bias: number, out: Images): void {
  const fns = engine.functions(buildConvolution), { bands = ALL } = c;
  const { count, channels: all, height, width, address: to } = out, channels = all / groups;
  // few images: their channels are shared among the threads, four at least at a time
  const wanted = Math.min(Math.ceil(engine.threads.parts / (count * groups)), Math.ceil(channels / 4));
  const per = 4 * Math.ceil(channels / 4 / wanted), blocks = Math.ceil(channels / per);
  const run = (height: number, width: number, to: number, plane: number, from: number, bands: readonly number[]): void =>
    engine.launch(fns.correlate, count * groups * blocks, count * all * height * width * c.k, groups, blocks, per, channels, height, width, c.row, c.k,
      c.a, c.table, c.address, c.group, c.step, to, plane * 4, all * plane * 4, from, ...bands);
  // rows that lie together are one
  if (c.row === width * 4 && height * width >= NARROW) return run(1, height * width, to, height * width, bias, bands);
  if (width >= NARROW) return run(height, width, to, height * width, bias, bands);
  const n = (height - 1) * (c.row / 4) + width, plane = Math.max(n, NARROW);
  engine.scratch(count * all * plane * 4, (flat) => {
    run(1, n, flat, plane, 0, ALL);
    engine.launch(fns.compact, count * all, count * all * height * width, height, width, flat, c.row, plane * 4, to, bias, all);
  });
}
