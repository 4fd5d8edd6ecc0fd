import { runStructured } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { broadcastShapes, wrapDim } from '../layout.js';
import { structuredOp } from '../op.js';
import type { Tensor } from '../tensor.js';
import type { AlongDim } from './softmax.js';

/** The record of the cross product. */
export const crossOp = structuredOp<AlongDim>({
  name: 'linalgCross',
  meta: ([x, y]) => [{ shape: broadcastShapes(x.layout.shape, y.layout.shape), dtype: x.dtype }],
});

/** The cross product along a dimension. */
export function crossAlong(x: Tensor, other: Tensor, dim: number): Tensor {
  if (x.dim() !== other.dim()) throw new RuntimeError('linalg.cross: inputs must have the same number of dimensions.');
  const d = wrapDim(dim, x.dim());
  if (x.shape[d] !== 3 || other.shape[d] !== 3) {
    throw new RuntimeError(`linalg.cross: inputs dimension ${dim} must have length 3. Got ${x.shape[d]} and ${other.shape[d]}`);
  }
  if (x.dtype.kind === 'bool') throw new RuntimeError(`"cross" not implemented for 'Bool'`);
  if (x.dtype !== other.dtype) throw new RuntimeError(`expected scalar type ${x.dtype.scalarType} but found ${other.dtype.scalarType}`);
  return runStructured(crossOp, [x, other], { dim: d })[0];
}
