import type { View } from '../backend.js';
import type { DType } from '../dtype.js';
import { IndexError, RuntimeError } from '../errors.js';
import { Layout, product } from '../layout.js';
import { scatterOps, type ScatterReduction } from '../ops/scatter-records.js';
import { contiguousValues, hostArray } from './host.js';
import {
  as1d, indexValues, outOfBounds, outOfSelf, positions, rawCopy, rawScalar, relaid, storeWide, wideValues,
  wrappedIndices, type Wide,
} from './indexing-support.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';

export const scatterKernels = (): readonly KernelEntry[] => [
  kernelFor(scatterOps.scatter, ([x, index, src], [out], { dim }) => {
    const to = targets(x, index, dim), from = sources(index, src), values = hostArray(src);
    const { data, commit } = rawCopy(x, out);
    for (let i = 0; i < to.length; i++) data[to[i]] = values[from[i]];
    commit();
  }),

  kernelFor(scatterOps.scatterValue, ([x, index], [out], { dim, value }) => {
    const to = targets(x, index, dim), raw = rawScalar(value, out.dtype);
    const { data, commit } = rawCopy(x, out);
    for (let i = 0; i < to.length; i++) data[to[i]] = raw;
    commit();
  }),

  kernelFor(scatterOps.scatterAdd, ([x, index, src], [out], { dim }) => {
    const to = targets(x, index, dim), values = cornerValues(index, src) as Float64Array;
    const sums = wideValues(x) as Float64Array;
    for (let i = 0; i < to.length; i++) sums[to[i]] += values[i];
    storeWide(out, sums);
  }),

  kernelFor(scatterOps.scatterReduce, ([x, index, src], [out], { dim, reduce, includeSelf }) => {
    const to = targets(x, index, dim);
    const result = wideValues(x);
    combineAt(result, to, cornerValues(index, src), reduce, includeSelf, x.dtype);
    storeWide(out, result);
  }),

  kernelFor(scatterOps.indexAdd, ([x, index, source], [out], { dim, alpha }) => {
    const { to, from } = slices(x, index, source, dim, outOfSelf);
    const values = wideValues(source) as Float64Array, sums = wideValues(x) as Float64Array;
    const factor = rawFactor(alpha, x.dtype) as number;
    for (let i = 0; i < to.length; i++) sums[to[i]] += values[from[i]] * factor;
    storeWide(out, sums);
  }),

  kernelFor(scatterOps.indexCopy, ([x, index, source], [out], { dim }) => {
    const n = as1d(x.layout).shape[dim];
    const { to, from } = slices(x, index, source, dim, (value) =>
      new IndexError(`index_copy_(): index ${value} is out of bounds for dimension ${dim} with size ${n}`));
    const values = contiguousValues(source), { data, commit } = rawCopy(x, out);
    for (let i = 0; i < to.length; i++) data[to[i]] = values[from[i]];
    commit();
  }),

  kernelFor(scatterOps.indexFill, ([x, index], [out], { dim, value }) =>
    fillSlices(x, index, out, dim, rawScalar(value, out.dtype))),

  kernelFor(scatterOps.indexFillTensor, ([x, index, value], [out], { dim }) => {
    const [v] = wideValues(value);
    fillSlices(x, index, out, dim, rawScalar(v, out.dtype));
  }),

  kernelFor(scatterOps.put, ([x, index, source], [out], { accumulate }) => {
    const n = x.layout.numel;
    const to = wrappedIndices(index, n, (value) =>
      new IndexError(`out of range: tried to access index ${value} on a tensor of ${n} elements.`));
    if (accumulate) {
      const values = wideValues(source) as Float64Array, sums = wideValues(x) as Float64Array;
      for (let i = 0; i < to.length; i++) sums[to[i]] += values[i];
      return storeWide(out, sums);
    }
    const values = contiguousValues(source), { data, commit } = rawCopy(x, out);
    for (let i = 0; i < to.length; i++) data[to[i]] = values[i];
    commit();
  }),

  kernelFor(scatterOps.maskedScatter, ([x, mask, source], [out]) => {
    const wanted = contiguousValues(relaid(mask, mask.layout.broadcastTo(out.layout.shape)));
    const values = contiguousValues(source);
    let count = 0;
    for (let i = 0; i < wanted.length; i++) if (wanted[i]) count++;
    if (count > values.length) throw new RuntimeError('Number of elements of source < number of ones in mask');
    const { data, commit } = rawCopy(x, out);
    for (let i = 0, k = 0; i < wanted.length; i++) if (wanted[i]) data[i] = values[k++];
    commit();
  }),
];

/** Where each element of an index sends something: positions in the target's logical order. */
function targets(x: View, index: View, dim: number): Int32Array {
  const layout = Layout.contiguous(as1d(x.layout).shape), n = layout.shape[dim], step = layout.strides[dim];
  const picked = indexValues(index, n, outOfBounds(dim, n));
  const at = positions(new Layout(as1d(index.layout).shape, layout.strides.with(dim, 0), 0));
  for (let i = 0; i < at.length; i++) at[i] += picked[i] * step;
  return at;
}

/** Storage positions of what an index sends: the corner of the source that has the index's shape. */
function sources(index: View, src: View): Int32Array {
  return positions(corner(index, src));
}
function corner(index: View, src: View): Layout {
  const { strides, offset } = as1d(src.layout);
  return new Layout(as1d(index.layout).shape, strides, offset);
}
const cornerValues = (index: View, src: View): Wide => wideValues(relaid(src, corner(index, src)));

/** Element by element: where slices of a source go in a target, and where they are, both in logical order. */
function slices(
  x: View, index: View, source: View, dim: number, error: (value: number) => Error,
): { to: Int32Array; from: Int32Array } {
  const target = Layout.contiguous(as1d(x.layout).shape);
  const rows = indexValues(index, target.shape[dim], error);
  const shape = target.shape.with(dim, rows.length);
  const to = positions(new Layout(shape, target.strides.with(dim, 0), 0));
  const from = positions(Layout.contiguous(as1d(source.layout).shape).broadcastTo(shape));
  const inner = product(shape.slice(dim + 1));
  for (let i = 0; i < to.length; i++) to[i] += rows[Math.floor(i / inner) % rows.length] * target.strides[dim];
  return { to, from };
}

function fillSlices(x: View, index: View, out: View, dim: number, raw: number | bigint): void {
  const target = Layout.contiguous(as1d(x.layout).shape), n = target.shape[dim];
  const rows = wrappedIndices(index, n, (value) => new IndexError(`index ${value} is out of bounds for dimension ${dim} with size ${n}`));
  const inner = positions(new Layout(target.shape.with(dim, 1), target.strides, 0));
  const { data, commit } = rawCopy(x, out);
  for (const row of rows) for (const k of inner) data[k + row * target.strides[dim]] = raw;
  commit();
}

/** `alpha` in the numbers that sums are computed in. */
const rawFactor = (alpha: number | bigint | boolean, dtype: DType): number | bigint =>
  dtype.name === 'int64' ? BigInt(typeof alpha === 'number' ? Math.trunc(alpha) : alpha)
    : dtype.kind === 'int' ? Math.trunc(Number(alpha)) : Number(alpha);

type Combine = (a: number, b: number) => number;

/** In the numbers of a dtype; bigints pass through the same operators. */
function combineOf(reduce: ScatterReduction, dtype: DType): Combine {
  switch (reduce) {
    case 'sum': case 'mean': return (a, b) => a + b;
    case 'prod': return dtype.name === 'int32' ? Math.imul : dtype.name === 'bool' ? (a, b) => a && b : (a, b) => a * b;
    // NaN wins, as in PyTorch
    case 'amax': return (a, b) => (b > a || b !== b ? b : a);
    case 'amin': return (a, b) => (b < a || b !== b ? b : a);
  }
}

function combineAt(
  result: Wide, to: Int32Array, values: Wide, reduce: ScatterReduction, includeSelf: boolean, dtype: DType,
): void {
  const out = result as Float64Array, from = values as Float64Array;
  const combine = combineOf(reduce, dtype);
  const counts = new Float64Array(out.length).fill(includeSelf ? 1 : 0);
  for (let i = 0; i < to.length; i++) {
    const at = to[i];
    out[at] = counts[at]++ === 0 ? from[i] : combine(out[at], from[i]);
  }
  if (reduce !== 'mean') return;
  for (let i = 0; i < out.length; i++) if (counts[i] > 1) out[i] = divided(out[i], counts[i], dtype);
}

/** A mean; that of integers is rounded down. */
function divided(sum: number | bigint, count: number, { kind }: DType): number {
  if (typeof sum === 'bigint') {
    const n = BigInt(count), quotient = sum / n;
    return (sum % n < 0n ? quotient - 1n : quotient) as unknown as number;
  }
  return kind === 'float' ? sum / count : Math.floor(sum / count);
}
