import type { DType } from '@sconce/tensor';
import type { Expr } from '@sconce/tensor/internal';
import type { ModuleBuilder } from '../asm/module.js';
import { i32 } from '../asm/ops.js';
import { formOf, gatherFour, loadFour, loadOne, splatNumber, storeFour, storeOne } from './four.js';
import { renderAll } from './render.js';

// Pointwise expressions, four elements at a time.

/** How an operand is read along the inner dimension: one after the other, always the same, or with a stride. */
export type Access = 'contiguous' | 'constant' | 'strided' | 'number';

/** An operand of a kernel. */
export interface OperandKind { readonly access: Access; readonly dtype: DType }

/**
 * Adds the function `pointwise`: for rows `from` … `to`, `n` elements each. Parameters after n: address, bytes to the
 * next row and bytes to the next element of each output, then the same of each operand (for a number: its value, 0, 0).
 * An output may lie where an operand lies.
 */
export function addPointwise(
  m: ModuleBuilder, expressions: readonly Expr[], operands: readonly OperandKind[], outputs: readonly OperandKind[],
): void {
  const params = (['i32', 'i32', 'i32'] as ('i32' | 'f64')[]).concat(
    ...[...outputs, ...operands].map((o): ('i32' | 'f64')[] => [o.access === 'number' ? 'f64' : 'i32', 'i32', 'i32']));
  m.func('pointwise', params, (c) => {
    const row = c.local('i32', c.param(0, 'i32')), to = c.param(1, 'i32'), n = c.param(2, 'i32');
    const streams = [...outputs, ...operands].map((o, i) => ({
      ...o, at: 3 + 3 * i, rowStep: c.param(4 + 3 * i, 'i32'), step: c.param(5 + 3 * i, 'i32'),
    }));
    const numbers = streams.map((s) => (s.access === 'number' ? splatNumber(c, c.param(s.at, 'f64'), formOf(s.dtype)!) : null));
    const rows = streams.map((s) => (s.access === 'number' ? null
      : c.local('i32', i32.add(c.param(s.at, 'i32'), i32.mul(row, s.rowStep)))));
    const points = rows.map((r) => r && c.local('i32', r));
    const first = outputs.length;

    c.while(() => i32.ltS(row, to), () => {
      points.forEach((p, i) => p && c.set(p, rows[i]!));
      const constants = streams.map((s, i) =>
        (s.access === 'constant' ? loadOne(points[i]!, s.dtype).map((v) => c.local('v128', v)) : numbers[i]));
      const left = c.local('i32', n);
      const body = (count: 4 | 1): void => {
        const xs = streams.slice(first).map((s, i) => constants[first + i] ?? (count === 1 ? loadOne(points[first + i]!, s.dtype)
          : s.access === 'strided' ? gatherFour(c, points[first + i]!, s.step, s.dtype)
          : loadFour(points[first + i]!, s.dtype)).map((v) => c.local('v128', v)));
        // all are computed before any is written: an output may be an operand
        const values = renderAll(c, expressions, xs).map((x) => x.map((v) => c.local('v128', v)));
        values.forEach((value, i) => {
          const { access, dtype, step } = streams[i], p = points[i]!;
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
          if (s.access === 'contiguous') c.advance(points[i]!, count * s.dtype.itemsize);
          // writing four has moved the pointer already
          else if (s.access === 'strided') c.advance(points[i]!, count === 4 && i >= first ? i32.shl(s.step, 2) : s.step);
        });
        c.advance(left, -count);
      };
      c.while(() => i32.geS(left, 4), () => body(4));
      c.while(() => i32.gtS(left, 0), () => body(1));
      rows.forEach((r, i) => r && c.advance(r, streams[i].rowStep));
      c.advance(row, 1);
    });
  });
}
