import type { DType } from '@sconce/tensor';
import type { Value, ValueType } from '../asm/code.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, f32x4, i32, i32x4, i64, shuffle32, v128 } from '../asm/ops.js';
import { across, eachVector, load } from '../asm/vectors.js';
import { SCALARS, type Scalars } from './scalars.js';

// The place of the largest or smallest element of rows: of equal ones the first, or the first NaN.

type I32 = Value<'i32'>;

/** Floats of a row that are looked at in one step. */
const STEP = 16;

/**
 * Adds `extreme`: for rows from … to, n elements each: the place (int64) and, where `values` is not 0, the element itself.
 * Rows are counted by (outer, inner): `inner` of them lie one element apart, and their elements `step` bytes.
 */
export function addExtreme(m: ModuleBuilder, dtype: DType, largest: boolean): void {
  const s = SCALARS[dtype.name]!, { itemsize } = dtype, isFloat = dtype.name === 'float32';
  m.func('extreme', new Array<'i32'>(9).fill('i32'), (c) => {
    const [row, to, n, inner, step, outerStep, src, places, values] = Array.from({ length: 9 }, (_, i) => c.param(i, 'i32'));
    const single = (first: I32): void => {
      const p = c.local('i32', first), best = c.local(s.type, s.load(p)), bestAt = c.local('i32', i32.const(0));
      const onebyone = (): void => scan(c, s, p, n, step, largest, best, bestAt);
      if (isFloat) c.if(i32.and(i32.eq(step, 4), i32.geS(n, STEP)), () => floats(c, p, n, largest, best as Local<'f32'>, bestAt), onebyone);
      else onebyone();
      c.storeI64(i32.add(places, i32.shl(row, 3)), i64.extend(bestAt));
      c.if(values, () => s.store(c, i32.add(values, i32.mul(row, itemsize)), best));
      c.advance(row, 1);
    };
    const four = (first: I32): void => {
      const { best, bestAt } = columns(c, first, n, step, largest), out = c.local('i32', i32.add(places, i32.shl(row, 3)));
      c.storeV128(out, shuffle32(bestAt, v128.zero(), [0, 4, 1, 4]));
      c.storeV128(out, shuffle32(bestAt, v128.zero(), [2, 4, 3, 4]), 16);
      c.if(values, () => c.storeV128(i32.add(values, i32.shl(row, 2)), best));
      c.advance(row, 4);
    };
    c.while(() => i32.ltS(row, to), () => {
      const rest = c.local('i32', i32.remU(row, inner));
      const first = c.local('i32', i32.add(i32.add(src, i32.mul(i32.divU(row, inner), outerStep)), i32.mul(rest, itemsize)));
      const areFour = i32.and(i32.geS(i32.sub(inner, rest), 4), i32.geS(i32.sub(to, row), 4));
      if (isFloat) c.if(areFour, () => four(first), () => single(first));
      else single(first);
    });
  });
}

/** Four rows side by side, whose elements are a vector each. */
function columns(c: FunctionBuilder, first: I32, n: I32, step: I32, largest: boolean): { best: Local<'v128'>; bestAt: Local<'v128'> } {
  const p = c.local('i32', first), i = c.local('i32', i32.const(1));
  const best = c.local('v128', v128.load(p)), bestAt = c.local('v128', v128.zero());
  c.for(i, n, 1, () => {
    c.advance(p, step);
    const x = c.local('v128', v128.load(p));
    // nothing is better than NaN
    const isBetter = c.local('v128', v128.or((largest ? f32x4.gt : f32x4.lt)(x, best), v128.and(f32x4.ne(x, x), f32x4.eq(best, best))));
    c.set(best, v128.bitselect(x, best, isBetter));
    c.set(bestAt, v128.bitselect(i32x4.splat(i), bestAt, isBetter));
  });
  return { best, bestAt };
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

/** First the extreme of all but NaN, then the first place where it stands, or a NaN. */
function floats(c: FunctionBuilder, row: I32, n: I32, largest: boolean, best: Local<'f32'>, bestAt: Local<'i32'>): void {
  const fold = largest ? f32x4.pmax : f32x4.pmin;
  const parts = Array.from({ length: STEP / 4 }, () => c.local('v128', f32x4.const(largest ? -Infinity : Infinity)));
  const areNaN = c.local('v128', v128.zero()), p = c.local('i32', row), left = c.local('i32', n);
  const consider = (part: Local<'v128'>, vector: Value<'v128'>): void => {
    const x = c.local('v128', vector);
    c.set(part, fold(part, x));
    c.set(areNaN, v128.or(areNaN, f32x4.ne(x, x)));
  };
  c.while(() => i32.geS(left, STEP), () => {
    parts.forEach((part, i) => consider(part, v128.load(p, 16 * i)));
    c.advance(p, 4 * STEP);
    c.advance(left, -STEP);
  });
  eachVector(c, left, [p], (single) => consider(parts[0], load(p, single)));
  const found = c.local('v128', parts.map((part): Value<'v128'> => part).reduce(fold));
  across(c, found, fold);
  c.set(p, row);
  c.set(best, f32x4.extract(found, 0));
  c.if(v128.anyTrue(areNaN), () => find(c, p, row, n, (x) => f32x4.ne(x, x), (x) => f32.ne(x, x)),
    () => find(c, p, row, n, (x) => f32x4.eq(x, found), (x) => f32.eq(x, best)));
  c.set(best, f32.load(p));
  c.set(bestAt, i32.shrU(i32.sub(p, row), 2));
}

/** Moves p to the first element of a row that is the sought one; there is one. */
function find(
  c: FunctionBuilder, p: Local<'i32'>, row: I32, n: I32, areSought: (x: Value<'v128'>) => Value<'v128'>, isSought: (x: Value<'f32'>) => I32,
): void {
  const last = c.local('i32', i32.add(row, i32.shl(i32.sub(n, STEP), 2)));
  const anySought = v128.anyTrue(Array.from({ length: STEP / 4 }, (_, i) => areSought(v128.load(p, 16 * i))).reduce((a, b) => v128.or(a, b)));
  c.while(() => i32.and(i32.leU(p, last), i32.eqz(anySought)), () => c.advance(p, 4 * STEP));
  const x = c.local('f32', f32.load(p));
  c.while(() => i32.eqz(isSought(x)), () => {
    c.advance(p, 4);
    c.set(x, f32.load(p));
  });
}
