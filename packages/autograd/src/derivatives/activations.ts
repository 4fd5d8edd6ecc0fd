import { hardshrink, prelu, relu, where, type Tensor } from '@sconce/tensor';
import {
  activationGradients as gradients, activationOps as ops, runPointwise, type PointwiseOp,
} from '@sconce/tensor/internal';
import { define, saving } from './define.js';
import { zero } from './zero.js';

/** The derivative of an activation's gradient op by the input, per gradient; null where it is 0 almost everywhere. */
type Slope = ((x: Tensor, numbers: readonly Tensor[]) => Tensor) | null;

/** How many numbers follow the gradient and the input in an activation's gradient op. */
const parameters = (op: PointwiseOp): number => op.roles.length - 2;

/** An activation whose gradient op takes the gradient, the input and the activation's own numbers. */
function activation(op: PointwiseOp, gradient: PointwiseOp, slope: Slope): void {
  const numbers = Array.from({ length: parameters(gradient) }, (_, i) => i + 1);
  define(op, [
    saving([0, ...numbers], (g, { inputs: [x, ...rest] }) =>
      runPointwise(gradient, [g, x, ...rest.slice(0, numbers.length)])),
    ...op.roles.slice(1).map(() => null),
  ]);
  gradientOp(gradient, slope);
}

function gradientOp(gradient: PointwiseOp, slope: Slope): void {
  const numbers = Array.from({ length: parameters(gradient) }, (_, i) => i + 2);
  define(gradient, [
    saving([1, ...numbers], (gg, { inputs: [, x, ...rest] }) => runPointwise(gradient, [gg, x, ...rest])),
    slope ? saving([0, 1, ...numbers], (gg, { inputs: [g, x, ...rest] }) => gg.mul(g).mul(slope(x, rest))) : zero,
    ...numbers.map(() => null),
  ]);
}

define(relu.op, [saving(['result'], (g, { result }) => runPointwise(gradients.threshold, [g, result, 0]))]);
define(ops.threshold, [
  saving([0, 1], (g, { inputs: [x, limit] }) => runPointwise(gradients.threshold, [g, x, limit])), null, null,
]);
gradientOp(gradients.threshold, null);

// s (1 - s) and 1 - t² by the results s and t
gradientOp(gradients.sigmoid, (s) => s.mul(-2).add(1));
gradientOp(gradients.tanh, (t) => t.mul(-2));

define(prelu.op, [
  saving([0, 1], (g, { inputs: [x, weight] }) => where(x.gt(0), g, g.mul(weight))),
  saving([0], (g, { inputs: [x] }) => where(x.gt(0), 0, g.mul(x))),
]);

activation(ops.leakyRelu, gradients.leakyRelu, null);
define(ops.rreluWithNoise, [saving([1], (g, { inputs: [, noise] }) => g.mul(noise)), null]);
// α β s² exp(s x) below 0
const eluSlope = (x: Tensor, [alpha, scale, inputScale]: readonly Tensor[]): Tensor =>
  where(x.gt(0), 0, x.mul(inputScale).exp().mul(alpha.mul(scale).mul(inputScale).mul(inputScale)));
activation(ops.elu, gradients.elu, eluSlope);
define(ops.celu, [
  saving([0, 1, 2, 3], (g, { inputs: [x, ...numbers] }) => runPointwise(gradients.elu, [g, x, ...numbers])),
  null, null, null,
]);

// φ(x) (2 - x²)
activation(ops.gelu, gradients.gelu, (x) => {
  const square = x.mul(x);
  return square.mul(-0.5).exp().mul(square.rsub(2)).mul(1 / Math.sqrt(2 * Math.PI));
});
// ½ x (1 + tanh u): with t = tanh u, (1 - t²) (u' - x t u'² + ½ x u'')
activation(ops.geluTanh, gradients.geluTanh, (x) => {
  const c = Math.sqrt(2 / Math.PI), square = x.mul(x);
  const t = x.mul(square.mul(0.044715).add(1)).mul(c).tanh();
  const u1 = square.mul(3 * 0.044715).add(1).mul(c), u2 = x.mul(6 * 0.044715 * c);
  return t.mul(t).rsub(1).mul(u1.sub(x.mul(t).mul(u1.mul(u1))).add(x.mul(u2).mul(0.5)));
});
// s (1 - s) (2 + x (1 - 2s))
activation(ops.silu, gradients.silu, (x) => {
  const s = x.sigmoid();
  return s.mul(s.rsub(1)).mul(x.mul(s.mul(-2).add(1)).add(2));
});
// x tanh(softplus(x)): with t = tanh, t' = (1 - t²) s: 2 t' + x (t' (1 - s) - 2 t t' s)
activation(ops.mish, gradients.mish, (x) => {
  const s = x.sigmoid(), t = x.exp().log1p().tanh();
  const t1 = t.mul(t).rsub(1).mul(s);
  return t1.mul(2).add(x.mul(t1).mul(s.rsub(1).sub(t.mul(s).mul(2))));
});
// β s (1 - s) up to the threshold
activation(ops.softplus, gradients.softplus, (x, [beta, limit]) => {
  const z = x.mul(beta), s = z.sigmoid();
  return where(z.gt(limit), 0, s.mul(s.rsub(1)).mul(beta));
});
// -s (1 - s)
activation(ops.logSigmoid, gradients.logSigmoid, (x) => {
  const s = x.sigmoid();
  return s.mul(s.sub(1));
});
activation(ops.hardtanh, gradients.hardtanh, null);
activation(ops.hardsigmoid, gradients.hardsigmoid, null);
// 1/3 between -3 and 3
activation(ops.hardswish, gradients.hardswish, (x) => x.abs().lt(3).to(x.dtype).div(3));
activation(ops.softshrink, gradients.softshrink, null);
activation(hardshrink.op, gradients.hardshrink, null);
