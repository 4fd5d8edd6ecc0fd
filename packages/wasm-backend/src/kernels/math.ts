import type { Value } from '../asm/code.js';
import type { FunctionBuilder } from '../asm/module.js';
import { f32x4, i32, i32x4, v128 } from '../asm/ops.js';

// Elementary functions of four float32 at a time, to about one unit in the last place.

type V128 = Value<'v128'>;

/** Writes the code of a function of a vector. */
export type VectorFunction = (c: FunctionBuilder, x: V128) => V128;

/** c0 + c1·x + c2·x² + …, by Horner's rule; coefficients from the highest power down. */
function polynomial(x: V128, coefficients: readonly number[]): V128 {
  return coefficients.slice(1).reduce((sum, k) => f32x4.add(f32x4.mul(sum, x), f32x4.const(k)), f32x4.const(coefficients[0]));
}

/** The same with six coefficients, two at a time: half as many operations wait for one another. */
export const inPairs = (x: V128, x2: V128, [a, b, c, d, e, f]: readonly V128[]): V128 => {
  const line = (slope: V128, at0: V128): V128 => f32x4.add(f32x4.mul(slope, x), at0);
  return f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(line(a, b), x2), line(c, d)), x2), line(e, f));
};

/** Cephes' coefficients of (e^r - 1 - r) / r², from the highest power down. */
export const EXP = [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1] as const;

/** 2 to the power of integers in -127 … 128, as a float. */
const powerOfTwo = (n: V128): V128 => i32x4.shl(i32x4.add(n, i32x4.const(127)), i32.const(23));

/** Cephes' expf: x = n·ln 2 + r, a polynomial in r, and a power of two in two factors, so that results may be subnormal. */
export const exp: VectorFunction = (c, x) => {
  // pmin and pmax, so ordered that NaN stays; plain min and max take several instructions
  const bounded = c.local('v128', f32x4.pmin(f32x4.pmax(x, f32x4.const(-104)), f32x4.const(89)));
  // added to a float of moderate size, 1.5 · 2^23 leaves the nearest integer in the last bits
  const rounder = f32x4.const(1.5 * 2 ** 23);
  const t = c.local('v128', f32x4.add(f32x4.mul(bounded, f32x4.const(Math.LOG2E)), rounder));
  const n = c.local('v128', f32x4.sub(t, rounder));
  const r = c.local('v128', f32x4.sub(f32x4.sub(bounded, f32x4.mul(n, f32x4.const(0.693359375))), f32x4.mul(n, f32x4.const(-2.12194440e-4))));
  const r2 = c.local('v128', f32x4.mul(r, r));
  const mantissa = c.local('v128', f32x4.add(f32x4.add(f32x4.mul(inPairs(r, r2, EXP.map(f32x4.const)), r2), r), f32x4.const(1)));
  const whole = c.local('v128', i32x4.sub(t, rounder)), half = c.local('v128', i32x4.shrS(whole, i32.const(1)));
  return f32x4.mul(f32x4.mul(mantissa, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
};

/** Cephes' logf: the exponent apart, a polynomial for a mantissa in √½ … √2. */
export const log: VectorFunction = (c, x) => {
  const input = c.local('v128', x);
  const tiny = c.local('v128', f32x4.lt(input, f32x4.const(1.1754944e-38)));
  // subnormals are scaled up first
  const scaled = c.local('v128', v128.bitselect(f32x4.mul(input, f32x4.const(2 ** 25)), input, tiny));
  const exponent = c.local('v128', i32x4.sub(i32x4.shrU(scaled, i32.const(23)), i32x4.const(126)));
  const fraction = c.local('v128', v128.or(v128.and(scaled, i32x4.const(0x807fffff | 0)), i32x4.const(0x3f000000)));
  const low = c.local('v128', f32x4.lt(fraction, f32x4.const(Math.SQRT1_2)));
  const e = c.local('v128', f32x4.sub(
    f32x4.convertI32x4(i32x4.add(exponent, low)), v128.and(tiny, f32x4.const(25))));
  const m = c.local('v128', f32x4.sub(f32x4.add(fraction, v128.and(fraction, low)), f32x4.const(1)));
  const z = c.local('v128', f32x4.mul(m, m));
  const p = polynomial(m, [
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
    -2.4999993993e-1, 3.3333331174e-1]);
  const tail = f32x4.sub(f32x4.add(f32x4.mul(f32x4.mul(p, m), z), f32x4.mul(e, f32x4.const(-2.12194440e-4))), f32x4.mul(z, f32x4.const(0.5)));
  const result = c.local('v128', f32x4.add(f32x4.add(m, tail), f32x4.mul(e, f32x4.const(0.693359375))));
  // log(0) is -∞, of negative numbers NaN; ∞ and NaN stay
  const negative = v128.bitselect(f32x4.const(NaN), result, f32x4.lt(input, v128.zero()));
  const zero = v128.bitselect(f32x4.const(-Infinity), negative, f32x4.eq(input, v128.zero()));
  return v128.bitselect(input, zero, v128.or(f32x4.ne(input, input), f32x4.eq(input, f32x4.const(Infinity))));
};

/** Cephes' tanhf: an odd polynomial near 0, else 1 - 2 / (e^2x + 1). */
export const tanh: VectorFunction = (c, x) => {
  const input = c.local('v128', x), a = c.local('v128', f32x4.abs(input)), z = c.local('v128', f32x4.mul(input, input));
  const near = c.local('v128', f32x4.add(f32x4.mul(f32x4.mul(
    polynomial(z, [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1]), z), input), input));
  const e = c.local('v128', exp(c, f32x4.add(a, a)));
  const far = c.local('v128', f32x4.sub(f32x4.const(1), f32x4.div(f32x4.const(2), f32x4.add(e, f32x4.const(1)))));
  return v128.or(v128.bitselect(near, far, f32x4.lt(a, f32x4.const(0.625))), v128.and(input, f32x4.const(-0)));
};

/**
 * The error function: an odd polynomial near 0, else 1 - exp of a polynomial; within one unit in the last place.
 * @see N. Juffa, https://stackoverflow.com/a/35148199
 */
export const erf: VectorFunction = (c, input) => {
  const x = c.local('v128', input), t = c.local('v128', f32x4.abs(x)), s = c.local('v128', f32x4.mul(x, x));
  const madd = (a: V128, b: V128, k: number): V128 => f32x4.add(f32x4.mul(a, b), f32x4.const(k));
  const low = madd(f32x4.const(-1.72853470e-5), t, 3.83197126e-4), middle = madd(f32x4.const(-3.88396438e-3), t, 2.42546219e-2);
  let far = f32x4.add(f32x4.mul(low, s), middle);
  for (const k of [-1.06777877e-1, -6.34846687e-1, -1.28717512e-1]) far = madd(far, t, k);
  const tail = c.local('v128', exp(c, f32x4.sub(f32x4.mul(far, t), t)));
  const signedFar = v128.or(f32x4.sub(f32x4.const(1), tail), v128.and(x, f32x4.const(-0)));
  let near = f32x4.const(-5.96761703e-4);
  for (const k of [4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1]) near = madd(near, s, k);
  return v128.bitselect(f32x4.add(f32x4.mul(near, x), x), signedFar, f32x4.le(t, f32x4.const(0.927734375)));
};
