import {
  borderTables, padOps, product, tapsOf, upsampleBackwardOp, upsampleOps, type BorderPadAttrs, type Op, type StructuredOp, type UpsampleAttrs, type View,
} from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildUpsample, LANES } from '../kernels/upsample.js';
import { areFloats, dense } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';
import { copiesTable, tapsTable, type Resampling } from './taps.js';

/** Resampling of images, padding with what is there already, and the gradients of both, float32. */
export const lowerUpsample: Lowering = (engine) => [
  ...Object.values(upsampleOps).map((op) => entry(engine, op, (x, out, attrs) => {
    if (attrs.mode === 'nearest' || attrs.mode === 'nearest-exact') copies(engine, x, out, resampling(attrs));
    else resample(engine, x, out, resampling(attrs), false);
  })),
  entry(engine, upsampleBackwardOp, (g, out, attrs) => resample(engine, g, out, resampling(attrs), true)),
  ...[padOps.reflect, padOps.replicate, padOps.circular].flatMap((ops) => ops.map((op) =>
    entry(engine, op, (x, out, attrs) => copies(engine, x, out, border(x, out, attrs))))),
  entry(engine, padOps.borderPadBackward, (g, out, attrs) => resample(engine, g, out, border(out, g, attrs), true)),
];

const entry = <A>(engine: Engine, op: StructuredOp<A>, fn: (x: View, out: View, attrs: A) => void): ReturnType<Lowering>[number] =>
  [op as Op<never>, orElse(op, (inputs, outputs, attrs) =>
    areFloats([...inputs, ...outputs]) && dense(engine, inputs, outputs, ([x], [out]) => fn(x, out, attrs)))];

const resampling = (attrs: UpsampleAttrs): Resampling => {
  const { mode, alignCorners, antialias, scales, inputSize, outputSize } = attrs;
  return {
    key: [mode, alignCorners, antialias, scales, inputSize, outputSize].join(';'), inputSize, outputSize,
    taps: (d) => Array.from({ length: outputSize[d] }, (_, i) => tapsOf(attrs, d, i, Math.fround)),
  };
};

function border(inside: View, whole: View, attrs: BorderPadAttrs): Resampling {
  const dims = attrs.pads.length / 2, [inputSize, outputSize] = [inside, whole].map(({ layout }) => layout.shape.slice(-dims));
  return {
    key: [attrs.mode, attrs.pads, inputSize].join(';'), inputSize, outputSize,
    taps: (d) => Array.from(borderTables(inputSize, attrs)[d], (place) => ({ places: [place], weights: [1] })),
  };
}

/** Each element of the output is one of the input. */
function copies(engine: Engine, x: View, out: View, r: Resampling): void {
  const { numel } = out.layout, { address } = copiesTable(engine, r), width = r.outputSize.at(-1)!;
  engine.launch(engine.functions(buildUpsample).copies, numel / width, numel, product(r.outputSize) / width, 4 * product(r.inputSize), width,
    address, pointer(x), pointer(out));
}

/** One dimension after the other, those first that leave the least to do. */
function resample(engine: Engine, x: View, out: View, r: Resampling, adjoint: boolean): void {
  const sizes = [...adjoint ? r.outputSize : r.inputSize], to = adjoint ? r.inputSize : r.outputSize;
  const order = sizes.map((_, d) => d), planes = x.layout.numel / product(sizes), { rows, columns } = engine.functions(buildUpsample);
  if (to.at(-1)! > sizes.at(-1)!) order.reverse();
  const next = (k: number, source: number): void => {
    const d = order[k], n = sizes[d], m = to[d], outer = planes * product(sizes.slice(0, d)), inner = product(sizes.slice(d + 1));
    sizes[d] = m;
    const pass = (target: number): void => {
      const { address, taps } = tapsTable(engine, r, d, adjoint, inner === 1 ? 4 * LANES : 4 * inner), cost = outer * inner * taps;
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
