import { int64 } from '@sconce/tensor';
import { lossOps, type NllLossAttrs, type Op, type View, product } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildLoss } from '../kernels/loss.js';
import { areFloats, fill, withContiguous } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

const REDUCTIONS = { none: 0, sum: 1, mean: 2 } as const;

/** The negative log-likelihood of classes and its gradient, float32. A target that is no class is left to JavaScript, which says so. */
export const lowerLoss: Lowering = (engine) => [
  ...[lossOps.nllLoss, lossOps.nllLoss2d].map((op): ReturnType<Lowering>[number] => [op as Op<never>, orElse(op, ([x, target, weight], [out, total], attrs) =>
    areFloats([x, weight]) && target.dtype === int64 && withContiguous(engine, [x, target, weight], ([input, classes, weights]) =>
      run(engine, 'nll', x.layout.shape, classes, weights, attrs, pointer(input), pointer(out), pointer(total))))]),
  [lossOps.nllLossBackward as Op<never>, orElse(lossOps.nllLossBackward, ([g, target, weight, total], [out], attrs) =>
    areFloats([g, weight, out]) && target.dtype === int64 && withContiguous(engine, [g, target, weight], ([grad, classes, weights]) => {
      fill(engine, out, 0);
      return run(engine, 'nllBackward', attrs.shape, classes, weights, attrs, pointer(grad), pointer(out), pointer(total));
    }))],
];

/** Whether all targets were classes. */
function run(
  engine: Engine, name: 'nll' | 'nllBackward', shape: readonly number[], target: View, weight: View, { ignoreIndex, reduction }: NllLossAttrs,
  ...at: readonly number[]
): boolean {
  const [count, classes] = shape.length === 1 ? [1, shape[0]] : shape, area = product(shape.slice(2));
  return engine.functions(buildLoss)[name](count, area, classes, pointer(target), pointer(weight), ignoreIndex, ...at, REDUCTIONS[reduction]) as unknown as number === 0;
}
