import type { View } from '../backend.js';
import { scanOps } from '../ops/scan.js';
import type { AlongDim } from '../ops/softmax.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { outputRows, rowsOf } from './rows.js';
import { setInt64, wordsOf } from '../words.js';

/** Folds each row from its first element on, in the precision of the output's array or better. */
function fold(
  [x]: readonly View[], [out]: readonly View[], { dim }: AlongDim, step: (sum: number, x: number) => number,
  bigStep: (sum: bigint, x: bigint) => bigint,
): void {
  const { data, length } = rowsOf(x, [dim]);
  const to = outputRows(out, [dim]);
  for (let start = 0; start < data.length; start += length) {
    if (data instanceof BigInt64Array) scanRow(data, to.data as BigInt64Array, start, length, bigStep);
    else scanRow(data as Float64Array, to.data as Float64Array, start, length, step);
  }
  to.commit();
}

function scanRow<T extends number | bigint>(
  from: Record<number, T>, to: Record<number, T>, start: number, length: number, step: (sum: T, x: T) => T,
): void {
  let sum = (to[start] = from[start]);
  for (let i = start + 1; i < start + length; i++) to[i] = sum = step(sum, from[i]);
}

/** log (exp a + exp b) */
function addExponentials(a: number, b: number): number {
  if (a === b) return a + (Math.abs(a) === Infinity ? 0 : Math.LN2);
  const [high, low] = a > b ? [a, b] : [b, a];
  return high + Math.log1p(Math.exp(low - high));
}

/** The best element so far and its index; the first NaN stays the best. */
function runningBest(
  [x]: readonly View[], [values, indices]: readonly View[], { dim }: AlongDim, replaces: (a: number, b: number) => boolean,
): void {
  const { data, length } = rowsOf(x, [dim]);
  const from = data as Float64Array; // bigints compare alike
  const to = outputRows(values, [dim]), at = outputRows(indices, [dim]), words = wordsOf(at.data as BigInt64Array);
  for (let start = 0; start < data.length; start += length) {
    let best = start;
    for (let i = start; i < start + length; i++) {
      if (from[i] !== from[i] || replaces(from[i], from[best])) best = i;
      to.data[i] = data[best];
      setInt64(words, i, best - start);
    }
  }
  to.commit();
  at.commit();
}

/**
 * exp(x_k) · Σ_{i ≥ k} g_i exp(-y_i), as exp(x_k - y_k) t_k with t_k = g_k + t_{k+1} exp(y_k - y_{k+1}): for cumulative
 * y no exponent is above zero.
 */
function logcumsumexpBackward(inputs: readonly View[], [out]: readonly View[], { dim }: AlongDim): void {
  const [g, x, y] = inputs.map((view) => rowsOf(view, [dim]).data as Float64Array);
  const { length } = rowsOf(inputs[0], [dim]);
  const to = outputRows(out, [dim]);
  for (let start = 0; start < g.length; start += length) {
    let sum = 0;
    for (let k = start + length - 1; k >= start; k--) {
      sum = g[k] + (k + 1 < start + length ? sum * Math.exp(y[k] - y[k + 1]) : 0);
      to.data[k] = Math.exp(x[k] - y[k]) * sum;
    }
  }
  to.commit();
}

const wrap = (x: bigint): bigint => BigInt.asIntN(64, x);

/** Kernels of the ops that fold along a dimension and keep each step. */
export const scanKernels = (): KernelEntry[] => [
  kernelFor(scanOps.cumsum, (inputs, outputs, attrs) =>
    fold(inputs, outputs, attrs, (sum, x) => sum + x, (sum, x) => wrap(sum + x))),
  kernelFor(scanOps.cumprod, (inputs, outputs, attrs) =>
    fold(inputs, outputs, attrs, inputs[0].dtype.isFloatingPoint ? (p, x) => p * x : Math.imul, (p, x) => wrap(p * x))),
  kernelFor(scanOps.logcumsumexp, (inputs, outputs, attrs) => fold(inputs, outputs, attrs, addExponentials, wrap)),
  kernelFor(scanOps.logcumsumexpBackward, logcumsumexpBackward),
  kernelFor(scanOps.cummax, (inputs, outputs, attrs) => runningBest(inputs, outputs, attrs, (a, b) => a >= b)),
  kernelFor(scanOps.cummin, (inputs, outputs, attrs) => runningBest(inputs, outputs, attrs, (a, b) => a <= b)),
];
