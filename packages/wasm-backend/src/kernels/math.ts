import type { Value } from '../asm/code.js';
import type { FunctionBuilder, Local } from '../asm/module.js';
import { f32x4, i32, i32x4, v128 } from '../asm/ops.js';

// Elementary functions of four float32 at a time, to about one unit in the last place.

type V128 = Value<'v128'>;

/** Writes the code of a function of a vector. */
export type VectorFunction = (c: FunctionBuilder, x: V128) => V128;

/**
 * c0 + c1·x + c2·x² + …, coefficients from the highest power down. By Horner's rule in x², for pairs of terms: half as many
 * operations wait for one another.
 */
function polynomial(c: FunctionBuilder, x: V128, x2: V128, coefficients: readonly number[]): V128 {
  const [even, odd] = coefficients.length % 2 ? [coefficients[0], coefficients.slice(1)] : [undefined, coefficients];
  let sum = even === undefined ? undefined : f32x4.const(even);
  for (let i = 0; i < odd.length; i += 2) {
    const pair = c.madd(x, f32x4.const(odd[i]), f32x4.const(odd[i + 1]));
    sum = sum ? c.madd(sum, x2, pair) : pair;
  }
  return sum!;
}

/** A result that has the sign of its argument, or is 0: so it is -0 for -0. */
const signedAs = (x: V128, result: V128): V128 => v128.or(result, v128.and(x, f32x4.const(-0)));

/** Coefficients of (e^r - 1 - r) / r², with the smallest relative error of e^r where |r| ≤ ½ ln 2: 4e-9. */
const EXP = [1.38637691e-3, 8.36749654e-3, 4.16672379e-2, 1.66665345e-1, 0.5];

/**
 * e^x = 2^n · e^r with |r| ≤ ½ ln 2, where n fits into a float's exponent: `power`, 2^(n + bias - 127), and `rest`, e^r - 1.
 */
function inPowersOfTwo(c: FunctionBuilder, x: Local<'v128'>, bias: number): { power: Local<'v128'>; rest: V128 } {
  // added to a float of moderate size, 1.5 · 2^23 leaves the nearest integer in the last bits
  const rounder = f32x4.const(1.5 * 2 ** 23 + bias);
  const t = c.local('v128', c.madd(x, f32x4.const(Math.LOG2E), rounder));
  const n = c.local('v128', f32x4.sub(t, rounder));
  const r = c.local('v128', c.madd(n, f32x4.const(2.12194440e-4), c.madd(n, f32x4.const(-0.693359375), x)));
  const r2 = c.local('v128', f32x4.mul(r, r));
  return { power: c.local('v128', i32x4.shl(t, i32.const(23))), rest: c.madd(polynomial(c, r, r2, EXP), r2, r) };
}

/** e^x of numbers from -87.3 to 88.3, where it is a normal number, in fewer steps than `exp` takes; of others it gives anything. */
export const expOfNormal: VectorFunction = (c, x) => {
  const { power, rest } = inPowersOfTwo(c, c.local('v128', x), 127);
  return c.madd(rest, power, power);
};

/** A power of two in two factors, so that results may be subnormal, or the largest. */
export const exp: VectorFunction = (c, x) => {
  // pmin and pmax, so ordered that NaN stays; plain min and max take several instructions
  const bounded = c.local('v128', f32x4.pmin(f32x4.pmax(x, f32x4.const(-104)), f32x4.const(89)));
  const { power, rest } = inPowersOfTwo(c, bounded, 63);
  // 2^(n - 64) and 2^64, or, for negative numbers, 2^(n + 64) and 2^-64
  const shift = c.local('v128', v128.and(f32x4.lt(bounded, v128.zero()), i32x4.const(128 << 23)));
  const first = c.local('v128', i32x4.add(power, shift));
  return f32x4.mul(c.madd(rest, first, first), i32x4.sub(i32x4.const(191 << 23), shift));
};

/** e^x - 1 = 2^n (e^r - 1) + (2^n - 1), which keeps the digits of small x; half of it first, for 2^128 is no float. */
export const expm1: VectorFunction = (c, x) => {
  const input = c.local('v128', x);
  const { power, rest } = inPowersOfTwo(c, c.local('v128', f32x4.pmin(f32x4.pmax(input, f32x4.const(-18)), f32x4.const(89))), 126);
  const half = c.local('v128', c.madd(rest, power, f32x4.sub(power, f32x4.const(0.5))));
  // the smallest have no half
  return v128.bitselect(input, f32x4.add(half, half), f32x4.lt(f32x4.abs(input), f32x4.const(2 ** -26)));
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
  const p = polynomial(c, m, z, [
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
    -2.4999993993e-1, 3.3333331174e-1]);
  const tail = c.madd(z, f32x4.const(-0.5), c.madd(e, f32x4.const(-2.12194440e-4), f32x4.mul(f32x4.mul(p, m), z)));
  const result = c.local('v128', c.madd(e, f32x4.const(0.693359375), f32x4.add(m, tail)));
  // ∞ stays, log(0) is -∞; of what is not at least 0 all bits are set, which is NaN
  const infinity = f32x4.const(Infinity);
  const far = v128.bitselect(infinity, result, f32x4.eq(input, infinity));
  const near = f32x4.sub(far, v128.and(infinity, f32x4.eq(input, v128.zero())));
  return v128.or(near, v128.not(f32x4.ge(input, v128.zero())));
};

/** ln (1 + x) = ln u + (x - (u - 1)) / u with u = 1 + x rounded. */
export const log1p: VectorFunction = (c, x) => {
  const input = c.local('v128', x), one = f32x4.const(1), u = c.local('v128', f32x4.add(input, one));
  const correction = c.local('v128', f32x4.div(f32x4.sub(input, f32x4.sub(u, one)), u));
  // of 0 and ∞ there is none
  return signedAs(input, f32x4.add(log(c, u), v128.and(correction, f32x4.eq(correction, correction))));
};

/** Cephes' tanhf: an odd polynomial near 0, else 1 - 2 / (e^2x + 1). */
export const tanh: VectorFunction = (c, x) => {
  const input = c.local('v128', x), a = c.local('v128', f32x4.abs(input)), z = c.local('v128', f32x4.mul(input, input));
  const p = polynomial(c, z, c.local('v128', f32x4.mul(z, z)), [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1]);
  const near = c.local('v128', c.madd(f32x4.mul(p, z), input, input));
  const e = c.local('v128', expOfNormal(c, f32x4.pmin(f32x4.add(a, a), f32x4.const(88))));
  const far = c.local('v128', f32x4.sub(f32x4.const(1), f32x4.div(f32x4.const(2), f32x4.add(e, f32x4.const(1)))));
  return signedAs(input, v128.bitselect(near, far, f32x4.lt(a, f32x4.const(0.625))));
};

/**
 * The error function: an odd polynomial near 0, else 1 - exp of a polynomial; within one unit in the last place.
 * @see N. Juffa, https://stackoverflow.com/a/35148199
 */
export const erf: VectorFunction = (c, input) => {
  // from 4 on it is 1
  const x = c.local('v128', input), t = c.local('v128', f32x4.pmin(f32x4.abs(x), f32x4.const(4))), s = c.local('v128', f32x4.mul(t, t));
  const far = polynomial(c, t, s, [
    -1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1]);
  const tail = c.local('v128', expOfNormal(c, f32x4.sub(f32x4.mul(far, t), t)));
  const near = polynomial(c, s, c.local('v128', f32x4.mul(s, s)), [
    -5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1]);
  return v128.bitselect(c.madd(near, x, x), signedAs(x, f32x4.sub(f32x4.const(1), tail)), f32x4.le(t, f32x4.const(0.927734375)));
};
