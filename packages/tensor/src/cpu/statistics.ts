import type { View } from '../backend.js';
import { statisticsOps, type VarianceAttrs } from '../ops/variance.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { outputValues, rowsOf } from './rows.js';

/** Variance (or its root) and mean of each row, in two passes. */
function spread(
  [x]: readonly View[], [deviation, mean]: readonly View[], { dims, correction }: VarianceAttrs, root: boolean,
): void {
  const { data, length, count } = rowsOf(x, dims);
  const values = data as Float64Array;
  const result = outputValues(deviation), means = mean ? outputValues(mean) : null;
  const divisor = Math.max(length - correction, 0);
  for (let row = 0; row < count; row++) {
    const start = row * length;
    let sum = 0;
    for (let i = start; i < start + length; i++) sum += values[i];
    const center = sum / length;
    let squares = 0;
    for (let i = start; i < start + length; i++) squares += (values[i] - center) ** 2;
    const variance = squares / divisor;
    result.data[row] = root ? Math.sqrt(variance) : variance;
    if (means) means.data[row] = center;
  }
  result.commit();
  means?.commit();
}

/** Kernels of the measures of spread. */
export const statisticsKernels = (): KernelEntry[] => [
  kernelFor(statisticsOps.var, (inputs, outputs, attrs) => spread(inputs, outputs, attrs, false)),
  kernelFor(statisticsOps.varMean, (inputs, outputs, attrs) => spread(inputs, outputs, attrs, false)),
  kernelFor(statisticsOps.std, (inputs, outputs, attrs) => spread(inputs, outputs, attrs, true)),
  kernelFor(statisticsOps.stdMean, (inputs, outputs, attrs) => spread(inputs, outputs, attrs, true)),
];
