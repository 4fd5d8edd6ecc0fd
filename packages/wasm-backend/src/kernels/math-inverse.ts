import type { FunctionBuilder, Local } from '../asm/module.js';
import { f64x2, i64x2, v128 } from '../asm/ops.js';
import type { V128 } from './four.js';
import { inDoubles, logarithm, polynomial, powerE, signedAs, withLimits } from './math-wide.js';

// Hyperbolic functions and the inverse functions of float32.

type Vector = Local<'v128'>;

const ONE = f64x2.const(1), NOT_A_NUMBER = f64x2.const(NaN);

const halved = (x: V128): V128 => f64x2.mul(x, f64x2.const(0.5));

/** An odd function of x: a series, x (c0 + c1 x² + …), from the highest power down, where |x| < `limit`, else what `far` gives for |x|. */
const odd = (limit: number, series: readonly number[], far: (c: FunctionBuilder, a: Vector) => V128) => inDoubles((c, x) => {
  const a = c.local('v128', f64x2.abs(x)), square = c.local('v128', f64x2.mul(x, x));
  const beyond = c.local('v128', far(c, a));
  return signedAs(x, v128.bitselect(f64x2.mul(a, polynomial(square, series)), beyond, f64x2.lt(a, f64x2.const(limit))));
});

const ln = (c: FunctionBuilder, x: Vector): V128 => {
  const { exponent, rest } = logarithm(c, x);
  return withLimits(x, f64x2.add(f64x2.mul(exponent, f64x2.const(Math.LN2)), rest));
};

export const sinh = odd(0.5, [1 / 362880, 1 / 5040, 1 / 120, 1 / 6, 1], (c, a) => {
  const e = c.local('v128', powerE(c, a));
  return halved(f64x2.sub(e, f64x2.div(ONE, e)));
});

export const cosh = inDoubles((c, x) => {
  const e = c.local('v128', powerE(c, x));
  return halved(f64x2.add(e, f64x2.div(ONE, e)));
});

export const asinh = odd(0.01, [3 / 40, -1 / 6, 1], (c, a) =>
  ln(c, c.local('v128', f64x2.add(a, f64x2.sqrt(f64x2.add(f64x2.mul(a, a), ONE))))));

export const acosh = inDoubles((c, x) => {
  const root = f64x2.sqrt(f64x2.mul(f64x2.sub(x, ONE), f64x2.add(x, ONE)));
  return ln(c, c.local('v128', v128.bitselect(NOT_A_NUMBER, f64x2.add(x, root), f64x2.lt(x, ONE))));
});

export const atanh = odd(0.01, [1 / 5, 1 / 3, 1], (c, a) =>
  halved(ln(c, c.local('v128', f64x2.div(f64x2.add(ONE, a), f64x2.sub(ONE, a))))));

/** Taylor's series of arctan z / z in z², as far as |z| ≤ tan(π/8) needs. */
const ARCTAN = Array.from({ length: 13 }, (_, k) => (k % 2 ? -1 : 1) / (2 * (12 - k) + 1));

/** The arctangent of what is not negative: π/4 or π/2 and that of a number of at most tan(π/8). */
function arctan(c: FunctionBuilder, a: Vector): V128 {
  const isMiddle = c.local('v128', f64x2.gt(a, f64x2.const(Math.tan(Math.PI / 8)))), isLarge = c.local('v128', f64x2.gt(a, f64x2.const(Math.tan(3 * Math.PI / 8))));
  const middle = v128.bitselect(f64x2.div(f64x2.sub(a, ONE), f64x2.add(a, ONE)), a, isMiddle);
  const z = c.local('v128', v128.bitselect(f64x2.div(f64x2.const(-1), a), middle, isLarge));
  const start = v128.bitselect(f64x2.const(Math.PI / 2), v128.and(f64x2.const(Math.PI / 4), isMiddle), isLarge);
  return f64x2.add(start, f64x2.mul(z, polynomial(c.local('v128', f64x2.mul(z, z)), ARCTAN)));
}

export const atan = inDoubles((c, x) => signedAs(x, arctan(c, c.local('v128', f64x2.abs(x)))));

export const asin = inDoubles((c, x) => {
  const cosine = f64x2.sqrt(f64x2.mul(f64x2.sub(ONE, x), f64x2.add(ONE, x)));
  return signedAs(x, arctan(c, c.local('v128', f64x2.div(f64x2.abs(x), cosine))));
});

/** arccos x = 2 arctan √((1 - x) / (1 + x)) */
export const acos = inDoubles((c, x) => {
  const angle = arctan(c, c.local('v128', f64x2.sqrt(f64x2.div(f64x2.sub(ONE, x), f64x2.add(ONE, x)))));
  return f64x2.mul(angle, f64x2.const(2));
});

/** C's atan2. @see ISO C, annex F.10.1.4, for the corners */
export const atan2 = inDoubles((c, y, x) => {
  const b = c.local('v128', f64x2.abs(y)), a = c.local('v128', f64x2.abs(x)), same = c.local('v128', f64x2.eq(a, b));
  // 0 / 0 counts as 0 and ∞ / ∞ as 1
  const equal = v128.and(ONE, f64x2.gt(a, v128.zero()));
  const angle = c.local('v128', arctan(c, c.local('v128', v128.bitselect(equal, f64x2.div(b, a), same))));
  const isLeft = i64x2.ltS(x, v128.zero());
  return signedAs(y, v128.bitselect(f64x2.sub(f64x2.const(Math.PI), angle), angle, isLeft));
});
