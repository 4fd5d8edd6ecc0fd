import { ValueError, type Tensor } from '@sconce/tensor';
import * as F from '../functional/loss.js';
import { lossOptions } from '../functional/reduction.js';
import { Module } from '../module.js';
import { PairwiseDistance } from './distance.js';

abstract class MarginLoss extends Module {
  readonly margin: number;
  readonly reduction: F.Reduction;
  constructor(options: F.MarginOptions, usual: number) {
    super();
    const { margin, reduction = 'mean' } = lossOptions(new.target.name, options);
    this.margin = margin ?? usual;
    this.reduction = reduction;
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html */
export class HingeEmbeddingLoss extends MarginLoss {
  constructor(options: F.MarginOptions = {}) { super(options, 1); }
  override forward(input: Tensor, target: Tensor): Tensor { return F.hingeEmbeddingLoss(input, target, this); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html */
export class MarginRankingLoss extends MarginLoss {
  constructor(options: F.MarginOptions = {}) { super(options, 0); }
  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.marginRankingLoss(input1, input2, target, this);
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html */
export class CosineEmbeddingLoss extends MarginLoss {
  constructor(options: F.MarginOptions = {}) { super(options, 0); }
  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.cosineEmbeddingLoss(input1, input2, target, this);
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html */
export class TripletMarginLoss extends MarginLoss {
  readonly p: number;
  readonly eps: number;
  readonly swap: boolean;
  constructor(options: F.TripletOptions = {}) {
    const { p = 2, eps = 1e-6, swap = false, ...rest } = lossOptions(new.target.name, options);
    super(rest, 1);
    this.p = p;
    this.eps = eps;
    this.swap = swap;
  }
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return F.tripletMarginLoss(anchor, positive, negative, this);
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss.html */
export class TripletMarginWithDistanceLoss extends MarginLoss {
  /** what measures, a child if it is a module */
  readonly distance_function: (a: Tensor, b: Tensor) => Tensor;
  readonly swap: boolean;
  constructor(options: F.TripletDistanceOptions = {}) {
    const { distanceFunction = null, swap = false, ...rest } = lossOptions(new.target.name, options);
    super(rest, 1);
    this.distance_function = distanceFunction ?? new PairwiseDistance();
    this.swap = swap;
  }
  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return F.tripletMarginWithDistanceLoss(anchor, positive, negative, this);
  }
  get distanceFunction(): (a: Tensor, b: Tensor) => Tensor { return this.distance_function; }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html */
export class SoftMarginLoss extends Module {
  readonly reduction: F.Reduction;
  constructor(options: F.ReductionOption = {}) {
    const { reduction = 'mean' } = lossOptions(new.target.name, options);
    super();
    this.reduction = reduction;
  }
  override forward(input: Tensor, target: Tensor): Tensor { return F.softMarginLoss(input, target, this); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html */
export class MultiMarginLoss extends MarginLoss {
  readonly p: number;
  declare weight: Tensor | null;
  constructor(options: F.MultiMarginOptions = {}) {
    const { p = 1, weight = null, ...rest } = lossOptions(new.target.name, options);
    super(rest, 1);
    if (p !== 1 && p !== 2) throw new ValueError('only p == 1 and p == 2 supported');
    if (weight && weight.dim() !== 1) throw new ValueError('weight must be one-dimensional');
    this.p = p;
    this.registerBuffer('weight', weight);
  }
  override forward(input: Tensor, target: Tensor): Tensor { return F.multiMarginLoss(input, target, this); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html */
export class MultiLabelMarginLoss extends Module {
  readonly reduction: F.Reduction;
  constructor(options: F.ReductionOption = {}) {
    const { reduction = 'mean' } = lossOptions(new.target.name, options);
    super();
    this.reduction = reduction;
  }
  override forward(input: Tensor, target: Tensor): Tensor { return F.multilabelMarginLoss(input, target, this); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.MultiLabelSoftMarginLoss.html */
export class MultiLabelSoftMarginLoss extends Module {
  readonly reduction: F.Reduction;
  declare weight: Tensor | null;
  constructor(options: F.MultilabelSoftMarginOptions = {}) {
    const { weight = null, reduction = 'mean' } = lossOptions(new.target.name, options);
    super();
    this.reduction = reduction;
    this.registerBuffer('weight', weight);
  }
  override forward(input: Tensor, target: Tensor): Tensor { return F.multilabelSoftMarginLoss(input, target, this); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html */
export class CTCLoss extends Module {
  readonly blank: number;
  readonly reduction: F.Reduction;
  readonly zeroInfinity: boolean;
  constructor(options: F.CtcOptions = {}) {
    const { blank = 0, reduction = 'mean', zeroInfinity = false } = lossOptions(new.target.name, options);
    super();
    this.blank = blank;
    this.reduction = reduction;
    this.zeroInfinity = zeroInfinity;
  }
  override forward(
    logProbs: Tensor, targets: Tensor, inputLengths: Tensor | readonly number[], targetLengths: Tensor | readonly number[],
  ): Tensor { return F.ctcLoss(logProbs, targets, inputLengths, targetLengths, this); }
}
