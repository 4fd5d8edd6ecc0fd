import type { View } from '../backend.js';
import { bool, int32, int64, uint8 } from '../dtype.js';
import { IndexError, RuntimeError } from '../errors.js';
import { broadcastShapes, mismatch, sameShape, shapeText } from '../layout.js';
import { alike } from '../memory-order.js';
import { structuredOp, type Meta } from '../op.js';
import type { NumberLike } from '../scalar.js';
import { checkIndex } from './indexing-records.js';
import type { AlongDim } from './softmax.js';

export type ScatterReduction = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';

export interface ScatterValueAttrs extends AlongDim { readonly value: NumberLike }
export interface ScatterReduceAttrs extends AlongDim { readonly reduce: ScatterReduction; readonly includeSelf: boolean }
export interface IndexAddAttrs extends AlongDim { readonly alpha: NumberLike }

const like = (x: View): readonly Meta[] => [{ shape: x.layout.shape, dtype: x.dtype }];

function scatterMeta([x, index, src]: readonly View[], { dim }: AlongDim): readonly Meta[] {
  if (index.layout.numel > 0 && index.dtype !== int64) throw new RuntimeError('scatter(): Expected dtype int64 for index');
  if (src && src.dtype !== x.dtype) throw new RuntimeError('scatter(): Expected self.dtype to be equal to src.dtype');
  checkIndex('scatter', index, dim, x, 'self', src);
  return like(x);
}

/** Shapes of an index and a source, of which slice i is added to, or combined with, slice `index[i]` of a tensor. */
export function indexAddMeta([x, index, source]: readonly View[], { dim }: AlongDim, name = 'index_add_()'): readonly Meta[] {
  const count = index.layout.numel;
  const own = x.layout.shape, from = source.layout.shape;
  if (index.layout.shape.length > 1) {
    throw new IndexError(
      `${name}: Index is supposed to be a vector, but got dim: ${index.layout.shape.length} with type: ${index.dtype.scalarType} and size: ${shapeText(index.layout.shape)}`);
  }
  if (index.dtype !== int32 && index.dtype !== int64) {
    throw new RuntimeError(`${name}: Expected dtype int32/int64 for index but got: ${index.dtype.scalarType}`);
  }
  if (x.dtype !== source.dtype) {
    throw new RuntimeError(`${name}: self (${x.dtype.scalarType}) and source (${source.dtype.scalarType}) must have the same scalar type`);
  }
  if (from.length === 0 && count !== 1) throw new IndexError(`Dimension specified as ${dim} but tensor has no dimensions`);
  const rows = from.length === 0 ? 1 : from[dim];
  if (count !== rows) {
    throw new RuntimeError(`${name}: Number of indices (${count}) should be equal to source.size(dim): (${rows ?? 0}), for dim: ${dim}`);
  }
  if (own.length <= 1) {
    if (from.length <= 1) return like(x);
    throw new RuntimeError(`source.dim() (${from.length}) must one or zero for given self.dim() (${own.length})`);
  }
  if (from.length === 0) throw new IndexError('select() cannot be applied to a 0-dim tensor.');
  const slice = own.filter((_, d) => d !== dim), sourceSlice = from.filter((_, d) => d !== dim);
  const shape = broadcastShapes(slice, sourceSlice);
  if (!sameShape(slice, shape)) {
    throw mismatch(slice, shape);
  }
  return like(x);
}

function indexCopyMeta([x, index, source]: readonly View[], { dim }: AlongDim): readonly Meta[] {
  const name = 'index_copy_()', count = index.layout.numel;
  const own = x.layout.shape, from = source.layout.shape;
  if (index.layout.shape.length > 1) throw new IndexError(`${name}: Index should have dimension 1 or 0 (got ${index.layout.shape.length})`);
  if (from.length === 0 && count !== 1) throw new IndexError(`${name}: When source is scalar, index should have one element (got ${count})`);
  if (from.length !== own.length && from.length !== 0 && own.length !== 0) {
    throw new IndexError(
      `${name}: When source and destination are not scalars, their dimensionality must match. Source dimensionality (${from.length}), destination dimensionality (${own.length})`);
  }
  if (index.dtype !== int64) throw new RuntimeError(`${name}: Expected a long tensor for index, but got ${index.dtype.scalarType}`);
  if (x.dtype !== source.dtype) {
    throw new RuntimeError(
      `${name}: self and source expected to have the same dtype, but got (self) ${x.dtype.scalarType} and (source) ${source.dtype.scalarType}`);
  }
  const slice = own.filter((_, d) => d !== dim), sourceSlice = from.filter((_, d) => d !== dim);
  if (!sameShape(slice, sourceSlice)) {
    throw new RuntimeError(
      `${name}: Source/destination tensor must have same slice shapes. Destination slice shape: ${slice.join(' ')} at dimension ${dim} and source slice shape: ${sourceSlice.join(' ')} at dimension 0.`);
  }
  if (from.length > 0 && count !== from[dim]) {
    throw new IndexError(`${name}: Number of indices (${count}) should be equal to source.size(dim) (${from[dim]})`);
  }
  return like(x);
}

function indexFillMeta([x, index, value]: readonly View[]): readonly Meta[] {
  if (index.dtype !== int64) throw new IndexError('index_fill_(): Expected dtype int64 for index.');
  if (value && value.layout.shape.length !== 0) {
    throw new RuntimeError(
      `index_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.layout.shape.length} dimension(s).`);
  }
  if (index.layout.shape.length > 1) throw new RuntimeError('Index has to be a vector/scalar');
  return [alike(x)];
}

/** Records of the ops that write elements by their indices. Their first input is what is written to. */
export const scatterOps = {
  scatter: structuredOp<AlongDim>({ name: 'scatter', meta: scatterMeta, separate: true }),
  scatterValue: structuredOp<ScatterValueAttrs>({ name: 'scatter', gradName: 'ScatterBackward1', meta: scatterMeta, separate: true }),
  scatterAdd: structuredOp<AlongDim>({ name: 'scatterAdd', meta: scatterMeta, separate: true }),
  scatterReduce: structuredOp<ScatterReduceAttrs>({ name: 'scatterReduce', meta: scatterMeta, separate: true }),
  indexAdd: structuredOp<IndexAddAttrs>({ name: 'indexAdd', meta: (inputs, attrs) => indexAddMeta(inputs, attrs), separate: true }),
  indexCopy: structuredOp<AlongDim>({ name: 'indexCopy', meta: indexCopyMeta, separate: true }),
  indexFill: structuredOp<ScatterValueAttrs>({ name: 'indexFill', meta: indexFillMeta, separate: true }),
  /** the value is a 0-d tensor */
  indexFillTensor: structuredOp<AlongDim>({ name: 'indexFill', gradName: 'IndexFillBackward1', meta: indexFillMeta }),
  put: structuredOp<{ readonly accumulate: boolean }>({
    name: 'put',
    separate: true,
    meta([x, index, source]) {
      if (index.dtype !== int64) throw new RuntimeError(`put_(): Expected a long tensor for index, but got ${index.dtype.scalarType}`);
      if (x.dtype !== source.dtype) {
        throw new RuntimeError(
          `put_(): self and source expected to have the same dtype, but got self.dtype = ${x.dtype.scalarType} and source.dtype = ${source.dtype.scalarType}`);
      }
      if (index.layout.numel !== source.layout.numel) {
        throw new IndexError(
          `put_(): Expected source and index to have the same number of elements, but got source.numel() = ${source.layout.numel}, index.numel() = ${index.layout.numel}`);
      }
      return [alike(x)];
    },
  }),
  /** operand and mask, broadcast together, and a source that is read in order */
  maskedScatter: structuredOp<null>({
    name: 'maskedScatter',
    meta([x, mask, source]) {
      if (x.dtype !== source.dtype) {
        throw new RuntimeError(
          `masked_scatter: expected self and source to have same dtypes but got${x.dtype.scalarType} and ${source.dtype.scalarType}`);
      }
      if (mask.dtype !== bool && mask.dtype !== uint8) {
        throw new RuntimeError(`masked_scatter_ only supports boolean masks, but got mask with dtype ${mask.dtype.scalarType}`);
      }
      return [{ shape: broadcastShapes(mask.layout.shape, x.layout.shape), dtype: x.dtype }];
    },
  }),
};
