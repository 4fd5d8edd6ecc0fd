import { runPointwise, type Operand } from '../dispatch.js';
import { bool, uint8 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import type { PointwiseOp } from '../op.js';
import { describe } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { pointwise, type OutOption } from './define.js';
import { nonzero } from './indexing-select.js';

const whereOp = pointwise('where', ['bool', 'value', 'value'], (condition, x, y) => e.where(condition, x, y));

export interface Where {
  /** The indices of the elements that are not zero, a tensor per dimension: `nonzero(condition, { asTuple: true })`. */
  (condition: Tensor): Tensor[];
  (condition: Tensor, x: Operand, other: Operand, options?: OutOption): Tensor;
  readonly op: PointwiseOp;
}

/**
 * `x` where the condition holds, else `other`, broadcast; either may be a number. With the condition alone, its indices.
 * @throws RuntimeError for a condition that is not bool
 * @see https://pytorch.org/docs/stable/generated/torch.where.html
 * @example torch.where(torch.tensor([true, false]), torch.ones(2), 0) // tensor([1., 0.])
 */
export const where: Where = Object.assign(((
  condition: Tensor, x?: Operand, other?: Operand, { out }: OutOption = {},
): Tensor | Tensor[] => {
  if (!(condition instanceof Tensor)) {
    throw new TypeError(`where(): argument 'condition' (position 1) must be Tensor, not ${describe(condition)}`);
  }
  if (x === undefined || other === undefined) return nonzero(condition, { asTuple: true });
  if (condition.dtype !== bool && condition.dtype !== uint8) {
    throw new RuntimeError(
      `where expected condition to be a boolean tensor, but got a tensor with dtype ${condition.dtype.scalarType}`);
  }
  return runPointwise(whereOp, [condition, x, other], out);
}) as Where, { op: whereOp });
