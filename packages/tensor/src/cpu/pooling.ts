import type { View } from '../backend.js';
import { adaptivePoolingOps } from '../ops/adaptive-pooling.js';
import { poolingOps } from '../ops/pooling.js';
import type { AdaptivePoolAttrs, AvgPoolAttrs, MaxPoolAttrs } from '../ops/pooling-records.js';
import { contiguousNumbers, contiguousValues, outputNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { outputValues } from './rows.js';
import { product } from '../layout.js';

/** Elements start, start + step, … before end of one dimension; `size` is what they count in a mean. */
interface Window { readonly start: number; readonly end: number; readonly step: number; readonly size: number }

/** The windows of depth, height and width, and what of a channel they look at; fewer dimensions are filled up in front. */
interface Grid {
  readonly windows: readonly (readonly Window[])[];
  readonly height: number;
  readonly width: number;
  readonly area: number;
}

const WHOLE: Window = { start: 0, end: 1, step: 1, size: 1 };

function gridOf(
  inputSize: readonly number[], outputSize: readonly number[], window: (o: number, n: number, dim: number) => Window,
): Grid {
  const lists = inputSize.map((n, dim) => Array.from({ length: outputSize[dim] }, (_, o) => window(o, n, dim)));
  return {
    windows: [...new Array<Window[]>(3 - lists.length).fill([WHOLE]), ...lists],
    height: inputSize.at(-2)!, width: inputSize.at(-1)!, area: product(inputSize),
  };
}

const maxGrid = (x: View, { kernel, stride, padding, dilation, outputSize }: MaxPoolAttrs): Grid =>
  gridOf(x.layout.shape.slice(-kernel.length), outputSize, (o, n, d) => {
    const from = o * stride[d] - padding[d];
    const start = from < 0 ? from + Math.ceil(-from / dilation[d]) * dilation[d] : from;
    return { start, end: Math.min(from + (kernel[d] - 1) * dilation[d] + 1, n), step: dilation[d], size: kernel[d] };
  });

const averageGrid = ({ kernel, stride, padding, countIncludePad, inputSize, outputSize }: AvgPoolAttrs): Grid =>
  gridOf(inputSize, outputSize, (o, n, d) => {
    const from = o * stride[d] - padding[d], to = Math.min(from + kernel[d], n + padding[d]);
    const start = Math.max(from, 0), end = Math.min(to, n);
    return { start, end, step: 1, size: countIncludePad ? to - from : end - start };
  });

const adaptiveGrid = ({ inputSize, outputSize }: AdaptivePoolAttrs): Grid =>
  gridOf(inputSize, outputSize, (o, n, d) => {
    const start = Math.floor((o * n) / outputSize[d]), end = Math.ceil(((o + 1) * n) / outputSize[d]);
    return { start, end, step: 1, size: end - start };
  });

/** Calls `fn` with the three windows of each output, channel by channel. */
function forEachOutput(
  grid: Grid, channels: number, fn: (base: number, d: Window, h: Window, w: Window, at: number) => void,
): void {
  const [depth, height, width] = grid.windows;
  let at = 0;
  for (let c = 0, base = 0; c < channels; c++, base += grid.area) {
    for (const d of depth) for (const h of height) for (const w of width) fn(base, d, h, w, at++);
  }
}

const channelsOf = (v: View, sizes: number): number =>
  product(v.layout.shape.slice(0, v.layout.shape.length - sizes));

/**
 * int64 values as pairs of 32-bit words, the low one first (typed arrays are little-endian wherever JavaScript runs):
 * an index into a channel fits one word, and a BigInt per element would cost more than the pooling.
 */
const words = (values: BigInt64Array): Int32Array =>
  new Int32Array(values.buffer, values.byteOffset, values.length * 2);

/** Largest values and their places; a NaN is larger than all. */
function largest(x: View, values: View, indices: View, dims: number, grid: Grid): void {
  const data = contiguousNumbers(x), { data: out, commit } = outputNumbers(values);
  const found = outputValues(indices), places = words(found.data as BigInt64Array);
  const { height, width } = grid;
  forEachOutput(grid, channelsOf(x, dims), (base, d, h, w, at) => {
    let best = -Infinity, place = (d.start * height + h.start) * width + w.start;
    for (let i = d.start; i < d.end; i += d.step) {
      for (let j = h.start; j < h.end; j += h.step) {
        const row = (i * height + j) * width;
        for (let k = w.start; k < w.end; k += w.step) {
          const v = data[base + row + k];
          if (v > best || v !== v) {
            best = v;
            place = row + k;
          }
        }
      }
    }
    out[at] = best;
    places[2 * at] = place;
    places[2 * at + 1] = 0;
  });
  commit();
  found.commit();
}

/** Adds each gradient where its value came from. */
function largestBackward(grad: View, indices: View, out: View, dims: number): void {
  const g = contiguousNumbers(grad), places = words(contiguousValues(indices) as BigInt64Array);
  const sums = new Float64Array(out.layout.numel);
  const channels = channelsOf(grad, dims), pooled = g.length / channels, area = sums.length / channels;
  for (let c = 0, at = 0; c < channels; c++) {
    for (let i = 0; i < pooled; i++, at++) sums[c * area + places[2 * at]] += g[at];
  }
  const { data, commit } = outputNumbers(out);
  data.set(sums);
  commit();
}

const divisorOf = (d: Window, h: Window, w: Window, override: number | null): number =>
  override ?? d.size * h.size * w.size;

function average(x: View, out: View, dims: number, grid: Grid, override: number | null): void {
  const data = contiguousNumbers(x), { data: result, commit } = outputNumbers(out);
  const { height, width } = grid;
  forEachOutput(grid, channelsOf(x, dims), (base, d, h, w, at) => {
    let sum = 0;
    for (let i = d.start; i < d.end; i++) {
      for (let j = h.start; j < h.end; j++) {
        const row = base + (i * height + j) * width;
        for (let k = w.start; k < w.end; k++) sum += data[row + k];
      }
    }
    result[at] = sum / divisorOf(d, h, w, override);
  });
  commit();
}

function averageBackward(grad: View, out: View, dims: number, grid: Grid, override: number | null): void {
  const g = contiguousNumbers(grad), sums = new Float64Array(out.layout.numel);
  const { height, width } = grid;
  forEachOutput(grid, channelsOf(grad, dims), (base, d, h, w, at) => {
    const share = g[at] / divisorOf(d, h, w, override);
    for (let i = d.start; i < d.end; i++) {
      for (let j = h.start; j < h.end; j++) {
        const row = base + (i * height + j) * width;
        for (let k = w.start; k < w.end; k++) sums[row + k] += share;
      }
    }
  });
  const { data, commit } = outputNumbers(out);
  data.set(sums);
  commit();
}

/** Kernels of all poolings. */
export const poolingKernels = (): readonly KernelEntry[] => [
  ...[poolingOps.maxPool2d, poolingOps.maxPool3d].map((op) => kernelFor(op, ([x], [values, indices], attrs) =>
    largest(x, values, indices, attrs.kernel.length, maxGrid(x, attrs)))),
  ...[adaptivePoolingOps.adaptiveMaxPool2d, adaptivePoolingOps.adaptiveMaxPool3d].map((op) =>
    kernelFor(op, ([x], [values, indices], attrs) =>
      largest(x, values, indices, attrs.outputSize.length, adaptiveGrid(attrs)))),
  kernelFor(poolingOps.maxPoolBackward, ([g, indices], [out], { inputSize }) => largestBackward(g, indices, out, inputSize.length)),
  ...[poolingOps.avgPool2d, poolingOps.avgPool3d].map((op) => kernelFor(op, ([x], [out], attrs) =>
    average(x, out, attrs.kernel.length, averageGrid(attrs), attrs.divisorOverride))),
  ...[poolingOps.avgPool2dBackward, poolingOps.avgPool3dBackward].map((op) => kernelFor(op, ([g], [out], attrs) =>
    averageBackward(g, out, attrs.kernel.length, averageGrid(attrs), attrs.divisorOverride))),
  ...[adaptivePoolingOps.adaptiveAvgPool2d, adaptivePoolingOps.adaptiveAvgPool3d].map((op) =>
    kernelFor(op, ([x], [out], attrs) => average(x, out, attrs.outputSize.length, adaptiveGrid(attrs), null))),
  ...[adaptivePoolingOps.adaptiveAvgPool2dBackward, adaptivePoolingOps.adaptiveAvgPool3dBackward].map((op) =>
    kernelFor(op, ([g], [out], attrs) => averageBackward(g, out, attrs.outputSize.length, adaptiveGrid(attrs), null))),
];
