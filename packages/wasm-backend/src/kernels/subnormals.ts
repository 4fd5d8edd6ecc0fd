import type { FunctionBuilder } from '../asm/module.js';
import { f32x4, f64x2, i32, i32x4, v128 } from '../asm/ops.js';
import { high, joinLow, type I32, type V128 } from './four.js';
import { FUNCTIONS, type Functions } from './functions.js';

const SMALLEST_NORMAL = 2 ** -126, SIGN = -(2 ** 31);

/** So many floats are looked at together, four of sixteen: a unit's weights lie together, or recur in each row. */
export const SUBNORMAL_PART = 64;
const LOOKED_AT = 16;

/** Whether some of the next floats that are looked at are subnormal. */
export function holdSubnormal(c: FunctionBuilder, point: I32): I32 {
  // without the sign, and one less, so that zero becomes the largest
  const order = (x: V128): V128 => i32x4.sub(i32x4.shl(x, i32.const(1)), i32x4.const(1));
  const orders = Array.from({ length: SUBNORMAL_PART / LOOKED_AT }, (_, i) => order(v128.load(point, 4 * LOOKED_AT * i)));
  return v128.anyTrue(i32x4.ltU(orders.reduce((least, x) => i32x4.minU(least, x)), i32x4.const(2 ** 24 - 1)));
}

/**
 * x · y, the same to the bit as by the instruction, on which Intel's processors spend some 120 cycles where a factor is subnormal.
 * Averages of gradients end there, and stay: of 4 · 2⁻¹⁴⁹ nine tenths are 4 · 2⁻¹⁴⁹. WebAssembly has no mode that flushes them to zero.
 * Of help where y is subnormal and |x| ≤ 1: the bits of y are a count of 2⁻¹⁴⁹ then, and so are those of the product.
 */
function mulSubnormal(c: FunctionBuilder, x: V128, y: V128): V128 {
  const product = c.local('v128', v128.zero()), tiny = c.local('v128', v128.and(f32x4.lt(f32x4.abs(y), f32x4.const(SMALLEST_NORMAL)), f32x4.ne(y, v128.zero())));
  c.if(v128.anyTrue(tiny), () => {
    c.set(tiny, v128.and(tiny, f32x4.le(f32x4.abs(x), f32x4.const(1))));
    const count = c.local('v128', v128.and(v128.andnot(y, i32x4.const(SIGN)), tiny)), factor = c.local('v128', f32x4.abs(x));
    const counts = (half: (v: V128) => V128): V128 =>
      i32x4.truncSatF64x2(f64x2.nearest(f64x2.mul(f64x2.convertLowI32x4(half(count)), f64x2.promoteLow(half(factor)))));
    const small = v128.or(joinLow(counts((v) => v), counts(high)), v128.and(v128.xor(x, y), i32x4.const(SIGN)));
    c.set(product, v128.bitselect(small, f32x4.mul(x, v128.andnot(y, tiny)), tiny));
  }, () => c.set(product, f32x4.mul(x, y)));
  return product;
}

/** What functions are where operands are subnormal. */
export const FOR_SUBNORMALS: Functions = { ...FUNCTIONS, f32: { ...FUNCTIONS.f32, mul: mulSubnormal } };
