import { float32 } from '@sconce/tensor';
import {
  expr, lossOps, reductionOps, Scalar, type Expr, type Kernel, type LossAttrs, type Op, type ReduceAttrs, type StructuredOp, type View,
} from '@sconce/tensor/internal';
import type { Engine, KernelFunction } from '../engine.js';
import { addFlat } from '../kernels/pointwise.js';
import { areFloats, intoContiguous, reshaped, withContiguous, withScratch } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';
import { ACCESS, CONSTANT, CONTIGUOUS, NUMBER, runFlat } from './pointwise.js';
import { lowerReduce } from './reduce.js';

const { abs, add, div, exp, le, log1p, lt, max, mul, neg, sub, where } = expr;

/** ln (1 + e^-x) without overflow. */
const softplusOfMinus = (x: Expr): Expr => add(log1p(exp(neg(abs(x)))), max(neg(x), 0));

/** Losses of an element: the threshold, the input, the target, and weights. */
const LOSSES: readonly (readonly [StructuredOp<LossAttrs>, (threshold: Expr, x: Expr, t: Expr, w: Expr, positive: Expr) => Expr])[] = [
  [lossOps.mseLoss, (_, x, t) => mul(sub(x, t), sub(x, t))],
  [lossOps.smoothL1Loss, (beta, x, t) => {
    const z = abs(sub(x, t));
    return where(lt(z, beta), div(mul(mul(z, z), 0.5), beta), sub(z, mul(beta, 0.5)));
  }],
  [lossOps.huberLoss, (delta, x, t) => {
    const z = abs(sub(x, t));
    return where(le(z, delta), mul(mul(z, z), 0.5), mul(delta, sub(z, mul(delta, 0.5))));
  }],
  [lossOps.softMarginLoss, (_, x, t) => log1p(exp(mul(neg(t), x)))],
  [lossOps.binaryCrossEntropyWithLogits, (_, x, t, w, positive) =>
    mul(w, add(mul(sub(1, t), x), mul(add(mul(sub(positive, 1), t), 1), softplusOfMinus(x))))],
];

/** Losses of float32 that are computed element by element and then reduced. */
export const lowerElementLoss: Lowering = (engine) => {
  const reducers = { sum: lowerReduce(engine, reductionOps.sum), mean: lowerReduce(engine, reductionOps.mean) };
  return LOSSES.map(([op, loss]) => [op as Op<never>, lossKernel(engine, op, loss, reducers)]);
};

function lossKernel(
  engine: Engine, op: StructuredOp<LossAttrs>, loss: (typeof LOSSES)[number][1], reducers: Readonly<Record<'sum' | 'mean', Kernel<ReduceAttrs>>>,
): Kernel {
  const compiled = new Map<number, KernelFunction>();
  const run = (inputs: readonly View[], out: View, threshold: number): void => {
    const { numel } = out.layout;
    const accesses = [CONTIGUOUS, NUMBER, ...inputs.map((v) => (v.layout.numel === numel ? CONTIGUOUS : CONSTANT))];
    const key = accesses.reduce((k, access) => 4 * k + access, 0);
    let fn = compiled.get(key);
    if (!fn) {
      const operands = accesses.map((access) => ({ access: ACCESS[access], dtype: float32 })), [x, t, w, p] = inputs.map((_, i) => expr.input(i + 1, float32));
      const expression = loss(expr.input(0, float32), x, t, w, p);
      compiled.set(key, (fn = engine.compile((m) => addFlat(m, [expression], operands.slice(1), [operands[0]])).flat));
    }
    runFlat(engine, fn, [out], [new Scalar(threshold), ...inputs], 1, () => float32, float32);
  };
  return orElse(op, (inputs, [out], { reduction, threshold }) => areFloats(inputs) && withContiguous(engine, inputs, (xs) => {
    if (reduction === 'none') intoContiguous(engine, [], [out], ([losses]) => run(xs, losses, threshold));
    else {
      withScratch(engine, xs[0], (losses) => {
        run(xs, losses, threshold);
        reducers[reduction]([reshaped(losses, [losses.layout.numel])], [out], { dims: [0], keepdim: false });
      });
    }
    return true;
  }));
}
