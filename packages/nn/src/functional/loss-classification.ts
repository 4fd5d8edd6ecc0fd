import { IndexError, int64, ones, RuntimeError, Tensor, ValueError } from '@sconce/tensor';
import { autocastOperands, elementLoss, letGo, lossOps, nllLossOf, sameShape, shapeText, product, warnOnce } from '@sconce/tensor/internal';
import { checkSameSize } from './loss-regression.js';
import { checkOperands, checkReduction, lossOptions, reduce, type Reduction, type ReductionOption } from './reduction.js';

export interface NllLossOptions extends ReductionOption {
  /** a weight per class */
  readonly weight?: Tensor | null | undefined;
  /** a class that does not count, default -100 */
  readonly ignoreIndex?: number | undefined;
}

const onesFor = (x: Tensor, count: number): Tensor => ones(count, { dtype: x.dtype, device: x.device });

/** PyTorch's `nll_loss`: (N, C) or (C). */
function nll1d(
  x: Tensor, target: Tensor, weight: Tensor | null | undefined, reduction: Reduction, ignoreIndex: number,
): Tensor {
  const batched = !(x.dim() === 1 && target.dim() === 0);
  if (target.dim() > 1) throw new RuntimeError('0D or 1D target tensor expected, multi-target not supported');
  if (batched && x.shape[0] !== target.shape[0]) {
    throw new RuntimeError(`size mismatch (got input: ${shapeText(x.shape)}, target: ${shapeText(target.shape)})`);
  }
  const classes = x.shape.at(-1)!;
  if (weight && (weight.dim() !== 1 || weight.numel() !== classes)) {
    throw new RuntimeError(`weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${shapeText(weight.shape)}`);
  }
  checkTarget(target);
  return nllLossOf(lossOps.nllLoss, x, target, weight ?? onesFor(x, classes), { reduction, ignoreIndex });
}

/** PyTorch's `nll_loss2d`: (N, C, H, W). */
function nll2d(
  x: Tensor, target: Tensor, weight: Tensor | null | undefined, reduction: Reduction, ignoreIndex: number,
): Tensor {
  if (target.dim() !== 3) {
    throw new RuntimeError(`only batches of spatial targets supported (3D tensors) but got targets of dimension: ${target.dim()}`);
  }
  const [n, classes, ...sizes] = x.shape;
  if (!sameShape([n, ...sizes], target.shape)) {
    throw new RuntimeError(`size mismatch (got input: ${shapeText(x.shape)} , target: ${shapeText(target.shape)}`);
  }
  if (weight && weight.numel() !== classes) throw new RuntimeError('weight tensor should be defined either for all or no classes');
  checkTarget(target);
  return nllLossOf(lossOps.nllLoss2d, x, target, weight ?? onesFor(x, classes), { reduction, ignoreIndex });
}

function checkTarget(target: Tensor): void {
  if (target.dtype !== int64) throw new RuntimeError(`expected scalar type Long but found ${target.dtype.scalarType}`);
}

/**
 * The negated log-probability of each target class: (N, C) with (N), (N, C, …) with (N, …), or (C) with ().
 * @throws IndexError for a class that is not there, ValueError for batches of different sizes
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
 */
export function nllLoss(
  input: Tensor, target: Tensor, options: NllLossOptions = {},
): Tensor {
  const { weight, ignoreIndex = -100, reduction = 'mean' } = lossOptions('nllLoss', options, 'weight');
  checkOperands('nll_loss_nd', input, target);
  checkReduction(reduction);
  if (input.dim() < 1) throw new ValueError(`Expected 1 or more dimensions (got ${input.dim()})`);
  if (input.dim() !== 1 && input.shape[0] !== target.shape[0]) {
    if (target.dim() === 0) throw new IndexError('Dimension specified as 0 but tensor has no dimensions');
    throw new ValueError(`Expected input batch_size (${input.shape[0]}) to match target batch_size (${target.shape[0]}).`);
  }
  if (input.dim() <= 2) return nll1d(input, target, weight, reduction, ignoreIndex);
  if (input.dim() === 4) return nll2d(input, target, weight, reduction, ignoreIndex);
  const [n, classes, ...sizes] = input.shape;
  if (!sameShape(target.shape.slice(1), sizes)) {
    throw new RuntimeError(`Expected target size ${shapeText([n, ...sizes])}, got ${shapeText(target.shape)}`);
  }
  const area = product(sizes);
  const x = input.contiguous().view(n, classes, 1, area), t = target.contiguous().view(n, 1, area);
  const loss = nll2d(x, t, weight, reduction, ignoreIndex);
  return reduction === 'none' ? loss.view(target.shape) : loss;
}

export interface CrossEntropyOptions extends NllLossOptions {
  /** how much of each target is spread over all classes, default 0 */
  readonly labelSmoothing?: number | undefined;
}

/**
 * Cross-entropy of logits (N, C, …) or (C) with target classes, or with class probabilities of the logits' shape.
 * @throws IndexError for a class that is not there, RuntimeError for weights that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
 * @example F.crossEntropy(torch.zeros(1, 4), torch.tensor([2n])) // tensor(1.3863)
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkOperands('cross_entropy_loss', input, target);
  [input, target] = autocastOperands('crossEntropy', [input, target]);
  const { weight, ignoreIndex = -100, reduction = 'mean', labelSmoothing = 0 } = lossOptions('crossEntropy', options, 'weight');
  checkReduction(reduction);
  const smooth = labelSmoothing > 0;
  const checkSmoothing = (): void => {
    if (labelSmoothing > 1) throw new RuntimeError(`label_smoothing must be between 0.0 and 1.0. Got: ${labelSmoothing}`);
  };
  if (sameShape(input.shape, target.shape)) {
    if (!target.isFloatingPoint()) {
      throw new RuntimeError(`Expected floating point type for target with class probabilities, got ${target.dtype.scalarType}`);
    }
    if (ignoreIndex >= 0) throw new RuntimeError('ignore_index is not supported for floating point target');
    checkSmoothing();
    return withProbabilities(input, target, weight, reduction, labelSmoothing);
  }
  const logProbabilities = input.logSoftmax(input.dim() === 1 ? 0 : 1);
  const loss = nllLoss(logProbabilities, target, { weight, ignoreIndex, reduction });
  if (!smooth) {
    letGo(logProbabilities);
    return loss;
  }
  checkSmoothing();
  return smoothed(logProbabilities, target, loss, weight, ignoreIndex, reduction, labelSmoothing);
}

/** Weights of classes, broadcast over everything but the class dimension. */
const alongClasses = (weight: Tensor, x: Tensor): Tensor =>
  weight.view(x.shape.map((_, i) => (i === (x.dim() === 1 ? 0 : 1) ? weight.numel() : 1)));

function withProbabilities(
  input: Tensor, target: Tensor, weight: Tensor | null | undefined, reduction: Reduction, smoothing: number,
): Tensor {
  const dim = input.dim() === 1 ? 0 : 1, classes = input.shape[dim];
  if (weight && (weight.dim() !== 1 || weight.numel() !== classes)) {
    throw new RuntimeError(`cross_entropy: weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${shapeText(weight.shape)}`);
  }
  const wanted = smoothing > 0 ? target.mul(1 - smoothing).add(smoothing / classes) : target;
  const products = input.logSoftmax(dim).mul(wanted);
  const losses = weight ? products.mul(alongClasses(weight, input)) : products;
  if (reduction === 'none') return losses.sum(dim).neg();
  const total = losses.sum().neg();
  return reduction === 'sum' ? total : total.div(input.numel() / classes);
}

/** Part of the loss is that of targets spread evenly over all classes. */
function smoothed(
  logProbabilities: Tensor, target: Tensor, loss: Tensor, weight: Tensor | null | undefined, ignoreIndex: number,
  reduction: Reduction, smoothing: number,
): Tensor {
  const dim = logProbabilities.dim() === 1 ? 0 : 1, classes = logProbabilities.shape[dim];
  const ignored = target.eq(ignoreIndex);
  const weighted = weight ? logProbabilities.mul(alongClasses(weight, logProbabilities)) : logProbabilities;
  const even = weighted.sum(dim).neg().maskedFill(ignored, 0);
  let spread = even;
  if (reduction === 'sum') spread = even.sum();
  if (reduction === 'mean') {
    const counted = ignored.logicalNot();
    const total = weight ? weight.take(target.maskedFill(ignored, 0)).mul(counted).sum() : counted.sum();
    spread = even.sum().div(total);
  }
  return loss.mul(1 - smoothing).add(spread.mul(smoothing / classes));
}

export interface BinaryCrossEntropyOptions extends ReductionOption {
  /** a factor of each loss, broadcast */
  readonly weight?: Tensor | null | undefined;
}

const one = (x: Tensor): Tensor => ones([], { dtype: x.dtype, device: x.device });
const expanded = (weight: Tensor | null | undefined, x: Tensor): Tensor => (weight ? weight.expand(x.shape) : one(x));

/**
 * Cross-entropy of probabilities with targets between 0 and 1.
 * @throws RuntimeError for inputs that are no probabilities, ValueError for targets of another size
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html
 */
export function binaryCrossEntropy(
  input: Tensor, target: Tensor, options: BinaryCrossEntropyOptions = {},
): Tensor {
  checkOperands('binary_cross_entropy', input, target);
  [input, target] = autocastOperands('binaryCrossEntropy', [input, target]);
  const { weight, reduction = 'mean' } = lossOptions('binaryCrossEntropy', options, 'weight');
  checkReduction(reduction);
  checkSameSize(input, target, (x, t) =>
    `Using a target size (${t}) that is different to the input size (${x}) is deprecated. Please ensure they have the same size.`);
  if (target.dtype !== input.dtype) throw new RuntimeError(`Found dtype ${target.dtype.scalarType} but expected ${input.dtype.scalarType}`);
  return elementLoss('binaryCrossEntropy', [input, target, expanded(weight, input)], reduction);
}

export interface WithLogitsOptions extends BinaryCrossEntropyOptions {
  /** a factor of the loss of positive targets, broadcast */
  readonly posWeight?: Tensor | null | undefined;
}

/**
 * `binaryCrossEntropy` of sigmoid(x), without overflow.
 * @throws ValueError for targets of another size
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 */
export function binaryCrossEntropyWithLogits(input: Tensor, target: Tensor, options: WithLogitsOptions = {}): Tensor {
  const { weight, posWeight, reduction = 'mean' } = lossOptions('binaryCrossEntropyWithLogits', options, 'weight');
  checkReduction(reduction);
  checkOperands('binary_cross_entropy_with_logits', input, target);
  checkSameSize(input, target, (x, t) => `Target size (${t}) must be the same as input size (${x})`);
  const operands = [input, target.to(input.dtype), expanded(weight, input), expanded(posWeight, input)];
  return elementLoss('binaryCrossEntropyWithLogits', operands, reduction);
}

export interface KlDivOptions {
  /** as elsewhere, or 'batchmean': the sum divided by the size of the batch */
  readonly reduction?: Reduction | 'batchmean' | undefined;
  /** whether the target is log-probabilities as well, default false */
  readonly logTarget?: boolean | undefined;
}

/**
 * Kullback-Leibler divergence of log-probabilities from target probabilities.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html
 */
export function klDiv(
  input: Tensor, target: Tensor, options: KlDivOptions = {},
): Tensor {
  checkOperands('kl_div', input, target);
  [input, target] = autocastOperands('klDiv', [input, target]);
  const { reduction = 'mean', logTarget = false } = lossOptions('klDiv', options, 'reduction');
  const losses = logTarget ? target.exp().mul(target.sub(input)) : target.xlogy(target).sub(target.mul(input));
  if (reduction === 'mean') {
    warnOnce("reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides only by the batch size, " +
      "and aligns with the KL div math definition.'mean' will be changed to behave the same as 'batchmean' in the next major release.");
  }
  if (reduction !== 'batchmean') return reduce(losses, reduction);
  return input.dim() === 0 ? losses.sum() : losses.sum().div(input.shape[0]);
}
