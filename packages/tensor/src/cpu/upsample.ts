import type { View } from '../backend.js';
import { upsampleBackwardOp, upsampleOps, type UpsampleAttrs } from '../ops/upsample.js';
import { contiguousNumbers, outputNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { product } from '../layout.js';

/** The elements of the input that make one of the output, and their weights. */
export interface Taps { readonly places: readonly number[]; readonly weights: readonly number[] }

/** Rounds to the precision of the data, as PyTorch does when it computes where to look. */
type Round = (x: number) => number;

function stepOf({ alignCorners, scales, inputSize, outputSize }: UpsampleAttrs, d: number, round: Round): number {
  const n = inputSize[d], m = outputSize[d], scale = scales[d];
  if (alignCorners) return m > 1 ? round((n - 1) / (m - 1)) : 0;
  return round(scale !== null && scale > 0 ? 1 / scale : n / m);
}

/** Where in the input an element of the output lies. */
const sourceOf = (step: number, i: number, alignCorners: boolean, round: Round): number =>
  (alignCorners ? round(step * i) : round(round(step * (i + 0.5)) - 0.5));

/** Keys' cubic convolution at distance t from the second of four taps, with A = -0.75. */
function cubicWeights(t: number): number[] {
  const A = -0.75;
  const near = (x: number): number => ((A + 2) * x - (A + 3)) * x * x + 1;
  const far = (x: number): number => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
  return [far(t + 1), near(t), near(1 - t), far(2 - t)];
}

/** Filters of antialiasing; the cubic one has A = -0.5, as Pillow's. */
const filters = {
  linear: (x: number): number => Math.max(0, 1 - Math.abs(x)),
  cubic: (distance: number): number => {
    const x = Math.abs(distance), A = -0.5;
    if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  },
};

/** Weights of all elements within the filter's reach, which grows with the step. */
function antialiased(attrs: UpsampleAttrs, d: number, i: number, step: number): Taps {
  const n = attrs.inputSize[d], mode = attrs.mode as 'linear' | 'cubic';
  const reach = (mode === 'cubic' ? 2 : 1) * Math.max(step, 1), centre = step * (i + 0.5);
  const first = Math.max(Math.trunc(centre - reach + 0.5), 0), end = Math.min(Math.trunc(centre + reach + 0.5), n);
  const places = Array.from({ length: end - first }, (_, j) => first + j);
  const raw = places.map((place) => filters[mode]((place - centre + 0.5) / Math.max(step, 1)));
  const total = raw.reduce((sum, w) => sum + w, 0);
  return { places, weights: total === 0 ? raw : raw.map((w) => w / total) };
}

/** What makes element `i` of the output along dimension `d`. */
export function tapsOf(attrs: UpsampleAttrs, d: number, i: number, round: Round): Taps {
  const { mode, alignCorners, inputSize, outputSize } = attrs;
  const n = inputSize[d], last = n - 1, step = stepOf(attrs, d, round);
  if (attrs.antialias) return antialiased(attrs, d, i, step);
  if (mode === 'nearest') return { places: [Math.min(Math.floor(round(step * i)), last)], weights: [1] };
  const source = sourceOf(step, i, alignCorners, round);
  if (mode === 'nearest-exact') return { places: [Math.min(Math.floor(round(Math.max(source, 0) + 0.5)), last)], weights: [1] };
  if (mode === 'cubic') {
    const at = Math.floor(source);
    return {
      places: [at - 1, at, at + 1, at + 2].map((place) => Math.min(Math.max(place, 0), last)), weights: cubicWeights(source - at),
    };
  }
  if (n === outputSize[d]) return { places: [i], weights: [1] };
  const at = Math.min(Math.floor(Math.max(source, 0)), last), t = Math.min(Math.max(source - at, 0), 1);
  return at < last ? { places: [at, at + 1], weights: [1 - t, t] } : { places: [at], weights: [1] };
}

/** Resamples all dimensions, one after the other; with `adjoint` from the output back to the input. */
function resample(x: View, out: View, attrs: UpsampleAttrs, adjoint: boolean): void {
  const round: Round = x.dtype.name === 'float64' ? (v) => v : Math.fround;
  const from = adjoint ? attrs.outputSize : attrs.inputSize, to = adjoint ? attrs.inputSize : attrs.outputSize;
  const { shape } = x.layout;
  let outer = product(shape.slice(0, shape.length - from.length));
  let data = new Float64Array(contiguousNumbers(x));
  from.forEach((n, d) => {
    const m = to[d], next = new Float64Array(outer * m * product(from.slice(d + 1)));
    const taps = Array.from({ length: attrs.outputSize[d] }, (_, i) => tapsOf(attrs, d, i, round));
    const near = Int32Array.from(taps.flatMap(({ places }) => places)), far = Int32Array.from(taps.flatMap(({ places }, i) => places.map(() => i)));
    const weights = Float64Array.from(taps.flatMap((tap) => tap.weights));
    if (adjoint) combine(data, next, far, near, weights, outer, n, m);
    else combine(data, next, near, far, weights, outer, n, m);
    data = next;
    outer *= m;
  });
  const target = outputNumbers(out);
  target.data.set(data);
  target.commit();
}

/** In each of `outer` blocks adds row `from[k]` of `n` in `data`, times its weight, to row `to[k]` of `m` in `next`, one k after the other. */
function combine(
  data: Float64Array, next: Float64Array, from: Int32Array, to: Int32Array, weights: Float64Array, outer: number, n: number, m: number,
): void {
  const inner = next.length / (outer * m);
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < weights.length; k++) {
      const a = (o * n + from[k]) * inner, b = (o * m + to[k]) * inner, weight = weights[k];
      for (let j = 0; j < inner; j++) next[b + j] += weight * data[a + j];
    }
  }
}

/** Kernels of resampling. */
export const upsampleKernels = (): readonly KernelEntry[] => [
  ...Object.values(upsampleOps).map((op) => kernelFor(op, ([x], [out], attrs) => resample(x, out, attrs, false))),
  kernelFor(upsampleBackwardOp, ([g], [out], attrs) => resample(g, out, attrs, true)),
];
