import type { View } from '../backend.js';
import { softmaxOps, type AlongDim } from '../ops/softmax.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { outputRows, outputValues, rowsOf } from './rows.js';

function largestOf(data: Float64Array, start: number, end: number): number {
  let largest = -Infinity;
  for (let i = start; i < end; i++) if (data[i] > largest) largest = data[i];
  return largest;
}

function sumExp(data: Float64Array, start: number, end: number, shift: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += Math.exp(data[i] - shift);
  return sum;
}

/** Computes each row of an output along a dimension, from the rows of one or two inputs. */
function alongRows(
  inputs: readonly View[], out: View, { dim }: AlongDim,
  row: (to: Float64Array, start: number, end: number, x: Float64Array, y: Float64Array) => void,
): void {
  const [x, y = x] = inputs.map((view) => rowsOf(view, [dim]));
  const target = outputRows(out, [dim]);
  for (let start = 0; start < x.data.length; start += x.length) {
    row(target.data as Float64Array, start, start + x.length, x.data as Float64Array, y.data as Float64Array);
  }
  target.commit();
}

/** Kernels of the ops that normalise exponentials. */
export const softmaxKernels = (): KernelEntry[] => [
  kernelFor(softmaxOps.softmax, (inputs, [out], attrs) => alongRows(inputs, out, attrs, (to, start, end, x) => {
    const shift = largestOf(x, start, end), factor = 1 / sumExp(x, start, end, shift);
    for (let i = start; i < end; i++) to[i] = Math.exp(x[i] - shift) * factor;
  })),
  kernelFor(softmaxOps.logSoftmax, (inputs, [out], attrs) => alongRows(inputs, out, attrs, (to, start, end, x) => {
    const shift = largestOf(x, start, end), log = shift + Math.log(sumExp(x, start, end, shift));
    for (let i = start; i < end; i++) to[i] = x[i] - log;
  })),
  kernelFor(softmaxOps.softmaxBackward, (inputs, [out], attrs) => alongRows(inputs, out, attrs, (to, start, end, g, y) => {
    let dot = 0;
    for (let i = start; i < end; i++) dot += g[i] * y[i];
    for (let i = start; i < end; i++) to[i] = y[i] * (g[i] - dot);
  })),
  kernelFor(softmaxOps.logSoftmaxBackward, (inputs, [out], attrs) => alongRows(inputs, out, attrs, (to, start, end, g, y) => {
    let sum = 0;
    for (let i = start; i < end; i++) sum += g[i];
    for (let i = start; i < end; i++) to[i] = g[i] - Math.exp(y[i]) * sum;
  })),
  kernelFor(softmaxOps.logsumexp, ([x], [out], { dims }) => {
    const { data, length, count } = rowsOf(x, dims);
    const target = outputValues(out);
    for (let row = 0; row < count; row++) {
      const start = row * length, end = start + length;
      const largest = largestOf(data as Float64Array, start, end);
      const shift = Math.abs(largest) === Infinity ? 0 : largest; // ∞ - ∞ would be NaN
      target.data[row] = shift + Math.log(sumExp(data as Float64Array, start, end, shift));
    }
    target.commit();
  }),
];
