import type { DType } from '@sconce/tensor';
import type { Value, ValueType } from '../asm/code.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, f32x4, f64, i32, i64, v128 } from '../asm/ops.js';
import { across, eachVector, load } from '../asm/vectors.js';

// The place of the largest or smallest element of rows: of equal ones the first, or the first NaN.

type I32 = Value<'i32'>;

/** How elements of a dtype are read and compared one by one. */
interface Scalars<T extends ValueType> {
  readonly type: T;
  load(p: I32): Value<T>;
  store(c: FunctionBuilder, p: I32, x: Value<T>): void;
  less(a: Value<T>, b: Value<T>): I32;
  isNaN(a: Value<T>): I32;
}

const never = (): I32 => i32.const(0);
const integers = (read: (p: I32) => I32, store: (c: FunctionBuilder, p: I32, x: I32) => void): Scalars<'i32'> =>
  ({ type: 'i32', load: read, store, less: (a, b) => i32.ltS(a, b), isNaN: never });

const SCALARS: Partial<Record<string, Scalars<ValueType>>> = {
  float32: { type: 'f32', load: (p) => f32.load(p), store: (c, p, x) => c.storeF32(p, x), less: f32.lt, isNaN: (a) => f32.ne(a, a) } satisfies Scalars<'f32'>,
  float64: { type: 'f64', load: (p) => f64.load(p), store: (c, p, x) => c.storeF64(p, x), less: f64.lt, isNaN: (a) => f64.ne(a, a) } satisfies Scalars<'f64'>,
  int64: { type: 'i64', load: (p) => i64.load(p), store: (c, p, x) => c.storeI64(p, x), less: i64.lt, isNaN: never } satisfies Scalars<'i64'>,
  int32: integers((p) => i32.load(p), (c, p, x) => c.storeI32(p, x)),
  uint8: integers((p) => i32.load8u(p), (c, p, x) => c.store8(p, x)),
  bool: integers((p) => i32.load8u(p), (c, p, x) => c.store8(p, x)),
};

/** Whether there is a kernel for a dtype. */
export const hasExtremes = (d: DType): boolean => SCALARS[d.name] !== undefined;

/**
 * Adds `extreme`: for rows from … to, n elements each: the place (int64) and, where `values` is not 0, the element itself.
 * Rows are counted by (outer, inner): `inner` of them lie one element apart, and their elements `step` bytes.
 */
export function addExtreme(m: ModuleBuilder, dtype: DType, largest: boolean): void {
  const s = SCALARS[dtype.name]!, { itemsize } = dtype;
  m.func('extreme', new Array<'i32'>(9).fill('i32'), (c) => {
    const [row, to, n, inner, step, outerStep, src, places, values] = Array.from({ length: 9 }, (_, i) => c.param(i, 'i32'));
    c.while(() => i32.ltS(row, to), () => {
      const p = c.local('i32', i32.add(i32.add(src, i32.mul(i32.divU(row, inner), outerStep)), i32.mul(i32.remU(row, inner), itemsize)));
      const best = c.local(s.type, s.load(p)), bestAt = c.local('i32', i32.const(0));
      const onebyone = (): void => scan(c, s, p, n, step, largest, best, bestAt);
      if (dtype.name === 'float32') c.if(i32.and(i32.eq(step, 4), i32.geS(n, 16)), () => floats(c, p, n, largest, best as Local<'f32'>, bestAt), onebyone);
      else onebyone();
      const out = c.local('i32', i32.add(places, i32.shl(row, 3)));
      c.storeI32(out, bestAt);
      c.storeI32(out, i32.const(0), 4);
      c.if(values, () => s.store(c, i32.add(values, i32.mul(row, itemsize)), best));
      c.advance(row, 1);
    });
  });
}

function scan<T extends ValueType>(
  c: FunctionBuilder, s: Scalars<T>, p: Local<'i32'>, n: I32, step: I32, largest: boolean, best: Local<T>, bestAt: Local<'i32'>,
): void {
  const i = c.local('i32', i32.const(1));
  c.advance(p, step);
  // nothing is better than NaN
  c.while(() => i32.and(i32.ltS(i, n), i32.eqz(s.isNaN(best))), () => {
    const x = c.local(s.type, s.load(p));
    c.if(i32.or(largest ? s.less(best, x) : s.less(x, best), s.isNaN(x)), () => {
      c.set(best, x);
      c.set(bestAt, i);
    });
    c.advance(p, step);
    c.advance(i, 1);
  });
}

/** First the extreme of four lanes (NaN where there is one), then the first place where it stands. */
function floats(c: FunctionBuilder, row: I32, n: I32, largest: boolean, best: Local<'f32'>, bestAt: Local<'i32'>): void {
  const fold = largest ? f32x4.max : f32x4.min;
  const found = c.local('v128', f32x4.const(largest ? -Infinity : Infinity)), p = c.local('i32', row);
  eachVector(c, n, [p], (single) => c.set(found, fold(found, load(p, single))));
  across(c, found, fold);
  const seeksNaN = c.local('v128', f32x4.ne(found, found));
  c.set(p, row);
  const matches = (): Value<'v128'> => {
    const x = c.local('v128', v128.load(p));
    return v128.or(f32x4.eq(x, found), v128.and(f32x4.ne(x, x), seeksNaN));
  };
  const left = c.local('i32', i32.sub(n, 4));
  const isMiss = c.local('i32', i32.eqz(v128.anyTrue(matches())));
  c.while(() => i32.and(isMiss, i32.geS(left, 4)), () => {
    c.advance(p, 16);
    c.advance(left, -4);
    c.set(isMiss, i32.eqz(v128.anyTrue(matches())));
  });
  // within the next few it stands
  c.set(best, f32x4.extract(found, 0));
  const isFound = (): I32 => {
    const x = c.local('f32', f32.load(p));
    return i32.or(f32.eq(x, best), i32.and(f32.ne(x, x), f32.ne(best, best)));
  };
  const missing = c.local('i32', i32.eqz(isFound()));
  c.while(() => missing, () => {
    c.advance(p, 4);
    c.set(missing, i32.eqz(isFound()));
  });
  c.set(best, f32.load(p));
  c.set(bestAt, i32.shrU(i32.sub(p, row), 2));
}
