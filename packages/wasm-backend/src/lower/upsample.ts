import { product, upsampleBackwardOp, upsampleOps, type Op, type StructuredOp, type UpsampleAttrs, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildUpsample, LANES } from '../kernels/upsample.js';
import { areFloats, dense } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';
import { nearestTable, tapsTable } from './taps.js';

/** Resampling of images and its gradients, float32. */
export const lowerUpsample: Lowering = (engine) => [
  ...Object.values(upsampleOps).map((op) => entry(op, (x, out, attrs) => {
    if (attrs.mode === 'nearest' || attrs.mode === 'nearest-exact') nearest(engine, x, out, attrs);
    else resample(engine, x, out, attrs, false);
  }, engine)),
  entry(upsampleBackwardOp, (g, out, attrs) => resample(engine, g, out, attrs, true), engine),
];

const entry = (op: StructuredOp<UpsampleAttrs>, fn: (x: View, out: View, attrs: UpsampleAttrs) => void, engine: Engine): ReturnType<Lowering>[number] =>
  [op as Op<never>, orElse(op, (inputs, outputs, attrs) =>
    areFloats([...inputs, ...outputs]) && dense(engine, inputs, outputs, ([x], [out]) => fn(x, out, attrs)))];

function nearest(engine: Engine, x: View, out: View, attrs: UpsampleAttrs): void {
  const { address } = nearestTable(engine, attrs), { inputSize, outputSize } = attrs, width = outputSize.at(-1)!;
  engine.launch(engine.functions(buildUpsample).nearest, out.layout.numel / width, out.layout.numel, product(outputSize) / width, 4 * product(inputSize), width,
    address, pointer(x), pointer(out));
}

/** One dimension after the other, those first that leave the least to do. */
function resample(engine: Engine, x: View, out: View, attrs: UpsampleAttrs, adjoint: boolean): void {
  const sizes = [...adjoint ? attrs.outputSize : attrs.inputSize], to = adjoint ? attrs.inputSize : attrs.outputSize;
  const order = sizes.map((_, d) => d), planes = x.layout.numel / product(sizes), { rows, columns } = engine.functions(buildUpsample);
  if (to.at(-1)! > sizes.at(-1)!) order.reverse();
  const next = (k: number, source: number): void => {
    const d = order[k], n = sizes[d], m = to[d], outer = planes * product(sizes.slice(0, d)), inner = product(sizes.slice(d + 1));
    sizes[d] = m;
    const pass = (target: number): void => {
      const { address, taps } = tapsTable(engine, attrs, d, adjoint, inner === 1 ? 4 * LANES : 4 * inner), cost = outer * inner * taps;
      if (inner > 1) engine.launch(rows, outer * m, cost, m, 4 * n * inner, inner, address, source, target);
      else {
        engine.scratch(4 * LANES * n * engine.threads.count, (lanes) =>
          engine.launch(columns, Math.ceil(outer / LANES), 2 * cost, outer, n, m, address, source, target, lanes));
      }
    };
    if (k === order.length - 1) return pass(pointer(out));
    engine.scratch(4 * outer * m * inner, (target) => {
      pass(target);
      next(k + 1, target);
    });
  };
  next(0, pointer(x));
}
