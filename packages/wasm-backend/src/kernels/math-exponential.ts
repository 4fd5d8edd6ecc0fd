import type { FunctionBuilder, Local } from '../asm/module.js';
import { f64x2, v128 } from '../asm/ops.js';
import type { V128 } from './four.js';
import { inDoubles, logarithm, polynomial, power2, powerE, withLimits } from './math-wide.js';

// Powers, logarithms and the error function's complement, of float32.

const SIGN = f64x2.const(-0);

export const exp2 = inDoubles((c, x) => power2(c, x));

/** A logarithm to a base: `perExponent` is that of 2, `factor` that of e. */
const logarithmTo = (perExponent: number, factor: number) => inDoubles((c, x) => {
  const { exponent, rest } = logarithm(c, x);
  return withLimits(x, f64x2.add(f64x2.mul(exponent, f64x2.const(perExponent)), f64x2.mul(rest, f64x2.const(factor))));
});

export const log2 = logarithmTo(1, Math.LOG2E);
export const log10 = logarithmTo(Math.LN2 * Math.LOG10E, Math.LOG10E);

/** exp(x²) erfc(x) from 0 to 10.3 as a polynomial in (x - 3) / (x + 3), fitted to 2e-9. */
const SCALED_COMPLEMENT = [
  5.675149986e-05, 3.04872796571e-05, -0.000594414469357, 0.000714587189428, 0.00426853236986, -0.0243939384115,
  0.0716659492021, -0.150115813146, 0.245603791898, -0.326233562804, 0.179001151313,
];

export const erfc = inDoubles((c, x) => {
  // beyond that it is less than float32 holds
  const a = c.local('v128', f64x2.min(f64x2.abs(x), f64x2.const(10.3)));
  const q = c.local('v128', f64x2.div(f64x2.sub(a, f64x2.const(3)), f64x2.add(a, f64x2.const(3))));
  const e = c.local('v128', f64x2.mul(polynomial(q, SCALED_COMPLEMENT), powerE(c, f64x2.neg(f64x2.mul(a, a)))));
  return v128.bitselect(f64x2.sub(f64x2.const(2), e), e, f64x2.lt(x, v128.zero()));
});

const isInteger = (y: V128): V128 => f64x2.eq(f64x2.trunc(y), y);

/** C's pow. @see ISO C, annex F.10.4.4, for the corners */
export const pow = inDoubles((c: FunctionBuilder, x: Local<'v128'>, y: Local<'v128'>) => {
  const a = c.local('v128', f64x2.abs(x)), { exponent, rest } = logarithm(c, a);
  const log = withLimits(a, f64x2.add(exponent, f64x2.mul(rest, f64x2.const(Math.LOG2E))));
  const size = c.local('v128', power2(c, f64x2.mul(y, log)));
  // a negative base: the sign of odd powers, NaN for what is no integer
  const half = c.local('v128', f64x2.mul(y, f64x2.const(0.5)));
  const odd = v128.andnot(isInteger(y), isInteger(half));
  const signed = c.local('v128', v128.or(size, v128.and(v128.and(x, SIGN), odd)));
  const undefinedPower = v128.and(v128.and(f64x2.lt(x, v128.zero()), f64x2.gt(x, f64x2.const(-Infinity))), v128.not(isInteger(y)));
  const ordinary = v128.bitselect(f64x2.const(NaN), signed, undefinedPower);
  const minusOneToInfinity = v128.and(f64x2.eq(a, f64x2.const(1)), f64x2.eq(f64x2.abs(y), f64x2.const(Infinity)));
  const one = v128.or(v128.or(f64x2.eq(y, v128.zero()), f64x2.eq(x, f64x2.const(1))), minusOneToInfinity);
  return v128.bitselect(f64x2.const(1), ordinary, one);
});
