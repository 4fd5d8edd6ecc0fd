import type { DType } from '@sconce/tensor';
import type { Value } from '../asm/code.js';
import type { FunctionBuilder } from '../asm/module.js';
import { f32, f32x4, f64, f64x2, i32, i32x4, i64, i64x2, shuffle, shuffle32, v128 } from '../asm/ops.js';

// Four elements of a dtype in registers: one vector, or two for 64-bit dtypes. Small integers take 32-bit lanes, a bool
// is a mask of 32-bit lanes (a byte in memory).

export type V128 = Value<'v128'>;
export type I32 = Value<'i32'>;
export type Four = readonly V128[];

/** How elements are held in registers. */
export type Form = 'f32' | 'f64' | 'i32' | 'i64' | 'mask';

const FORMS: Partial<Record<string, Form>> = {
  float32: 'f32', float64: 'f64', int64: 'i64', int32: 'i32', int16: 'i32', int8: 'i32', uint8: 'i32', bool: 'mask',
  float16: 'f32', bfloat16: 'f32',
};

/** The form of a dtype; undefined where there is none. */
export const formOf = (d: DType): Form | undefined => FORMS[d.name];
export const isWide = (form: Form): boolean => form === 'f64' || form === 'i64';

/** Lanes of 64 bits swapped. */
const swap64 = (a: V128): V128 => shuffle32(a, a, [2, 3, 0, 1]);

/** Two masks of 64-bit lanes as one of 32-bit lanes. */
export const narrow = ([a, b]: Four): V128 => shuffle32(a, b, [0, 2, 4, 6]);
/** A mask of 32-bit lanes as two of 64-bit lanes. */
export const widen = (m: V128): Four => [shuffle32(m, m, [0, 0, 1, 1]), shuffle32(m, m, [2, 2, 3, 3])];
/** The last two floats in the first lanes. */
export const high = swap64;
/** The first two floats of two vectors. */
export const joinLow = (a: V128, b: V128): V128 => shuffle32(a, b, [0, 1, 4, 5]);

const held = (c: FunctionBuilder, x: Four): Four => x.map((v) => c.local('v128', v));

/** Four times the same number. */
export function constant(form: Form, x: number): Four {
  switch (form) {
    case 'f32': return [f32x4.const(x)];
    case 'i32': return [i32x4.const(x)];
    case 'mask': return [x ? i32x4.const(-1) : v128.zero()];
    case 'f64': return [f64x2.const(x), f64x2.const(x)];
    case 'i64': return [i64x2.const(BigInt(Math.trunc(x))), i64x2.const(BigInt(Math.trunc(x)))];
  }
}

/** Four times a number that is only known when the kernel runs. It must be a value of the dtype. */
export function splatNumber(c: FunctionBuilder, x: Value<'f64'>, form: Form): Four {
  switch (form) {
    case 'f32': return [c.local('v128', f32x4.splat(f32.demote(x)))];
    case 'i32': return [c.local('v128', i32x4.splat(i32.truncSatF64(x)))];
    case 'mask': return [c.local('v128', i32x4.splat(i32.sub(i32.const(0), f64.ne(x, f64.const(0)))))];
    default: {
      const both = c.local('v128', form === 'f64' ? f64x2.splat(x) : i64x2.splat(i64.truncSatF64(x)));
      return [both, both];
    }
  }
}

const maskOfBytes = (p: I32, offset: number): V128 => i32x4.gtS(v128.load8x4(p, false, offset), v128.zero());

/** Four elements that lie together; of the half types their bits. */
export function loadFour(p: I32, { name }: DType, offset = 0): Four {
  switch (name) {
    case 'bool': return [maskOfBytes(p, offset)];
    case 'uint8': case 'int8': return [v128.load8x4(p, name === 'int8', offset)];
    case 'int16': return [v128.load16x4(p, true, offset)];
    case 'float16': case 'bfloat16': return [v128.load16x4(p, false, offset)];
    case 'float64': case 'int64': return [v128.load(p, offset), v128.load(p, offset + 16)];
    default: return [v128.load(p, offset)];
  }
}

/** One element in all lanes; of the half types its bits. */
export function loadOne(p: I32, { name }: DType): Four {
  switch (name) {
    case 'bool': return [i32x4.splat(i32.sub(i32.const(0), i32.ne(i32.load8u(p), 0)))];
    case 'uint8': return [i32x4.splat(i32.load8u(p))];
    case 'int8': return [i32x4.splat(i32.load8s(p))];
    case 'int16': return [i32x4.splat(i32.load16s(p))];
    case 'float16': case 'bfloat16': return [i32x4.splat(i32.load16u(p))];
    case 'float64': case 'int64': return [v128.load64Splat(p), v128.load64Splat(p)];
    default: return [v128.load32Splat(p)];
  }
}

/** Four elements that lie `step` bytes apart. */
export function gatherFour(c: FunctionBuilder, from: I32, step: I32, dtype: DType): Four {
  const p = c.local('i32', from);
  const next = (): I32 => (c.advance(p, step), p);
  if (dtype.itemsize === 8) {
    const pair = (first: I32): V128 => {
      const v = c.local('v128', v128.load64Zero(first));
      c.set(v, v128.loadLane64(next(), v, 1));
      return v;
    };
    const low = pair(p);
    return [low, pair(next())];
  }
  const first = c.local('v128', dtype.itemsize === 4 ? v128.load32Zero(p) : loadOne(p, dtype)[0]);
  for (let lane = 1; lane < 4; lane++) {
    const at = next();
    c.set(first, dtype.itemsize === 4 ? v128.loadLane32(at, first, lane)
      : i32x4.replace(first, lane, i32x4.extract(loadOne(at, dtype)[0], 0)));
  }
  return [first];
}

/** Writes four elements that lie together. */
export function storeFour(c: FunctionBuilder, p: I32, x: Four, { name, itemsize }: DType, offset = 0): void {
  if (itemsize >= 4) return x.forEach((v, i) => c.storeV128(p, v, offset + 16 * i));
  const v = name === 'bool' ? v128.and(x[0], i32x4.const(1)) : x[0];
  const packed = c.local('v128', v);
  if (itemsize === 1) c.storeLane32(p, shuffle(packed, packed, [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12]), 0, offset);
  else c.storeLane64(p, shuffle(packed, packed, [0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13]), 0, offset);
}

/** Writes one of the four. */
export function storeOne(c: FunctionBuilder, p: I32, x: Four, { name, itemsize }: DType, lane = 0): void {
  if (itemsize === 8) c.storeLane64(p, x[lane >> 1], lane & 1);
  else if (itemsize === 4) c.storeLane32(p, x[0], lane);
  else if (itemsize === 2) c.store16(p, i32x4.extract(x[0], lane));
  else c.store8(p, name === 'bool' ? i32.and(i32x4.extract(x[0], lane), 1) : i32x4.extract(x[0], lane));
}

/** The four moved round by two places. */
export const rotateTwo = (x: Four): Four => (x.length === 2 ? [x[1], x[0]] : [swap64(x[0])]);
/** Each pair exchanged. */
export const exchangePairs = (x: Four): Four =>
  (x.length === 2 ? x.map(swap64) : [shuffle32(x[0], x[0], [1, 0, 3, 2])]);

const perLane64 = (c: FunctionBuilder, x: Four, fn: (v: V128, lane: number, into: V128) => V128): Four => x.map((v) => {
  const result = c.local('v128', fn(v, 0, v128.zero()));
  c.set(result, fn(v, 1, result));
  return result;
});

/** A double as int64, truncated; what has no int64 gives the smallest. */
function toInt64(c: FunctionBuilder, x: Value<'f64'>): Value<'i64'> {
  const v = c.local('f64', x);
  return i64.select(i64.truncSatF64(v), i64.const(-(2n ** 63n)),
    i32.and(f64.ge(v, f64.const(-(2 ** 63))), f64.lt(v, f64.const(2 ** 63))));
}

/** Keeps the low bits that a small integer dtype has. */
function wrapped(c: FunctionBuilder, x: V128, { name }: DType): V128 {
  if (name === 'uint8') return v128.and(x, i32x4.const(255));
  const bits = i32.const(name === 'int8' ? 24 : 16);
  return name === 'int32' ? x : i32x4.shrS(i32x4.shl(x, bits), bits);
}

/** Numbers out of int32's range, and NaN, give its smallest value. */
const int32From = (truncated: V128, fits: V128): V128 => v128.bitselect(truncated, i32x4.const(-(2 ** 31)), fits);

/** Four elements of one dtype in another one. */
export function convert(c: FunctionBuilder, values: Four, from: DType, to: DType): Four {
  const a = formOf(from)!, b = formOf(to)!;
  const x = held(c, values), [v] = x;
  if (b === 'mask') return a === 'mask' ? x : [toMask(x, a)];
  if (a === 'mask') return isWide(b) ? widen(v).map((m, i) => v128.and(m, constant(b, 1)[i])) : [v128.and(v, constant(b, 1)[0])];
  if (b === 'i32') return [c.local('v128', wrapped(c, c.local('v128', toInt32(c, x, a)), to))];
  if (a === b) return x;
  switch (`${a} ${b}`) {
    case 'i32 f32': return [f32x4.convertI32x4(v)];
    case 'i32 f64': return [f64x2.convertLowI32x4(v), f64x2.convertLowI32x4(high(v))];
    case 'i32 i64': return [i64x2.extendLow(v), i64x2.extendHigh(v)];
    case 'f32 f64': return [f64x2.promoteLow(v), f64x2.promoteLow(high(v))];
    case 'f64 f32': return [joinLow(f32x4.demoteF64x2(x[0]), f32x4.demoteF64x2(x[1]))];
    case 'i64 f64': return perLane64(c, x, (w, lane, into) => f64x2.replace(into, lane, f64.convertI64(i64x2.extract(w, lane))));
    case 'i64 f32': {
      const result = c.local('v128', v128.zero());
      for (let i = 0; i < 4; i++) c.set(result, f32x4.replace(result, i, f32.convertI64(i64x2.extract(x[i >> 1], i & 1))));
      return [result];
    }
    case 'f32 i64': return convert(c, [f64x2.promoteLow(v), f64x2.promoteLow(high(v))], DOUBLE, to);
    default: // float64 to int64
      return perLane64(c, x, (w, lane, into) => i64x2.replace(into, lane, toInt64(c, f64x2.extract(w, lane))));
  }
}
const DOUBLE = { name: 'float64' } as DType;

const toMask = (x: Four, form: Form): V128 => {
  switch (form) {
    case 'f32': return f32x4.ne(x[0], v128.zero());
    case 'f64': return narrow(x.map((v) => f64x2.ne(v, v128.zero())));
    case 'i64': return narrow(x.map((v) => i64x2.ne(v, v128.zero())));
    default: return i32x4.ne(x[0], v128.zero());
  }
};

function toInt32(c: FunctionBuilder, x: Four, form: Form): V128 {
  const [v] = x;
  switch (form) {
    case 'f32': return int32From(i32x4.truncSatF32x4(v), v128.and(f32x4.ge(v, f32x4.const(-(2 ** 31))), f32x4.lt(v, f32x4.const(2 ** 31))));
    case 'f64': {
      const fits = x.map((w) => v128.and(f64x2.gt(w, f64x2.const(-(2 ** 31) - 1)), f64x2.lt(w, f64x2.const(2 ** 31))));
      return int32From(joinLow(i32x4.truncSatF64x2(x[0]), i32x4.truncSatF64x2(x[1])), narrow(fits));
    }
    // the low words
    case 'i64': return shuffle32(x[0], x[1], [0, 2, 4, 6]);
    default: return v;
  }
}
