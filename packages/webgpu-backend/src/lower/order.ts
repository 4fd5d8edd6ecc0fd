import { sortingOps, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launch } from '../kernels/job.js';
import { rowsAlong, type Rows } from '../kernels/rows.js';
import { orderOf } from '../kernels/sort.js';
import { wordOf } from '../wgsl/render.js';
import { entry, type Lowering } from './entry.js';

/** Writes one element of each row, and where it was; `which` is WGSL that sets `chosen` from the `order`, NaN being last. */
function choose(engine: Engine, name: string, x: View, [values, places]: readonly View[], dim: number | null, k: number, which: string): void {
  const rows: Rows = dim === null ? { count: 1, length: x.layout.numel, inner: 1 } : rowsAlong(x.layout, dim), word = wordOf(x.dtype);
  const { order, stride } = orderOf(engine, x, rows, word, false);
  launch(engine, {
    name: `${name} ${word} ${places !== undefined}`, inputs: { x, order }, outputs: places ? { values, places } : { values }, count: rows.count,
    params: { length: rows.length, inner: rows.inner, stride, k },
    declarations: `fn is_nan(v: ${word}) -> bool { return ${word === 'f32' ? 'isnan_(v)' : 'false'}; }
fn at(row: u32, j: u32) -> ${word} {
  return x((row / p.inner * p.length + u32(order(row * p.stride + j))) * p.inner + row % p.inner);
}
fn nans_of(row: u32) -> u32 {
  var n = 0u;
  while (n < p.length && is_nan(at(row, p.length - 1u - n))) { n++; }
  return n;
}`,
    // there is no element of nothing: NaN, or what that is as an integer
    body: `if (p.length == 0u) { values[i] = ${word === 'f32' ? 'nan_()' : '-2147483647 - 1'}; return; }
var chosen = 0u;
${which}
values[i] = at(i, chosen);
${places ? 'places[i] = order(i * p.stride + chosen);' : ''}`,
  });
}

// with a NaN the median is the first of them; nanmedian passes them over
const MEDIAN = 'let nans = nans_of(i);\nchosen = select((p.length - 1u) / 2u, p.length - nans, nans > 0u);';
const NANMEDIAN = 'chosen = (max(p.length - nans_of(i), 1u) - 1u) / 2u;';

// the last of the longest run; no two NaN are equal, and they come first
const MODE = `let numbers = p.length - nans_of(i);
var longest = select(0u, 1u, numbers < p.length);
if (longest == 1u) { chosen = numbers; }
var run = 0u;
for (var j = 0u; j < numbers; j++) {
  run++;
  if (j + 1u < numbers && at(i, j) == at(i, j + 1u)) { continue; }
  if (run > longest) { longest = run; chosen = j; }
  run = 0u;
}`;

/** The elements that have a place in the order of theirs. */
export const lowerOrder: Lowering = (engine) => [
  entry(sortingOps.kthvalue, ([x], outputs, { dim, k }) => choose(engine, 'kthvalue', x, outputs, dim, k - 1, 'chosen = p.k;')),
  entry(sortingOps.mode, ([x], outputs, { dim }) => choose(engine, 'mode', x, outputs, dim, 0, MODE)),
  ...[sortingOps.median, sortingOps.medianDim].map((op) =>
    entry(op, ([x], outputs, { dim }) => choose(engine, 'median', x, outputs, dim, 0, MEDIAN))),
  ...[sortingOps.nanmedian, sortingOps.nanmedianDim].map((op) =>
    entry(op, ([x], outputs, { dim }) => choose(engine, 'nanmedian', x, outputs, dim, 0, NANMEDIAN))),
];
