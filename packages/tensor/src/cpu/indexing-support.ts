import type { View } from '../backend.js';
import type { DType, TypedArray } from '../dtype.js';
import { IndexError, RuntimeError } from '../errors.js';
import { numberToBfloat16, numberToFloat16 } from '../half.js';
import { Layout, product } from '../layout.js';
import { Scalar, type NumberLike } from '../scalar.js';
import { conversionOps } from '../ops/conversion.js';
import { leading } from '../ops/indexing-records.js';
import { contiguousNumbers, contiguousValues, forEachOffset, storeRaw, type NumberArray } from './host.js';
import { lowerPointwise, scalarAs } from './pointwise.js';

/** Storage indices of a layout's elements, in logical order. */
export function positions(layout: Layout): Int32Array {
  const out = new Int32Array(layout.numel);
  let at = 0;
  forEachOffset(layout, (offset) => { out[at++] = offset; });
  return out;
}

/** A 0-d layout as that of one element in one dimension. */
export const as1d = (l: Layout): Layout => (l.shape.length ? l : new Layout([1], [1], l.offset));

/** A view of the same memory by another layout. */
export const relaid = ({ storage, dtype }: View, layout: Layout): View => ({ storage, dtype, layout });

/** Where to write an output's raw elements in logical order, and `commit` to move them there. */
export function rawOutput(out: View): { data: TypedArray; commit(): void } {
  const data = contiguousValues(out);
  return { data, commit: () => { if (!out.layout.isContiguous) storeRaw(out, data); } };
}

const sameMemory = (a: View, b: View): boolean => a.storage === b.storage && a.layout.equals(b.layout);

/** As `rawOutput`, filled with the elements of an input (which is the output itself for in-place ops). */
export function rawCopy(x: View, out: View): { data: TypedArray; commit(): void } {
  const result = rawOutput(out);
  if (!sameMemory(x, out)) {
    (result.data as Float64Array).set(contiguousValues(relaid(x, x.layout.broadcastTo(out.layout.shape))) as Float64Array);
  }
  return result;
}

/** Values wide enough to sum in: doubles, or bigints for int64. */
export type Wide = Float64Array | BigInt64Array;

/** The values of a view in logical order, decoded. */
export function wideValues(view: View): Wide {
  if (view.dtype.name === 'int64') return contiguousValues(view).slice() as BigInt64Array;
  return Float64Array.from(contiguousNumbers(view) as NumberArray);
}

/** Rounds values to a view's dtype and writes them to it, in logical order. */
export function storeWide(view: View, values: Wide): void {
  if (values instanceof BigInt64Array) return storeRaw(view, values);
  const { dtype } = view;
  const raw = new dtype.Array(values.length);
  const round = dtype.kind === 'bool' ? (v: number) => (v !== 0 ? 1 : 0) : encoder(dtype);
  for (let i = 0; i < raw.length; i++) raw[i] = round(values[i]);
  storeRaw(view, raw);
}

const encoder = ({ name }: DType): ((value: number) => number) =>
  name === 'float16' ? numberToFloat16 : name === 'bfloat16' ? numberToBfloat16 : (v) => v;

/** A number as an element of a dtype's typed array. */
export function rawScalar(value: NumberLike, dtype: DType): number | bigint {
  const v = scalarAs(new Scalar(value), dtype);
  return typeof v === 'bigint' ? v : encoder(dtype)(v);
}

/** Makes all elements of an output zero. */
export function clear(out: View): void {
  const { data, commit } = rawOutput(out);
  if (data instanceof BigInt64Array) data.fill(0n);
  else data.fill(0);
  commit();
}

/** Copies a view to another of the same shape, converted to its dtype. */
export function copyTo(target: View, source: View): void {
  if (source.layout.numel === 0) return;
  if (source.dtype === target.dtype) storeRaw(target, contiguousValues(source));
  else convertTo(target, source);
}

let converts: ReturnType<typeof lowerPointwise> | undefined;
function convertTo(target: View, source: View): void {
  converts ??= lowerPointwise(conversionOps.toCopy);
  converts([source], [target], source.dtype);
}

/** The values of an index tensor; all must be at least 0 and below `size`. */
export function indexValues(index: View, size: number, error: (value: number) => Error): NumberArray {
  const values = contiguousNumbers(index);
  for (let i = 0; i < values.length; i++) if (!(values[i] >= 0 && values[i] < size)) throw error(values[i]);
  return values;
}

export const outOfSelf = (): Error => new IndexError('index out of range in self');
/** PyTorch's words where it picks columns. */
export const outOfData = (size: number) => (value: number): Error =>
  new RuntimeError(`INDICES element is out of DATA bounds, id=${value} axis_dim=${size}`);
export const outOfBounds = (dim: number, size: number) => (value: number): Error =>
  new RuntimeError(`index ${value} is out of bounds for dimension ${dim} with size ${size}`);

/** The values of an index tensor, negative ones counted from the end. */
export function wrappedIndices(index: View, size: number, error: (value: number) => Error): NumberArray {
  const values = contiguousNumbers(index).slice();
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value >= -size && value < size)) throw error(value);
    if (value < 0) values[i] = value + size;
  }
  return values;
}

/** What advanced indexing addresses: element (a, b, r) of its result is at `before[a] + block[b] + after[r]`. */
export interface Addressed { readonly before: Int32Array; readonly block: Int32Array; readonly after: Int32Array }

/**
 * @param indices as for the `index` op
 * @throws IndexError for an index out of range; as in PyTorch it counts the indexed dimensions only
 */
export function addressed(layout: Layout, indices: View, dims: readonly number[]): Addressed {
  const { shape, strides } = layout;
  const rest = [...shape.keys()].filter((d) => !dims.includes(d));
  const count = leading(dims);
  const part = (at: readonly number[], offset: number): Int32Array =>
    positions(new Layout(at.map((d) => shape[d]), at.map((d) => strides[d]), offset));
  const before = part(rest.slice(0, count), layout.offset), after = part(rest.slice(count), 0);
  const size = product(indices.layout.shape.slice(1));
  if (size > 0 && dims.some((d) => shape[d] === 0)) throw new IndexError('index is out of bounds for dimension with size 0');
  const block = new Int32Array(size);
  if (before.length * after.length === 0) return { before, block, after }; // nothing is read
  dims.forEach((d, k) => {
    const row = relaid(indices, new Layout(
      indices.layout.shape.slice(1), indices.layout.strides.slice(1), indices.layout.offset + k * indices.layout.strides[0]));
    const n = shape[d];
    const values = wrappedIndices(row, n, (value) =>
      new IndexError(`index ${value} is out of bounds for dimension ${k} with size ${n}`));
    for (let i = 0; i < size; i++) block[i] += values[i] * strides[d];
  });
  return { before, block, after };
}
