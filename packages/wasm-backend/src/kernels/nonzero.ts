import { integers, params, plus } from '../asm/integers.js';
import type { ModuleBuilder } from '../asm/module.js';
import { i32, i64, i8x16, v128 } from '../asm/ops.js';

/**
 * Adds `nonzero`: for the bytes that are not 0, of rows of `width`, the `leading` indices of the row and that in the row, as
 * int64. `sizes` (int32) are those of the leading dimensions, and `index` (int64), zeros at first, counts in them.
 */
export function buildNonzero(m: ModuleBuilder): void {
  m.func('nonzero', params(8), (c) => {
    const [row, rows, width, flags, leading, sizes, index, out] = integers(c, 8);
    c.while(() => i32.ltS(row, rows), () => {
      const i = c.local('i32', i32.const(0)), d = c.local('i32', i32.const(0));
      c.while(() => i32.ltS(i, width), () => {
        const bits = c.local('i32', i8x16.bitmask(i8x16.ne(v128.load(i32.add(flags, i)), v128.zero()))), left = c.local('i32', i32.sub(width, i));
        // what lies beyond the row does not count
        c.if(i32.ltS(left, 16), () => c.set(bits, i32.and(bits, i32.sub(i32.shl(i32.const(1), left), 1))));
        c.while(() => bits, () => {
          c.set(d, i32.const(0));
          c.for(d, leading, 1, () => {
            c.storeI64(out, i64.load(plus(index, d, i32.const(8))));
            c.advance(out, 8);
          });
          c.storeI64(out, i64.extend(i32.add(i, i32.ctz(bits))));
          c.advance(out, 8);
          c.set(bits, i32.and(bits, i32.sub(bits, 1)));
        });
        c.advance(i, 16);
      });
      c.advance(flags, width);
      // the next row's indices: the last goes up by one, and what is full begins anew
      c.set(d, i32.sub(leading, 1));
      c.while(() => i32.geS(d, 0), () => {
        const p = c.local('i32', plus(index, d, i32.const(8))), next = c.local('i32', i32.add(i32.load(p), 1));
        const isFull = c.local('i32', i32.eq(next, i32.load(plus(sizes, d, i32.const(4)))));
        c.storeI32(p, i32.select(i32.const(0), next, isFull));
        c.set(d, i32.select(i32.sub(d, 1), i32.const(-1), isFull));
      });
      c.advance(row, 1);
    });
  });
}
