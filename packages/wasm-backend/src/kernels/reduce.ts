import type { DType } from '@sconce/tensor';
import { expr, type ReduceOp } from '@sconce/tensor/internal';
import type { Value } from '../asm/code.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32x4, i32, shuffle32, v128 } from '../asm/ops.js';
import { lanesOf } from '../asm/lanes.js';
import { render, renderable } from './pointwise.js';

// Reductions of float32. Partial results of a block of elements are folded into the whole, so that the rounding errors
// of a long sum grow with the number of blocks and not with that of elements.

type V128 = Value<'v128'>;
type I32 = Value<'i32'>;

/** Vectors that are folded at a time. */
const UNROLL = 4;
/** Rounds of the inner loop per block. */
const BLOCK = 64;
/** Columns of a work item of `columns`. */
export const COLUMN_GROUP = 4 * UNROLL;

/** Whether an op's expressions can be rendered for a dtype. */
export function reducible(op: ReduceOp, dtype: DType): boolean {
  const x = expr.input(0, dtype), y = expr.input(1, dtype);
  return dtype.name === 'float32' && renderable(op.combine(x, y)) && (!op.finish || renderable(op.finish(x, y)));
}

/**
 * Adds `rows` (each of the rows from … to becomes one number) and `columns` (rows are folded into one); with `final`
 * the op's last step is done, which sees the count.
 */
export function addReduce(m: ModuleBuilder, op: ReduceOp, dtype: DType, final: boolean): void {
  const x = expr.input(0, dtype), y = expr.input(1, dtype);
  const initial = op.init(dtype), combine = op.combine(x, y), finish = final && op.finish ? op.finish(x, y) : null;
  const start = (c: FunctionBuilder): V128 => render(c, initial, []);
  const join = (c: FunctionBuilder, to: Local<'v128'>, value: V128): void => c.set(to, render(c, combine, [to, value]));
  const end = (c: FunctionBuilder, value: Local<'v128'>, count: V128): V128 => (finish ? render(c, finish, [value, count]) : value);
  const lanes = lanesOf('f32', false);
  const vectors = (c: FunctionBuilder, n: number): Local<'v128'>[] => Array.from({ length: n }, () => c.local('v128', v128.zero()));

  m.func('rows', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f32'], (c) => {
    const [row, to, n, src, srcRow, out] = [0, 1, 2, 3, 4, 5].map((i) => c.param(i, 'i32'));
    const count = c.local('v128', f32x4.splat(c.param(6, 'f32')));
    const total = vectors(c, 1)[0], block = vectors(c, UNROLL), tail = vectors(c, 1)[0];
    c.while(() => i32.ltS(row, to), () => {
      const p = c.local('i32', i32.add(src, i32.mul(row, srcRow))), left = c.local('i32', n);
      c.set(total, start(c));
      c.while(() => i32.geS(left, 4 * UNROLL), () => {
        block.forEach((b) => c.set(b, start(c)));
        const rounds = c.local('i32', i32.const(BLOCK));
        c.doWhile(() => {
          block.forEach((b, i) => join(c, b, v128.load(p, 16 * i)));
          c.advance(p, 16 * UNROLL);
          c.advance(left, -4 * UNROLL);
          c.advance(rounds, -1);
          return i32.and(i32.ne(rounds, 0), i32.geS(left, 4 * UNROLL));
        });
        for (let i = 1; i < UNROLL; i++) join(c, block[0], block[i]);
        join(c, total, block[0]);
      });
      c.while(() => i32.geS(left, 4), () => {
        join(c, total, v128.load(p));
        c.advance(p, 16);
        c.advance(left, -4);
      });
      join(c, total, shuffle32(total, total, [2, 3, 0, 1]));
      join(c, total, shuffle32(total, total, [1, 0, 3, 2]));
      c.while(() => i32.gtS(left, 0), () => {
        c.set(tail, v128.load32Splat(p));
        join(c, total, tail);
        c.advance(p, 4);
        c.advance(left, -1);
      });
      lanes.storeOne(c, i32.add(out, i32.shl(row, 2)), end(c, total, count));
      c.advance(row, 1);
    });
  });

  m.func('columns', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f32'], (c) => {
    const [group, to, rows, n, src, srcRow, out] = [0, 1, 2, 3, 4, 5, 6].map((i) => c.param(i, 'i32'));
    const count = c.local('v128', f32x4.splat(c.param(7, 'f32')));
    /** Folds some vectors of columns (0: one column) from a first element on. */
    const fold = (width: number, first: I32, store: I32): void => {
      const totals = vectors(c, Math.max(width, 1)), parts = vectors(c, Math.max(width, 1));
      const load = (p: I32, v: number): V128 => (width ? v128.load(p, 16 * v) : lanes.loadOne(p));
      const p = c.local('i32', first), left = c.local('i32', rows);
      totals.forEach((t) => c.set(t, start(c)));
      c.while(() => i32.gtS(left, 0), () => {
        const rounds = c.local('i32', i32.const(4 * BLOCK));
        parts.forEach((b) => c.set(b, start(c)));
        c.doWhile(() => {
          parts.forEach((b, v) => join(c, b, load(p, v)));
          c.advance(p, srcRow);
          c.advance(left, -1);
          c.advance(rounds, -1);
          return i32.and(i32.ne(rounds, 0), i32.gtS(left, 0));
        });
        totals.forEach((t, v) => join(c, t, parts[v]));
      });
      totals.forEach((t, v) => {
        if (width) c.storeV128(store, end(c, t, count), 16 * v);
        else lanes.storeOne(c, store, end(c, t, count));
      });
    };
    c.while(() => i32.ltS(group, to), () => {
      const j = c.local('i32', i32.mul(group, COLUMN_GROUP));
      const left = c.local('i32', i32.sub(n, j));
      const p = c.local('i32', i32.add(src, i32.shl(j, 2))), q = c.local('i32', i32.add(out, i32.shl(j, 2)));
      const step = (width: number): void => {
        const columns = width ? 4 * width : 1;
        fold(width, p, q);
        c.advance(p, 4 * columns);
        c.advance(q, 4 * columns);
        c.advance(left, -columns);
      };
      c.if(i32.geS(left, COLUMN_GROUP), () => step(UNROLL), () => {
        c.while(() => i32.geS(left, 4), () => step(1));
        c.while(() => i32.gtS(left, 0), () => step(0));
      });
      c.advance(group, 1);
    });
  });
}
