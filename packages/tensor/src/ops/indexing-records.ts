import type { View } from '../backend.js';
import { int32, int64 } from '../dtype.js';
import { IndexError, RuntimeError } from '../errors.js';
import { broadcastShapes, sameShape, shapeText } from '../layout.js';
import { alike } from '../memory-order.js';
import { structuredOp } from '../op.js';
import type { AlongDim } from './softmax.js';

/** Which dimensions of the first operand an index tensor stands for, in rising order. */
export interface IndexAttrs { readonly dims: readonly number[] }
export interface IndexPutAttrs extends IndexAttrs { readonly accumulate: boolean }
export interface EmbeddingAttrs { readonly paddingIdx: number; readonly scaleGradByFreq: boolean }
export interface SearchAttrs { readonly right: boolean; readonly outInt32: boolean }

/**
 * The shape that advanced indexing gives. Indexed dimensions that stand side by side are replaced where they stand; else
 * the shape of the indices comes first.
 */
export function indexedShape(
  shape: readonly number[], dims: readonly number[], block: readonly number[],
): readonly number[] {
  const rest = shape.filter((_, d) => !dims.includes(d));
  const before = leading(dims);
  return [...rest.slice(0, before), ...block, ...rest.slice(before)];
}

/** How many dimensions stay before the indexed ones. */
export const leading = (dims: readonly number[]): number => (dims.every((d, i) => d === dims[0] + i) ? dims[0] : 0);

/** A 0-d tensor is gathered from, and scattered to, as a vector of one element. */
const atLeast1d = (shape: readonly number[]): readonly number[] => (shape.length ? shape : [1]);

/** Dims, dtype and sizes of an index for gather and scatter. An index without elements always fits. */
export function checkIndex(name: string, index: View, dim: number, self: View, selfName: string, src?: View): void {
  if (index.layout.numel === 0) return;
  if (index.dtype !== int64) throw new RuntimeError(`${name}(): Expected dtype int64 for index`);
  const own = atLeast1d(self.layout.shape), shape = atLeast1d(index.layout.shape);
  if (shape.length !== own.length) throw new RuntimeError(`Index tensor must have the same number of dimensions as ${selfName} tensor`);
  const other = src && atLeast1d(src.layout.shape);
  if (other && other.length !== shape.length) {
    throw new RuntimeError('Index tensor must have the same number of dimensions as src tensor');
  }
  shape.forEach((n, d) => {
    if ((d === dim || n <= own[d]) && (!other || n <= other[d])) return;
    const [i, s] = [index, self].map((v) => shapeText(v.layout.shape));
    throw new RuntimeError(
      name === 'gather' ? `Size does not match at dimension ${d} expected index ${i} to be smaller than self ${s} apart from dimension ${dim}`
        : `Expected index ${i} to be smaller than self ${s} apart from dimension ${dim}` +
          (src ? ` and to be smaller size than src ${shapeText(src.layout.shape)}` : ''));
  });
}

/** Records of the ops that read elements by their indices. */
export const indexingOps = {
  /** operand, then int64 indices of shape [number of dims, …block] */
  index: structuredOp<IndexAttrs>({
    name: 'index',
    meta: ([x, indices], { dims }) =>
      [{ shape: indexedShape(x.layout.shape, dims, indices.layout.shape.slice(1)), dtype: x.dtype }],
  }),
  /** operand, indices as for `index`, values that broadcast to what they address */
  indexPut: structuredOp<IndexPutAttrs>({
    name: 'indexPut',
    separate: true,
    meta([x, indices, values], { dims }) {
      if (x.dtype !== values.dtype) {
        throw new RuntimeError(
          `Index put requires the source and destination dtypes match, got ${x.dtype.scalarType} for the destination and ${values.dtype.scalarType} for the source.`);
      }
      const target = indexedShape(x.layout.shape, dims, indices.layout.shape.slice(1));
      if (!broadcasts(values.layout.shape, target)) {
        throw new RuntimeError(
          `shape mismatch: value tensor of shape ${shapeText(values.layout.shape)} cannot be broadcast to indexing result of shape ${shapeText(target)}`);
      }
      return [alike(x)];
    },
  }),
  indexSelect: structuredOp<AlongDim>({
    name: 'indexSelect',
    meta([x, index], { dim }) {
      if (index.layout.shape.length > 1) throw new IndexError('index_select(): Index is supposed to be a vector');
      if (index.dtype !== int64 && index.dtype !== int32) {
        throw new RuntimeError('index_select(): Expected dtype int32 or int64 for index');
      }
      const { shape } = x.layout;
      return [{ shape: shape.length === 0 ? shape : shape.with(dim, index.layout.numel), dtype: x.dtype }];
    },
  }),
  gather: structuredOp<AlongDim>({
    name: 'gather',
    meta([x, index], { dim }) {
      checkIndex('gather', index, dim, x, 'input');
      return [{ shape: index.layout.shape, dtype: x.dtype }];
    },
  }),
  take: structuredOp<null>({
    name: 'take',
    meta([x, index]) {
      if (index.dtype !== int64) throw new RuntimeError(`take(): Expected a long tensor for index, but got ${index.dtype.scalarType}`);
      if (x.layout.numel === 0 && index.layout.numel > 0) throw new IndexError('take(): tried to take from an empty tensor');
      return [{ shape: index.layout.shape, dtype: x.dtype }];
    },
  }),
  /** operand and mask, broadcast together; `count` elements are selected */
  maskedSelect: structuredOp<{ readonly count: number }>({
    name: 'maskedSelect',
    meta([x, mask], { count }) {
      broadcastShapes(mask.layout.shape, x.layout.shape);
      return [{ shape: [count], dtype: x.dtype }];
    },
  }),
  /** `count` elements are not zero */
  nonzero: structuredOp<{ readonly count: number }>({
    name: 'nonzero', meta: ([x], { count }) => [{ shape: [count, x.layout.shape.length], dtype: int64 }],
  }),
  /** weight (rows, features), indices of any shape */
  embedding: structuredOp<EmbeddingAttrs>({
    name: 'embedding',
    meta([weight, indices]) {
      if (weight.layout.shape.length !== 2) throw new RuntimeError("'weight' must be 2-D");
      if (indices.dtype !== int64 && indices.dtype !== int32) {
        throw new RuntimeError(
          `Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.${indices.dtype.scalarType}Tensor instead (while checking arguments for embedding)`);
      }
      return [{ shape: [...indices.layout.shape, weight.layout.shape[1]], dtype: weight.dtype }];
    },
  }),
  /** gradient of what an embedding gave, and its indices: the gradient of the weight */
  embeddingDenseBackward: structuredOp<EmbeddingAttrs & { readonly rows: number }>({
    name: 'embeddingDenseBackward',
    meta: ([g], { rows }) => [{ shape: [rows, g.layout.shape.at(-1)!], dtype: g.dtype }],
  }),
  /** sorted sequences (last dimension), values, perhaps the order that sorts the sequences */
  searchsorted: structuredOp<SearchAttrs>({
    name: 'searchsorted',
    meta: ([, values], { outInt32 }) => [{ shape: values.layout.shape, dtype: outInt32 ? int32 : int64 }],
  }),
};

function broadcasts(from: readonly number[], to: readonly number[]): boolean {
  if (sameShape(from, to)) return true;
  const lead = to.length - from.length;
  return lead >= 0 && from.every((n, i) => n === 1 || n === to[lead + i]);
}
