import { int32 } from '@sconce/tensor';
import { contractionOps, histogramOps, indexingOps, membershipOps, type View } from '@sconce/tensor/internal';
import { launch } from '../kernels/job.js';
import { LARGEST, launchRows, rowsAlong } from '../kernels/rows.js';
import { relaid } from '../shapes.js';
import { wordOf } from '../wgsl/render.js';
import { entry, type Lowering } from './entry.js';

const SMALLEST = { type: 'f32', combine: 'min_(a, b)' };

/** Values looked up among others, counted, or multiplied crosswise. */
export const lowerSearch: Lowering = (engine) => [
  // NaN sorts last, so what is not less than it comes behind
  entry(indexingOps.searchsorted, ([sequences, values, order], [out], { right }) => {
    const { shape } = sequences.layout, length = shape.at(-1)!;
    const rows = shape.length === 1 ? 1 : sequences.layout.numel / Math.max(length, 1);
    const mixed = wordOf(sequences.dtype) !== wordOf(values.dtype), value = (text: string): string => (mixed ? `f32(${text})` : text);
    launch(engine, {
      name: `searchsorted ${right} ${order !== undefined}`, inputs: order ? { x: sequences, v: values, order } : { x: sequences, v: values }, outputs: { out },
      params: { length, per_row: values.layout.numel / Math.max(rows, 1) },
      body: `let start = i / p.per_row * p.length;
let wanted = ${value('v(i)')};
var low = 0u;
var high = p.length;
while (low < high) {
  let middle = (low + high) / 2u;
  let found = ${value(`x(start + ${order ? 'u32(order(start + middle))' : 'middle'})`)};
  if (!(found ${right ? '>' : '>='} wanted)) { low = middle + 1u; } else { high = middle; }
}
out[i] = i32(low);`,
    });
  }),

  entry(membershipOps.isin, ([x, tests], [out], { invert }) => launch(engine, {
    name: `isin ${invert}`, inputs: { x, tests }, outputs: { out }, params: { length: tests.layout.numel },
    body: `let v = x(i);
var found = false;
for (var k = 0u; k < p.length && !found; k++) { found = tests(k) == v; }
out[i] = i32(found${invert ? ' == false' : ''});`,
  })),

  entry(histogramOps.histc, ([x], [out], { bins, min, max }) => {
    const { numel } = x.layout, whole = min === max && numel > 0;
    const range = engine.temporary(2, x.dtype), counts = engine.temporary(bins, int32);
    launchRows(engine, {
      name: `range ${whole}`, inputs: { x }, outputs: { range }, rows: { count: 1, length: whole ? numel : 0, inner: 1 },
      folds: { largest: LARGEST, smallest: SMALLEST }, floats: { low: min, high: max },
      body: `var a = inf_();
var b = -inf_();
for (var j = first; j < p.length; j += step) { a = min_(a, x(j)); b = max_(b, x(j)); }
var low = ${whole ? 'smallest(a)' : 'p.low'};
var high = ${whole ? 'largest(b)' : 'p.high'};
if (low == high) { low -= 1.0; high += 1.0; }
if (first == 0u) { range[0] = low; range[1] = high; }`,
    });
    engine.gpu.clear(counts.buffer);
    launch(engine, {
      name: 'histc', inputs: { x, range }, atomics: { counts }, params: { bins }, count: numel,
      // the last bin is closed
      body: `let v = x(i);
let low = range(0u);
let high = range(1u);
if (v >= low && v <= high) { atomicAdd(&counts_[min(u32((v - low) / (high - low) * f32(p.bins)), p.bins - 1u)], 1); }`,
    });
    launch(engine, { name: 'counted', inputs: { counts }, outputs: { out }, body: 'out[i] = T(counts(i));' });
  }),

  entry(contractionOps.cross, ([x, y], [out], { dim }) => {
    const spread = (v: View): View => relaid(v, v.layout.broadcastTo(out.layout.shape));
    launchRows(engine, {
      name: `cross ${wordOf(out.dtype)}`, inputs: { x: spread(x), y: spread(y) }, outputs: { out }, rows: rowsAlong(out.layout, dim), folds: {},
      body: `let b = base + p.inner;
let c = b + p.inner;
out[base] = x(b) * y(c) - x(c) * y(b);
out[b] = x(c) * y(base) - x(base) * y(c);
out[c] = x(base) * y(b) - x(b) * y(base);`,
    });
  }),
];
