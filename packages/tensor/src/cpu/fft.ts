import type { View } from '../backend.js';
import { contiguousStrides, product } from '../layout.js';
import { fftOps } from '../ops/fft-records.js';
import { transformOf } from './fft-transform.js';
import { contiguousNumbers, storeNumbers } from './host.js';
import { pairsOf } from '../complex/parts.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';

/** Complex numbers in row-major order, real and imaginary parts apart, as doubles. */
interface Points { readonly shape: readonly number[]; readonly re: Float64Array; readonly im: Float64Array }

function pointsOf(x: View): Points {
  const { shape, numel } = x.layout;
  if (!x.dtype.isComplex) return { shape, re: Float64Array.from(contiguousNumbers(x)), im: new Float64Array(numel) };
  const pairs = contiguousNumbers(x);
  const re = new Float64Array(numel), im = new Float64Array(numel);
  for (let i = 0; i < numel; i++) {
    re[i] = pairs[2 * i];
    im[i] = pairs[2 * i + 1];
  }
  return { shape, re, im };
}

/** Calls `fn` with the first index of each line of points along a dimension. */
function forEachLine(shape: readonly number[], dim: number, fn: (start: number, stride: number) => void): void {
  const stride = contiguousStrides(shape)[dim], outer = product(shape.slice(0, dim));
  for (let o = 0; o < outer; o++) for (let i = 0; i < stride; i++) fn(o * shape[dim] * stride + i, stride);
}

/** Transforms along a dimension, in place. */
function transformLines({ shape, re, im }: Points, dim: number, forward: boolean): void {
  const n = shape[dim], transform = transformOf(n);
  // backwards is forwards with real and imaginary parts exchanged
  const [a, b] = forward ? [re, im] : [im, re];
  const lineA = new Float64Array(n), lineB = new Float64Array(n);
  forEachLine(shape, dim, (start, stride) => {
    for (let j = 0, at = start; j < n; j++, at += stride) {
      lineA[j] = a[at];
      lineB[j] = b[at];
    }
    transform.run(lineA, lineB);
    for (let j = 0, at = start; j < n; j++, at += stride) {
      a[at] = lineA[j];
      b[at] = lineB[j];
    }
  });
}

function store({ re, im }: Points, scale: number, out: View): void {
  const pairs = new Float64Array(2 * re.length);
  for (let i = 0; i < re.length; i++) {
    pairs[2 * i] = re[i] * scale;
    pairs[2 * i + 1] = im[i] * scale;
  }
  storeNumbers(pairsOf(out), pairs);
}

/** The first half of each line, whose second half is its mirror image. */
function halved(points: Points, dim: number, size: number): Points {
  const shape = points.shape.with(dim, size), re = new Float64Array(product(shape)), im = new Float64Array(re.length);
  const starts: number[] = [];
  forEachLine(points.shape, dim, (start) => starts.push(start));
  let line = 0;
  forEachLine(shape, dim, (to, stride) => {
    for (let k = 0, from = starts[line++]; k < size; k++) {
      re[to + k * stride] = points.re[from + k * stride];
      im[to + k * stride] = points.im[from + k * stride];
    }
  });
  return { shape, re, im };
}

/** Each line completed to n points by the conjugates of what is there; imaginary parts that would have to be 0 do not count. */
function mirrored(points: Points, dim: number, n: number): Points {
  const shape = points.shape.with(dim, n), re = new Float64Array(product(shape)), im = new Float64Array(re.length);
  const starts: number[] = [];
  forEachLine(points.shape, dim, (start) => starts.push(start));
  let line = 0;
  forEachLine(shape, dim, (to, stride) => {
    const from = starts[line++];
    for (let k = 0; k < n; k++) {
      const j = Math.min(k, n - k), own = j * 2 === n || j === 0;
      re[to + k * stride] = points.re[from + j * stride];
      im[to + k * stride] = own ? 0 : points.im[from + j * stride] * (k === j ? 1 : -1);
    }
  });
  return { shape, re, im };
}

/** Kernels of the Fourier transforms. */
export const fftKernels = (): KernelEntry[] => [
  kernelFor(fftOps.c2c, ([x], [out], { dims, scale, forward }) => {
    const points = pointsOf(x);
    for (const dim of dims) transformLines(points, dim, forward);
    store(points, scale, out);
  }),
  kernelFor(fftOps.r2c, ([x], [out], { dims, scale }) => {
    const last = dims.at(-1)!;
    let points = pointsOf(x);
    transformLines(points, last, true);
    if (out.layout.shape[last] !== points.shape[last]) points = halved(points, last, out.layout.shape[last]);
    for (const dim of dims.slice(0, -1)) transformLines(points, dim, true);
    store(points, scale, out);
  }),
  kernelFor(fftOps.c2r, ([x], [out], { dims, scale, lastSize }) => {
    const last = dims.at(-1)!, half = pointsOf(x);
    for (const dim of dims.slice(0, -1)) transformLines(half, dim, false);
    const points = mirrored(half, last, lastSize);
    transformLines(points, last, false);
    storeNumbers(out, points.re.map((v) => v * scale));
  }),
];
