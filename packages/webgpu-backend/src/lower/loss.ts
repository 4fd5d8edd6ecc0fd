import { expr, lossOps, type Expr, type LossAttrs, type NllLossAttrs, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { elementwise, fold, mean, total } from '../kernels/fold.js';
import { launch } from '../kernels/job.js';
import { launchRows, SUM } from '../kernels/rows.js';
import { entry, type Lowering } from './entry.js';

type ElementLoss = (threshold: number) => (x: Expr, target: Expr, weight: Expr, positive: Expr) => Expr;

const distance = (x: Expr, t: Expr): Expr => expr.abs(expr.sub(x, t));
/** ln(1 + e^-x), without overflow */
const softplus = (x: Expr): Expr => expr.add(expr.log1p(expr.exp(expr.neg(expr.abs(x)))), expr.max(expr.neg(x), 0));
/** a logarithm that is at least -100 */
const bounded = (x: Expr): Expr => expr.max(x, -100);

const losses: Readonly<Record<'mseLoss' | 'smoothL1Loss' | 'huberLoss' | 'softMarginLoss' | 'binaryCrossEntropy' | 'binaryCrossEntropyWithLogits', ElementLoss>> = {
  mseLoss: () => (x, t) => expr.mul(expr.sub(x, t), expr.sub(x, t)),
  smoothL1Loss: (beta) => (x, t) => {
    const z = distance(x, t);
    return beta === 0 ? z : expr.where(expr.lt(z, beta), expr.div(expr.mul(expr.mul(z, 0.5), z), beta), expr.sub(z, 0.5 * beta));
  },
  huberLoss: (delta) => (x, t) => {
    const z = distance(x, t);
    return expr.where(expr.le(z, delta), expr.mul(expr.mul(z, 0.5), z), expr.mul(expr.sub(z, 0.5 * delta), delta));
  },
  softMarginLoss: () => (x, t) => softplus(expr.mul(t, x)),
  binaryCrossEntropy: () => (x, t, w) => expr.mul(w, expr.sub(
    expr.mul(expr.sub(t, 1), bounded(expr.log1p(expr.neg(x)))), expr.mul(t, bounded(expr.log(x))))),
  binaryCrossEntropyWithLogits: () => (x, t, w, positive) => expr.mul(w, expr.add(
    expr.mul(expr.sub(1, t), x), expr.mul(expr.add(expr.mul(expr.sub(positive, 1), t), 1), softplus(x)))),
};

function elementLoss(engine: Engine, loss: ReturnType<ElementLoss>, inputs: readonly View[], out: View, { reduction }: LossAttrs): void {
  const { shape } = inputs[0].layout;
  // weights are one per element, or one for all
  const spread = inputs.map((v) => (v.layout.numel === 1 ? { storage: v.storage, dtype: v.dtype, layout: v.layout.broadcastTo(shape.length ? shape : v.layout.shape) } : v));
  const build = (xs: readonly Expr[]): Expr => loss(xs[0], xs[1], xs[2], xs[3]);
  if (reduction === 'none') return elementwise(engine, spread, out, build);
  fold(engine, reduction === 'mean' ? mean : total, spread, shape, shape.map((_, d) => d), out, build);
}

/** Classes and elements of each, of log-probabilities (N, C, …) or (C). */
const classesOf = (shape: readonly number[]): { classes: number; area: number } =>
  ({ classes: shape[shape.length === 1 ? 0 : 1], area: shape.slice(2).reduce((a, b) => a * b, 1) });

// there is no way to refuse a class that does not exist: its loss is NaN
const nllBody = (each: boolean, divide: boolean): string => `var s = 0.0;
var w = 0.0;
for (var j = first; j < p.length; j += step) {
  let t = target(j);
  var loss = 0.0;
  if (t != p.ignore) {
    loss = nan_();
    if (t >= 0 && u32(t) < p.classes) {
      let part = weight(u32(t));
      loss = -part * x((j / p.area * p.classes + u32(t)) * p.area + j % p.area);
      w += part;
    }
  }
  ${each ? 'out[j] = loss;' : 's += loss;'}
}
let all_weights = sum(w);
${each ? '' : 'let all_losses = sum(s);'}
if (first == 0u) {
  weights[0] = all_weights;
  ${each ? '' : `out[0] = ${divide ? 'all_losses / all_weights' : 'all_losses'};`}
}`;

function nll(engine: Engine, [x, target, weight]: readonly View[], [out, weights]: readonly View[], { reduction, ignoreIndex }: NllLossAttrs): void {
  launchRows(engine, {
    name: `nllLoss ${reduction}`, inputs: { x, target, weight }, outputs: { out, weights }, rows: { count: 1, length: target.layout.numel, inner: 1 },
    folds: { sum: SUM }, params: classesOf(x.layout.shape), ints: { ignore: ignoreIndex }, body: nllBody(reduction === 'none', reduction === 'mean'),
  });
}

/** Losses that are not composed of other ops. */
export const lowerLoss: Lowering = (engine) => [
  ...(Object.keys(losses) as (keyof typeof losses)[]).map((name) =>
    entry(lossOps[name], (inputs, [out], attrs) => elementLoss(engine, losses[name](attrs.threshold), inputs, out, attrs))),
  entry(lossOps.nllLoss, (inputs, outputs, attrs) => nll(engine, inputs, outputs, attrs)),
  entry(lossOps.nllLoss2d, (inputs, outputs, attrs) => nll(engine, inputs, outputs, attrs)),
  entry(lossOps.nllLossBackward, ([g, target, weight, totalWeight], [out], { reduction, ignoreIndex, shape }) => launch(engine, {
    name: `nllLossBackward ${reduction}`, inputs: { g, target, weight, weights: totalWeight }, outputs: { out },
    params: classesOf(shape), ints: { ignore: ignoreIndex },
    body: `let which = i / (p.area * p.classes) * p.area + i % p.area;
let t = target(which);
var v = 0.0;
if (t == i32(i / p.area % p.classes) && t != p.ignore) {
  v = -weight(u32(t)) * g(${reduction === 'none' ? 'which' : '0u'})${reduction === 'mean' ? ' / weights(0u)' : ''};
}
out[i] = v;`,
  })),
];
