import { float32, float64, sub } from '@sconce/tensor';
import { expr, Layout, reductionOps, statisticsOps, type Kernel, type Op, type StructuredOp, type VarianceAttrs, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Fold } from '../kernels/reduce.js';
import { copyTo, relaid, reshaped, withScratch } from './dense.js';
import type { Lowering } from './index.js';
import { SQUARES } from './norm.js';
import { orElse } from './or-else.js';
import { lowerPointwise } from './pointwise.js';
import { reducer } from './reduce.js';

const { div, sqrt } = expr;

/** Of the differences from the mean; the count is n - correction. */
const VARIANCE: Fold = { ...SQUARES, finish: div }, DEVIATION: Fold = { ...SQUARES, finish: (sum, count) => sqrt(div(sum, count)) };

/** Variances, their roots, and means, of float32 and float64. */
export const lowerSpread: Lowering = (engine) => {
  const variance = spreadOf(engine, VARIANCE), deviation = spreadOf(engine, DEVIATION);
  const entry = (op: StructuredOp<VarianceAttrs>, spread: typeof variance): readonly [Op<never>, Kernel] =>
    [op as Op<never>, orElse(op, ([x], outputs, attrs) => spread(x, outputs, attrs))];
  return [
    entry(statisticsOps.var, variance), entry(statisticsOps.varMean, variance),
    entry(statisticsOps.std, deviation), entry(statisticsOps.stdMean, deviation),
  ];
};

/** From the mean, the differences are squared and summed; in float64, as the squares of large numbers would not fit. */
function spreadOf(engine: Engine, fold: Fold): (x: View, outputs: readonly View[], attrs: VarianceAttrs) => boolean {
  const mean = reducer(engine, reductionOps.mean), spread = reducer(engine, fold), subtract = lowerPointwise(engine, sub.op);
  return (x, [out, meanOut], { dims, correction }) => {
    const { dtype, storage, layout: { shape, numel } } = x;
    if ((dtype !== float32 && dtype !== float64) || numel === 0) return false;
    const layout = Layout.contiguous(shape.map((size, d) => (dims.includes(d) ? 1 : size)));
    return withScratch(engine, { storage, dtype: float64, layout }, (center) => {
      if (!mean(x, center, dims)) return false;
      return withScratch(engine, x, (differences) => {
        subtract([x, relaid(center, layout.broadcastTo(shape))], [differences], float64);
        if (meanOut) copyTo(engine, reshaped(center, meanOut.layout.shape), meanOut);
        // the means have served
        if (!spread(differences, center, dims, Math.max(numel / layout.numel - correction, 0))) return false;
        copyTo(engine, reshaped(center, out.layout.shape), out);
        return true;
      });
    });
  };
}
