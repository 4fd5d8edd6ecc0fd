import { checkTensor } from '../check-tensors.js';
import { runPointwise, runPointwiseInplace, runStructured, type Operand } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { contiguousFormat } from '../memory-format.js';
import type { PointwiseOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { pointwise } from './define.js';
import { floating, notImplementedFor, numeric } from './dtype-checks.js';
import type { ShrinkOptions } from './activations.js';
import { generatorOf, type GeneratorOption } from './random-inplace.js';
import { randomOps } from './random-records.js';

// The activations of torch.nn.functional that are no methods

export interface InplaceOption {
  /** write the result over `x` */
  readonly inplace?: boolean | undefined;
}

const run = (op: PointwiseOp, operands: readonly Operand[], options: InplaceOption): Tensor =>
  (checked(op.name, options).inplace ? runPointwiseInplace(op, operands) : runPointwise(op, operands));

const softplusExpr = (x: e.Expr): e.Expr => e.log1p(e.exp(x));
/** clamps, but keeps NaN */
const clamped = (x: e.Expr, min: e.ExprLike, max: e.ExprLike): e.Expr => e.min(e.max(x, min), max);

const ops = {
  leakyRelu: pointwise('leakyRelu', ['value', 'param'], (x, slope) =>
    e.where(e.gt(floating(x, 'leaky_relu_cpu'), 0), x, e.mul(x, slope))),
  rreluWithNoise: pointwise('rreluWithNoise', ['value', 'value'], e.mul),
  elu: pointwise('elu', ['value', 'param', 'param', 'param'], eluExpr),
  celu: pointwise('celu', ['value', 'param', 'param', 'param'], eluExpr),
  gelu: pointwise('gelu', ['value'], (x) =>
    e.mul(e.mul(floating(x, 'GeluKernelImpl'), 0.5), e.add(e.erf(e.mul(x, Math.SQRT1_2)), 1))),
  geluTanh: pointwise('gelu', ['value'], (x) => {
    const cubic = e.mul(floating(x, 'GeluKernelImpl'), e.add(e.mul(e.mul(x, x), 0.044715), 1));
    return e.mul(e.mul(x, 0.5), e.add(e.tanh(e.mul(cubic, Math.sqrt(2 / Math.PI))), 1));
  }),
  silu: pointwise('silu', ['value'], (x) => e.div(floating(x, 'silu_cpu'), e.add(e.exp(e.neg(x)), 1))),
  mish: pointwise('mish', ['value'], (x) => e.mul(floating(x, 'mish_cpu'), e.tanh(softplusExpr(x)))),
  softplus: pointwise('softplus', ['value', 'param', 'param'], (x, beta, limit) => {
    const z = e.mul(floating(x, 'softplus_cpu'), beta);
    return e.where(e.gt(z, limit), x, e.div(softplusExpr(z), beta));
  }),
  logSigmoid: pointwise('logSigmoid', ['value'], (x) =>
    e.sub(e.min(floating(x, 'log_sigmoid_cpu'), 0), e.log1p(e.exp(e.neg(e.abs(x)))))),
  hardtanh: pointwise('hardtanh', ['value', 'param', 'param'], clamped),
  hardsigmoid: pointwise('hardsigmoid', ['value'], (x) =>
    e.div(clamped(e.add(floating(x, 'hardsigmoid_cpu'), 3), 0, 6), 6)),
  hardswish: pointwise('hardswish', ['value'], (x) =>
    e.div(e.mul(x, clamped(e.add(floating(x, 'hardswish_cpu'), 3), 0, 6)), 6)),
  softshrink: pointwise('softshrink', ['value', 'param'], (x, lambd) => {
    const below = e.where(e.lt(x, e.neg(lambd)), e.add(x, lambd), 0);
    return e.where(e.gt(floating(x, 'softshrink_cpu'), lambd), e.sub(x, lambd), below);
  }),
  threshold: pointwise('threshold', ['value', 'param', 'param'], (x, limit, value) =>
    e.where(e.le(numeric(x, 'threshold_cpu'), limit), value, x)),
};

function eluExpr(x: e.Expr, alpha: e.Expr, scale: e.Expr, inputScale: e.Expr): e.Expr {
  const below = e.mul(alpha, e.expm1(e.mul(floating(x, 'elu_cpu'), inputScale)));
  return e.mul(e.where(e.gt(x, 0), x, below), scale);
}

/** Records of these activations. */
export const activationOps = ops;

/**
 * 0 for negative elements, all else as it is.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.relu.html
 */
export function relu(x: Tensor, options: InplaceOption = {}): Tensor {
  checkTensor(x, 'relu');
  return checked('relu', options, 'inplace').inplace ? x.relu_() : x.relu();
}

export interface LeakyReluOptions extends InplaceOption {
  /** the slope of negative elements, default 0.01 */
  readonly negativeSlope?: number | undefined;
}

/**
 * `x` where positive, a small part of it elsewhere.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html
 */
export const leakyRelu = (x: Tensor, options: LeakyReluOptions = {}): Tensor =>
  run(ops.leakyRelu, [x, checked('leakyRelu', options, 'negativeSlope').negativeSlope ?? 0.01], options);

export interface EluOptions extends InplaceOption {
  /** where it goes for very negative elements, less the sign; default 1 */
  readonly alpha?: number | undefined;
}

/**
 * `x` where positive, α (exp(x) - 1) elsewhere.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.elu.html
 */
export const elu = (x: Tensor, options: EluOptions = {}): Tensor =>
  run(ops.elu, [x, checked('elu', options, 'alpha').alpha ?? 1, 1, 1], options);

const SELU_ALPHA = 1.6732632423543772, SELU_SCALE = 1.0507009873554805;

export interface RreluOptions extends InplaceOption, GeneratorOption {
  /** the smallest slope, default 1/8 */
  readonly lower?: number | undefined;
  /** the largest slope, default 1/3 */
  readonly upper?: number | undefined;
  /** draw slopes; otherwise all are the mean of the bounds */
  readonly training?: boolean | undefined;
}

/**
 * `leakyRelu` with a random slope per element.
 * @throws RuntimeError where the bounds are in the wrong order
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.rrelu.html
 */
export function rrelu(x: Tensor, options: RreluOptions = {}): Tensor {
  const { lower = 1 / 8, upper = 1 / 3, training = false, inplace } = checked('rrelu', options, 'lower');
  if (!(lower <= upper)) throw new RuntimeError('Lower bound should be less than or equal to the upper bound');
  if (!training) return leakyRelu(x, { negativeSlope: (lower + upper) / 2, inplace });
  if (!x.isFloatingPoint()) throw notImplementedFor('rrelu_with_noise_out_cpu', x.dtype);
  const [noise] = runStructured(randomOps.rreluNoise, [x.detach()], { lower, upper, generator: generatorOf('rrelu', options) });
  return run(ops.rreluWithNoise, [x, noise], options);
}

/**
 * `elu`, scaled to keep means and variances.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.selu.html
 */
export const selu = (x: Tensor, options: InplaceOption = {}): Tensor =>
  run(ops.elu, [x, SELU_ALPHA, SELU_SCALE, 1], options);

/**
 * `x` where positive, α (exp(x / α) - 1) elsewhere.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.celu.html
 */
export function celu(x: Tensor, options: EluOptions = {}): Tensor {
  const { alpha = 1 } = checked('celu', options, 'alpha');
  if (alpha === 0) throw new RuntimeError('ZeroDivisionError: alpha cannot be 0 for CELU');
  return run(ops.celu, [x, alpha, 1, 1 / alpha], options);
}

export interface GeluOptions {
  /** 'tanh' for an approximation, default 'none' */
  readonly approximate?: 'none' | 'tanh' | undefined;
}

/**
 * x · Φ(x) with the normal distribution Φ.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.gelu.html
 * @example F.gelu(torch.tensor([-1, 1])) // tensor([-0.1587,  0.8413])
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  const { approximate = 'none' } = checked('gelu', options, 'approximate');
  if (approximate === 'none') return runPointwise(ops.gelu, [x]);
  if (approximate === 'tanh') return runPointwise(ops.geluTanh, [x]);
  throw new RuntimeError('approximate argument must be either none or tanh.');
}

/** x · sigmoid(x). @see https://pytorch.org/docs/stable/generated/torch.nn.functional.silu.html */
export const silu = (x: Tensor, options: InplaceOption = {}): Tensor => run(ops.silu, [x], options);

/** x · tanh(softplus(x)). @see https://pytorch.org/docs/stable/generated/torch.nn.functional.mish.html */
export const mish = (x: Tensor, options: InplaceOption = {}): Tensor => run(ops.mish, [x], options);

export interface SoftplusOptions {
  /** how sharp the bend is, default 1 */
  readonly beta?: number | undefined;
  /** beyond this β · x it is `x` itself, default 20 */
  readonly threshold?: number | undefined;
}

/** log(1 + exp(β x)) / β. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html */
export function softplus(x: Tensor, options: SoftplusOptions = {}): Tensor {
  const { beta = 1, threshold: limit = 20 } = checked('softplus', options, 'beta');
  return runPointwise(ops.softplus, [x, beta, limit]);
}

/** log(sigmoid(x)). @see https://pytorch.org/docs/stable/generated/torch.nn.functional.logsigmoid.html */
export const logsigmoid = (x: Tensor): Tensor => runPointwise(ops.logSigmoid, [x], undefined, contiguousFormat);

export interface HardtanhOptions extends InplaceOption {
  readonly minVal?: number | undefined;
  readonly maxVal?: number | undefined;
}

/**
 * Each element moved into [minVal, maxVal].
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html
 */
export function hardtanh(x: Tensor, options: HardtanhOptions = {}): Tensor {
  const { minVal = -1, maxVal = 1 } = checked('hardtanh', options, 'minVal');
  if (x.dtype.kind === 'bool') throw new RuntimeError('Bool inputs not supported for hardtanh');
  if (!x.dtype.isSigned && (minVal < 0 || maxVal < 0)) {
    throw new RuntimeError('cannot do hardtanh on an unsigned type with negative limits');
  }
  return run(ops.hardtanh, [x, minVal, maxVal], options);
}

/** Each element moved into [0, 6]. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.relu6.html */
export const relu6 = (x: Tensor, options: InplaceOption = {}): Tensor =>
  hardtanh(x, { minVal: 0, maxVal: 6, inplace: checked('relu6', options, 'inplace').inplace });

/**
 * A sigmoid of three straight lines.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardsigmoid.html
 */
export const hardsigmoid = (x: Tensor, options: InplaceOption = {}): Tensor => run(ops.hardsigmoid, [x], options);

/** x · hardsigmoid(x). @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardswish.html */
export const hardswish = (x: Tensor, options: InplaceOption = {}): Tensor => run(ops.hardswish, [x], options);

/** x / (1 + |x|). @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softsign.html */
export const softsign = (x: Tensor): Tensor => x.div(x.abs().add(1));

/** x - tanh(x). @see https://pytorch.org/docs/stable/generated/torch.nn.functional.tanhshrink.html */
export const tanhshrink = (x: Tensor): Tensor => x.sub(x.tanh());

/**
 * 0 within ±λ, λ closer to 0 elsewhere.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softshrink.html
 */
export function softshrink(x: Tensor, options: ShrinkOptions = {}): Tensor {
  const { lambd = 0.5 } = checked('softshrink', options, 'lambd');
  if (!(lambd >= 0)) throw new RuntimeError(`lambda must be greater or equal to 0, but found to be ${lambd}.`);
  return runPointwise(ops.softshrink, [x, lambd]);
}

/**
 * `value` for elements that are not above the threshold.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html
 */
export const threshold = (x: Tensor, limit: number, value: number, options: InplaceOption = {}): Tensor =>
  run(ops.threshold, [x, limit, value], options);

export { hardshrink, prelu } from './activations.js';
export { sigmoid } from './special-functions.js';
export { tanh } from './trigonometry.js';
