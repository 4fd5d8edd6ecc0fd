import { runStructured } from '../dispatch.js';
import type { DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { wrapDims } from '../layout.js';
import { structuredOp, type ReduceAttrs } from '../op.js';
import type { Tensor } from '../tensor.js';
import type { Dims } from './reduction-arguments.js';
import { reducedShape } from './shapes.js';

/** The order of a norm: (Σ |x|^ord)^(1/ord); ±Infinity for the largest or smallest |x|, 0 for how many are not zero. */
export interface NormAttrs extends ReduceAttrs { readonly ord: number }

const vectorNorm = (name: string, gradName: string) => structuredOp<NormAttrs>({
  name,
  gradName,
  meta: ([{ layout, dtype }], { dims, keepdim }) => [{ shape: reducedShape(layout.shape, dims, keepdim), dtype }],
});

/** Records of the vector norms: torch.norm and torch.linalg.vector_norm, alike but for their names in the graph. */
export const normOps = {
  norm: vectorNorm('norm', 'NormBackward1'),
  vectorNorm: vectorNorm('linalgVectorNorm', 'LinalgVectorNorm'),
};

/** A vector norm over some dimensions, or over all. */
export function vectorNormOf(
  op: typeof normOps.norm, name: string, x: Tensor, ord: number, dim: Dims, keepdim: boolean, dtype?: DType,
): Tensor {
  const from = dtype ? x.to(dtype) : x;
  if (!from.dtype.isFloatingPoint) {
    throw new RuntimeError(op === normOps.norm
      ? `${name}: input dtype should be either floating point or complex. Got ${from.dtype.scalarType} instead.`
      : `${name}: Expected a floating point or complex tensor as input. Got ${from.dtype.scalarType}`);
  }
  return runStructured(op, [from], { ord, dims: wrapDims(dim, x.dim()), keepdim })[0];
}
