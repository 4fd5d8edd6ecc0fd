import type { View } from '../backend.js';
import { contiguousNumbers, storeNumbers } from './host.js';
import { product } from '../layout.js';

/** A batch of matrices as row-major doubles, one after the other. */
export interface Matrices {
  readonly rows: number;
  readonly columns: number;
  /** how many matrices */
  readonly count: number;
  /** the i-th matrix, to read and to change: a window on a copy */
  at(i: number): Float64Array;
}

/** A copy of the matrices of a view. */
export function matricesOf(view: View): Matrices {
  const [rows, columns] = view.layout.shape.slice(-2);
  const count = product(view.layout.shape.slice(0, -2));
  const data = Float64Array.from(contiguousNumbers(view));
  const size = rows * columns;
  return { rows, columns, count, at: (i) => data.subarray(i * size, (i + 1) * size) };
}

/** An output of equal parts, one for each matrix of a batch of `count`; `commit` moves it to the view. */
export function partsOf(view: View, count: number): { at(i: number): Float64Array; commit(): void } {
  const data = new Float64Array(view.layout.numel);
  const size = count === 0 ? 0 : view.layout.numel / count;
  return { at: (i) => data.subarray(i * size, (i + 1) * size), commit: () => storeNumbers(view, data) };
}

export function identity(n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) result[i * n + i] = 1;
  return result;
}

export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = a[i * columns + j];
  return result;
}

/** (m × k) · (k × n), four rows of the second at a time: each element of the result is read and written a quarter as often. */
export function multiply(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  const result = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    const to = i * n;
    let p = 0;
    for (; p + 4 <= k; p += 4) {
      const at = i * k + p, x = a[at], y = a[at + 1], z = a[at + 2], w = a[at + 3], first = p * n, second = first + n, third = second + n, fourth = third + n;
      for (let j = 0; j < n; j++) result[to + j] += x * b[first + j] + y * b[second + j] + z * b[third + j] + w * b[fourth + j];
    }
    for (; p < k; p++) {
      const x = a[i * k + p];
      for (let j = 0; j < n; j++) result[to + j] += x * b[p * n + j];
    }
  }
  return result;
}

/** "(Batch element 1): " in messages about one of several matrices. */
export const batchText = (shape: readonly number[], i: number): string => (shape.length > 2 ? `(Batch element ${i}): ` : '');
