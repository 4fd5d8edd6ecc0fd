import type { View } from '../backend.js';
import { product } from '../layout.js';
import { fftOps } from '../ops/fft-records.js';
import { complexLines, realLines, realLinesBackward, transformLines, type LineTransform, type Points } from './fft-lines.js';
import { contiguousNumbers, outputNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';

const pointsOf = (x: View): Points => ({ shape: x.layout.shape, data: contiguousNumbers(x), complex: x.dtype.isComplex });

/** What is done along one dimension, and how many points are there after it. */
interface Step { readonly dim: number; readonly size: number; readonly lines: LineTransform }

/** The steps one after the other; between them numbers are doubles. */
function transform(x: View, out: View, steps: readonly Step[], scale: number): void {
  const target = outputNumbers(out);
  let from = pointsOf(x);
  steps.forEach(({ dim, size, lines }, i) => {
    const last = i === steps.length - 1, shape = from.shape.with(dim, size);
    const to = last ? { shape, data: target.data, complex: out.dtype.isComplex } : { shape, data: new Float64Array(2 * product(shape)), complex: true };
    transformLines(from, to, dim, lines, last ? scale : 1);
    from = to;
  });
  target.commit();
}

/** Transforms of complex numbers. */
const complexSteps = ({ layout: { shape } }: View, dims: readonly number[], forward: boolean): Step[] =>
  dims.map((dim) => ({ dim, size: shape[dim], lines: complexLines(shape[dim], forward) }));

/** Kernels of the Fourier transforms. */
export const fftKernels = (): KernelEntry[] => [
  kernelFor(fftOps.c2c, ([x], [out], { dims, scale, forward }) => transform(x, out, complexSteps(x, dims, forward), scale)),
  kernelFor(fftOps.r2c, ([x], [out], { dims, scale }) => {
    const dim = dims.at(-1)!, n = x.layout.shape[dim], size = out.layout.shape[dim];
    const first = { dim, size, lines: realLines(n, size === n) };
    transform(x, out, [first, ...complexSteps(x, dims.slice(0, -1), true)], scale);
  }),
  kernelFor(fftOps.c2r, ([x], [out], { dims, scale, lastSize }) => {
    const last = { dim: dims.at(-1)!, size: lastSize, lines: realLinesBackward(lastSize) };
    transform(x, out, [...complexSteps(x, dims.slice(0, -1), false), last], scale);
  }),
];
