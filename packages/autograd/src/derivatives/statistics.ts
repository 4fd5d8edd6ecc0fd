import type { Tensor } from '@sconce/tensor';
import { statisticsOps, type VarianceAttrs } from '@sconce/tensor/internal';
import { define, saving, type Context } from './define.js';
import { countOf, unreduce, unsqueezed } from './reduction.js';

/** d var / dx = 2 (x - mean) / (n - correction) */
function ofVariance(g: Tensor, x: Tensor, attrs: VarianceAttrs): Tensor {
  const factor = 2 / (countOf(x.shape, attrs) - attrs.correction);
  return unsqueezed(g, attrs).mul(x.sub(x.mean(attrs.dims, { keepdim: true }))).mul(factor);
}

/** Through the root: d std = d var / (2 std), and none where all elements are equal. */
const throughRoot = (g: Tensor, std: Tensor): Tensor => g.div(std.mul(2)).maskedFill(std.eq(0), 0);

/** The gradient of a pair of a spread and the mean, of which either may have none. */
function ofPair(
  { grads: [spread, mean], inputs: [x], attrs }: Context<VarianceAttrs>, root: (g: Tensor) => Tensor,
): Tensor | null {
  const first = spread && ofVariance(root(spread), x, attrs);
  const second = mean && unreduce(mean, x.shape, attrs).div(countOf(x.shape, attrs));
  return first && second ? first.add(second) : (first ?? second);
}

define(statisticsOps.var, [saving<VarianceAttrs>([0], (g, { inputs: [x], attrs }) => ofVariance(g, x, attrs))]);
define(statisticsOps.std, [
  saving<VarianceAttrs>([0, 'result'], (g, { inputs: [x], result, attrs }) =>
    ofVariance(throughRoot(g, result), x, attrs)),
]);
define(statisticsOps.varMean, [saving<VarianceAttrs>([0], (_, context) => ofPair(context, (g) => g))]);
define(statisticsOps.stdMean, [
  saving<VarianceAttrs>([0, 'result0'], (_, context) => ofPair(context, (g) => throughRoot(g, context.result))),
]);
