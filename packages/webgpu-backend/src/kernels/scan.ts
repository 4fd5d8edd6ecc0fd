import { type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launch } from './job.js';
import { rowsAlong } from './rows.js';
import type { Bytes } from '../values.js';
import { wordOf } from '../wgsl/render.js';

const LANES = 256;
/** Elements that are joined before what they give joins what came before: it is small beside that, and would lose its digits one by one. */
const BLOCK = 64;

/** What is carried along a row, as WGSL. */
export interface Scan {
  readonly type: string;
  /** what changes nothing */
  readonly none: string;
  /** element `v` at place `j` */
  readonly of: string;
  /** of what was carried so far, `a`, and what comes next, `b` */
  readonly combine: string;
  /** puts `whole`, of all elements up to number `k`, where it belongs */
  readonly store: string;
}

export const sum = (word: string): Scan => ({ type: word, none: `${word}()`, of: 'v', combine: 'return a + b;', store: 'out[k] = whole;' });
export const product = (word: string): Scan => ({ ...sum(word), none: `${word}(1)`, combine: 'return a * b;' });
/** The last of the best, or the last NaN. Nothing yet is no place. */
export const best = (word: 'f32' | 'i32', better: '>=' | '<='): Scan => ({
  type: 'Best', none: `Best(${word}(), -1)`, of: 'Best(v, i32(j))',
  combine: `if (b.place < 0) { return a; }
  if (a.place < 0) { return b; }
  ${word === 'f32' ? 'if (isnan_(b.value)) { return b; }\n  if (isnan_(a.value)) { return a; }' : ''}
  if (b.value ${better} a.value) { return b; }
  return a;`,
  store: 'out[k] = whole.value; places[k] = whole.place;',
});

/** Follows rows from their first element on: long ones by a workgroup, whose lanes take parts and pass on what they carry. */
export function scan(engine: Engine, name: string, x: View, [out, places]: readonly (View | Bytes)[], dim: number, { type, none, of, combine, store }: Scan): void {
  const rows = rowsAlong(x.layout, dim), team = rows.length >= LANES && rows.count < 1024, word = wordOf(x.dtype);
  const follow = (act: string): string => `for (var first = start; first < until; first += ${BLOCK}u) {
  var carried = ${none};
  for (var j = first; j < min(first + ${BLOCK}u, until); j++) {
    let k = base + j * p.inner;
    let v = x(k);
    carried = joined(carried, ${of});
    ${act}
  }
  before = joined(before, carried);
}`;
  const across = `${follow('')}
lanes[lane] = before;
workgroupBarrier();
for (var reach = 1u; reach < ${LANES}u; reach <<= 1u) {
  var own = lanes[lane];
  if (lane >= reach) { own = joined(lanes[lane - reach], own); }
  workgroupBarrier();
  lanes[lane] = own;
  workgroupBarrier();
}
before = ${none};
if (lane > 0u) { before = lanes[lane - 1u]; }`;
  launch(engine, {
    name: `${name} ${word} ${team}`, inputs: { x }, outputs: places ? { out, places } : { out },
    ...(team ? { groups: rows.count, workgroup: LANES } : { count: rows.count }),
    params: { length: rows.length, inner: rows.inner, part: Math.ceil(rows.length / LANES) },
    declarations: `struct Best { value: ${word}, place: i32 }
fn joined(a: ${type}, b: ${type}) -> ${type} {
  ${combine}
}${team ? `\nvar<workgroup> lanes: array<${type}, ${LANES}>;` : ''}`,
    body: `let row = ${team ? 'group' : 'i'};
let base = (row / p.inner) * (p.length * p.inner) + row % p.inner;
let start = ${team ? 'min(lane * p.part, p.length)' : '0u'};
let until = ${team ? 'min(start + p.part, p.length)' : 'p.length'};
var before = ${none};
${team ? across : ''}
${follow(`let whole = joined(before, carried);\n    ${store}`)}`,
  });
}

/** The sums along the last dimension, in memory for another kernel. */
export const cumulate = (engine: Engine, x: View, to: Bytes): void =>
  scan(engine, 'cumsum', x, [to], x.layout.shape.length - 1, sum(wordOf(x.dtype)));
