import { runPointwise, runPointwiseInplace, type Operand } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { checked } from '../options.js';
import { cppTypeName } from '../random/support.js';
import type { NumberLike } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { pointwise, type OutOption } from './define.js';
import { floating, numeric } from './dtype-checks.js';

export interface ValueOption extends OutOption {
  /** a factor of what is added, default 1 */
  readonly value?: NumberLike | undefined;
}

// from left to right, as PyTorch computes: a product of two large numbers may be too large where the factor is small
const addcmulOp = pointwise('addcmul', ['value', 'value', 'value', 'param'], (x, a, b, value) =>
  e.add(numeric(x, 'addcmul_cpu_out'), e.mul(e.mul(value, a), b)));
const addcdivOp = pointwise('addcdiv', ['value', 'value', 'value', 'param'], (x, a, b, value) =>
  e.add(x, e.div(e.mul(value, a), b)));

/**
 * `x + value * tensor1 * tensor2`, broadcast.
 * @see https://pytorch.org/docs/stable/generated/torch.addcmul.html
 * @example torch.addcmul(torch.ones(1), torch.tensor([1]), torch.tensor([3]), { value: 0.5 }) // tensor([2.5000])
 */
export const addcmul = Object.assign(
  (x: Tensor, tensor1: Tensor, tensor2: Tensor, options: ValueOption = {}): Tensor => {
    const { value = 1, out } = checked('addcmul', options, 'value');
    return runPointwise(addcmulOp, [x, tensor1, tensor2, value], out);
  },
  {
    op: addcmulOp,
    inplace: (x: Tensor, tensor1: Tensor, tensor2: Tensor, options: Omit<ValueOption, 'out'> = {}): Tensor =>
      runPointwiseInplace(addcmulOp, [x, tensor1, tensor2, checked('addcmul_', options, 'value').value ?? 1]),
  });

/**
 * `x + value * tensor1 / tensor2`, broadcast.
 * @throws RuntimeError where both are integers
 * @see https://pytorch.org/docs/stable/generated/torch.addcdiv.html
 * @example torch.addcdiv(torch.ones(2), torch.tensor([1, 2]), torch.tensor([2, 2])) // tensor([1.5000, 2.0000])
 */
export const addcdiv = Object.assign(
  (x: Tensor, tensor1: Tensor, tensor2: Tensor, options: ValueOption = {}): Tensor => {
    const { value = 1, out } = checked('addcdiv', options, 'value');
    return runPointwise(addcdivOp, [x, ...dividable(tensor1, tensor2), value], out);
  },
  {
    op: addcdivOp,
    inplace: (x: Tensor, tensor1: Tensor, tensor2: Tensor, options: Omit<ValueOption, 'out'> = {}): Tensor =>
      runPointwiseInplace(addcdivOp, [x, ...dividable(tensor1, tensor2), checked('addcdiv_', options, 'value').value ?? 1]),
  });

function dividable(a: Tensor, b: Tensor): [Tensor, Tensor] {
  if (a.dtype.isDifferentiable || b.dtype.isDifferentiable) return [a, b];
  throw new RuntimeError(
    'Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true ' +
    'division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value * ' +
    'torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / tensor2) for ' +
    'float inputs. The future addcdiv behavior is just the latter implementation: (input + value * tensor1 / tensor2), ' +
    'for all dtypes.');
}

/** From whichever end is nearer, so that both are met exactly. */
const between = (kernel: string) => (x: e.Expr, end: e.Expr, weight: e.Expr): e.Expr => {
  const distance = e.sub(end, floating(x, kernel));
  return e.where(
    e.lt(e.abs(weight), 0.5), e.add(x, e.mul(weight, distance)),
    e.sub(end, e.mul(distance, e.sub(1, weight))));
};
const lerpNumber = pointwise('lerp', ['value', 'value', 'param'], between('lerp_kernel_scalar'));
const lerpTensor = pointwise(
  'lerp', ['value', 'value', 'value'], between('lerp_kernel_tensor'), { gradName: 'LerpBackward1' });

/** The record for a weight, once the operands are found to be of one dtype. */
function lerpOf(x: Tensor, end: Tensor, weight: Operand): typeof lerpNumber {
  for (const [name, y] of [['end', end], ['weight', weight]] as const) {
    if (y instanceof Tensor && y.dtype !== x.dtype) {
      throw new RuntimeError(`expected dtype ${cppTypeName(x.dtype)} for \`${name}\` but got dtype ${cppTypeName(y.dtype)}`);
    }
  }
  return weight instanceof Tensor ? lerpTensor : lerpNumber;
}

/**
 * `x + weight * (end - x)`, broadcast.
 * @param weight a number or a tensor
 * @throws RuntimeError for operands of different dtypes, or of one that is not floating point
 * @see https://pytorch.org/docs/stable/generated/torch.lerp.html
 * @example torch.lerp(torch.tensor([1, 2]), torch.tensor([3, 4]), 0.5) // tensor([2., 3.])
 */
export const lerp = Object.assign(
  (x: Tensor, end: Tensor, weight: Operand, { out }: OutOption = {}): Tensor =>
    runPointwise(lerpOf(x, end, weight), [x, end, weight], out),
  {
    op: lerpNumber, withTensor: lerpTensor,
    inplace: (x: Tensor, end: Tensor, weight: Operand): Tensor =>
      runPointwiseInplace(lerpOf(x, end, weight), [x, end, weight]),
  });
