import type { View } from '../backend.js';
import type { DType } from '../dtype.js';
import { sortingOps } from '../ops/sorting.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { outputRows, outputValues, rowsOf, type Rows } from './rows.js';

/** Ascending, NaN last. */
function ascending(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(a !== a) - Number(b !== b);
}
const descending = (a: number, b: number): number => ascending(b, a);

/** The positions of a row's elements in sorted order; equal ones keep their order. */
function order({ data, length }: Rows, row: number, compare: typeof ascending): Uint32Array {
  const values = data as Float64Array, start = row * length; // bigints compare alike
  return Uint32Array.from({ length }, (_, i) => i).sort((i, j) => compare(values[start + i], values[start + j]) || i - j);
}

/** Writes the first elements of each sorted row, and where they were. */
function sorted([x]: readonly View[], [values, indices]: readonly View[], dim: number, compare: typeof ascending): void {
  const rows = rowsOf(x, [dim]);
  const to = outputRows(values, [dim]), at = outputRows(indices, [dim]);
  const k = values.layout.shape[dim] ?? 1;
  for (let row = 0; row < rows.count; row++) {
    const positions = order(rows, row, compare);
    for (let i = 0; i < k; i++) {
      to.data[row * k + i] = rows.data[row * rows.length + positions[i]];
      at.data[row * k + i] = BigInt(positions[i]);
    }
  }
  to.commit();
  at.commit();
}

/** Writes one element of each row along a dimension (or of all), and, where there is a second output, its index. */
function selected(
  [x]: readonly View[], [values, indices]: readonly View[], dim: number | null,
  choose: (rows: Rows, row: number) => number,
): void {
  const rows = rowsOf(x, dim === null ? [...x.layout.shape.keys()] : [dim]);
  const to = outputValues(values), at = indices ? outputValues(indices) : null;
  for (let row = 0; row < rows.count; row++) {
    const i = rows.length === 0 ? -1 : choose(rows, row);
    if (i < 0) to.data[row] = noValue(x.dtype);
    else to.data[row] = rows.data[row * rows.length + i];
    if (at) at.data[row] = BigInt(i);
  }
  to.commit();
  at?.commit();
}

/** What stands for a value where there is none: NaN, or what it becomes as an integer. */
function noValue(dtype: DType): number | bigint {
  if (dtype.isFloatingPoint) return NaN;
  return dtype.name === 'int64' ? -(2n ** 63n) : dtype.isSigned ? -(2 ** (8 * dtype.itemsize - 1)) : 0;
}

const nanCount = ({ data, length }: Rows, row: number): number => {
  let n = 0;
  for (let i = row * length; i < (row + 1) * length; i++) if (data[i] !== data[i]) n++;
  return n;
};

/** The lower middle of a row; the first NaN where there is one. */
function middle(rows: Rows, row: number): number {
  const positions = order(rows, row, ascending), nans = nanCount(rows, row);
  return positions[nans > 0 ? rows.length - nans : (rows.length - 1) >> 1];
}

/** The lower middle of the elements that are not NaN. */
function middleNumber(rows: Rows, row: number): number {
  const numbers = rows.length - nanCount(rows, row);
  return order(rows, row, ascending)[Math.max(numbers - 1, 0) >> 1];
}

/** The last of the longest run of equal elements, in sorted order with NaN first. */
function mostFrequent(rows: Rows, row: number): number {
  const { data, length } = rows, start = row * length;
  const positions = order(rows, row, ascending), nans = nanCount(rows, row);
  const sortedPositions = [...positions.subarray(length - nans), ...positions.subarray(0, length - nans)];
  let best = 0, longest = 0, run = 0;
  sortedPositions.forEach((p, i) => {
    run++;
    if (i + 1 < length && data[start + p] === data[start + sortedPositions[i + 1]]) return;
    if (run > longest) {
      longest = run;
      best = p;
    }
    run = 0;
  });
  return best;
}

/** Kernels of the ops that order elements. */
export const sortingKernels = (): KernelEntry[] => [
  kernelFor(sortingOps.sort, (inputs, outputs, attrs) =>
    sorted(inputs, outputs, attrs.dim, attrs.descending ? descending : ascending)),
  kernelFor(sortingOps.topk, (inputs, outputs, attrs) =>
    sorted(inputs, outputs, attrs.dim, attrs.largest ? descending : ascending)),
  kernelFor(sortingOps.kthvalue, (inputs, outputs, { dim, k }) =>
    selected(inputs, outputs, dim, (rows, row) => order(rows, row, ascending)[k - 1])),
  kernelFor(sortingOps.mode, (inputs, outputs, { dim }) => selected(inputs, outputs, dim, mostFrequent)),
  kernelFor(sortingOps.median, (inputs, outputs, { dim }) => selected(inputs, outputs, dim, middle)),
  kernelFor(sortingOps.medianDim, (inputs, outputs, { dim }) => selected(inputs, outputs, dim, middle)),
  kernelFor(sortingOps.nanmedian, (inputs, outputs, { dim }) => selected(inputs, outputs, dim, middleNumber)),
  kernelFor(sortingOps.nanmedianDim, (inputs, outputs, { dim }) => selected(inputs, outputs, dim, middleNumber)),
];
