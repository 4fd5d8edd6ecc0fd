import type { View } from '../backend.js';
import { extremaOps, type DimAttrs } from '../ops/reduction-extrema.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { outputValues, rowsOf, type Values } from './rows.js';

/** Whether the first value comes before the second in the search for an extreme; NaN comes before all others. */
type Better = (a: number, b: number) => boolean;
const larger: Better = (a, b) => a > b;
const smaller: Better = (a, b) => a < b;

/** The index of the best value of a row, the first of equal ones, or of the first NaN. */
function bestOf(values: Values, start: number, length: number, better: Better): number {
  const data = values as Float64Array; // bigints compare alike
  let best = start;
  for (let i = start; i < start + length; i++) {
    if (data[i] !== data[i]) return i - start;
    if (better(data[i], data[best])) best = i;
  }
  return best - start;
}

/** The dimensions of a reduction along one dimension, or over all. */
const dimsOf = (x: View, { dim }: DimAttrs): readonly number[] => (dim === null ? [...x.layout.shape.keys()] : [dim]);

function select(x: View, values: View, indices: View, attrs: DimAttrs, better: Better): void {
  const { data, length, count } = rowsOf(x, dimsOf(x, attrs));
  const best = outputValues(values), at = outputValues(indices);
  for (let row = 0; row < count; row++) {
    const i = bestOf(data, row * length, length, better);
    best.data[row] = data[row * length + i];
    at.data[row] = BigInt(i);
  }
  best.commit();
  at.commit();
}

function locate(x: View, indices: View, attrs: DimAttrs, better: Better): void {
  const { data, length, count } = rowsOf(x, dimsOf(x, attrs));
  const at = outputValues(indices);
  for (let row = 0; row < count; row++) at.data[row] = BigInt(bestOf(data, row * length, length, better));
  at.commit();
}

/** Kernels of the reductions that need more than one value to go on. */
export const reductionKernels = (): KernelEntry[] => [
  kernelFor(extremaOps.maxDim, ([x], [values, indices], attrs) => select(x, values, indices, attrs, larger)),
  kernelFor(extremaOps.minDim, ([x], [values, indices], attrs) => select(x, values, indices, attrs, smaller)),
  kernelFor(extremaOps.argmax, ([x], [out], attrs) => locate(x, out, attrs, larger)),
  kernelFor(extremaOps.argmin, ([x], [out], attrs) => locate(x, out, attrs, smaller)),
];
