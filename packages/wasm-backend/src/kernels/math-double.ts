import type { FunctionBuilder, Local } from '../asm/module.js';
import { f64x2, i32, i64x2, v128 } from '../asm/ops.js';
import type { V128 } from './four.js';
import { MAGIC, polynomial, signedAs, split, withLimits } from './math-wide.js';

// Exponentials and logarithms of float64, to about one unit in the last place.

type Vector = Local<'v128'>;

const ONE = f64x2.const(1);
/** ln 2 in two parts; products of the first with integers below 2^20 are exact. */
const LN2_HIGH = 0.6931471803691238, LN2_LOW = 1.9082149292705877e-10;

/** Coefficients of (e^r - 1 - r) / r², from that of r^11 down: Taylor's, exact to a double where |r| ≤ ½ ln 2. */
const EXP = Array.from({ length: 12 }, (_, k) => 1 / factorial(13 - k));
function factorial(n: number): number { return n < 2 ? 1 : n * factorial(n - 1); }

const expm1OfSmall = (c: FunctionBuilder, r: Vector): V128 => f64x2.add(f64x2.mul(polynomial(r, EXP), c.local('v128', f64x2.mul(r, r))), r);

/** x = n ln 2 + r with |r| ≤ ½ ln 2: `power`, 2^(n + bias - 1023), and `rest`, e^r - 1. */
function inPowersOfTwo(c: FunctionBuilder, x: Vector, bias: number): { power: Vector; rest: V128 } {
  const rounder = f64x2.const(MAGIC + bias);
  const t = c.local('v128', f64x2.add(f64x2.mul(x, f64x2.const(Math.LOG2E)), rounder));
  const n = c.local('v128', f64x2.sub(t, rounder));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64x2.const(LN2_HIGH))), f64x2.mul(n, f64x2.const(LN2_LOW)));
  return { power: c.local('v128', i64x2.shl(t, i32.const(52))), rest: c.local('v128', expm1OfSmall(c, c.local('v128', r))) };
}

// pmin and pmax, so ordered that NaN stays; plain min and max take several instructions
const bounded = (x: V128, least: number, most: number): V128 => f64x2.pmin(f64x2.pmax(x, f64x2.const(least)), f64x2.const(most));

/** A power of two in two factors, 2^(n ∓ 512) and 2^±512, so that results may be subnormal, or the largest. */
function inTwoFactors(c: FunctionBuilder, isNegative: V128, power: Vector, rest: V128): V128 {
  const shift = c.local('v128', v128.and(isNegative, i64x2.const(1024n << 52n)));
  const first = c.local('v128', i64x2.add(power, shift));
  return f64x2.mul(f64x2.add(f64x2.mul(rest, first), first), i64x2.sub(i64x2.const(1535n << 52n), shift));
}

export const exp = (c: FunctionBuilder, input: V128): V128 => {
  const x = c.local('v128', bounded(input, -746, 710)), { power, rest } = inPowersOfTwo(c, x, 511);
  return inTwoFactors(c, f64x2.lt(x, v128.zero()), power, rest);
};

export const exp2 = (c: FunctionBuilder, input: V128): V128 => {
  const x = c.local('v128', bounded(input, -1076, 1025)), rounder = f64x2.const(MAGIC + 511);
  const t = c.local('v128', f64x2.add(x, rounder)), r = f64x2.mul(f64x2.sub(x, f64x2.sub(t, rounder)), f64x2.const(Math.LN2));
  return inTwoFactors(c, f64x2.lt(x, v128.zero()), c.local('v128', i64x2.shl(t, i32.const(52))), c.local('v128', expm1OfSmall(c, c.local('v128', r))));
};

/** e^x - 1 = 2^n (e^r - 1) + (2^n - 1), which keeps the digits of small x; half of it first, for 2^1024 is no double. */
export const expm1 = (c: FunctionBuilder, input: V128): V128 => {
  const x = c.local('v128', input), { power, rest } = inPowersOfTwo(c, c.local('v128', bounded(x, -38, 710)), 1022);
  const half = c.local('v128', f64x2.add(f64x2.mul(rest, power), f64x2.sub(power, f64x2.const(0.5))));
  // the smallest have no half
  return v128.bitselect(x, f64x2.add(half, half), f64x2.lt(f64x2.abs(x), f64x2.const(2 ** -55)));
};

/** With t = e^2|x| - 1, t / (t + 2), which is 1 - 2 / (t + 2): that has the smaller error where it is more than a half. */
export const tanh = (c: FunctionBuilder, input: V128): V128 => {
  const x = c.local('v128', input), a = c.local('v128', f64x2.pmin(f64x2.abs(x), f64x2.const(22)));
  const t = c.local('v128', expm1(c, f64x2.add(a, a))), isSmall = c.local('v128', f64x2.lt(t, f64x2.const(2)));
  const quotient = c.local('v128', f64x2.div(v128.bitselect(t, f64x2.const(2), isSmall), f64x2.add(t, f64x2.const(2))));
  return signedAs(x, v128.bitselect(quotient, f64x2.sub(ONE, quotient), isSmall));
};

/** Coefficients of the remainder of ln (1 + f) in s² with s = f / (2 + f). @see Sun Microsystems' fdlibm, e_log.c */
const LOG = [
  1.479819860511658591e-1, 1.531383769920937332e-1, 1.818357216161805012e-1, 2.222219843214978396e-1, 2.857142874366239149e-1,
  3.999999999940941908e-1, 6.666666666666735130e-1,
];

/** x = 2^k (1 + f) of a positive, finite number: k, f and, in two parts whose sum has more digits than a double, ln (1 + f) - f. */
function logarithm(c: FunctionBuilder, x: Vector): { exponent: Vector; f: Vector; less: Vector; more: Vector } {
  // subnormal numbers are scaled up first
  const tiny = c.local('v128', f64x2.lt(x, f64x2.const(2 ** -1022)));
  const { exponent, mantissa } = split(c, c.local('v128', v128.bitselect(f64x2.mul(x, f64x2.const(2 ** 54)), x, tiny)));
  const f = c.local('v128', f64x2.sub(mantissa, ONE)), s = c.local('v128', f64x2.div(f, f64x2.add(f, f64x2.const(2))));
  const z = c.local('v128', f64x2.mul(s, s)), less = c.local('v128', f64x2.mul(f64x2.mul(f, f), f64x2.const(0.5)));
  return {
    exponent: c.local('v128', f64x2.sub(exponent, v128.and(tiny, f64x2.const(54)))), f, less,
    more: c.local('v128', f64x2.mul(s, f64x2.add(less, f64x2.mul(polynomial(z, LOG), z)))),
  };
}

export const log = (c: FunctionBuilder, input: V128): V128 => {
  const x = c.local('v128', input), { exponent, f, less, more } = logarithm(c, x);
  const low = f64x2.add(more, f64x2.mul(exponent, f64x2.const(LN2_LOW)));
  return withLimits(x, f64x2.sub(f64x2.mul(exponent, f64x2.const(LN2_HIGH)), f64x2.sub(f64x2.sub(less, low), f)));
};

/** A logarithm to a base: `perExponent` is that of 2, `factor` that of e. */
const logarithmTo = (perExponent: number, factor: number) => (c: FunctionBuilder, input: V128): V128 => {
  const x = c.local('v128', input), { exponent, f, less, more } = logarithm(c, x);
  const rest = f64x2.sub(f, f64x2.sub(less, more));
  return withLimits(x, f64x2.add(f64x2.mul(exponent, f64x2.const(perExponent)), f64x2.mul(rest, f64x2.const(factor))));
};

export const log2 = logarithmTo(1, Math.LOG2E);
export const log10 = logarithmTo(Math.LN2 * Math.LOG10E, Math.LOG10E);

/** ln (1 + x) = ln u + (x - (u - 1)) / u with u = 1 + x rounded. */
export const log1p = (c: FunctionBuilder, input: V128): V128 => {
  const x = c.local('v128', input), u = c.local('v128', f64x2.add(x, ONE));
  const correction = c.local('v128', f64x2.div(f64x2.sub(x, f64x2.sub(u, ONE)), u));
  // of 0 and ∞ there is none
  return signedAs(x, f64x2.add(log(c, u), v128.and(correction, f64x2.eq(correction, correction))));
};
