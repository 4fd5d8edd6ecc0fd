import type { Value } from './code.js';
import type { FunctionBuilder } from './module.js';
import { f32x4, f64x2, shuffle32, v128 } from './ops.js';

type V128 = Value<'v128'>;
type I32 = Value<'i32'>;

/** A floating-point type of kernels that are written once for float32 and float64. */
export interface Lanes {
  /** suffix of exported names */
  readonly name: 'f32' | 'f64';
  /** bytes per element */
  readonly size: number;
  /** elements per vector */
  readonly count: number;
  /** a * b + c */
  madd(a: V128, b: V128, c: V128): V128;
  add(a: V128, b: V128): V128;
  sub(a: V128, b: V128): V128;
  abs(a: V128): V128;
  /** one element in all lanes */
  splat(p: I32, offset?: number): V128;
  /** one element in the first lane, zero in the others */
  loadOne(p: I32, offset?: number): V128;
  /** writes the first lane */
  storeOne(c: FunctionBuilder, p: I32, x: V128, offset?: number): void;
  /** the sum of all lanes, in the first lane */
  sum(c: FunctionBuilder, x: V128): V128;
  /** the sums of the lanes of as many vectors as there are lanes, each added up as by `sum` */
  sums(c: FunctionBuilder, xs: readonly V128[]): V128;
}

export function lanesOf(name: 'f32' | 'f64', fused: boolean): Lanes {
  if (name === 'f32') {
    return {
      name, size: 4, count: 4, madd: f32x4.madd(fused), add: f32x4.add, sub: f32x4.sub, abs: f32x4.abs,
      splat: v128.load32Splat, loadOne: v128.load32Zero,
      storeOne: (c, p, x, offset = 0) => c.storeF32(p, f32x4.extract(x, 0), offset),
      sum(c, x) {
        const pairs = c.local('v128', f32x4.add(x, shuffle32(x, x, [2, 3, 0, 1])));
        return f32x4.add(pairs, shuffle32(pairs, pairs, [1, 0, 3, 2]));
      },
      sums(c, [x, y, z, w]) {
        const half = (a: V128, b: V128): V128 => c.local('v128', f32x4.add(shuffle32(a, b, [0, 4, 1, 5]), shuffle32(a, b, [2, 6, 3, 7])));
        const first = half(x, y), second = half(z, w);
        return f32x4.add(shuffle32(first, second, [0, 1, 4, 5]), shuffle32(first, second, [2, 3, 6, 7]));
      },
    };
  }
  return {
    name, size: 8, count: 2, madd: f64x2.madd(fused), add: f64x2.add, sub: f64x2.sub, abs: f64x2.abs,
    splat: v128.load64Splat, loadOne: v128.load64Zero,
    storeOne: (c, p, x, offset = 0) => c.storeF64(p, f64x2.extract(x, 0), offset),
    sum: (_, x) => f64x2.add(x, shuffle32(x, x, [2, 3, 0, 1])),
    sums: (_, [x, y]) => f64x2.add(shuffle32(x, y, [0, 1, 4, 5]), shuffle32(x, y, [2, 3, 6, 7])),
  };
}
