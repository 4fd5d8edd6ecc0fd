import { float32, float64, sqrt } from '@sconce/tensor';
import { normOps, type Op, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildDistances, DOT_GROUP } from '../kernels/gemm.js';
import { dense } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';
import { lowerPointwise } from './pointwise.js';

/** Distances of rows by the sums of their differences' squares or sizes, of float32 and float64; other orders stay with JavaScript. */
export const lowerDistance: Lowering = (engine) => {
  const root = lowerPointwise(engine, sqrt.op);
  return [[normOps.cdist as Op<never>, orElse(normOps.cdist, ([x, y], outputs, { p }) => {
    if ((p !== 1 && p !== 2) || !fits(x, y)) return false;
    return dense(engine, [x, y], outputs, ([a, b], [out]) => {
      distances(engine, p === 2 ? 'squares' : 'absolutes', a, b, out);
      if (p === 2) root([out], [out], out.dtype);
    });
  })]];
};

/** Whether both are batches of the same shape, with elements of a dtype that there are kernels of. */
function fits({ dtype, layout: { shape, numel } }: View, y: View): boolean {
  const batches = y.layout.shape.slice(0, -2);
  return (dtype === float32 || dtype === float64) && dtype === y.dtype && numel > 0 && y.layout.numel > 0 &&
    batches.length === shape.length - 2 && batches.every((size, d) => size === shape[d]);
}

function distances(engine: Engine, kind: 'squares' | 'absolutes', x: View, y: View, out: View): void {
  const { itemsize, name } = out.dtype, [m, k] = x.layout.shape.slice(-2), n = y.layout.shape.at(-2)!;
  const fn = engine.functions(buildDistances)[`${kind}_${name === 'float32' ? 'f32' : 'f64'}`];
  for (let i = 0; i < x.layout.numel / (m * k); i++) {
    engine.launch(fn, Math.ceil(n / DOT_GROUP), m * n * k, m, n, k, pointer(x) + i * m * k * itemsize, k * itemsize, itemsize,
      pointer(y) + i * n * k * itemsize, k * itemsize, pointer(out) + i * m * n * itemsize, n * itemsize, 0, 0);
  }
}
