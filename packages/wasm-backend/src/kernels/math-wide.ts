import type { FunctionBuilder, Local } from '../asm/module.js';
import { f32x4, f64x2, i32, i64x2, v128 } from '../asm/ops.js';
import { high, joinLow, type V128 } from './four.js';

// Float32 functions computed in float64, two at a time: what the rounding to float32 leaves is exact to half a unit in
// the last place, or nearly so.

type Vector = Local<'v128'>;

/** A function of float32 by one of float64. */
export const inDoubles = (fn: (c: FunctionBuilder, ...xs: Vector[]) => V128) => (c: FunctionBuilder, ...xs: V128[]): V128 => {
  const part = (pick: (x: V128) => V128): V128 =>
    c.local('v128', f32x4.demoteF64x2(fn(c, ...xs.map((x) => c.local('v128', f64x2.promoteLow(pick(x)))))));
  return joinLow(part((x) => x), part(high));
};

/** c0 + c1·x + c2·x² + …, by Horner's rule; coefficients from the highest power down. */
export const polynomial = (x: V128, coefficients: readonly number[]): V128 =>
  coefficients.slice(1).reduce((sum, k) => f64x2.add(f64x2.mul(sum, x), f64x2.const(k)), f64x2.const(coefficients[0]));

/** Adding this to a double of less than 2^51 rounds it to an integer, which its low bits then are. */
export const MAGIC = 2 ** 52 + 2 ** 51;

/** Keeps a number within ± `bound`; NaN stays. */
export const clamped = (x: V128, bound: number): V128 => f64x2.min(f64x2.max(x, f64x2.const(-bound)), f64x2.const(bound));

/** A result that has the sign of its argument, or is 0: so it is -0 for -0. */
export const signedAs = (x: V128, result: V128): V128 => v128.or(result, v128.and(x, f64x2.const(-0)));

/** 2^t = 2^n · 2^r, n an integer and |r| <= 1/2. */
export function power2(c: FunctionBuilder, t: V128): V128 {
  const x = c.local('v128', clamped(t, 500)), rounded = c.local('v128', f64x2.add(x, f64x2.const(MAGIC)));
  const r = f64x2.sub(x, f64x2.sub(rounded, f64x2.const(MAGIC)));
  const z = c.local('v128', f64x2.mul(r, f64x2.const(Math.LN2)));
  const scale = c.local('v128', i64x2.shl(i64x2.add(rounded, i64x2.const(1023n)), i32.const(52)));
  // Taylor's series of e^z: 1 + z + z²/2! + …
  const series = [1];
  for (let k = 1; k <= 9; k++) series.unshift(series[0] / k);
  return f64x2.mul(scale, polynomial(z, series));
}

/** e^t: one rounding more. */
export const powerE = (c: FunctionBuilder, t: V128): V128 => power2(c, f64x2.mul(t, f64x2.const(Math.LOG2E)));

/** The bits of √½, from where on a mantissa is halved. */
const ROOT_HALF = 0x3fe6a09e667f3bcdn;

/** The exponent k and the mantissa m of x = 2^k m, m from √½ to √2. x must be positive, finite and normal; others give anything. */
export function split(c: FunctionBuilder, x: Vector): { exponent: V128; mantissa: V128 } {
  // its bits from √½ on, moved so that they cannot be negative, leave the exponent
  const biased = c.local('v128', i64x2.shrU(i64x2.add(i64x2.sub(x, i64x2.const(ROOT_HALF)), i64x2.const(1024n << 52n)), i32.const(52)));
  const k = c.local('v128', i64x2.sub(biased, i64x2.const(1024n)));
  // an integer added to MAGIC's bits is added to its value
  const exponent = f64x2.sub(i64x2.add(f64x2.const(MAGIC), k), f64x2.const(MAGIC));
  return { exponent: c.local('v128', exponent), mantissa: c.local('v128', i64x2.sub(x, i64x2.shl(k, i32.const(52)))) };
}

/** The exponent k and ln m of x, as `split` has them. */
export function logarithm(c: FunctionBuilder, x: Vector): { exponent: V128; rest: V128 } {
  const { exponent, mantissa: m } = split(c, x);
  const s = c.local('v128', f64x2.div(f64x2.sub(m, f64x2.const(1)), f64x2.add(m, f64x2.const(1))));
  const z = c.local('v128', f64x2.mul(s, s));
  // 2 artanh s
  const series = [13, 11, 9, 7, 5, 3, 1].map((n) => 2 / n);
  return { exponent, rest: c.local('v128', f64x2.mul(polynomial(z, series), s)) };
}

/** What a logarithm is where it is no number: -∞ of 0, NaN of what is negative; ∞ and NaN as they are. */
export function withLimits(x: Vector, result: V128): V128 {
  const ordinary = v128.and(f64x2.gt(x, v128.zero()), f64x2.lt(x, f64x2.const(Infinity)));
  const zero = v128.bitselect(f64x2.const(-Infinity), f64x2.const(NaN), f64x2.eq(x, v128.zero()));
  const kept = v128.bitselect(x, zero, v128.or(f64x2.ne(x, x), f64x2.gt(x, v128.zero())));
  return v128.bitselect(result, kept, ordinary);
}
