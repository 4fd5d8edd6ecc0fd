import { int64, RuntimeError, Tensor, ValueError, where, zeros } from '@sconce/tensor';
import { autocastOperands, activations, shapeText } from '@sconce/tensor/internal';
import { pairwiseDistance } from './distance.js';
import { checkReduction, lossOptions, reduce, type ReductionOption } from './reduction.js';

export interface MarginOptions extends ReductionOption { readonly margin?: number | undefined }

/** What meets a margin, which is no integer even where it is a whole number. */
const floating = (x: Tensor): Tensor => (x.dtype.isDifferentiable ? x : x.float());

/**
 * The input where the target is 1, max(0, margin - x) where it is -1.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hinge_embedding_loss.html
 */
export function hingeEmbeddingLoss(
  input: Tensor, target: Tensor, options: MarginOptions = {},
): Tensor {
  [input, target] = autocastOperands('hingeEmbeddingLoss', [input, target]);
  const { margin = 1, reduction = 'mean' } = lossOptions('hingeEmbeddingLoss', options, 'margin');
  checkReduction(reduction);
  const apart = floating(input).rsub(margin).clampMin(0);
  return reduce(where(target.ne(1), apart, 0).add(where(target.ne(-1), input, 0)), reduction);
}

const size = (x: Tensor): string => `torch.Size(${shapeText(x.shape)})`;

/**
 * max(0, -target · (x1 - x2) + margin): which of two should be larger.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.margin_ranking_loss.html
 */
export function marginRankingLoss(
  input1: Tensor, input2: Tensor, target: Tensor, options: MarginOptions = {},
): Tensor {
  [input1, input2, target] = autocastOperands('marginRankingLoss', [input1, input2, target]);
  const { margin = 0, reduction = 'mean' } = lossOptions('marginRankingLoss', options, 'margin');
  checkReduction(reduction);
  if (input1.dim() !== input2.dim() || input1.dim() !== target.dim()) {
    throw new RuntimeError(
      `margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ${size(input1)}, input2: ${size(input2)}, target: ${size(target)} `);
  }
  return reduce(floating(target.neg().mul(input1.sub(input2))).add(margin).clampMin(0), reduction);
}

/**
 * 1 - cosine where the target is 1, max(0, cosine - margin) where it is -1.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cosine_embedding_loss.html
 */
export function cosineEmbeddingLoss(
  input1: Tensor, input2: Tensor, target: Tensor, options: MarginOptions = {},
): Tensor {
  [input1, input2, target] = autocastOperands('cosineEmbeddingLoss', [input1, input2, target]);
  const { margin = 0, reduction = 'mean' } = lossOptions('cosineEmbeddingLoss', options, 'margin');
  checkReduction(reduction);
  const dims = target.dim();
  if (dims > 1) throw new RuntimeError('0D or 1D target tensor expected, multi-target not supported');
  if (input1.dim() !== dims + 1 || input2.dim() !== dims + 1) {
    throw new RuntimeError(
      `${dims}D target tensor expects ${dims + 1}D input tensors, but found inputs with sizes ${shapeText(input1.shape)} and ${shapeText(input2.shape)}.`);
  }
  const EPSILON = 1e-12;
  const square = (x: Tensor): Tensor => x.mul(x).sum(dims).add(EPSILON);
  const cosine = input1.mul(input2).sum(dims).div(square(input1).mul(square(input2)).sqrt());
  const losses = where(target.eq(1), cosine.rsub(1), 0).add(where(target.eq(-1), cosine.sub(margin).clampMin(0), 0));
  return reduce(losses, reduction);
}

export interface TripletOptions extends MarginOptions {
  /** the exponent of the distance, default 2 */
  readonly p?: number | undefined;
  readonly eps?: number | undefined;
  /** take the smaller of the distances of anchor and positive from negative, default false */
  readonly swap?: boolean | undefined;
}

/**
 * max(0, d(anchor, positive) - d(anchor, negative) + margin).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_loss.html
 */
export function tripletMarginLoss(
  anchor: Tensor, positive: Tensor, negative: Tensor, options: TripletOptions = {},
): Tensor {
  [anchor, positive, negative] = autocastOperands('tripletMarginLoss', [anchor, positive, negative]);
  const { margin = 1, p = 2, eps = 1e-6, swap = false, reduction = 'mean' } = lossOptions('tripletMarginLoss', options, 'margin');
  if (anchor.dim() !== positive.dim() || anchor.dim() !== negative.dim()) {
    throw new RuntimeError(
      `All inputs should have same dimension but got ${anchor.dim()}D, ${positive.dim()}D and ${negative.dim()}D inputs.`);
  }
  checkReduction(reduction);
  return reduce(beyond((a, b) => pairwiseDistance(a, b, { p, eps }), anchor, positive, negative, { margin, swap }).clampMin(0), reduction);
}

type Distance = (a: Tensor, b: Tensor) => Tensor;

/** By how much more than a margin a negative is too near, below zero where it is not. */
function beyond(
  distance: Distance, anchor: Tensor, positive: Tensor, negative: Tensor, { margin, swap }: { readonly margin: number; readonly swap: boolean },
): Tensor {
  const near = distance(anchor, positive);
  let far = distance(anchor, negative);
  if (swap) far = far.minimum(distance(positive, negative));
  return near.sub(far).add(margin);
}

export interface TripletDistanceOptions extends MarginOptions {
  /** default: the Euclidean distance */
  readonly distanceFunction?: Distance | null | undefined;
  readonly swap?: boolean | undefined;
}

/**
 * `tripletMarginLoss` with any distance.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_with_distance_loss.html
 */
export function tripletMarginWithDistanceLoss(
  anchor: Tensor, positive: Tensor, negative: Tensor, options: TripletDistanceOptions = {},
): Tensor {
  const { distanceFunction, margin = 1, swap = false, reduction = 'mean' } = lossOptions('tripletMarginWithDistanceLoss', options, 'distanceFunction');
  checkReduction(reduction);
  const distance: Distance = distanceFunction ?? ((a, b) => pairwiseDistance(a, b));
  return reduce(beyond(distance, anchor, positive, negative, { margin, swap }).clamp({ min: 0 }), reduction);
}

export interface MultiMarginOptions extends MarginOptions {
  /** the exponent, 1 (default) or 2 */
  readonly p?: number | undefined;
  /** a weight per class */
  readonly weight?: Tensor | null | undefined;
}

/**
 * Σ max(0, margin - x[target] + x[i])^p / C over the other classes, for (N, C) or (C).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.multi_margin_loss.html
 */
export function multiMarginLoss(input: Tensor, target: Tensor, options: MultiMarginOptions = {}): Tensor {
  [input, target] = autocastOperands('multiMarginLoss', [input, target]);
  const { p = 1, margin = 1, weight, reduction = 'mean' } = lossOptions('multiMarginLoss', options, 'p');
  checkReduction(reduction);
  if (p !== 1 && p !== 2) throw new ValueError('only p == 1 and p == 2 supported');
  if (weight && weight.dim() !== 1) throw new ValueError('weight must be one-dimensional');
  if (input.dim() > 2 || input.numel() === 0) {
    throw new RuntimeError(`Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${shapeText(input.shape)}`);
  }
  const [rows, classes] = input.dim() === 2 ? input.shape : [1, input.numel()];
  if (target.dim() > 1 || target.numel() !== rows) throw new RuntimeError(`inconsistent target size, got: ${shapeText(target.shape)}`);
  const x = input.reshape(rows, classes), index = target.reshape(rows, 1);
  const hinges = x.sub(x.gather(1, index)).add(margin).clampMin(0);
  const powers = p === 2 ? hinges.mul(hinges) : hinges;
  const weighted = weight ? powers.mul(weight.take(index)) : powers;
  const losses = weighted.scatter(1, index, 0).sum(1).div(classes);
  return reduce(reduction === 'none' ? losses.reshape(target.shape) : losses, reduction);
}

/**
 * Σ max(0, 1 - (x[y] - x[i])) / C over target classes y and all other classes i. A row of targets ends at -1.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_margin_loss.html
 */
export function multilabelMarginLoss(
  input: Tensor, target: Tensor, options: ReductionOption = {},
): Tensor {
  [input, target] = autocastOperands('multilabelMarginLoss', [input, target]);
  const { reduction = 'mean' } = lossOptions('multilabelMarginLoss', options, 'reduction');
  checkReduction(reduction);
  if (input.dim() > 2) throw new RuntimeError(`Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${shapeText(input.shape)}`);
  const classes = input.shape.at(-1) ?? 1;
  if (target.shape.join() !== input.shape.join()) throw new RuntimeError(`inconsistent target size: ${shapeText(target.shape)} for input of size: ${shapeText(input.shape)}`);
  const x = input.reshape(-1, classes), y = target.reshape(-1, classes);
  const counts = y.ge(0).to(int64).cumprod(1);
  const index = y.clampMin(0);
  const isTarget = zeros(x.shape, { dtype: int64, device: x.device }).scatterAdd(1, index, counts).ne(0);
  // [row, target, other class]
  const hinges = x.unsqueeze(1).sub(x.gather(1, index).unsqueeze(2)).add(1).clampMin(0);
  const pairs = hinges.mul(counts.unsqueeze(2)).maskedFill(isTarget.unsqueeze(1), 0);
  const losses = pairs.sum([1, 2]).div(classes);
  return reduce(reduction === 'none' ? losses.reshape(input.shape.slice(0, -1)) : losses, reduction);
}

export interface MultilabelSoftMarginOptions extends ReductionOption {
  /** a weight per class */
  readonly weight?: Tensor | null | undefined;
}

/**
 * Binary cross-entropy of each class, averaged over the classes.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_soft_margin_loss.html
 */
export function multilabelSoftMarginLoss(
  input: Tensor, target: Tensor, options: MultilabelSoftMarginOptions = {},
): Tensor {
  const { weight, reduction = 'mean' } = lossOptions('multilabelSoftMarginLoss', options, 'weight');
  if (!['none', 'mean', 'sum'].includes(reduction)) throw new ValueError(`${reduction as string} is not valid`);
  const { logsigmoid } = activations;
  const losses = target.mul(logsigmoid(input)).add(target.rsub(1).mul(logsigmoid(input.neg()))).neg();
  return reduce((weight ? losses.mul(weight) : losses).sum(-1).div(input.size(-1)), reduction);
}
