import type { View } from '../backend.js';
import { contiguousNumbers, contiguousValues, outputNumbers, storeRaw, type NumberArray } from './host.js';

/** Elements that a kernel computes with: numbers, or bigints for int64. */
export type Values = NumberArray | BigInt64Array;

/** What lies along some dimensions, row after row. */
export interface Rows {
  readonly data: Values;
  /** elements in a row */
  readonly length: number;
  /** how many rows */
  readonly count: number;
}

/** The same elements with some dimensions last, so that what belongs together lies together. */
function rowsLast(view: View, dims: readonly number[]): View {
  const { storage, dtype, layout } = view, { shape } = layout;
  const order = [...shape.keys()].filter((d) => !dims.includes(d)).concat(dims.filter((d) => d < shape.length));
  return { storage, dtype, layout: layout.permute(order) };
}

/** The elements of a view in logical order; the half types are decoded. */
export const inputValues = (view: View): Values =>
  (view.dtype.name === 'int64' ? contiguousValues(view) as BigInt64Array : contiguousNumbers(view));

/** A contiguous array to compute an output in, and `commit` to move it there. */
export function outputValues(view: View): { data: Values; commit(): void } {
  if (view.dtype.name !== 'int64') return outputNumbers(view);
  const data = contiguousValues(view) as BigInt64Array;
  return { data, commit: () => { if (!view.layout.isContiguous) storeRaw(view, data); } };
}

/** The rows of a view along one or more dimensions; a 0-d view is one row of one element. */
export function rowsOf(view: View, dims: readonly number[]): Rows {
  const data = inputValues(rowsLast(view, dims));
  const { shape } = view.layout;
  const length = dims.reduce((n, d) => n * (shape[d] ?? 1), 1);
  const count = shape.reduce((n, size, d) => (dims.includes(d) ? n : n * size), 1);
  return { data, length, count };
}

/** Where to write rows along some dimensions of an output, and `commit` to move them there. */
export const outputRows = (view: View, dims: readonly number[]): { data: Values; commit(): void } =>
  outputValues(rowsLast(view, dims));
