import { runStructured } from '../dispatch.js';
import type { DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { broadcastShapes, wrapDims } from '../layout.js';
import { structuredOp, type ReduceAttrs } from '../op.js';
import type { Tensor } from '../tensor.js';
import type { Dims } from './reduction-arguments.js';
import { reducedShape } from './shapes.js';

/** The order of a norm: (Σ |x|^ord)^(1/ord); ±Infinity for the largest or smallest |x|, 0 for the count of nonzeros. */
export interface NormAttrs extends ReduceAttrs { readonly ord: number }

const vectorNorm = (name: string, gradName: string) => structuredOp<NormAttrs>({
  name,
  gradName,
  meta: ([{ layout, dtype }], { dims, keepdim }) => [{ shape: reducedShape(layout.shape, dims, keepdim), dtype }],
});

/** Which norm, of distances. */
export interface DistanceAttrs { readonly p: number }

/** The norm of the difference of two tensors, broadcast. */
const distOp = structuredOp<DistanceAttrs>({
  name: 'dist',
  meta([x, y]) {
    broadcastShapes(x.layout.shape, y.layout.shape);
    return [{ shape: [], dtype: x.dtype }];
  },
});

/** The norms of the differences of each row of one matrix and each of another; batches are broadcast. */
const cdistOp = structuredOp<DistanceAttrs>({
  name: 'cdist',
  meta([{ layout: { shape: a }, dtype }, { layout: { shape: b } }]) {
    return [{ shape: [...broadcastShapes(a.slice(0, -2), b.slice(0, -2)), a.at(-2)!, b.at(-2)!], dtype }];
  },
});

export interface RenormAttrs extends DistanceAttrs { readonly dim: number; readonly maxnorm: number }

/** Slices along a dimension, scaled down where their norm is larger than `maxnorm`. */
const renormOp = structuredOp<RenormAttrs>({
  name: 'renorm', meta: ([{ layout: { shape }, dtype }]) => [{ shape, dtype }],
});

/** Records of the norms: torch.norm and torch.linalg.vector_norm are alike but for their names in the graph. */
export const normOps = {
  norm: vectorNorm('norm', 'NormBackward1'),
  vectorNorm: vectorNorm('linalgVectorNorm', 'LinalgVectorNorm'),
  dist: distOp, cdist: cdistOp, renorm: renormOp,
};

/** A vector norm over some dimensions, or over all. */
export function vectorNormOf(
  op: typeof normOps.norm, name: string, x: Tensor, ord: number, dim: Dims, keepdim: boolean, dtype?: DType,
): Tensor {
  const own = dtype ? x.to(dtype) : x, from = own.dtype.isComplex ? own.abs() : own;
  if (!from.dtype.isFloatingPoint) {
    throw new RuntimeError(op === normOps.norm
      ? `${name}: ${dtype ? 'the desired output' : 'input'} dtype should be either floating point or complex. Got ${from.dtype.scalarType} instead.`
      : `${name}: Expected a floating point or complex tensor as input. Got ${from.dtype.scalarType}`);
  }
  return runStructured(op, [from], { ord, dims: wrapDims(dim, x.dim()), keepdim })[0];
}
