import type { Tensor } from '@sconce/tensor';
import { activations, lossOps, nllLossBackward, nllLossOf, type LossAttrs, product } from '@sconce/tensor/internal';
import { define, saving, type Context } from './define.js';

/** The gradient of each element's loss, from that of the reduced one. */
function spread(g: Tensor, { shapes: [shape], attrs: { reduction } }: Context<LossAttrs>): Tensor {
  if (reduction === 'none') return g;
  const each = reduction === 'mean' ? g.div(product(shape)) : g;
  return each.expand(shape);
}

/** A loss of the difference between input and target, from its derivative. */
const ofDifference = (op: typeof lossOps.mseLoss, derivative: (d: Tensor, attrs: LossAttrs) => Tensor): void =>
  define(op, [
  saving<LossAttrs>([0, 1], (g, c) => spread(g, c).mul(derivative(c.inputs[0].sub(c.inputs[1]), c.attrs))),
  saving<LossAttrs>([0, 1], (g, c) => spread(g, c).mul(derivative(c.inputs[1].sub(c.inputs[0]), c.attrs))),
]);

ofDifference(lossOps.mseLoss, (d) => d.mul(2));
ofDifference(lossOps.smoothL1Loss, (d, { threshold: beta }) => (beta === 0 ? d.sign() : d.div(beta).clamp(-1, 1)));
ofDifference(lossOps.huberLoss, (d, { threshold: delta }) => d.clamp(-delta, delta));

define(lossOps.softMarginLoss, [
  // -t / (1 + e^(t x))
  saving<LossAttrs>([0, 1], (g, c) => {
    const [x, t] = c.inputs;
    return spread(g, c).mul(t).mul(t.mul(x).neg().sigmoid()).neg();
  }),
  null,
]);

define(lossOps.binaryCrossEntropy, [
  // w (x - t) / (x (1 - x))
  saving<LossAttrs>([0, 1, 2], (g, c) => {
    const [x, t, weight] = c.inputs;
    return spread(g, c).mul(weight).mul(x.sub(t)).div(x.mul(x.rsub(1)).clampMin(1e-12));
  }),
  // w (ln(1 - x) - ln x)
  saving<LossAttrs>([0, 2], (g, c) => {
    const [x, , weight] = c.inputs;
    return spread(g, c).mul(weight).mul(x.rsub(1).log().sub(x.log()));
  }),
  null,
]);

define(lossOps.binaryCrossEntropyWithLogits, [
  // w ((1 + (p - 1) t) σ(x) - p t)
  saving<LossAttrs>([0, 1, 2, 3], (g, c) => {
    const [x, t, weight, positive] = c.inputs;
    const factor = positive.sub(1).mul(t).add(1);
    return spread(g, c).mul(weight).mul(factor.mul(x.sigmoid()).sub(positive.mul(t)));
  }),
  // w ((p - 1) ln(1 + e^-x) - x)
  saving<LossAttrs>([0, 2, 3], (g, c) => {
    const [x, , weight, positive] = c.inputs;
    return spread(g, c).mul(weight).mul(positive.sub(1).mul(activations.logsigmoid(x).neg()).sub(x));
  }),
  null,
  null,
]);

// The loss is linear in the log-probabilities: it and its gradient are adjoint.
for (const op of [lossOps.nllLoss, lossOps.nllLoss2d]) {
  define(op, [
    saving([1, 2, 'result1'], (g, { inputs: [, target, weight], results: [, total], shapes: [shape], attrs }) =>
      nllLossBackward(g, target, weight, total, { ...attrs, shape })),
    null,
    null,
  ]);
}

define(lossOps.nllLossBackward, [
  saving([1, 2], (v, { inputs: [, target, weight], attrs: { reduction, ignoreIndex } }) =>
    nllLossOf(lossOps.nllLoss, v, target, weight, { reduction, ignoreIndex })),
  null,
  null,
  null,
]);
