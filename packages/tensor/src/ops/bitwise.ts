import * as e from '../expr.js';
import { binary, unary } from './define.js';
import { integral, notImplementedFor } from './dtype-checks.js';

/**
 * The bits that both integers have; for bools, whether both are true.
 * @throws RuntimeError for floating-point operands
 * @see https://pytorch.org/docs/stable/generated/torch.bitwise_and.html
 */
export const bitwiseAnd = binary('bitwiseAnd', (x, y) => e.and(integral(x, 'bitwise_and_cpu'), y));

/** The bits that either integer has. @see https://pytorch.org/docs/stable/generated/torch.bitwise_or.html */
export const bitwiseOr = binary('bitwiseOr', (x, y) => e.or(integral(x, 'bitwise_or_cpu'), y));

/** The bits in which two integers differ. @see https://pytorch.org/docs/stable/generated/torch.bitwise_xor.html */
export const bitwiseXor = binary('bitwiseXor', (x, y) => e.xor(integral(x, 'bitwise_xor_cpu'), y));

/** All bits turned over; for bools, not. @see https://pytorch.org/docs/stable/generated/torch.bitwise_not.html */
export const bitwiseNot = unary('bitwiseNot', (x) => e.not(integral(x, 'bitwise_not_cpu')));

/** Integers proper, not bools. */
function integers(x: e.Expr, kernel: string): e.Expr {
  if (x.dtype.kind !== 'int') throw notImplementedFor(kernel, x.dtype);
  return x;
}

/**
 * The bits moved up by `other`: times 2^other, what does not fit is lost.
 * @see https://pytorch.org/docs/stable/generated/torch.bitwise_left_shift.html
 */
export const bitwiseLeftShift = binary('bitwiseLeftShift', (x, y) => e.shl(integers(x, 'lshift_cpu'), y));

/**
 * The bits moved down by `other`; the sign stays.
 * @see https://pytorch.org/docs/stable/generated/torch.bitwise_right_shift.html
 */
export const bitwiseRightShift = binary('bitwiseRightShift', (x, y) => e.shr(integers(x, 'rshift_cpu'), y));

/**
 * The greatest common divisor, never negative.
 * @see https://pytorch.org/docs/stable/generated/torch.gcd.html
 */
export const gcd = binary('gcd', (x, y) => e.gcd(integers(x, 'gcd_cpu'), y));

/** The least common multiple, never negative. @see https://pytorch.org/docs/stable/generated/torch.lcm.html */
export const lcm = binary('lcm', (x, y) => {
  const divisor = e.gcd(integers(x, 'lcm_cpu'), y);
  // a divisor of 0 means that both are 0
  return e.abs(e.mul(e.div(x, e.max(divisor, 1)), y));
});
