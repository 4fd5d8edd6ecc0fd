import { type DType } from '@sconce/tensor';
import type { Expr, ExprFn } from '@sconce/tensor/internal';
import type { Value } from '../asm/code.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, f32x4, i32, i32x4, shuffle, v128 } from '../asm/ops.js';
import { exp, log, tanh } from './math.js';

// Pointwise expressions over four float32 at a time. A bool is a mask of 32-bit lanes in registers, a byte in memory.

type V128 = Value<'v128'>;
type I32 = Value<'i32'>;

/** How an operand is read along the inner dimension: one after the other, always the same, or with a stride. */
export type Access = 'contiguous' | 'constant' | 'strided' | 'number';

/** An operand of a kernel. */
export interface OperandKind { readonly access: Access; readonly dtype: DType }

const one = f32x4.const(1);

const FUNCTIONS: Partial<Record<ExprFn, (c: FunctionBuilder, ...xs: V128[]) => V128>> = {
  neg: (_, x) => f32x4.neg(x), abs: (_, x) => f32x4.abs(x), floor: (_, x) => f32x4.floor(x), ceil: (_, x) => f32x4.ceil(x),
  trunc: (_, x) => f32x4.trunc(x), round: (_, x) => f32x4.nearest(x), sqrt: (_, x) => f32x4.sqrt(x),
  sign: (_, x) => f32x4.sub(v128.and(f32x4.gt(x, v128.zero()), one), v128.and(f32x4.lt(x, v128.zero()), one)),
  add: (_, x, y) => f32x4.add(x, y), sub: (_, x, y) => f32x4.sub(x, y), mul: (_, x, y) => f32x4.mul(x, y), div: (_, x, y) => f32x4.div(x, y),
  max: (_, x, y) => f32x4.max(x, y), min: (_, x, y) => f32x4.min(x, y),
  lt: (_, x, y) => f32x4.lt(x, y), le: (_, x, y) => f32x4.le(x, y), eq: (_, x, y) => f32x4.eq(x, y),
  isnan: (_, x) => f32x4.ne(x, x), where: (_, test, x, y) => v128.bitselect(x, y, test),
  exp, log, tanh,
};

const MASKS: Partial<Record<ExprFn, (...xs: V128[]) => V128>> = {
  not: v128.not, and: v128.and, or: v128.or, xor: v128.xor,
  eq: (x, y) => v128.not(v128.xor(x, y)), where: (test, x, y) => v128.bitselect(x, y, test),
  max: v128.or, min: v128.and, mul: v128.and, add: v128.or,
};

const isBool = (d: DType): boolean => d.name === 'bool';
const supported = (d: DType): boolean => d.name === 'float32' || d.name === 'bool';

/** Whether an expression can be rendered: float32 and bool, and the functions above. */
export function renderable(e: Expr): boolean {
  if (!supported(e.dtype)) return false;
  if (e.kind === 'input' || e.kind === 'const') return true;
  if (!e.args.every(renderable)) return false;
  if (e.kind === 'cast') return true;
  return (isBool(operandDtype(e.kind, e)) ? MASKS : FUNCTIONS)[e.kind] !== undefined;
}

const operandDtype = (kind: ExprFn, e: Expr & { args: readonly Expr[] }): DType => (kind === 'where' ? e.dtype : e.args[0].dtype);

/** The value of an expression for four elements, whose operands are in variables. */
export const render = (c: FunctionBuilder, root: Expr, operands: readonly V128[]): V128 => renderAll(c, [root], operands)[0];

/** The values of expressions over the same operands. Shared nodes are computed once. */
function renderAll(c: FunctionBuilder, roots: readonly Expr[], operands: readonly V128[]): V128[] {
  const done = new Map<Expr, V128>();
  const visit = (e: Expr): V128 => {
    let value = done.get(e);
    if (!value) {
      value = e.kind === 'input' ? operands[e.index] : c.local('v128', evaluate(e));
      done.set(e, value);
    }
    return value;
  };
  const evaluate = (e: Expr): V128 => {
    if (e.kind === 'input') return operands[e.index];
    if (e.kind === 'const') return isBool(e.dtype) ? (e.value ? i32x4.const(-1) : v128.zero()) : f32x4.const(e.value);
    const xs = e.args.map(visit);
    if (e.kind === 'cast') {
      const from = e.args[0].dtype;
      if (isBool(from) === isBool(e.dtype)) return xs[0];
      return isBool(from) ? v128.and(xs[0], one) : f32x4.ne(xs[0], v128.zero());
    }
    return isBool(operandDtype(e.kind, e)) ? MASKS[e.kind]!(...xs) : FUNCTIONS[e.kind]!(c, ...xs);
  };
  return roots.map(visit);
}

/** Four bytes at an address as masks of lanes. */
function loadMasks(p: I32): V128 {
  const bytes = v128.load32Zero(p);
  return f32x4.gt(f32x4.convertI32x4(shuffle(bytes, v128.zero(), [0, 16, 16, 16, 1, 16, 16, 16, 2, 16, 16, 16, 3, 16, 16, 16])), v128.zero());
}

const loadFour = (p: I32, dtype: DType): V128 => (isBool(dtype) ? loadMasks(p) : v128.load(p));
/** One element in the first lane (floats), or in all lanes. */
const loadOne = (p: I32, dtype: DType): V128 =>
  isBool(dtype) ? i32x4.splat(i32.sub(i32.const(0), i32.ne(i32.load8u(p), 0))) : v128.load32Splat(p);

function storeFour(c: FunctionBuilder, p: I32, x: V128, dtype: DType): void {
  if (!isBool(dtype)) return c.storeV128(p, x);
  const bytes = v128.and(x, i32x4.const(1));
  c.storeLane32(p, shuffle(bytes, bytes, [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12]), 0);
}

function storeOne(c: FunctionBuilder, p: I32, x: V128, dtype: DType): void {
  if (isBool(dtype)) c.store8(p, i32.and(i32x4.extract(x, 0), 1));
  else c.storeF32(p, f32x4.extract(x, 0));
}

/**
 * Adds the function `pointwise`: for rows `from` … `to`, `n` elements each. Parameters after n: address, bytes to the
 * next row and bytes to the next element of each output, then the same of each operand (for a number: its value, 0, 0).
 * An output may lie where an operand lies.
 */
export function addPointwise(
  m: ModuleBuilder, expressions: readonly Expr[], operands: readonly OperandKind[], outputs: readonly OperandKind[],
): void {
  const params = (['i32', 'i32', 'i32'] as ('i32' | 'f32')[]).concat(
    ...[...outputs, ...operands].map((o): ('i32' | 'f32')[] => [o.access === 'number' ? 'f32' : 'i32', 'i32', 'i32']));
  m.func('pointwise', params, (c) => {
    const row = c.local('i32', c.param(0, 'i32')), to = c.param(1, 'i32'), n = c.param(2, 'i32');
    const streams = [...outputs, ...operands].map((o, i) => ({
      ...o, at: 3 + 3 * i, rowStep: c.param(4 + 3 * i, 'i32'), step: c.param(5 + 3 * i, 'i32'),
    }));
    const numbers = streams.map((s) => (s.access === 'number' ? c.local('v128', numberIn(c, s.at, s.dtype)) : null));
    const rows = streams.map((s) => (s.access === 'number' ? null
      : c.local('i32', i32.add(c.param(s.at, 'i32'), i32.mul(row, s.rowStep)))));
    const points = rows.map((r) => r && c.local('i32', r));
    const first = outputs.length;

    c.while(() => i32.ltS(row, to), () => {
      points.forEach((p, i) => p && c.set(p, rows[i]!));
      const constants = streams.map((s, i) => (s.access === 'constant' ? c.local('v128', loadOne(points[i]!, s.dtype)) : numbers[i]));
      const left = c.local('i32', n);
      const body = (count: 4 | 1): void => {
        const xs = streams.slice(first).map((s, i) => constants[first + i] ?? c.local('v128', count === 1 ? loadOne(points[first + i]!, s.dtype)
          : s.access === 'strided' ? gather(c, points[first + i]!, s.step, s.dtype) : loadFour(points[first + i]!, s.dtype)));
        renderAll(c, expressions, xs).map((v) => c.local('v128', v)).forEach((value, i) => {
          if (count === 1) storeOne(c, points[i]!, value, outputs[i].dtype);
          else storeFour(c, points[i]!, value, outputs[i].dtype);
        });
        streams.forEach((s, i) => {
          if (s.access === 'contiguous') c.advance(points[i]!, count * s.dtype.itemsize);
          else if (s.access === 'strided') c.advance(points[i]!, count === 4 ? i32.shl(s.step, 2) : s.step);
        });
        c.advance(left, -count);
      };
      // a strided output is written one by one
      if (outputs.every((o) => o.access === 'contiguous')) c.while(() => i32.geS(left, 4), () => body(4));
      c.while(() => i32.gtS(left, 0), () => body(1));
      rows.forEach((r, i) => r && c.advance(r, streams[i].rowStep));
      c.advance(row, 1);
    });
  });
}

const numberIn = (c: FunctionBuilder, at: number, dtype: DType): V128 => {
  const x: Local<'f32'> = c.param(at, 'f32');
  return isBool(dtype) ? f32x4.ne(f32x4.splat(x), v128.zero()) : f32x4.splat(x);
};

/** Four elements that lie `step` bytes apart. */
function gather(c: FunctionBuilder, p: I32, step: I32, dtype: DType): V128 {
  const at = c.local('i32', p), value = c.local('v128', v128.zero());
  for (let lane = 0; lane < 4; lane++) {
    const x = isBool(dtype) ? f32.convertI32(i32.load8u(at)) : f32.load(at);
    c.set(value, f32x4.replace(value, lane, x));
    if (lane < 3) c.advance(at, step);
  }
  return isBool(dtype) ? f32x4.ne(value, v128.zero()) : value;
}

