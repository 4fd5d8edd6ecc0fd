import { bool } from './dtype.js';
import * as e from './expr.js';

/** Whether the sign is negative; that of -0 is. */
export const negative = (x: e.Expr): e.Expr =>
  (x.dtype.isFloatingPoint ? e.or(e.lt(x, 0), e.lt(e.div(1, x), 0)) : x.dtype.isSigned ? e.lt(x, 0) : e.constant(0, bool));

/** √(x² + y²), without overflow on the way. */
export function hypotenuse(x: e.Expr, y: e.Expr): e.Expr {
  const a = e.abs(x), b = e.abs(y);
  const long = e.max(a, b);
  const ratio = e.div(e.min(a, b), long);
  const length = e.mul(long, e.sqrt(e.add(1, e.mul(ratio, ratio))));
  const infinite = e.or(e.eq(a, Infinity), e.eq(b, Infinity));
  return e.where(infinite, Infinity, e.where(e.eq(long, 0), 0, length));
}
