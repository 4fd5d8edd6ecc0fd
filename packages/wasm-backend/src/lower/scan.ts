import { scanOps, type Op, product } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildScan } from '../kernels/scan.js';
import { dense } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** Running sums and products along a dimension. */
export const lowerScan: Lowering = (engine) => [entry(engine, scanOps.cumsum, 'sum'), entry(engine, scanOps.cumprod, 'product')];

const entry = (engine: Engine, op: typeof scanOps.cumsum, name: string): ReturnType<Lowering>[number] => [op as Op<never>, orElse(op, (inputs, outputs, { dim }) => {
  const [{ dtype, layout: { shape, numel } }] = inputs, fn = engine.functions(buildScan)[`${name}_${dtype.name}`];
  if (!fn || numel === 0 || outputs[0].dtype !== dtype) return false;
  const n = shape[dim] ?? 1, inner = product(shape.slice(dim + 1)), size = dtype.itemsize;
  return dense(engine, inputs, outputs, ([x], [out]) =>
    engine.launch(fn, numel / n, 2 * numel, n, inner, inner * size, n * inner * size, pointer(x), pointer(out)));
})];
