import { int32 } from '@sconce/tensor';
import { embeddingOps, normOps, product, type DistanceAttrs, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launch } from '../kernels/job.js';
import { launchRows, SUM, type Fold } from '../kernels/rows.js';
import type { Bytes } from '../values.js';
import { entry, type Lowering } from './entry.js';

/** A norm of some order in kernels that loop by themselves; `p.ord` is the order. */
function textsOf(ord: number): { key: string; start: string; step: string; finish: string; fold: Fold } {
  const lesser = ord === -Infinity, extreme = Math.abs(ord) === Infinity, key = extreme || ord < 3 && Number.isInteger(ord) && ord >= 0 ? String(ord) : 'p';
  const step = extreme ? `${lesser ? 'min_' : 'max_'}(s, v)` : ord === 0 ? 's + select(0.0, 1.0, v != 0.0)' : ord === 1 ? 's + v' : ord === 2 ? 's + v * v' : 's + pow_(v, p.ord)';
  const finish = key !== 'p' ? (ord === 2 ? 'sqrt(s)' : 's') : 'pow_(s, 1.0 / p.ord)';
  return { key, start: lesser ? 'inf_()' : '0.0', step, finish, fold: extreme ? { type: 'f32', combine: lesser ? 'min_(a, b)' : 'max_(a, b)' } : SUM };
}

function cdist(engine: Engine, x: View, y: View, out: View, { p }: DistanceAttrs): void {
  const { shape } = out.layout, { key, start, step, finish } = textsOf(p);
  const expanded = ({ storage, dtype, layout }: View): View => ({ storage, dtype, layout: layout.broadcastTo([...shape.slice(0, -2), ...layout.shape.slice(-2)]) });
  launch(engine, {
    name: `cdist ${key}`, inputs: { x: expanded(x), y: expanded(y) }, outputs: { out },
    params: { rows: shape.at(-2)!, columns: shape.at(-1)!, length: x.layout.shape.at(-1)! }, floats: { ord: Number.isFinite(p) ? p : 0 },
    body: `let row = i / p.columns;
let a = row * p.length;
let b = (row / p.rows * p.columns + i % p.columns) * p.length;
var s = ${start};
for (var j = 0u; j < p.length; j++) {
  let v = abs(x(a + j) - y(b + j));
  s = ${step};
}
out[i] = ${finish};`,
  });
}

/** Slices along a dimension scaled down where their norm is larger; with flags only those that have one. */
function renorm(engine: Engine, x: View, out: View, dim: number, p: number, maxnorm: number, flags?: Bytes): void {
  const { key, start, step, finish, fold: combine } = textsOf(p), { shape, numel } = x.layout;
  const slices = shape[dim], inner = product(shape.slice(dim + 1));
  const each = (statement: string): string => `for (var j = first; j < p.length; j += step) { let k = (j / p.inner * p.slices + row) * p.inner + j % p.inner; ${statement} }`;
  launchRows(engine, {
    name: `renorm ${key} ${flags !== undefined}`, inputs: flags ? { x, flags } : { x }, outputs: { out },
    rows: { count: slices, length: numel / slices, inner }, folds: { all_of: combine }, params: { slices },
    floats: { most: maxnorm, ord: Number.isFinite(p) ? p : 0 },
    body: `var s = ${start};
${each(`let v = abs(x(k)); s = ${step};`)}
s = all_of(s);
let size = ${finish};
let scale = select(1.0, p.most / (size + 1e-7), size > p.most${flags ? ' && flags(row) != 0' : ''});
${each('out[k] = x(k) * scale;')}`,
  });
}

/** Distances of vectors, and slices scaled down to a norm. */
export const lowerDistance: Lowering = (engine) => [
  entry(normOps.cdist, ([x, y], [out], attrs) => cdist(engine, x, y, out, attrs)),
  entry(normOps.renorm, ([x], [out], { p, dim, maxnorm }) => renorm(engine, x, out, dim, p, maxnorm)),
  entry(embeddingOps.embeddingRenorm, ([weight, indices], [out], { maxNorm, normType }) => {
    const flags = engine.temporary(weight.layout.shape[0], int32);
    engine.gpu.clear(flags.buffer);
    launch(engine, { name: 'flag', inputs: { indices }, atomics: { flags }, count: indices.layout.numel, body: 'atomicStore(&flags_[indices(i)], 1);' });
    renorm(engine, weight, out, 0, normType, maxNorm, flags);
  }),
];
