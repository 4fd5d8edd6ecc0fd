import { product } from '../layout.js';
import { transformOf } from './fft-transform.js';
import type { NumberArray } from './host.js';

/** Numbers in row-major order: real ones, or complex ones as pairs. */
export interface Points { readonly shape: readonly number[]; readonly data: NumberArray; readonly complex: boolean }

/** What is done to a line: the points that are there, real and imaginary parts apart, become those of the result. */
export type LineTransform = (re: Float64Array, im: Float64Array) => void;

/** Lines side by side are read and written together: their numbers share cache lines. */
const TOGETHER = 8;

/** Gives each line of points along a dimension to `transform`, and stores the results, multiplied by `scale`. */
export function transformLines(from: Points, to: Points, dim: number, transform: LineTransform, scale: number): void {
  const before = from.shape[dim], after = to.shape[dim], outer = product(from.shape.slice(0, dim)), inner = product(from.shape.slice(dim + 1));
  const size = Math.max(before, after), together = Math.min(TOGETHER, inner);
  const lines = Array.from({ length: together }, () => ({ re: new Float64Array(size), im: new Float64Array(size) }));
  for (let o = 0; o < outer; o++) {
    for (let first = 0; first < inner; first += together) {
      const count = Math.min(together, inner - first);
      for (let l = 0; l < count; l++) gather(from, o * before * inner + first + l, inner, before, lines[l].re, lines[l].im);
      for (let l = 0; l < count; l++) transform(lines[l].re, lines[l].im);
      for (let l = 0; l < count; l++) scatter(to, o * after * inner + first + l, inner, after, lines[l].re, lines[l].im, scale);
    }
  }
}

function gather({ data, complex }: Points, start: number, stride: number, n: number, re: Float64Array, im: Float64Array): void {
  if (complex) {
    for (let j = 0, at = 2 * start; j < n; j++, at += 2 * stride) {
      re[j] = data[at];
      im[j] = data[at + 1];
    }
  } else {
    for (let j = 0, at = start; j < n; j++, at += stride) re[j] = data[at];
  }
}

function scatter({ data, complex }: Points, start: number, stride: number, n: number, re: Float64Array, im: Float64Array, scale: number): void {
  if (complex) {
    for (let j = 0, at = 2 * start; j < n; j++, at += 2 * stride) {
      data[at] = re[j] * scale;
      data[at + 1] = im[j] * scale;
    }
  } else {
    for (let j = 0, at = start; j < n; j++, at += stride) data[at] = re[j] * scale;
  }
}

/** Of n complex numbers, in place; backwards is forwards with real and imaginary parts exchanged. */
export function complexLines(n: number, forward: boolean): LineTransform {
  const { run } = transformOf(n);
  return forward ? run : (re, im) => run(im, re);
}

/**
 * Of n real numbers (in `re`) the first half, n / 2 + 1 complex ones, or with `whole` all n. An even number of them takes a transform of
 * half the size: those at even places are the real parts and those at odd places the imaginary ones.
 */
export function realLines(n: number, whole: boolean): LineTransform {
  const halfway = Math.floor(n / 2), forward = n % 2 === 0 ? evenRealLines(n) : oddRealLines(n);
  if (!whole) return forward;
  return (re, im) => {
    forward(re, im);
    for (let k = halfway + 1; k < n; k++) {
      re[k] = re[n - k];
      im[k] = -im[n - k];
    }
  };
}

function oddRealLines(n: number): LineTransform {
  const { run } = transformOf(n);
  return (re, im) => {
    im.fill(0);
    run(re, im);
  };
}

function evenRealLines(n: number): LineTransform {
  const half = n / 2, { run, rootsOfTwice: { cos, sin } } = transformOf(half);
  const zr = new Float64Array(half + 1), zi = new Float64Array(half + 1);
  return (re, im) => {
    for (let j = 0; j < half; j++) {
      zr[j] = re[2 * j];
      zi[j] = re[2 * j + 1];
    }
    run(zr, zi);
    zr[half] = zr[0];
    zi[half] = zi[0];
    // z = a + ib: of the sum with its mirror image's conjugate comes a, of the difference b, which belongs half a step further on
    for (let k = 0, m = half; k <= m; k++, m--) {
      const ar = zr[k] + zr[m], ai = zi[k] - zi[m], br = zi[k] + zi[m], bi = zr[m] - zr[k];
      const tr = br * cos[k] - bi * sin[k], ti = br * sin[k] + bi * cos[k];
      re[k] = 0.5 * (ar + tr);
      im[k] = 0.5 * (ti + ai) + 0; // 0 rather than -0
      re[m] = 0.5 * (ar - tr);
      im[m] = 0.5 * (ti - ai) + 0;
    }
  };
}

/** Of n / 2 + 1 complex numbers, whose other half would be their conjugates, n real ones; imaginary parts that would have to be 0 do not count. */
export function realLinesBackward(n: number): LineTransform {
  if (n % 2 === 0) return evenRealLinesBackward(n);
  const { run } = transformOf(n);
  return (re, im) => {
    im[0] = 0;
    for (let k = 1; k <= n >> 1; k++) {
      re[n - k] = re[k];
      im[n - k] = -im[k];
    }
    run(im, re);
  };
}

/** The way of `evenRealLines` back. */
function evenRealLinesBackward(n: number): LineTransform {
  const half = n / 2, { run, rootsOfTwice: { cos, sin } } = transformOf(half);
  const zr = new Float64Array(half + 1), zi = new Float64Array(half + 1);
  return (re, im) => {
    im[0] = im[half] = 0;
    for (let k = 0, m = half; k <= m; k++, m--) {
      const ar = re[k] + re[m], ai = im[k] - im[m], dr = re[k] - re[m], di = im[k] + im[m];
      const br = dr * cos[k] + di * sin[k], bi = di * cos[k] - dr * sin[k];
      zr[k] = ar - bi;
      zi[k] = br + ai;
      zr[m] = ar + bi;
      zi[m] = br - ai;
    }
    run(zi, zr);
    for (let j = 0; j < half; j++) {
      re[2 * j] = zr[j];
      re[2 * j + 1] = zi[j];
    }
  };
}
