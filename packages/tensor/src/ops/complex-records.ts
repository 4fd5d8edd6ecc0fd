import { pairsLayout } from '../complex/parts.js';
import { complexDtype, realDtype } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { broadcastShapes, Layout } from '../layout.js';
import { orderOf } from '../memory-order.js';
import { structuredOp, viewOp, type StructuredOp } from '../op.js';
import { pointwise } from './define.js';

const even = (n: number): boolean => n % 2 === 0;

/** The layout of complex numbers whose parts lie side by side in the last dimension. @throws RuntimeError with PyTorch's texts */
function fromPairs({ shape, strides, offset }: Layout): Layout {
  if (shape.length === 0) throw new RuntimeError('Input tensor must have one or more dimensions');
  if (shape.at(-1) !== 2) throw new RuntimeError('Tensor must have a last dimension of size 2');
  if (strides.at(-1) !== 1) throw new RuntimeError('Tensor must have a last dimension with stride 1');
  const outer = strides.slice(0, -1);
  if (!outer.every(even)) throw new RuntimeError('Tensor must have a stride divisible by 2 for all but last dimension');
  if (!even(offset)) throw new RuntimeError('Tensor must have a storage_offset divisible by 2');
  return new Layout(shape.slice(0, -1), outer.map((s) => s / 2), offset / 2);
}

const ofParts = (name: string): StructuredOp<null> => structuredOp<null>({
  name, inParts: true, meta: ([x, y]) => {
    const shape = broadcastShapes(x.layout.shape, y.layout.shape);
    return [{ shape, dtype: complexDtype(x.dtype), order: orderOf(shape, [x, y]) }];
  },
});

/** Records of the ops between real and complex tensors. Those on complex ones alone are the ones of real ones. */
export const complexOps = {
  viewAsReal: viewOp<null>({ name: 'viewAsReal', dtype: realDtype, view: pairsLayout }),
  viewAsComplex: viewOp<null>({ name: 'viewAsComplex', dtype: complexDtype, view: fromPairs }),
  complex: ofParts('complex'),
  polar: ofParts('polar'),
  conj: pointwise('conj', ['value'], (x) => x, { inParts: true }),
  angle: pointwise('angle', ['value'], (x) => e.where(e.isnan(x), x, e.mul(e.cast(e.lt(x, 0), x.dtype), Math.PI)), { compute: 'float', result: 'real' }),
};
