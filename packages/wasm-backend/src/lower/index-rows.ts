import { float32, float64, int32, int64 } from '@sconce/tensor';
import { Layout, type View, product } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildIndexing } from '../kernels/indexing.js';
import { copyTo, intoContiguous, withContiguous } from './dense.js';

// Rows (what lies after some dimensions) that are read or written by indices into those dimensions.

/** Indices into a dimension of so many entries, which lie `scale` bytes apart. */
export interface Indices { readonly index: View; readonly size: number; readonly scale: number; readonly wrap: boolean }

/** Indices into a dimension of a contiguous tensor like x; with `wrap` negative ones count from the end. */
export const along = (index: View, { dtype, layout: { shape } }: View, dim: number, wrap: boolean): Indices =>
  ({ index, size: shape[dim], scale: product(shape.slice(dim + 1)) * dtype.itemsize, wrap });

/** Part k of a stack along the first dimension. */
export const partOf = ({ storage, dtype, layout: { shape, strides, offset } }: View, k: number): View =>
  ({ storage, dtype, layout: new Layout(shape.slice(1), strides.slice(1), offset + k * strides[0]) });

/** Whether a view has another one's shape, but perhaps for one dimension; neither is 0-d. */
export const sameBut = ({ layout: { shape: a } }: View, { layout: { shape: b } }: View, dim?: number): boolean =>
  a.length === b.length && a.length > 0 && a.every((n, d) => d === dim || n === b[d]);

export const isSummable = (v: View): boolean => v.dtype === float32 || v.dtype === float64;

/** Calls `fn` with the sums of the offsets of several indices, 32-bit integers; false where one is out of range. */
export function withOffsets(engine: Engine, list: readonly Indices[], fn: (address: number, count: number) => void): boolean {
  const count = list[0].index.layout.numel;
  if (count === 0 || list.some(({ index }) => index.dtype !== int64 && index.dtype !== int32)) return false;
  return engine.scratch(4 * count, (at) => {
    const fits = list.every(({ index, size, scale, wrap }, i) => withContiguous(engine, [index], ([dense]) => engine.functions(buildIndexing).offsets(
      count, pointer(dense), dense.dtype.itemsize, size, scale, wrap ? 1 : 0, i > 0 ? 1 : 0, at) as unknown as number) === 0);
    if (fits) fn(at, count);
    return fits;
  });
}

/** How rows lie: outer places, bytes from one to the next, rows of each that are addressed, elements of a row. */
interface Rows { readonly outer: number; readonly outerBytes: number; readonly count: number; readonly width: number }

const rowsOf = ({ dtype, layout: { shape } }: View, first: number, last: number, count: number): Rows => ({
  outer: product(shape.slice(0, first)), outerBytes: product(shape.slice(first)) * dtype.itemsize, count, width: product(shape.slice(last + 1)),
});

/** out = the rows of x that are named, in place of dimensions `first` to `last`. */
export function pickRows(engine: Engine, x: View, indices: readonly Indices[], out: View, first: number, last: number): boolean {
  if (out.layout.numel === 0 || x.layout.numel === 0) return false;
  return withContiguous(engine, [x], ([source]) => withOffsets(engine, indices, (at, count) => intoContiguous(engine, [x], [out], ([to]) => {
    const { outer, outerBytes, width } = rowsOf(x, first, last, count);
    engine.launch(engine.functions(buildIndexing).pick, outer * count, out.layout.numel, count, width * x.dtype.itemsize, pointer(source), outerBytes, at,
      pointer(to));
  })));
}

/** out = x with values written to the rows that are named, or added to them `factor` times. */
export function sendRows(
  engine: Engine, x: View, indices: readonly Indices[], values: View, out: View, first: number, last: number, factor: number | null,
): boolean {
  if (values.layout.numel === 0 || !out.layout.isContiguous || values.storage === out.storage || (factor !== null && !isSummable(x))) return false;
  return withContiguous(engine, [values], ([source]) => withOffsets(engine, indices, (at, count) => {
    copyUnlessSame(engine, x, out);
    const rows = rowsOf(x, first, last, count);
    if (factor !== null) return addRows(engine, rows, source, at, out, factor);
    engine.launch(engine.functions(buildIndexing).place, rows.outer, source.layout.numel, count, rows.width * x.dtype.itemsize, pointer(source),
      rows.outerBytes, at, pointer(out));
  }));
}

/** out[offsets] += factor · values, row by row; those of one offset are left out. */
export function addRows(engine: Engine, rows: Rows, values: View, offsets: number, out: View, factor: number, skip = -1): void {
  engine.launch(engine.functions(buildIndexing)[values.dtype === float32 ? 'add_f32' : 'add_f64'], rows.outer, values.layout.numel, rows.count, rows.width,
    pointer(values), rows.outerBytes, offsets, pointer(out), skip, factor);
}

/** Makes an output that is to be changed in places what its input is. */
export function copyUnlessSame(engine: Engine, x: View, out: View): void {
  if (x.storage !== out.storage || !x.layout.equals(out.layout)) copyTo(engine, x, out);
}
