import { sortingOps, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Bytes } from '../values.js';
import { around } from '../shapes.js';
import { entry, type Lowering } from './entry.js';
import { each } from '../kernels/launch.js';
import { rowsOf } from '../shapes.js';

/** WGSL that says whether a comes before b: NaN is larger than all. */
const before = (float: boolean, descending: boolean): string => {
  const [x, y] = descending ? ['b', 'a'] : ['a', 'b'];
  return float
    ? `fn before(a: f32, b: f32) -> bool { return ${x} < ${y} || (isnan_(${y}) && !isnan_(${x})); }`
    : `fn before(a: i32, b: i32) -> bool { return ${x} < ${y}; }`;
};

/**
 * Each element counts how many of its row come before it, which is its place in order: stable, the same every time, and
 * quadratic in the length of a row. `keep` elements of each row are written.
 */
function rank(engine: Engine, x: View, outs: readonly View[], dim: number, descending: boolean, keep: number): void {
  const { size, inner } = around(x.layout.shape, dim), float = x.dtype.kind === 'float';
  const values = engine.result(outs[0]), indices = engine.result(outs[1]);
  each(engine, `sort ${x.dtype.kind} ${descending}`, x.layout.numel, {
    reads: { x }, writes: { values, indices }, params: { size, inner, keep }, declarations: before(float, descending),
  }, `
let r = i % p.inner;
let k = (i / p.inner) % p.size;
let o = i / (p.inner * p.size);
let base = p.x + o * p.size * p.inner + r;
let own = x[p.x + i];
var place = 0u;
for (var j = 0u; j < p.size; j++) {
  let other = x[base + j * p.inner];
  if (before(other, own) || (j < k && !before(own, other))) { place++; }
}
if (place < p.keep) {
  let at = (o * p.keep + place) * p.inner + r;
  values[at] = own;
  indices[at] = i32(k);
}`);
  engine.commit(outs[0], values);
  engine.commit(outs[1], indices);
}

/** The element of each row that has a place in order; which place, is the text `wanted`. */
function choose(engine: Engine, name: string, x: View, outs: readonly View[], dim: number | null, k: number, wanted: string): void {
  const { rows, size, count } = rowsOf(x, dim === null ? x.layout.shape.map((_, d) => d) : x.layout.shape.length ? [dim] : []);
  const results: Bytes[] = outs.map((out) => engine.result(out)), float = x.dtype.kind === 'float';
  each(engine, `${name} ${x.dtype.kind}${outs.length}`, count * size, {
    reads: { x: rows }, writes: { values: results[0], ...(results[1] ? { indices: results[1] } : {}) }, params: { size, k },
    declarations: before(float, false),
  }, `
let row = i / p.size;
let k = i % p.size;
let base = p.x + row * p.size;
let own = x[base + k];
var place = 0u;
var nans = 0u;
for (var j = 0u; j < p.size; j++) {
  let other = x[base + j];
  if (before(other, own) || (j < k && !before(own, other))) { place++; }
  ${float ? 'if (isnan_(other)) { nans++; }' : ''}
}
if (place == ${wanted}) {
  values[row] = own;
  ${results[1] ? 'indices[row] = i32(k);' : ''}
}`);
  outs.forEach((out, j) => engine.commit(out, results[j]));
}

// with a NaN the median is the first of them; nanmedian passes them over
const MEDIAN = 'select((p.size - 1u) / 2u, p.size - nans, nans > 0u)';
const NANMEDIAN = 'select((p.size - nans - 1u) / 2u, 0u, nans == p.size)';

export const lowerSort: Lowering = (engine) => [
  entry(sortingOps.sort, ([x], outs, { dim, descending }) => rank(engine, x, outs, dim, descending, x.layout.shape[dim] ?? 1)),
  entry(sortingOps.topk, ([x], outs, { dim, k, largest }) => rank(engine, x, outs, dim, largest, k)),
  entry(sortingOps.kthvalue, ([x], outs, { dim, k }) => choose(engine, 'kthvalue', x, outs, dim, k - 1, 'p.k')),
  ...[sortingOps.median, sortingOps.medianDim].map((op) =>
    entry(op, ([x], outs, { dim }) => choose(engine, 'median', x, outs, dim, 0, MEDIAN))),
  ...[sortingOps.nanmedian, sortingOps.nanmedianDim].map((op) =>
    entry(op, ([x], outs, { dim }) => choose(engine, 'nanmedian', x, outs, dim, 0, NANMEDIAN))),
];
