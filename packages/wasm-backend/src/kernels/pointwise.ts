import type { DType } from '@sconce/tensor';
import type { Expr } from '@sconce/tensor/internal';
import type { Value, ValueType } from '../asm/code.js';
import { plus } from '../asm/integers.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { i32 } from '../asm/ops.js';
import { formOf, gatherFour, loadFour, loadOne, splatNumber, storeFour, storeOne } from './four.js';
import type { Functions } from './functions.js';
import { decoded, encoded } from './half.js';
import { renderAll } from './render.js';
import { FOR_SUBNORMALS, holdSubnormal, SUBNORMAL_PART } from './subnormals.js';

// Pointwise expressions, four elements at a time.

type I32 = Value<'i32'>;

/** How an operand is read along the inner dimension: one after the other, always the same, or with a stride. */
export type Access = 'contiguous' | 'constant' | 'strided' | 'number';

/** An operand of a kernel. */
export interface OperandKind { readonly access: Access; readonly dtype: DType }

/** Elements of an inner loop. */
const PART = 4096;

interface Stream extends OperandKind {
  /** where it is read or written next; null for a number */
  readonly point: Local<'i32'> | null;
  /** bytes from one element to the next, where it is strided */
  readonly step: I32;
  readonly number: readonly Value<'v128'>[] | null;
}

/**
 * Adds the function `pointwise`: for rows `from` … `to`, `n` elements each. Parameters after n: how many rows a block has, then
 * address, bytes to the next row, bytes from what would be a block's next row to the next block, and bytes to the next
 * element of each output, then the same of each operand (for a number: its value, 0, 0, 0). An output may lie where an operand lies.
 */
export function addPointwise(
  m: ModuleBuilder, expressions: readonly Expr[], operands: readonly OperandKind[], outputs: readonly OperandKind[],
): void {
  const kinds = [...outputs, ...operands];
  const params = kinds.flatMap((o): ValueType[] => [o.access === 'number' ? 'f64' : 'i32', 'i32', 'i32', 'i32']);
  m.func('pointwise', ['i32', 'i32', 'i32', 'i32', ...params], (c) => {
    const row = c.local('i32', c.param(0, 'i32')), to = c.param(1, 'i32'), n = c.param(2, 'i32'), block = c.param(3, 'i32');
    const left = c.local('i32', i32.sub(block, i32.remU(row, block))), blocks = c.local('i32', i32.divU(row, block));
    const steps = kinds.map((_, i) => [5, 6].map((at) => c.param(at + 4 * i, 'i32')));
    const rows = kinds.map((o, i) => (o.access === 'number' ? null
      : c.local('i32', plus(plus(c.param(4 + 4 * i, 'i32'), row, steps[i][0]), blocks, steps[i][1]))));
    const streams = kinds.map((o, i): Stream => ({
      ...o, step: c.param(7 + 4 * i, 'i32'), point: rows[i] && c.local('i32', rows[i]), number: numberOf(c, o, 4 + 4 * i),
    }));
    const advanceAll = (level: number): void => rows.forEach((r, i) => r && c.advance(r, steps[i][level]));
    c.while(() => i32.ltS(row, to), () => {
      streams.forEach((s, i) => s.point && c.set(s.point, rows[i]!));
      forElements(c, expressions, streams, outputs.length, c.local('i32', n));
      advanceAll(0);
      c.advance(left, -1);
      c.if(i32.eqz(left), () => {
        c.set(left, block);
        advanceAll(1);
      });
      c.advance(row, 1);
    });
  });
}

/**
 * Adds the function `flat`: for elements `from` … `to` where all streams are contiguous, constant or numbers. Parameters
 * after to: the address of each output, then that of each operand (for a number: its value). Operand `watched`, contiguous
 * floats, may hold subnormal numbers.
 */
export function addFlat(
  m: ModuleBuilder, expressions: readonly Expr[], operands: readonly OperandKind[], outputs: readonly OperandKind[],
  watched?: number,
): void {
  const kinds = [...outputs, ...operands], size = watched === undefined ? PART : SUBNORMAL_PART;
  m.func('flat', ['i32', 'i32', ...kinds.map((o): ValueType => (o.access === 'number' ? 'f64' : 'i32'))], (c) => {
    const from = c.param(0, 'i32'), to = c.param(1, 'i32');
    const start = (o: OperandKind, at: I32): I32 => (o.access === 'contiguous' ? i32.add(at, i32.mul(from, o.dtype.itemsize)) : at);
    const streams = kinds.map((o, i): Stream => ({
      ...o, step: i32.const(0), number: numberOf(c, o, 2 + i),
      point: o.access === 'number' ? null : c.local('i32', start(o, c.param(2 + i, 'i32'))),
    }));
    const left = c.local('i32', i32.sub(to, from)), part = c.local('i32', i32.const(0));
    // V8 unrolls an inner loop more often the deeper it lies: in parts, sums take half the time
    c.while(() => i32.gtS(left, 0), () => {
      c.set(part, i32.const(size));
      c.if(i32.ltS(left, size), () => c.set(part, left));
      c.set(left, i32.sub(left, part));
      const compute = (functions?: Functions) => (): void => forElements(c, expressions, streams, outputs.length, part, functions);
      if (watched === undefined) return compute()();
      const found = c.local('i32', i32.const(0));
      c.set(found, i32.const(0));
      c.if(i32.eq(part, size), () => c.set(found, holdSubnormal(c, streams[outputs.length + watched].point!)));
      c.if(found, compute(FOR_SUBNORMALS), compute());
    });
  });
}

const numberOf = (c: FunctionBuilder, { access, dtype }: OperandKind, parameter: number): readonly Value<'v128'>[] | null =>
  (access === 'number' ? splatNumber(c, c.param(parameter, 'f64'), formOf(dtype)!) : null);

/** Computes `left` elements; the first streams are the outputs. */
function forElements(
  c: FunctionBuilder, expressions: readonly Expr[], streams: readonly Stream[], outputs: number, left: Local<'i32'>, functions?: Functions,
): void {
  const read = (s: Stream, count: 4 | 1): readonly Local<'v128'>[] => decoded(c, count === 1 ? loadOne(s.point!, s.dtype)
    : s.access === 'strided' ? gatherFour(c, s.point!, s.step, s.dtype) : loadFour(s.point!, s.dtype), s.dtype).map((v) => c.local('v128', v));
  const constants = streams.map((s) => (s.access === 'constant' ? read(s, 1) : s.number));
  const body = (count: 4 | 1): void => {
    const xs = streams.slice(outputs).map((s, i) => constants[outputs + i] ?? read(s, count));
    // all are computed before any is written: an output may be an operand
    const values = renderAll(c, expressions, xs, functions).map((x, i) => encoded(c, x, streams[i].dtype).map((v) => c.local('v128', v)));
    values.forEach((value, i) => {
      const { access, dtype, step } = streams[i], p = streams[i].point!;
      if (count === 1) storeOne(c, p, value, dtype);
      else if (access === 'contiguous') storeFour(c, p, value, dtype);
      else {
        for (let lane = 0; lane < 4; lane++) {
          storeOne(c, p, value, dtype, lane);
          if (lane < 3) c.advance(p, step);
        }
      }
    });
    streams.forEach((s, i) => {
      if (s.access === 'contiguous') c.advance(s.point!, count * s.dtype.itemsize);
      // writing four has moved the pointer already
      else if (s.access === 'strided') c.advance(s.point!, count === 4 && i >= outputs ? i32.shl(s.step, 2) : s.step);
    });
    c.advance(left, -count);
  };
  c.while(() => i32.geS(left, 4), () => body(4));
  c.while(() => i32.gtS(left, 0), () => body(1));
}
