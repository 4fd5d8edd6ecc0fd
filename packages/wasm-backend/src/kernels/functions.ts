import type { Expr, ExprFn } from '@sconce/tensor/internal';
import type { FunctionBuilder } from '../asm/module.js';
import type { Value } from '../asm/code.js';
import { f32x4, f64x2, i32, i32x4, i64, i64x2, v128 } from '../asm/ops.js';
import type { Form, V128 } from './four.js';
import { erf, exp, expm1, log, log1p, tanh } from './math.js';
import * as double from './math-double.js';
import { erfc, exp2, log10, log2, pow } from './math-exponential.js';
import { acos, acosh, asin, asinh, atan, atan2, atanh, cosh, sinh } from './math-inverse.js';
import { mod } from './math-remainder.js';
import { cos, sin, tan } from './math-trigonometric.js';

// What each function of the expressions is in vectors of a form. Operands are variables. A comparison gives a mask of
// lanes as wide as its operands.

export type VectorFunction = (c: FunctionBuilder, ...xs: V128[]) => V128;
type Table = Partial<Record<ExprFn, VectorFunction>>;
export type Functions = Readonly<Record<Form, Table>>;

const same = (_: FunctionBuilder, x: V128): V128 => x;
const choose = (_: FunctionBuilder, test: V128, x: V128, y: V128): V128 => v128.bitselect(x, y, test);
const never = (): V128 => v128.zero();
const bits = {
  and: (_, x, y) => v128.and(x, y), or: (_, x, y) => v128.or(x, y), xor: (_, x, y) => v128.xor(x, y), not: (_, x) => v128.not(x),
} as const satisfies Table;

/** 1, 0 or -1 in lanes of a float's width; of NaN 0. */
const signOf = (one: V128, gt: (a: V128, b: V128) => V128, sub: (a: V128, b: V128) => V128) => (_: FunctionBuilder, x: V128): V128 =>
  sub(v128.and(gt(x, v128.zero()), one), v128.and(gt(v128.zero(), x), one));

/** A function of integers, for which there is no instruction of vectors. */
const each32 = (fn: (x: Value<'i32'>, y: Value<'i32'>) => Value<'i32'>): VectorFunction => (_, x, y) =>
  [1, 2, 3].reduce((all, k) => i32x4.replace(all, k, fn(i32x4.extract(x, k), i32x4.extract(y, k))), i32x4.splat(fn(i32x4.extract(x, 0), i32x4.extract(y, 0))));
const each64 = (fn: (x: Value<'i64'>, y: Value<'i64'>) => Value<'i64'>): VectorFunction => (_, x, y) =>
  i64x2.replace(i64x2.splat(fn(i64x2.extract(x, 0), i64x2.extract(y, 0))), 1, fn(i64x2.extract(x, 1), i64x2.extract(y, 1)));

// Where one of two operands is the first one or NaN, pmax and pmin give it; max and min take several instructions more.

export const FUNCTIONS: Functions = {
  f32: {
    neg: (_, x) => f32x4.neg(x), abs: (_, x) => f32x4.abs(x), sqrt: (_, x) => f32x4.sqrt(x), floor: (_, x) => f32x4.floor(x),
    ceil: (_, x) => f32x4.ceil(x), trunc: (_, x) => f32x4.trunc(x), round: (_, x) => f32x4.nearest(x),
    sign: signOf(f32x4.const(1), f32x4.gt, f32x4.sub), add: (_, x, y) => f32x4.add(x, y), sub: (_, x, y) => f32x4.sub(x, y),
    mul: (_, x, y) => f32x4.mul(x, y), div: (_, x, y) => f32x4.div(x, y), max: (_, x, y) => v128.or(f32x4.pmax(x, y), f32x4.ne(y, y)),
    min: (_, x, y) => v128.or(f32x4.pmin(x, y), f32x4.ne(y, y)), lt: (_, x, y) => f32x4.lt(x, y), le: (_, x, y) => f32x4.le(x, y), eq: (_, x, y) => f32x4.eq(x, y),
    isnan: (_, x) => f32x4.ne(x, x), where: choose,
    exp, exp2, expm1, log, log2, log10, log1p, sin, cos, tan, tanh, erf, erfc, pow, mod,
    sinh, cosh, asinh, acosh, atanh, asin, acos, atan, atan2,
  },
  f64: {
    neg: (_, x) => f64x2.neg(x), abs: (_, x) => f64x2.abs(x), sqrt: (_, x) => f64x2.sqrt(x), floor: (_, x) => f64x2.floor(x),
    ceil: (_, x) => f64x2.ceil(x), trunc: (_, x) => f64x2.trunc(x), round: (_, x) => f64x2.nearest(x),
    sign: signOf(f64x2.const(1), f64x2.gt, f64x2.sub), add: (_, x, y) => f64x2.add(x, y), sub: (_, x, y) => f64x2.sub(x, y),
    mul: (_, x, y) => f64x2.mul(x, y), div: (_, x, y) => f64x2.div(x, y), max: (_, x, y) => v128.or(f64x2.pmax(x, y), f64x2.ne(y, y)),
    min: (_, x, y) => v128.or(f64x2.pmin(x, y), f64x2.ne(y, y)), lt: (_, x, y) => f64x2.lt(x, y), le: (_, x, y) => f64x2.le(x, y), eq: (_, x, y) => f64x2.eq(x, y),
    isnan: (_, x) => f64x2.ne(x, x), where: choose, ...double,
  },
  i32: {
    ...bits, neg: (_, x) => i32x4.neg(x), abs: (_, x) => i32x4.abs(x), floor: same, ceil: same, trunc: same, round: same,
    sign: signOf(i32x4.const(1), i32x4.gtS, i32x4.sub), add: (_, x, y) => i32x4.add(x, y), sub: (_, x, y) => i32x4.sub(x, y),
    mul: (_, x, y) => i32x4.mul(x, y), div: each32(i32.divS), mod: each32(i32.remS), max: (_, x, y) => i32x4.maxS(x, y), min: (_, x, y) => i32x4.minS(x, y),
    lt: (_, x, y) => i32x4.ltS(x, y), le: (_, x, y) => i32x4.leS(x, y), eq: (_, x, y) => i32x4.eq(x, y), isnan: never, where: choose,
  },
  i64: {
    ...bits, neg: (_, x) => i64x2.neg(x), abs: (_, x) => i64x2.abs(x), floor: same, ceil: same, trunc: same, round: same,
    sign: signOf(i64x2.const(1n), i64x2.gtS, i64x2.sub), add: (_, x, y) => i64x2.add(x, y), sub: (_, x, y) => i64x2.sub(x, y),
    mul: (_, x, y) => i64x2.mul(x, y), div: each64(i64.divS), mod: each64(i64.remS), max: (_, x, y) => v128.bitselect(x, y, i64x2.gtS(x, y)),
    min: (_, x, y) => v128.bitselect(x, y, i64x2.ltS(x, y)),
    lt: (_, x, y) => i64x2.ltS(x, y), le: (_, x, y) => i64x2.leS(x, y), eq: (_, x, y) => i64x2.eq(x, y), isnan: never, where: choose,
  },
  mask: {
    ...bits, eq: (_, x, y) => v128.not(v128.xor(x, y)), lt: (_, x, y) => v128.andnot(y, x), le: (_, x, y) => v128.or(v128.not(x), y),
    max: (_, x, y) => v128.or(x, y), min: (_, x, y) => v128.and(x, y), mul: (_, x, y) => v128.and(x, y), add: (_, x, y) => v128.or(x, y),
    where: choose, isnan: never,
  },
};

/** Functions that are series: each takes as long as so many multiply-adds. */
const SERIES: ReadonlySet<string> = new Set<ExprFn>([
  'exp', 'exp2', 'expm1', 'log', 'log2', 'log10', 'log1p', 'sin', 'cos', 'tan', 'tanh', 'erf', 'erfc', 'pow', 'mod',
  'sinh', 'cosh', 'asinh', 'acosh', 'atanh', 'asin', 'acos', 'atan', 'atan2',
]);
const SERIES_COST = 24;

/** How many multiply-adds an element of an expression takes as long as, at least 1. */
export function costOf(root: Expr): number {
  const seen = new Set<Expr>();
  const visit = (e: Expr): number => {
    if (e.kind === 'input' || e.kind === 'const' || seen.has(e)) return 0;
    seen.add(e);
    return e.args.reduce((sum, arg) => sum + visit(arg), SERIES.has(e.kind) ? SERIES_COST : 1);
  };
  return Math.max(visit(root), 1);
}
