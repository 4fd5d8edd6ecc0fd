import type { Value } from './code.js';
import type { FunctionBuilder, Local } from './module.js';
import { f32x4, i32, shuffle32, v128 } from './ops.js';

// Going along rows of float32, four at a time and then one by one.

type V128 = Value<'v128'>;
type I32 = Value<'i32'>;

/** Sums that are folded side by side, so that no addition waits for the one before it. */
const SIDE_BY_SIDE = 4;

/** Calls `body` for each vector of a row, then for the elements that are left, each in all lanes of a vector. */
export function eachVector(c: FunctionBuilder, n: I32, pointers: readonly Local<'i32'>[], body: (single: boolean) => void): void {
  const left = c.local('i32', n);
  const step = (count: number): void => {
    body(count === 1);
    pointers.forEach((p) => c.advance(p, 4 * count));
    c.advance(left, -count);
  };
  c.while(() => i32.geS(left, 4), () => step(4));
  c.while(() => i32.gtS(left, 0), () => step(1));
}

/** Adds to `sums` what `terms` gives, over a row; the lanes of the sums are still to be added up. */
export function sumVectors(
  c: FunctionBuilder, n: I32, pointers: readonly Local<'i32'>[], sums: readonly Local<'v128'>[], terms: (single: boolean) => readonly V128[],
): void {
  const left = c.local('i32', n), parts = Array.from({ length: SIDE_BY_SIDE }, () => sums.map(() => c.local('v128', v128.zero())));
  parts.flat().forEach((part) => c.set(part, v128.zero()));
  const step = (to: readonly Local<'v128'>[], single: boolean): void => {
    terms(single).forEach((x, i) => addTo(c, to[i], x, single));
    pointers.forEach((p) => c.advance(p, single ? 4 : 16));
  };
  c.while(() => i32.geS(left, 4 * SIDE_BY_SIDE), () => {
    parts.forEach((part) => step(part, false));
    c.advance(left, -4 * SIDE_BY_SIDE);
  });
  c.while(() => i32.geS(left, 4), () => {
    step(parts[0], false);
    c.advance(left, -4);
  });
  c.while(() => i32.gtS(left, 0), () => {
    step(parts[0], true);
    c.advance(left, -1);
  });
  sums.forEach((sum, i) => c.set(sum, f32x4.add(sum, parts.map((part): V128 => part[i]).reduce((a, b) => f32x4.add(a, b)))));
}

/** Sets `largest` to a row's largest element, in all lanes; NaN is passed over. */
export function largestOf(c: FunctionBuilder, n: I32, p: Local<'i32'>, largest: Local<'v128'>): void {
  const left = c.local('i32', n), parts = Array.from({ length: SIDE_BY_SIDE }, () => c.local('v128', v128.zero()));
  [largest, ...parts].forEach((part) => c.set(part, f32x4.const(-Infinity)));
  c.while(() => i32.geS(left, 4 * SIDE_BY_SIDE), () => {
    parts.forEach((part, i) => c.set(part, f32x4.pmax(v128.load(p, 16 * i), part)));
    c.advance(p, 16 * SIDE_BY_SIDE);
    c.advance(left, -4 * SIDE_BY_SIDE);
  });
  eachVector(c, left, [p], (single) => c.set(largest, f32x4.pmax(load(p, single), largest)));
  parts.forEach((part) => c.set(largest, f32x4.pmax(part, largest)));
  across(c, largest, f32x4.max);
}

/** Four elements, or one in all lanes. */
export const load = (p: I32, single: boolean): V128 => (single ? v128.load32Splat(p) : v128.load(p));

/** Writes four elements, or the first. */
export function store(c: FunctionBuilder, p: I32, x: V128, single: boolean): void {
  if (single) c.storeF32(p, f32x4.extract(x, 0));
  else c.storeV128(p, x);
}

/** All lanes folded into each. */
export function across(c: FunctionBuilder, x: Local<'v128'>, join: (a: V128, b: V128) => V128): void {
  c.set(x, join(x, shuffle32(x, x, [2, 3, 0, 1])));
  c.set(x, join(x, shuffle32(x, x, [1, 0, 3, 2])));
}

/** Adds a vector to a sum; a single element counts once. */
export function addTo(c: FunctionBuilder, sum: Local<'v128'>, x: V128, single: boolean): void {
  c.set(sum, f32x4.add(sum, single ? v128.and(x, lane0) : x));
}
const lane0: V128 = shuffle32(v128.zero(), v128.not(v128.zero()), [4, 0, 0, 0]);
