import { scanOps } from '@sconce/tensor/internal';
import { launch } from '../kernels/job.js';
import { rowsAlong } from '../kernels/rows.js';
import { scan, sum, type Scan } from '../kernels/scan.js';
import { entry, type Lowering } from './entry.js';

const logOfSum: Scan = {
  ...sum('f32'), none: '-inf_()', combine: `let high = max_(a, b);
  let low = min_(a, b);
  if (isinf_(high)) { return high; }
  return high + log1p_(exp_(low - high));`,
};

export const lowerLogcumsumexp: Lowering = (engine) => [
  entry(scanOps.logcumsumexp, ([x], outs, { dim }) => scan(engine, 'logcumsumexp', x, outs, dim, logOfSum)),

  // exp(x_k) · Σ_{i ≥ k} g_i exp(-y_i), as exp(x_k - y_k) t_k with t_k = g_k + t_{k+1} exp(y_k - y_{k+1})
  entry(scanOps.logcumsumexpBackward, ([g, x, y], [out], { dim }) => {
    const rows = rowsAlong(g.layout, dim);
    launch(engine, {
      name: 'logcumsumexpBackward', inputs: { g, x, y }, outputs: { out }, count: rows.count, params: { length: rows.length, inner: rows.inner },
      body: `let base = (i / p.inner) * (p.length * p.inner) + i % p.inner;
var s = 0.0;
for (var j = p.length; j > 0u; j--) {
  let k = base + (j - 1u) * p.inner;
  s = g(k) + select(0.0, s * exp_(y(k) - y(k + p.inner)), j < p.length);
  out[k] = exp_(x(k) - y(k)) * s;
}`,
    });
  }),
];
