import { scanOps, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { around } from '../shapes.js';
import { entry, type Lowering } from './entry.js';
import { each } from '../kernels/launch.js';

/** One invocation per row follows it along a dimension. */
function scan(engine: Engine, name: string, x: View, outs: readonly View[], dim: number, start: string, step: string): void {
  const { outer, size, inner } = around(x.layout.shape, dim), results = outs.map((out) => engine.result(out));
  each(engine, `${name} ${x.dtype.kind}`, outer * inner, {
    reads: { x }, writes: { y: results[0], ...(results[1] ? { indices: results[1] } : {}) }, params: { size, inner },
  }, `
let base = (i / p.inner) * p.size * p.inner + i % p.inner;
${start}
for (var k = 0u; k < p.size; k++) {
  let at = base + k * p.inner;
  let v = x[p.x + at];
  ${step}
}`);
  outs.forEach((out, k) => engine.commit(out, results[k]));
}

function extreme(engine: Engine, name: string, x: View, outs: readonly View[], dim: number, compare: string): void {
  const nan = x.dtype.kind === 'float' ? 'isnan_(v) ||' : '', was = x.dtype.kind === 'float' ? '!isnan_(best) &&' : '';
  scan(engine, name, x, outs, dim, 'var best = x[p.x + base];\nvar place = 0u;', `
  if (${nan} (${was} v ${compare} best)) { best = v; place = k; }
  y[at] = best;
  indices[at] = i32(place);`);
}

export const lowerScan: Lowering = (engine) => [
  entry(scanOps.cumsum, ([x], outs, { dim }) => scan(engine, 'cumsum', x, outs, dim, 'var sum = $x(0);', 'sum += v; y[at] = sum;')),
  entry(scanOps.cumprod, ([x], outs, { dim }) => scan(engine, 'cumprod', x, outs, dim, 'var sum = $x(1);', 'sum *= v; y[at] = sum;')),
  entry(scanOps.logcumsumexp, ([x], outs, { dim }) => scan(engine, 'logcumsumexp', x, outs, dim, 'var sum = -inf_();', `
  let high = max_(sum, v);
  let low = min_(sum, v);
  if (isinf_(high)) { sum = high; } else { sum = high + log1p_(exp_(low - high)); }
  y[at] = sum;`)),
  entry(scanOps.cummax, ([x], outs, { dim }) => extreme(engine, 'cummax', x, outs, dim, '>=')),
  entry(scanOps.cummin, ([x], outs, { dim }) => extreme(engine, 'cummin', x, outs, dim, '<=')),
];
