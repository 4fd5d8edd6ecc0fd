import { runPointwise, runPointwiseInplace, type Operand } from '../dispatch.js';
import { bool, uint8 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { contiguousFormat } from '../memory-format.js';
import { cppTypeName } from '../random/support.js';
import { Tensor } from '../tensor.js';
import { pointwise } from './define.js';
import { checkFits } from './dtype-checks.js';
import { where as choose } from './where.js';

const filled = (x: e.Expr, mask: e.Expr, value: e.Expr): e.Expr => e.where(mask, value, x);
const maskedFillNumber = pointwise('maskedFill', ['value', 'bool', 'param'], filled);
const maskedFillTensor = pointwise('maskedFill', ['value', 'bool', 'param'], filled, { gradName: 'MaskedFillBackward1' });

/**
 * This tensor where the condition holds, else `other`, broadcast.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.where.html
 * @example torch.ones(2).where(torch.tensor([true, false]), 0) // tensor([1., 0.])
 */
const whereMethod = (x: Tensor, condition: Tensor, other: Operand): Tensor => choose(condition, x, other);
export { whereMethod as where };

/** The record for a value, once mask and value are found to fit. */
function fillOp(x: Tensor, mask: Tensor, value: Operand): typeof maskedFillNumber {
  if (mask.dtype !== bool && mask.dtype !== uint8) {
    throw new RuntimeError(
      `masked_fill_ only supports boolean masks, but got mask with dtype ${cppTypeName(mask.dtype)}`);
  }
  checkFits(x, value);
  if (!(value instanceof Tensor)) return maskedFillNumber;
  if (value.dim() > 0) {
    throw new RuntimeError(
      `masked_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.dim()} dimension(s).`);
  }
  return maskedFillTensor;
}

/**
 * `value`, a number or a 0-d tensor, wherever the mask holds.
 * @throws RuntimeError for a mask that is not bool
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.masked_fill.html
 * @example torch.ones(2).maskedFill(torch.tensor([true, false]), 0) // tensor([0., 1.])
 */
export const maskedFill = Object.assign(
  (x: Tensor, mask: Tensor, value: Operand): Tensor => runPointwise(fillOp(x, mask, value), [x, mask, value], undefined, contiguousFormat),
  {
    op: maskedFillNumber, withTensor: maskedFillTensor,
    inplace: (x: Tensor, mask: Tensor, value: Operand): Tensor =>
      runPointwiseInplace(fillOp(x, mask, value), [x, mask, value]),
  });
