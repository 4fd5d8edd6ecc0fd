import { ones, type Tensor } from '@sconce/tensor';
import {
  normalizationBackward, normalizationBackwardWeight, normalizationOps, type NormalizationAttrs,
} from '@sconce/tensor/internal';
import { define, saving } from './define.js';

/** Sums a gradient of the output over all that share a parameter. */
function overShared(g: Tensor, shape: readonly number[], { shape: full, parameters }: NormalizationAttrs): Tensor {
  const dims = [0, 1, 2, 3].filter((d) => parameters[d] === 1 && full[d] !== 1);
  const seen = g.reshape(full);
  return (dims.length ? seen.sum(dims) : seen).reshape(shape);
}

for (const op of [normalizationOps.nativeBatchNorm, normalizationOps.nativeLayerNorm, normalizationOps.nativeGroupNorm]) {
  // mean and variance are kept and not y, so that an activation may be applied to y in place
  define(op, [
    saving([0, 1, 'result1', 'result2'], (g, { inputs: [x, weight], results: [, mean, variance], attrs }) =>
      normalizationBackward(g, x, weight, mean, variance, attrs)),
    saving([0, 'result1', 'result2'], (g, { inputs: [x], results: [, mean, variance], shapes, attrs }) =>
      normalizationBackwardWeight(g, x, mean, variance, { ...attrs, weightShape: shapes[1] })),
    (g, { shapes, attrs }) => overShared(g, shapes[2], attrs),
  ]);
}

const inverseDeviation = (variance: Tensor, eps: number): Tensor => variance.add(eps).rsqrt();

// statistics from elsewhere are constants
define(normalizationOps.batchNormFixed, [
  saving([1, 4], (g, { inputs: [, weight, , , variance], attrs }) =>
    g.reshape(attrs.shape).mul(weight.mul(inverseDeviation(variance, attrs.eps)).view(attrs.parameters)).reshape(g.shape)),
  saving([0, 3, 4], (g, { inputs: [x, , , mean, variance], shapes, attrs }) => {
    const centred = x.reshape(attrs.shape).sub(mean.view(attrs.parameters));
    return overShared(g.reshape(attrs.shape).mul(centred), shapes[1], attrs).mul(inverseDeviation(variance, attrs.eps));
  }),
  (g, { shapes, attrs }) => overShared(g, shapes[2], attrs),
  null,
  null,
]);

// Second order. Below, E is the mean over what shares its statistics, r = 1 / √(variance + eps), x̂ = (x - E x) r, and
// P u = u - E u - x̂ E[u x̂], so that the gradient of x is r P h with h = g · weight. Mean and variance depend on x; these
// rules account for that, and build them anew from x so that they can be differentiated in turn.

interface Standardized { readonly r: Tensor; readonly xHat: Tensor; E(u: Tensor): Tensor }

/** r and x̂ in the four dimensions of the attributes. */
function standardized(x: Tensor, { shape, acrossBatch, eps }: NormalizationAttrs): Standardized {
  const dims = acrossBatch ? [0, 2, 3] : [2, 3];
  const E = (u: Tensor): Tensor => u.mean(dims, { keepdim: true });
  const centred = x.reshape(shape).sub(E(x.reshape(shape)));
  const r = inverseDeviation(E(centred.mul(centred)), eps);
  return { r, xHat: centred.mul(r), E };
}

/** r P u */
const project = (u: Tensor, x: Tensor, mean: Tensor, variance: Tensor, attrs: NormalizationAttrs): Tensor =>
  normalizationBackward(u, x, ones(attrs.parameters, { dtype: x.dtype, device: x.device }), mean, variance, attrs);

define(normalizationOps.backwardInput, [
  saving([1, 2, 3, 4], (v, { inputs: [, x, weight, mean, variance], attrs }) => {
    const p = project(v, x, mean, variance, attrs);
    return p.reshape(attrs.shape).mul(weight.reshape(attrs.parameters)).reshape(v.shape);
  }),
  // of N r (E[vh] - E[v] E[h] - E[v x̂] E[h x̂]), by r and by x̂
  saving([0, 1, 2, 3, 4], (v, { inputs: [g, x, weight, mean, variance], attrs }) => {
    const { r, xHat, E } = standardized(x, attrs);
    const h = g.reshape(attrs.shape).mul(weight.reshape(attrs.parameters)), u = v.reshape(attrs.shape);
    const b = E(u.mul(xHat)), c = E(h.mul(xHat));
    const byR = E(u.mul(h)).sub(E(u).mul(E(h))).sub(b.mul(c)).mul(r).mul(r).mul(xHat).reshape(x.shape);
    const byXHat = u.mul(c).add(h.mul(b)).mul(r).reshape(x.shape);
    return project(byXHat, x, mean, variance, attrs).add(byR).neg();
  }),
  saving([0, 1, 3, 4], (v, { inputs: [g, x, , mean, variance], shapes, attrs }) =>
    overShared(g.mul(project(v, x, mean, variance, attrs)), shapes[2], attrs)),
  null,
  null,
]);

define(normalizationOps.backwardWeight, [
  saving([1], (v, { inputs: [, x], attrs }) =>
    standardized(x, attrs).xHat.mul(v.reshape(attrs.parameters)).reshape(x.shape)),
  saving([0, 1, 2, 3], (v, { inputs: [g, x, mean, variance], attrs }) =>
    normalizationBackward(g, x, v, mean, variance, attrs)),
  null,
  null,
]);
