import type { DType } from '@sconce/tensor';
import type { Value } from '../asm/code.js';
import { integers, params, plus } from '../asm/integers.js';
import type { ModuleBuilder } from '../asm/module.js';
import { f32x4, i32, i64, v128 } from '../asm/ops.js';
import { SCALARS } from './scalars.js';

// The few largest or smallest elements of rows, in order; NaN counts as the largest, and equal ones keep their order.

type I32 = Value<'i32'>;

/** So many floats are passed over at a time where none is among the best. */
const GROUP = 16;

/**
 * Adds `topk`: for rows from … to, the first k of n elements and their places (int64). Rows are counted by (outer, inner):
 * `inner` of them lie one element apart, and their elements `step` bytes. An element is put in its place among the best so
 * far, which stand in the output: few are good enough.
 */
export function addTopk(m: ModuleBuilder, dtype: DType, largest: boolean): void {
  const s = SCALARS[dtype.name]!, { itemsize } = dtype, isFloat = dtype.name === 'float32';
  const comesBefore = (a: Value, b: Value): I32 => {
    const [high, low] = largest ? [a, b] : [b, a];
    return i32.or(s.less(low, high), i32.and(s.isNaN(high), i32.eqz(s.isNaN(low))));
  };
  m.func('topk', params(8), (c) => {
    const [row, to, n, inner, k, src, values, places] = integers(c, 8);
    const step = c.local('i32', i32.mul(inner, itemsize)), placeStep = c.local('i32', i32.shl(inner, 3));
    c.while(() => i32.ltS(row, to), () => {
      const outer = c.local('i32', i32.divU(row, inner)), rest = c.local('i32', i32.remU(row, inner));
      const element = (base: I32, length: I32, size: number): I32 => plus(base, plus(rest, i32.mul(outer, length), inner), i32.const(size));
      const p = c.local('i32', element(src, n, itemsize)), best = c.local('i32', element(values, k, itemsize)), bestAt = c.local('i32', element(places, k, 8));
      const i = c.local('i32', i32.const(0)), count = c.local('i32', i32.const(0)), worst = c.local(s.type, s.load(p)), end = c.local('i32', n);

      const insert = (x: Value): void => {
        const at = c.local('i32', count);
        c.if(i32.ltS(count, k), () => c.advance(count, 1), () => c.set(at, i32.sub(k, 1)));
        const q = c.local('i32', plus(best, at, step)), place = c.local('i32', plus(bestAt, at, placeStep)), isPlaced = c.local('i32', i32.const(0));
        c.while(() => i32.and(i32.gtS(at, 0), i32.eqz(isPlaced)), () => {
          const other = c.local(s.type, s.load(i32.sub(q, step)));
          c.if(comesBefore(x, other), () => {
            s.store(c, q, other);
            c.storeI64(place, i64.load(i32.sub(place, placeStep)));
            c.set(q, i32.sub(q, step));
            c.set(place, i32.sub(place, placeStep));
            c.advance(at, -1);
          }, () => c.set(isPlaced, i32.const(1)));
        });
        s.store(c, q, x);
        c.storeI64(place, i64.extend(i));
        c.set(worst, s.load(plus(best, i32.sub(count, 1), step)));
      };

      /** Passes over floats as long as none may be among the best. */
      const passOver = (): void => {
        const bound = c.local('v128', f32x4.splat(worst as Value<'f32'>));
        const isWorse = (v: Value<'v128'>): Value<'v128'> => (largest ? f32x4.le(v, bound) : f32x4.ge(v, bound));
        const vectors = Array.from({ length: GROUP / 4 }, (_, v) => isWorse(v128.load(p, 16 * v)));
        const areWorse = i32.eqz(v128.anyTrue(v128.not(vectors.reduce((a, b) => v128.and(a, b)))));
        c.while(() => i32.and(i32.leS(i, i32.sub(n, GROUP)), areWorse), () => {
          c.advance(p, 4 * GROUP);
          c.advance(i, GROUP);
        });
      };

      c.while(() => i32.ltS(i, n), () => {
        if (isFloat) {
          c.if(i32.eq(inner, 1), () => {
            c.if(i32.eq(count, k), passOver);
            c.set(end, i32.add(i, GROUP));
            c.if(i32.gtS(end, n), () => c.set(end, n));
          });
        }
        c.while(() => i32.ltS(i, end), () => {
          const x = c.local(s.type, s.load(p));
          c.if(i32.or(i32.ltS(count, k), comesBefore(x, worst)), () => insert(x));
          c.advance(p, step);
          c.advance(i, 1);
        });
      });
      c.advance(row, 1);
    });
  });
}
