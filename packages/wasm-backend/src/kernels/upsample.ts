import type { Value } from '../asm/code.js';
import { integers, params, plus } from '../asm/integers.js';
import { PART, type FunctionBuilder, type Local, type ModuleBuilder } from '../asm/module.js';
import { f32, f32x4, i32, v128 } from '../asm/ops.js';
import { eachVector, load, store } from '../asm/vectors.js';
import { copyRow, writeRow } from './planes.js';

// Resampling of float32 along one dimension. A table says of what each element of the output is made: where its taps begin
// and, one entry further, where they end, in bytes from the table's beginning. Behind that are the taps: the place of an
// element, or of a row, in bytes, and its weight.

type I32 = Value<'i32'>;
type V128 = Value<'v128'>;

/** Bytes of a tap. */
export const TAP_BYTES = 8;
/** Rows that are resampled along themselves at once, a lane of vectors each. */
export const LANES = 4;
/** Rows that are read at once. */
const SIDE_BY_SIDE = 4;

export function buildUpsample(m: ModuleBuilder): void {
  addRows(m);
  addColumns(m);
  addCopies(m);
}

/** Variables with the beginning and the end of the taps that a table's entry tells of. */
const tapsAt = (c: FunctionBuilder, table: I32, entry: I32): Local<'i32'>[] =>
  [0, 4].map((offset) => c.local('i32', i32.add(table, i32.load(entry, offset))));

/** For rows from … to of the output, `count` for each `block` bytes of the input: sums of whole rows, of `width` floats. */
function addRows(m: ModuleBuilder): void {
  m.func('rows', params(8), (c) => {
    const [row, to, count, block, width, table, src, out] = integers(c, 8);
    c.while(() => i32.ltS(row, to), () => {
      const [tap, end] = tapsAt(c, table, plus(table, i32.remU(row, count), i32.const(4)));
      const base = c.local('i32', plus(src, i32.divU(row, count), block)), target = c.local('i32', plus(out, row, i32.shl(width, 2)));
      const isFirst = c.local('i32', i32.const(1)), taken = c.local('i32');
      c.doWhile(() => {
        c.set(taken, i32.divU(i32.sub(end, tap), TAP_BYTES));
        c.if(i32.gtU(taken, SIDE_BY_SIDE), () => c.set(taken, i32.const(SIDE_BY_SIDE)));
        for (let n = 0; n <= SIDE_BY_SIDE; n++) {
          c.if(i32.eq(taken, n), () => c.if(isFirst, () => sumRows(c, { n, tap, base, target, width }, false),
            () => sumRows(c, { n, tap, base, target, width }, true)));
        }
        c.set(isFirst, i32.const(0));
        c.advance(tap, i32.mul(taken, TAP_BYTES));
        return i32.ltU(tap, end);
      });
      c.advance(row, 1);
    });
  });
}

interface Rows { readonly n: number; readonly tap: I32; readonly base: I32; readonly target: I32; readonly width: I32 }

/** Sets a row to the sum of `n` others by their weights, or adds that to it. */
function sumRows(c: FunctionBuilder, { n, tap, base, target, width }: Rows, onto: boolean): void {
  const taps = Array.from({ length: n }, (_, k) => ({
    p: c.local('i32', i32.add(base, i32.load(tap, TAP_BYTES * k))), weight: c.local('v128', v128.load32Splat(tap, TAP_BYTES * k + 4)),
  }));
  const q = c.local('i32', target);
  eachVector(c, width, [q, ...taps.map(({ p }) => p)], (single) => {
    const join = (sum: V128 | null, { p, weight }: typeof taps[number]): V128 =>
      (sum ? c.madd(load(p, single), weight, sum) : f32x4.mul(load(p, single), weight));
    store(c, q, taps.reduce(join, onto ? load(q, single) : null) ?? v128.zero(), single);
  });
}

/**
 * For rows in fours, from … to, of `rows` with `n` floats: resampled to `count` floats each. They are put side by side first, as
 * the lanes of vectors, so that weights and places are read once for all of them.
 */
function addColumns(m: ModuleBuilder): void {
  m.func('columns', params(9), (c) => {
    const [group, to, rows, n, count, table, src, out, scratch] = integers(c, 9);
    const lanes = c.local('i32', plus(scratch, PART, i32.mul(n, 4 * LANES)));
    // the last of fewer than four rows stands for those that lack
    const starts = (address: I32, width: I32): Local<'i32'>[] => Array.from({ length: LANES }, (_, k) => {
      const row = c.local('i32', i32.add(i32.mul(group, LANES), k));
      c.if(i32.geS(row, rows), () => c.set(row, i32.sub(rows, 1)));
      return c.local('i32', plus(address, row, i32.shl(width, 2)));
    });
    c.while(() => i32.ltS(group, to), () => {
      const ps = starts(src, n), at = c.local('i32', lanes), left = c.local('i32', n);
      c.while(() => left, () => {
        c.storeV128(at, gather(ps));
        ps.forEach((p) => c.advance(p, 4));
        c.advance(at, 4 * LANES);
        c.advance(left, -1);
      });
      const qs = starts(out, count), entry = c.local('i32', table), sum = c.local('v128');
      c.set(left, count);
      c.while(() => left, () => {
        const [tap, end] = tapsAt(c, table, entry);
        c.set(sum, v128.zero());
        c.while(() => i32.ltU(tap, end), () => {
          c.set(sum, c.madd(v128.load(i32.add(lanes, i32.load(tap))), v128.load32Splat(tap, 4), sum));
          c.advance(tap, TAP_BYTES);
        });
        qs.forEach((q, k) => {
          c.storeLane32(q, sum, k);
          c.advance(q, 4);
        });
        c.advance(entry, 4);
        c.advance(left, -1);
      });
      c.advance(group, 1);
    });
  });
}

/** The floats at four addresses. */
const gather = ([first, ...others]: readonly I32[]): V128 =>
  others.reduce((vector, p, k) => v128.loadLane32(p, vector, k + 1), v128.load32Zero(first));

/**
 * For rows from … to of the output, of `width` floats, `count` for each `block` bytes of the input: copied from the row and the columns
 * that tables give in bytes.
 */
function addCopies(m: ModuleBuilder): void {
  m.func('copies', params(8), (c) => {
    const [row, to, count, block, width, table, src, out] = integers(c, 8);
    const columns = c.local('i32', plus(table, count, i32.const(4))), size = c.local('i32', i32.shl(width, 2));
    const q = c.local('i32', plus(out, row, size)), before = c.local('i32', i32.const(0));
    c.while(() => i32.ltS(row, to), () => {
      const base = c.local('i32', i32.add(plus(src, i32.divU(row, count), block), i32.load(plus(table, i32.remU(row, count), i32.const(4)))));
      const place = (p: I32, k: number): I32 => i32.add(base, i32.load(p, 4 * k));
      c.if(i32.eq(base, before), () => copyRow(c, i32.sub(q, size), q, width, null),
        () => writeRow(c, columns, q, width, (p) => gather([0, 1, 2, 3].map((k) => place(p, k))), (p) => f32.load(place(p, 0))));
      c.set(before, base);
      c.advance(q, size);
      c.advance(row, 1);
    });
  });
}
