import { extremaOps, type DimAttrs, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launchRows, rowsAlong } from '../kernels/rows.js';
import { wordOf } from '../wgsl/render.js';
import { entry, type Lowering } from './entry.js';

// NaN comes before all others, and what comes first before what equals it
const declarations = (word: 'f32' | 'i32', better: '<' | '>'): string => `struct Best { value: ${word}, at: u32 }
fn better(a: Best, b: Best) -> Best {
  ${word === 'f32' ? `let na = isnan_(a.value);
  let nb = isnan_(b.value);
  if (na || nb) { if (na && nb) { if (a.at < b.at) { return a; } return b; } if (na) { return a; } return b; }` : ''}
  if (a.value ${better} b.value || (a.value == b.value && a.at < b.at)) { return a; }
  return b;
}`;

const body = (values: boolean): string => `var found = Best(x(base), 0u);
for (var j = first; j < p.length; j += step) { found = better(found, Best(x(base + j * p.inner), j)); }
let best_one = best(found);
if (first == 0u) { ${values ? 'values[row] = best_one.value; ' : ''}places[row] = i32(best_one.at); }`;

function extreme(engine: Engine, x: View, outputs: readonly View[], { dim }: DimAttrs, better: '<' | '>'): void {
  const { layout } = x, values = outputs.length === 2;
  const rows = dim === null ? { count: 1, length: layout.numel, inner: 1 } : rowsAlong(layout, dim);
  launchRows(engine, {
    name: `extreme ${better} ${values}`, inputs: { x }, outputs: values ? { values: outputs[0], places: outputs[1] } : { places: outputs[0] },
    rows, folds: { best: { type: 'Best', combine: 'better(a, b)' } }, declarations: declarations(wordOf(x.dtype), better), body: body(values),
  });
}

/** The largest and smallest elements along a dimension, and where they are. */
export const lowerExtrema: Lowering = (engine) => [
  entry(extremaOps.maxDim, ([x], outputs, attrs) => extreme(engine, x, outputs, attrs, '>')),
  entry(extremaOps.minDim, ([x], outputs, attrs) => extreme(engine, x, outputs, attrs, '<')),
  entry(extremaOps.argmax, ([x], outputs, attrs) => extreme(engine, x, outputs, attrs, '>')),
  entry(extremaOps.argmin, ([x], outputs, attrs) => extreme(engine, x, outputs, attrs, '<')),
];
