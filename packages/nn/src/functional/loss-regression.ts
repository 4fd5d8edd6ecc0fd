import { broadcastTensors, promoteTypes, RuntimeError, Tensor, ValueError } from '@sconce/tensor';
import { autocastOperands, elementLoss, sameShape, shapeText, warnOnce } from '@sconce/tensor/internal';
import { checkOperands, checkReduction, lossOptions, reduce, type ReductionOption } from './reduction.js';

const size = (x: Tensor): string => `torch.Size(${shapeText(x.shape)})`;

function warnOfSizes(input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return;
  warnOnce(`Using a target size (${size(target)}) that is different to the input size (${size(input)}). This will likely lead to incorrect ` +
    'results due to broadcasting. Please ensure they have the same size.');
}

/** Input and target in one shape and one dtype. */
function aligned(input: Tensor, target: Tensor): [Tensor, Tensor] {
  const [x, t] = sameShape(input.shape, target.shape) ? [input, target] : broadcastTensors(input, target);
  const dtype = promoteTypes(x.dtype, t.dtype);
  return [x.to(dtype), t.to(dtype)];
}

function checkFloat(name: string, { dtype }: Tensor): void {
  if (!dtype.isFloatingPoint) throw new RuntimeError(`"${name}" not implemented for '${dtype.scalarType}'`);
}

function between(
  name: 'mseLoss' | 'smoothL1Loss' | 'huberLoss' | 'softMarginLoss', kernel: string, input: Tensor, target: Tensor,
  reduction: string, threshold?: number,
): Tensor {
  checkReduction(reduction);
  checkOperands(name, input, target);
  if (name !== 'softMarginLoss') warnOfSizes(input, target);
  const [x, t] = aligned(input, target);
  checkFloat(kernel, x);
  return elementLoss(name, [x, t], reduction, threshold);
}

/**
 * (x - target)².
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
 * @example F.mseLoss(torch.tensor([1, 2]), torch.tensor([1, 4])) // tensor(2.)
 */
export function mseLoss(input: Tensor, target: Tensor, options: ReductionOption = {}): Tensor {
  const { reduction = 'mean' } = lossOptions('mseLoss', options, 'reduction');
  return between('mseLoss', 'mse_cpu', input, target, reduction);
}

/** |x - target|. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html */
export function l1Loss(input: Tensor, target: Tensor, options: ReductionOption = {}): Tensor {
  checkOperands('l1_loss', input, target);
  [input, target] = autocastOperands('l1Loss', [input, target]);
  const { reduction = 'mean' } = lossOptions('l1Loss', options, 'reduction');
  checkReduction(reduction);
  warnOfSizes(input, target);
  return reduce(input.sub(target).abs(), reduction);
}

export interface SmoothL1Options extends ReductionOption {
  /** up to which difference the loss is quadratic, default 1 */
  readonly beta?: number | undefined;
}

/**
 * Quadratic for differences below β, linear beyond: (x - t)² / 2β, |x - t| - β/2.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html
 */
export function smoothL1Loss(
  input: Tensor, target: Tensor, options: SmoothL1Options = {},
): Tensor {
  const { reduction = 'mean', beta = 1 } = lossOptions('smoothL1Loss', options, 'reduction');
  checkReduction(reduction);
  if (beta < 0) throw new RuntimeError('smooth_l1_loss does not support negative values for beta.');
  return between('smoothL1Loss', 'smooth_l1_cpu', input, target, reduction, beta);
}

export interface HuberOptions extends ReductionOption {
  /** up to which difference the loss is quadratic, default 1 */
  readonly delta?: number | undefined;
}

/**
 * Quadratic for differences up to δ, linear beyond: (x - t)² / 2, δ (|x - t| - δ/2).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const { reduction = 'mean', delta = 1 } = lossOptions('huberLoss', options, 'reduction');
  checkReduction(reduction);
  if (!(delta > 0)) throw new RuntimeError('huber_loss does not support non-positive values for delta.');
  return between('huberLoss', 'huber_cpu', input, target, reduction, delta);
}

/**
 * ln(1 + e^(-target · x)), for targets of 1 and -1.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.soft_margin_loss.html
 */
export function softMarginLoss(input: Tensor, target: Tensor, options: ReductionOption = {}): Tensor {
  const { reduction = 'mean' } = lossOptions('softMarginLoss', options, 'reduction');
  return between('softMarginLoss', 'log1p_cpu', input, target, reduction);
}

export interface PoissonNllOptions extends ReductionOption {
  /** whether the input is the logarithm of the rate, default true */
  readonly logInput?: boolean | undefined;
  /** add Stirling's approximation of ln(target!), default false */
  readonly full?: boolean | undefined;
  /** what keeps the logarithm of a rate of 0 finite, default 1e-8 */
  readonly eps?: number | undefined;
}

/**
 * Negative log-likelihood of counts under a Poisson distribution.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.poisson_nll_loss.html
 */
export function poissonNllLoss(input: Tensor, target: Tensor, options: PoissonNllOptions = {}): Tensor {
  [input, target] = autocastOperands('poissonNllLoss', [input, target]);
  const { logInput = true, full = false, eps = 1e-8, reduction = 'mean' } = lossOptions('poissonNllLoss', options, 'logInput');
  if (!['none', 'mean', 'sum'].includes(reduction)) throw new ValueError(`${reduction as string} is not valid`);
  const loss = logInput ? input.exp().sub(target.mul(input)) : input.sub(target.mul(input.add(eps).log()));
  if (!full) return reduce(loss, reduction);
  const stirling = target.mul(target.log()).sub(target).add(target.mul(2 * Math.PI).log().mul(0.5));
  return reduce(loss.add(stirling.maskedFill(target.le(1), 0)), reduction);
}

export interface GaussianNllOptions extends ReductionOption {
  /** add the constant ½ ln 2π, default false */
  readonly full?: boolean | undefined;
  /** the least variance, default 1e-6 */
  readonly eps?: number | undefined;
}

/** A variance that may be one per row. @throws ValueError with PyTorch's text */
function varianceFor(input: Tensor, variance: Tensor): Tensor {
  if (sameShape(variance.shape, input.shape)) return variance;
  const rows = input.shape.slice(0, -1);
  if (sameShape(rows, variance.shape)) return variance.unsqueeze(-1);
  if (sameShape(rows, variance.shape.slice(0, -1)) && variance.shape.at(-1) === 1) return variance;
  throw new ValueError('var is of incorrect size');
}

/**
 * Negative log-likelihood of targets under normal distributions with these means and variances.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.gaussian_nll_loss.html
 */
export function gaussianNllLoss(
  input: Tensor, target: Tensor, variance: Tensor, options: GaussianNllOptions = {},
): Tensor {
  const { full = false, eps = 1e-6, reduction = 'mean' } = lossOptions('gaussianNllLoss', options, 'full');
  const given = varianceFor(input, variance);
  if (!['none', 'mean', 'sum'].includes(reduction)) throw new ValueError(`${reduction as string} is not valid`);
  if (given.device.type === 'cpu' && given.detach().lt(0).any().hostValue()) throw new ValueError('var has negative entry/entries');
  // clamped in value alone: a variance below eps still has a gradient
  const clamped = given.add(given.detach().clampMin(eps).sub(given.detach()));
  const difference = input.sub(target);
  const loss = clamped.log().add(difference.mul(difference).div(clamped)).mul(0.5);
  return reduce(full ? loss.add(0.5 * Math.log(2 * Math.PI)) : loss, reduction);
}

/** @internal @throws ValueError with PyTorch's text */
export function checkSameSize(input: Tensor, target: Tensor, message: (input: string, target: string) => string): void {
  if (!sameShape(input.shape, target.shape)) throw new ValueError(message(size(input), size(target)));
}
