import type { DType } from '@sconce/tensor';
import { expr, type Expr, type ReduceOp } from '@sconce/tensor/internal';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { i32, v128 } from '../asm/ops.js';
import {
  convert, exchangePairs, formOf, isWide, loadFour, loadOne, rotateTwo, splatNumber, storeFour, storeOne, type Four, type I32,
} from './four.js';
import { isHalf } from './half.js';
import { render, renderable } from './render.js';

// Reductions. Partial results of a block of elements are folded into the whole, so that the rounding errors of a long sum
// grow with the number of blocks and not with that of elements.

type Variables = readonly Local<'v128'>[];

/** Fours that are folded at a time. */
const UNROLL = 4;
/** Rounds of the inner loop per block. */
const BLOCK = 64;
/** Rows that `columns` folds at a time. */
const BLOCK_ROWS = 32;
/** Columns of a work item of `columns`. */
export const COLUMN_GROUP = 4 * UNROLL;

/** How elements are folded; `map` says what each becomes first. */
export interface Fold extends Pick<ReduceOp, 'init' | 'combine' | 'finish'> { map?(x: Expr): Expr }

/** Whether a reduction of elements of one dtype, computed in another one, can be rendered; partial results have no room in half types. */
export function reducible(op: Fold, from: DType, dtype: DType): boolean {
  const x = expr.input(0, dtype), y = expr.input(1, dtype);
  return formOf(from) !== undefined && formOf(dtype) !== undefined && !isHalf(from) && !isHalf(dtype) && renderable(op.init(dtype)) && renderable(op.combine(x, y)) &&
    (!op.finish || renderable(op.finish(x, y))) && (!op.map || renderable(op.map(x)));
}

/**
 * Adds `rows` (each of the rows from … to becomes one number) and `columns` (rows are folded into one). What is folded is
 * elements with `first`, else partial results; with `final` the op's last step is done, which sees the count.
 */
export function addReduce(m: ModuleBuilder, op: Fold, from: DType, dtype: DType, first: boolean, final: boolean): void {
  const x = expr.input(0, dtype), y = expr.input(1, dtype);
  const initial = op.init(dtype), combine = op.combine(x, y), finish = final && op.finish ? op.finish(x, y) : null;
  const mapped = first && op.map ? op.map(x) : null;
  const form = formOf(dtype)!, size = from.itemsize;

  const four = (c: FunctionBuilder): Variables => Array.from({ length: isWide(form) ? 2 : 1 }, () => c.local('v128', v128.zero()));
  const fours = (c: FunctionBuilder, n: number): Variables[] => Array.from({ length: n }, () => four(c));
  const set = (c: FunctionBuilder, to: Variables, value: Four): void => to.forEach((v, i) => c.set(v, value[i]));
  const clear = (c: FunctionBuilder, to: Variables): void => set(c, to, render(c, initial, []));
  const held = (c: FunctionBuilder, value: Four): Four => value.map((v) => c.local('v128', v));
  const join = (c: FunctionBuilder, to: Variables, value: Four): void => set(c, to, held(c, render(c, combine, [to, value])));
  const load = (c: FunctionBuilder, p: I32, single: boolean, offset = 0): Four => {
    const value = held(c, convert(c, single ? loadOne(p, from) : loadFour(p, from, offset), from, dtype));
    return mapped ? held(c, render(c, mapped, [value])) : value;
  };
  const end = (c: FunctionBuilder, value: Variables, count: Four): Four => (finish ? render(c, finish, [value, count]) : value);

  m.func('rows', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64'], (c) => {
    const [row, to, n, src, srcRow, out] = [0, 1, 2, 3, 4, 5].map((i) => c.param(i, 'i32'));
    const count = finish ? splatNumber(c, c.param(6, 'f64'), form) : [];
    const [total, ...block] = fours(c, 1 + UNROLL);
    c.while(() => i32.ltS(row, to), () => {
      const p = c.local('i32', i32.add(src, i32.mul(row, srcRow))), left = c.local('i32', n);
      clear(c, total);
      c.while(() => i32.geS(left, 4 * UNROLL), () => {
        block.forEach((b) => clear(c, b));
        const rounds = c.local('i32', i32.const(BLOCK));
        c.doWhile(() => {
          block.forEach((b, i) => join(c, b, load(c, p, false, 4 * size * i)));
          c.advance(p, 4 * size * UNROLL);
          c.advance(left, -4 * UNROLL);
          c.advance(rounds, -1);
          return i32.and(i32.ne(rounds, 0), i32.geS(left, 4 * UNROLL));
        });
        for (let i = 1; i < UNROLL; i++) join(c, block[0], block[i]);
        join(c, total, block[0]);
      });
      const step = (single: boolean): void => {
        join(c, total, load(c, p, single));
        c.advance(p, (single ? 1 : 4) * size);
        c.advance(left, single ? -1 : -4);
      };
      c.while(() => i32.geS(left, 4), () => step(false));
      join(c, total, held(c, rotateTwo(total)));
      join(c, total, held(c, exchangePairs(total)));
      c.while(() => i32.gtS(left, 0), () => step(true));
      storeOne(c, i32.add(out, i32.mul(row, dtype.itemsize)), end(c, total, count), dtype);
      c.advance(row, 1);
    });
  });

  m.func('columns', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64'], (c) => {
    const [group, to, rows, n, src, srcRow, out] = [0, 1, 2, 3, 4, 5, 6].map((i) => c.param(i, 'i32'));
    const count = finish ? splatNumber(c, c.param(7, 'f64'), form) : [];
    const begin = c.local('i32', i32.mul(group, COLUMN_GROUP)), limit = c.local('i32', i32.mul(to, COLUMN_GROUP));
    const base = c.local('i32', i32.add(src, i32.mul(begin, size))), block = c.local('i32', i32.const(0)), over = c.local('i32', rows);
    const isFirst = c.local('i32', i32.const(1)), left = c.local('i32', i32.const(0));
    const [p, q, at, row] = [base, out, base, rows].map((x) => c.local('i32', x));
    c.if(i32.gtS(limit, n), () => c.set(limit, n));
    const parts = fours(c, UNROLL);
    /** Folds a block's rows of some fours of columns (0: one column), and what those before have left. */
    const step = (width: number): void => {
      const columns = width ? 4 * width : 1, own = parts.slice(0, Math.max(width, 1));
      own.forEach((b) => clear(c, b));
      c.set(at, p);
      c.set(row, block);
      c.doWhile(() => {
        own.forEach((b, v) => join(c, b, load(c, at, width === 0, 4 * size * v)));
        c.advance(at, srcRow);
        c.advance(row, -1);
        return row;
      });
      // what came first stays first: of two zeros that is the largest
      c.if(i32.eqz(isFirst), () => own.forEach((b, v) => {
        const before = held(c, width ? loadFour(q, dtype, 4 * dtype.itemsize * v) : loadOne(q, dtype));
        set(c, b, held(c, render(c, combine, [before, b])));
      }));
      if (finish) c.if(i32.eqz(over), () => own.forEach((b) => set(c, b, held(c, end(c, b, count)))));
      own.forEach((b, v) => (width ? storeFour(c, q, b, dtype, 4 * dtype.itemsize * v) : storeOne(c, q, b, dtype)));
      c.advance(p, size * columns);
      c.advance(q, dtype.itemsize * columns);
      c.advance(left, -columns);
    };
    // a few rows at a time, along all columns: memory is read in order, where one group down all rows met a page at each
    c.while(() => over, () => {
      c.set(block, i32.select(over, i32.const(BLOCK_ROWS), i32.ltS(over, BLOCK_ROWS)));
      c.advance(over, i32.sub(i32.const(0), block));
      c.set(left, i32.sub(limit, begin));
      c.set(p, base);
      c.set(q, i32.add(out, i32.mul(begin, dtype.itemsize)));
      c.while(() => i32.geS(left, COLUMN_GROUP), () => step(UNROLL));
      c.while(() => i32.geS(left, 4), () => step(1));
      c.while(() => i32.gtS(left, 0), () => step(0));
      c.advance(base, i32.mul(block, srcRow));
      c.set(isFirst, i32.const(0));
    });
  });
}
