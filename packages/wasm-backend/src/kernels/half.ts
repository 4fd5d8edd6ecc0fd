import type { DType } from '@sconce/tensor';
import type { FunctionBuilder } from '../asm/module.js';
import { f32x4, i32, i32x4, v128 } from '../asm/ops.js';
import type { Four, V128 } from './four.js';

// float16 and bfloat16 are computed with as float32: their bits, in lanes of 32, become floats when they are read, and the
// nearest ones are written, ties to even.

/** Whether a dtype is one of the two. */
export const isHalf = (d: DType): boolean => d.isFloatingPoint && d.itemsize === 2;

const shl = (x: V128, n: number): V128 => i32x4.shl(x, i32.const(n)), shrU = (x: V128, n: number): V128 => i32x4.shrU(x, i32.const(n));

/** Elements as they were read: numbers, where they are the bits of a half type. */
export function decoded(c: FunctionBuilder, x: Four, dtype: DType): Four {
  if (!isHalf(dtype)) return x;
  if (dtype.name === 'bfloat16') return [shl(x[0], 16)];
  const bits = c.local('v128', x[0]), size = c.local('v128', shl(v128.and(bits, i32x4.const(0x7fff)), 13));
  // the exponent's offset is 112 less; a product makes subnormals normal too
  const finite = f32x4.mul(size, f32x4.const(2 ** 112));
  const endless = v128.and(i32x4.geS(size, i32x4.const(31 << 23)), i32x4.const(0x7f800000));
  return [v128.or(v128.or(finite, endless), shl(v128.and(bits, i32x4.const(0x8000)), 16))];
}

/** Elements as they are to be written: bits, where the dtype is a half type. */
export function encoded(c: FunctionBuilder, x: Four, dtype: DType): Four {
  if (!isHalf(dtype)) return x;
  const value = c.local('v128', x[0]), isNaN = f32x4.ne(value, value);
  const odd = (shift: number): V128 => v128.and(shrU(value, shift), i32x4.const(1));
  if (dtype.name === 'bfloat16') {
    return [v128.bitselect(i32x4.const(0x7fc0), shrU(i32x4.add(i32x4.add(value, i32x4.const(0x7fff)), odd(16)), 16), isNaN)];
  }
  const size = c.local('v128', f32x4.abs(value)), sign = shrU(v128.and(value, f32x4.const(-0)), 16);
  const normal = shrU(i32x4.add(i32x4.add(size, i32x4.const(((15 - 127) << 23) + 0xfff)), odd(13)), 13);
  // the sum with ½ has its last bit where a subnormal has it
  const subnormal = i32x4.sub(f32x4.add(size, f32x4.const(0.5)), f32x4.const(0.5));
  const finite = v128.bitselect(subnormal, normal, f32x4.lt(size, f32x4.const(2 ** -14)));
  const number = v128.bitselect(i32x4.const(0x7c00), finite, f32x4.ge(size, f32x4.const(65520)));
  return [v128.or(v128.bitselect(i32x4.const(0x7e00), number, isNaN), sign)];
}
