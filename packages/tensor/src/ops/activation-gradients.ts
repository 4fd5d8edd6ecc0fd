import * as e from '../expr.js';
import { pointwise } from './define.js';

// What an activation passes on of a gradient, in one pass over the data. The first operand is the gradient; the second
// is the activation's input or, where it says so, its result.

const logistic = (x: e.Expr): e.Expr => e.div(1, e.add(e.exp(e.neg(x)), 1));
const nothing = (g: e.Expr): e.Expr => e.constant(0, g.dtype);

/** from the result of relu, or the input of a threshold */
const threshold = pointwise('thresholdBackward', ['value', 'value', 'param'], (g, x, limit) =>
  e.where(e.le(x, limit), 0, g));

/** from the result */
const sigmoid = pointwise('sigmoidBackward', ['value', 'value'], (g, y) => e.mul(g, e.mul(e.sub(1, y), y)));

/** from the result */
const tanh = pointwise('tanhBackward', ['value', 'value'], (g, y) => e.mul(g, e.sub(1, e.mul(y, y))));

const leakyRelu = pointwise('leakyReluBackward', ['value', 'value', 'param'], (g, x, slope) =>
  e.where(e.gt(x, 0), g, e.mul(g, slope)));

const elu = pointwise('eluBackward', ['value', 'value', 'param', 'param', 'param'], (g, x, alpha, scale, inputScale) =>
  e.mul(g, e.where(e.gt(x, 0), scale, e.mul(e.mul(alpha, e.mul(scale, inputScale)), e.exp(e.mul(x, inputScale))))));

/** Φ(x) + x φ(x) with the normal distribution Φ and its density φ */
const gelu = pointwise('geluBackward', ['value', 'value'], (g, x) => {
  const below = e.mul(e.add(e.erf(e.mul(x, Math.SQRT1_2)), 1), 0.5);
  const density = e.mul(e.exp(e.mul(e.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return e.mul(g, e.add(below, e.mul(x, density)));
});

/** ½(1 + t) + ½ x (1 - t²) u' where t = tanh(u), u = √(2/π) (x + 0.044715 x³) */
const geluTanh = pointwise('geluBackward', ['value', 'value'], (g, x) => {
  const c = Math.sqrt(2 / Math.PI), square = e.mul(x, x);
  const t = e.tanh(e.mul(e.mul(x, e.add(e.mul(square, 0.044715), 1)), c));
  const inner = e.mul(e.add(e.mul(square, 3 * 0.044715), 1), c);
  const slope = e.mul(e.mul(x, e.sub(1, e.mul(t, t))), inner);
  return e.mul(g, e.mul(e.add(e.add(t, 1), slope), 0.5));
});

/** s (1 + x (1 - s)) with s = sigmoid(x) */
const silu = pointwise('siluBackward', ['value', 'value'], (g, x) => {
  const s = logistic(x);
  return e.mul(g, e.mul(s, e.add(e.mul(x, e.sub(1, s)), 1)));
});

/** t + x s (1 - t²) with t = tanh(softplus(x)), s = sigmoid(x) */
const mish = pointwise('mishBackward', ['value', 'value'], (g, x) => {
  const t = e.tanh(e.log1p(e.exp(x)));
  return e.mul(g, e.add(t, e.mul(e.mul(x, logistic(x)), e.sub(1, e.mul(t, t)))));
});

const softplus = pointwise('softplusBackward', ['value', 'value', 'param', 'param'], (g, x, beta, limit) => {
  const z = e.mul(x, beta);
  return e.where(e.gt(z, limit), g, e.mul(g, logistic(z)));
});

/** sigmoid(-x) */
const logSigmoid = pointwise('logSigmoidBackward', ['value', 'value'], (g, x) => e.mul(g, logistic(e.neg(x))));

const hardtanh = pointwise('hardtanhBackward', ['value', 'value', 'param', 'param'], (g, x, min, max) =>
  e.where(e.or(e.le(x, min), e.ge(x, max)), nothing(g), g));

const hardsigmoid = pointwise('hardsigmoidBackward', ['value', 'value'], (g, x) =>
  e.where(e.and(e.gt(x, -3), e.lt(x, 3)), e.mul(g, 1 / 6), nothing(g)));

/** 0 below -3, 1 above 3, x / 3 + ½ between */
const hardswish = pointwise('hardswishBackward', ['value', 'value'], (g, x) =>
  e.where(e.lt(x, -3), 0, e.where(e.le(x, 3), e.mul(g, e.add(e.mul(x, 1 / 3), 0.5)), g)));

/** of both shrinking functions: nothing passes within ±λ */
const shrink = (name: string) => pointwise(name, ['value', 'value', 'param'], (g, x, lambd) =>
  e.where(e.le(e.abs(x), lambd), nothing(g), g));
const softshrink = shrink('softshrinkBackward');
const hardshrink = shrink('hardshrinkBackward');

/** Records of the activations' gradients. */
export const activationGradients = {
  threshold, sigmoid, tanh, leakyRelu, elu, gelu, geluTanh, silu, mish, softplus, logSigmoid, hardtanh, hardsigmoid,
  hardswish, softshrink, hardshrink,
};
