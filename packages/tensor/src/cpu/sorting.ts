import type { View } from '../backend.js';
import type { DType } from '../dtype.js';
import { sortingOps } from '../ops/sorting.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { Ordering } from './ordering.js';
import { outputRows, outputValues, rowsOf, type Rows, type Values } from './rows.js';
import { wordsOf } from '../words.js';

/** Rows up to this length are sorted, many together, even where few of their elements are asked for. */
const SHORT = 256;
/** So many elements or fewer are put in their places one by one. */
const FEW = 16;

/** Writes the first elements of each sorted row, and where they were. */
function sorted([x]: readonly View[], [values, indices]: readonly View[], dim: number, isDescending: boolean): void {
  const rows = rowsOf(x, [dim]), { length, count } = rows, k = values.layout.shape[dim] ?? 1;
  const to = outputRows(values, [dim]), at = outputRows(indices, [dim]), halves = wordsOf(at.data as BigInt64Array);
  const ordering = new Ordering(rows, isDescending);
  const write = (row: number, places: Uint32Array, start: number): void => {
    for (let i = 0; i < k; i++) {
      halves[2 * (row * k + i)] = places[start + i];
      halves[2 * (row * k + i) + 1] = 0;
    }
    pick(rows.data, row * length, places, start, to.data, row * k, k);
  };
  if (k > FEW && (length <= SHORT || 4 * k > length)) ordering.sort(write);
  else if (k > 0) for (let row = 0; row < count; row++) write(row, k <= FEW ? ordering.firstFew(row, k) : ordering.first(row, k), 0);
  to.commit();
  at.commit();
}

/** to[at + i] = from[base + places[start + i]] for n elements. */
function pick(from: Values, base: number, places: Uint32Array, start: number, to: Values, at: number, n: number): void {
  if (from instanceof BigInt64Array) {
    // as two numbers each: no bigint is made
    const halves = wordsOf(from), written = wordsOf(to as BigInt64Array);
    for (let i = 0; i < n; i++) {
      const p = base + places[start + i];
      written[2 * (at + i)] = halves[2 * p];
      written[2 * (at + i) + 1] = halves[2 * p + 1];
    }
  } else for (let i = 0; i < n; i++) to[at + i] = from[base + places[start + i]];
}

/** Writes one element of each row along a dimension (or of all), and, where there is a second output, its index. */
function selected(
  [x]: readonly View[], [values, indices]: readonly View[], dim: number | null, rankOf: (rows: Rows, row: number) => number,
): void {
  const rows = rowsOf(x, dim === null ? [...x.layout.shape.keys()] : [dim]), ordering = new Ordering(rows, false);
  const write = writer(x, rows, values, indices);
  if (rows.length === 0) for (let row = 0; row < rows.count; row++) write.put(row, -1);
  else if (rows.length <= SHORT) ordering.sort((row, places, start) => write.put(row, places[start + rankOf(rows, row)]));
  else for (let row = 0; row < rows.count; row++) write.put(row, ordering.select(row, rankOf(rows, row)));
  write.commit();
}

/** Writes elements of rows, by their place in the row (-1 where there is none), and their places. */
function writer(x: View, rows: Rows, values: View, indices: View | undefined): { put(row: number, place: number): void; commit(): void } {
  const to = outputValues(values), at = indices ? outputValues(indices) : null;
  return {
    put(row, place) {
      to.data[row] = place < 0 ? noValue(x.dtype) : rows.data[row * rows.length + place];
      if (at) at.data[row] = BigInt(place);
    },
    commit() {
      to.commit();
      at?.commit();
    },
  };
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

/** The rank of a row's lower middle; of the first NaN where there is one. */
function middle(rows: Rows, row: number): number {
  const nans = nanCount(rows, row);
  return nans > 0 ? rows.length - nans : (rows.length - 1) >> 1;
}

/** The rank of the lower middle of the elements that are not NaN. */
const middleNumber = (rows: Rows, row: number): number => Math.max(rows.length - nanCount(rows, row) - 1, 0) >> 1;

/** Writes the last of each row's longest run of equal elements, in sorted order with NaN first. */
function mostFrequent([x]: readonly View[], [values, indices]: readonly View[], dim: number | null): void {
  const rows = rowsOf(x, [dim!]), { data, length } = rows, write = writer(x, rows, values, indices);
  new Ordering(rows, false).sort((row, places, start) => {
    const base = row * length, nans = nanCount(rows, row);
    // each NaN is a run of its own: one is the answer where nothing else is there
    let best = nans > 0 ? places[start + length - nans] : -1, longest = nans > 0 ? 1 : 0, run = 0;
    for (let i = 0; i < length - nans; i++) {
      const p = places[start + i];
      run++;
      if (i + 1 < length - nans && data[base + p] === data[base + places[start + i + 1]]) continue;
      if (run > longest) {
        longest = run;
        best = p;
      }
      run = 0;
    }
    write.put(row, best);
  });
  write.commit();
}

/** Kernels of the ops that order elements. */
export const sortingKernels = (): KernelEntry[] => [
  kernelFor(sortingOps.sort, (inputs, outputs, attrs) =>
    sorted(inputs, outputs, attrs.dim, attrs.descending)),
  kernelFor(sortingOps.topk, (inputs, outputs, attrs) =>
    sorted(inputs, outputs, attrs.dim, attrs.largest)),
  kernelFor(sortingOps.kthvalue, (inputs, outputs, { dim, k }) =>
    selected(inputs, outputs, dim, () => k - 1)),
  kernelFor(sortingOps.mode, (inputs, outputs, { dim }) => mostFrequent(inputs, outputs, dim)),
  kernelFor(sortingOps.median, (inputs, outputs, { dim }) => selected(inputs, outputs, dim, middle)),
  kernelFor(sortingOps.medianDim, (inputs, outputs, { dim }) => selected(inputs, outputs, dim, middle)),
  kernelFor(sortingOps.nanmedian, (inputs, outputs, { dim }) => selected(inputs, outputs, dim, middleNumber)),
  kernelFor(sortingOps.nanmedianDim, (inputs, outputs, { dim }) => selected(inputs, outputs, dim, middleNumber)),
];
