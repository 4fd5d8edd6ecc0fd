import { runPointwise, runPointwiseInplace, type Operand } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { resultDtype, Scalar } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { binary, pointwise, unary, type Binary, type OutOption } from './define.js';

export interface AlphaOption extends OutOption {
  /** a factor of the second operand, default 1 */
  readonly alpha?: number | bigint | undefined;
}

const add1 = binary('add', (x, y) => (x.dtype.kind === 'bool' ? e.or(x, y) : e.add(x, y)));
const sub1 = binary('sub', e.sub);
const addScaled = pointwise('add', ['value', 'value', 'param'], (x, y, alpha) => e.add(x, e.mul(alpha, y)));
const subScaled = pointwise('sub', ['value', 'value', 'param'], (x, y, alpha) => e.sub(x, e.mul(alpha, y)));

/** An op with an optional factor of the second operand: `alpha: 1` takes the plain record. */
function withAlpha(plain: Binary, scaled: typeof addScaled, check: (x: Operand, y: Operand) => void) {
  const fn = (x: Tensor, other: Operand, { alpha = 1, out }: AlphaOption = {}): Tensor => {
    check(x, other);
    return alpha === 1 ? plain(x, other, { out }) : runPointwise(scaled, [x, other, checkAlpha(x, other, alpha)], out);
  };
  const inplace = (x: Tensor, other: Operand, { alpha = 1 }: { alpha?: number | bigint } = {}): Tensor => {
    check(x, other);
    return alpha === 1 ? plain.inplace(x, other) : runPointwiseInplace(scaled, [x, other, checkAlpha(x, other, alpha)]);
  };
  return Object.assign(fn, { op: plain.op, scaled, inplace });
}

function checkAlpha(x: Operand, y: Operand, alpha: number | bigint): number | bigint {
  const dtype = resultDtype([x, y].map((v) => (v instanceof Tensor ? v : new Scalar(v))));
  if (!dtype.isFloatingPoint && typeof alpha === 'number' && !Number.isInteger(alpha)) {
    throw new RuntimeError('For integral input tensors, argument alpha must not be a floating point number.');
  }
  return alpha;
}

/**
 * `x + alpha * other`, broadcast.
 * @see https://pytorch.org/docs/stable/generated/torch.add.html
 * @example torch.add(torch.tensor([1, 2]), 10, { alpha: 2 }) // tensor([21., 22.])
 */
export const add = withAlpha(add1, addScaled, () => {});

/**
 * `x - alpha * other`, broadcast.
 * @throws RuntimeError for bool tensors, which have no difference
 * @see https://pytorch.org/docs/stable/generated/torch.sub.html
 * @example torch.sub(torch.tensor([1, 2]), 1) // tensor([0., 1.])
 */
export const sub = withAlpha(sub1, subScaled, (x, y) => {
  const [a, b] = [x, y].map((v) => (v instanceof Tensor ? v.dtype.kind === 'bool' : typeof v === 'boolean'));
  if (a && b) {
    throw new RuntimeError(
      'Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.');
  }
  if (a || b) {
    throw new RuntimeError(
      'Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.');
  }
});

/**
 * `x * other`, broadcast.
 * @see https://pytorch.org/docs/stable/generated/torch.mul.html
 * @example torch.mul(torch.tensor([1, 2]), 3) // tensor([3., 6.])
 */
export const mul = binary('mul', (x, y) => (x.dtype.kind === 'bool' ? e.and(x, y) : e.mul(x, y)));

/**
 * `-x`.
 * @see https://pytorch.org/docs/stable/generated/torch.neg.html
 * @example torch.neg(torch.tensor([1, -2])) // tensor([-1.,  2.])
 */
export const neg = unary('neg', e.neg);

/**
 * e to the power of each element; integers give the default dtype.
 * @see https://pytorch.org/docs/stable/generated/torch.exp.html
 * @example torch.exp(torch.tensor([0, 1])) // tensor([1.0000, 2.7183])
 */
export const exp = unary('exp', e.exp, { compute: 'float' });
