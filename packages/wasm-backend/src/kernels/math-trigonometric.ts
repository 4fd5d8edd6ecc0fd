import type { FunctionBuilder, Local } from '../asm/module.js';
import { f64x2, i32, i64x2, v128 } from '../asm/ops.js';
import type { V128 } from './four.js';
import { inDoubles, MAGIC, polynomial } from './math-wide.js';

// sin, cos and tan of float32, right for arguments of any size.

/** π/2 in two parts; products of the first with integers below 2^20 are exact. */
const HALF_PI_HIGH = 1.5707963267341256, HALF_PI_LOW = 6.077100506506192e-11;
/** Beyond this the reduction in two parts loses digits. */
const LARGE = 2 ** 20;

/**
 * 2/π in pieces of 24 bits: piece k is a multiple of 2^(-24 (k + 1)). A product with a float32 is exact, and what of it is
 * a multiple of four quarter turns can go at once.
 * @see Payne and Hanek 1983, "Radian reduction for trigonometric functions"
 */
const TWO_OVER_PI = [
  0xa2f983, 0x6e4e44, 0x1529fc, 0x2757d1, 0xf534dd, 0xc0db62, 0x95993c, 0x439041, 0xfe5163,
].map((bits, k) => bits * 2 ** (-24 * (k + 1)));

/** Quarter turns and what is left, in quarter turns, of a large argument. */
function reduceLarge(c: FunctionBuilder, x: Local<'v128'>): { turns: V128; rest: V128 } {
  // each product modulo 4, summed with the errors of the sums
  const sum = c.local('v128', v128.zero()), error = c.local('v128', v128.zero());
  const addExactly = (term: V128): void => {
    const a = c.local('v128', sum), b = c.local('v128', term);
    c.set(sum, f64x2.add(a, b));
    const virtual = c.local('v128', f64x2.sub(sum, a));
    c.set(error, f64x2.add(error, f64x2.add(f64x2.sub(a, f64x2.sub(sum, virtual)), f64x2.sub(b, virtual))));
  };
  for (const piece of TWO_OVER_PI) {
    const product = c.local('v128', f64x2.mul(x, f64x2.const(piece)));
    addExactly(f64x2.sub(product, f64x2.mul(f64x2.floor(f64x2.mul(product, f64x2.const(0.25))), f64x2.const(4))));
  }
  const turns = c.local('v128', f64x2.nearest(sum));
  return { turns, rest: f64x2.add(f64x2.sub(sum, turns), error) };
}

/** The quarter turns (as the low bits of 64) and the angle that is left, within ± π/4. */
function reduce(c: FunctionBuilder, x: Local<'v128'>): { quadrant: Local<'v128'>; angle: Local<'v128'> } {
  const rounded = c.local('v128', f64x2.add(f64x2.mul(x, f64x2.const(2 / Math.PI)), f64x2.const(MAGIC)));
  const turns = c.local('v128', f64x2.sub(rounded, f64x2.const(MAGIC)));
  const near = f64x2.sub(f64x2.sub(x, f64x2.mul(turns, f64x2.const(HALF_PI_HIGH))), f64x2.mul(turns, f64x2.const(HALF_PI_LOW)));
  const angle = c.local('v128', near), quadrant = c.local('v128', rounded);
  c.if(v128.anyTrue(f64x2.gt(f64x2.abs(x), f64x2.const(LARGE))), () => {
    const large = reduceLarge(c, x), isLarge = c.local('v128', f64x2.gt(f64x2.abs(x), f64x2.const(LARGE)));
    c.set(angle, v128.bitselect(f64x2.mul(large.rest, f64x2.const(Math.PI / 2)), angle, isLarge));
    c.set(quadrant, v128.bitselect(f64x2.add(large.turns, f64x2.const(MAGIC)), quadrant, isLarge));
  });
  return { quadrant, angle };
}

/** Taylor's series within ± π/4; the sine of -0 is -0. */
const sine = (x: V128, square: V128): V128 =>
  f64x2.mul(x, polynomial(square, [-1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1]));
const cosine = (square: V128): V128 => polynomial(square, [1 / 479001600, -1 / 3628800, 1 / 40320, -1 / 720, 1 / 24, -1 / 2, 1]);

/** A mask of the lanes in which a bit of the quadrant is set. */
const bitSet = (quadrant: V128, bit: bigint): V128 => i64x2.eq(v128.and(quadrant, i64x2.const(bit)), i64x2.const(bit));

/** sin (x + turn · π/2) */
const wave = (turn: bigint) => inDoubles((c, x) => {
  const { quadrant, angle } = reduce(c, x), square = c.local('v128', f64x2.mul(angle, angle));
  const q = c.local('v128', turn === 0n ? quadrant : i64x2.add(quadrant, i64x2.const(turn)));
  const size = v128.bitselect(cosine(square), sine(angle, square), bitSet(q, 1n));
  // bit 1 of the quadrant is the sign
  return v128.xor(size, i64x2.shl(i64x2.shrU(q, i32.const(1)), i32.const(63)));
});

export const sin = wave(0n);
export const cos = wave(1n);

export const tan = inDoubles((c, x) => {
  const { quadrant, angle } = reduce(c, x), square = c.local('v128', f64x2.mul(angle, angle));
  const s = c.local('v128', sine(angle, square)), k = c.local('v128', cosine(square)), odd = c.local('v128', bitSet(quadrant, 1n));
  return f64x2.div(v128.bitselect(f64x2.neg(k), s, odd), v128.bitselect(s, k, odd));
});
