import { f64x2, i32, i64x2, v128 } from '../asm/ops.js';
import { inDoubles } from './math-wide.js';

/**
 * C's fmod of float32, exactly: quotients are cut to 24 bits, whose products with the divisor are exact, until what is left
 * is below it. The sign is the dividend's.
 */
export const mod = inDoubles((c, x, y) => {
  const divisor = c.local('v128', f64x2.abs(y)), rest = c.local('v128', f64x2.abs(x));
  // no remainder of ∞, nor by 0 or NaN; a comparison with NaN ends the loop
  const impossible = v128.or(f64x2.eq(rest, f64x2.const(Infinity)), v128.not(f64x2.gt(divisor, v128.zero())));
  c.set(rest, v128.bitselect(f64x2.const(NaN), rest, impossible));
  c.while(() => v128.anyTrue(f64x2.ge(rest, divisor)), () => {
    const quotient = c.local('v128', f64x2.trunc(f64x2.div(rest, divisor)));
    const cut = i64x2.shl(i64x2.shrU(quotient, i32.const(29)), i32.const(29));
    const step = c.local('v128', f64x2.mul(cut, divisor));
    c.set(rest, v128.bitselect(f64x2.sub(rest, step), rest, f64x2.ge(rest, divisor)));
  });
  return v128.or(rest, v128.and(x, f64x2.const(-0)));
});
