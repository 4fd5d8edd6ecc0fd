import type { Tensor } from '@sconce/tensor';
import * as F from '../functional/loss.js';
import { lossOptions } from '../functional/reduction.js';
import { Module } from '../module.js';

type Reduction = F.Reduction;

/** A criterion; it is called with an input and a target. */
abstract class Loss<R extends string = Reduction> extends Module {
  readonly reduction: R;
  constructor(reduction: R | undefined) {
    super();
    this.reduction = reduction ?? ('mean' as R);
  }
}

/** A criterion with weights, which are a buffer. */
abstract class WeightedLoss extends Loss {
  declare weight: Tensor | null;
  constructor(
    { weight = null, reduction }: { readonly weight?: Tensor | null | undefined; readonly reduction?: Reduction | undefined },
  ) {
    super(reduction);
    this.registerBuffer('weight', weight);
  }
}

/** |x - y|. @see https://pytorch.org/docs/stable/generated/torch.nn.L1Loss.html */
export class L1Loss extends Loss {
  constructor(options: F.ReductionOption = {}) { super(lossOptions(new.target.name, options).reduction); }
  override forward(input: Tensor, target: Tensor): Tensor { return F.l1Loss(input, target, this); }
}

/**
 * (x - y)².
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
 * @example new nn.MSELoss()(torch.tensor([1, 2]), torch.tensor([1, 4])) // tensor(2.)
 */
export class MSELoss extends Loss {
  constructor(options: F.ReductionOption = {}) { super(lossOptions(new.target.name, options).reduction); }
  override forward(input: Tensor, target: Tensor): Tensor { return F.mseLoss(input, target, this); }
}

/**
 * Quadratic for small differences, linear for large ones.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html
 */
export class SmoothL1Loss extends Loss {
  readonly beta: number;
  constructor(options: F.SmoothL1Options = {}) {
    const { reduction, beta = 1 } = lossOptions(new.target.name, options);
    super(reduction);
    this.beta = beta;
  }
  override forward(input: Tensor, target: Tensor): Tensor { return F.smoothL1Loss(input, target, this); }
}

/**
 * Quadratic for small differences, linear for large ones.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html
 */
export class HuberLoss extends Loss {
  readonly delta: number;
  constructor(options: F.HuberOptions = {}) {
    const { reduction, delta = 1 } = lossOptions(new.target.name, options);
    super(reduction);
    this.delta = delta;
  }
  override forward(input: Tensor, target: Tensor): Tensor { return F.huberLoss(input, target, this); }
}

/**
 * The negated log-probability of target classes.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
 */
export class NLLLoss extends WeightedLoss {
  readonly ignoreIndex: number;
  constructor(options: F.NllLossOptions = {}) {
    const { ignoreIndex = -100, ...rest } = lossOptions(new.target.name, options);
    super(rest);
    this.ignoreIndex = ignoreIndex;
  }
  override forward(input: Tensor, target: Tensor): Tensor { return F.nllLoss(input, target, this); }
}

/**
 * Cross-entropy of logits with target classes or class probabilities.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 * @example
 * const criterion = new nn.CrossEntropyLoss();
 * criterion(torch.zeros(1, 4), torch.tensor([2n])) // tensor(1.3863)
 */
export class CrossEntropyLoss extends WeightedLoss {
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
  constructor(options: F.CrossEntropyOptions = {}) {
    const { ignoreIndex = -100, labelSmoothing = 0, ...rest } = lossOptions(new.target.name, options);
    super(rest);
    this.ignoreIndex = ignoreIndex;
    this.labelSmoothing = labelSmoothing;
  }
  override forward(input: Tensor, target: Tensor): Tensor { return F.crossEntropy(input, target, this); }
}

/** Cross-entropy of probabilities. @see https://pytorch.org/docs/stable/generated/torch.nn.BCELoss.html */
export class BCELoss extends WeightedLoss {
  constructor(options: F.BinaryCrossEntropyOptions = {}) { super(lossOptions(new.target.name, options)); }
  override forward(input: Tensor, target: Tensor): Tensor { return F.binaryCrossEntropy(input, target, this); }
}

/** Cross-entropy of sigmoid(x). @see https://pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html */
export class BCEWithLogitsLoss extends Loss {
  declare weight: Tensor | null;
  declare pos_weight: Tensor | null;
  constructor(options: F.WithLogitsOptions = {}) {
    const { weight = null, posWeight = null, reduction } = lossOptions(new.target.name, options);
    super(reduction);
    this.registerBuffer('weight', weight);
    this.registerBuffer('pos_weight', posWeight);
  }
  get posWeight(): Tensor | null { return this.pos_weight; }
  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, pos_weight: posWeight, reduction } = this;
    return F.binaryCrossEntropyWithLogits(input, target, { weight, posWeight, reduction });
  }
}

/** Kullback-Leibler divergence. @see https://pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html */
export class KLDivLoss extends Loss<Reduction | 'batchmean'> {
  readonly logTarget: boolean;
  constructor(options: F.KlDivOptions = {}) {
    const { reduction, logTarget = false } = lossOptions(new.target.name, options);
    super(reduction);
    this.logTarget = logTarget;
  }
  override forward(input: Tensor, target: Tensor): Tensor { return F.klDiv(input, target, this); }
}

/** Negative log-likelihood of counts. @see https://pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html */
export class PoissonNLLLoss extends Loss {
  readonly logInput: boolean;
  readonly full: boolean;
  readonly eps: number;
  constructor(options: F.PoissonNllOptions = {}) {
    const { logInput = true, full = false, eps = 1e-8, reduction } = lossOptions(new.target.name, options);
    super(reduction);
    this.logInput = logInput;
    this.full = full;
    this.eps = eps;
  }
  override forward(logInput: Tensor, target: Tensor): Tensor { return F.poissonNllLoss(logInput, target, this); }
}

/**
 * Negative log-likelihood under normal distributions.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html
 */
export class GaussianNLLLoss extends Loss {
  readonly full: boolean;
  readonly eps: number;
  constructor(options: F.GaussianNllOptions = {}) {
    const { full = false, eps = 1e-6, reduction } = lossOptions(new.target.name, options);
    super(reduction);
    this.full = full;
    this.eps = eps;
  }
  override forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    return F.gaussianNllLoss(input, target, variance, this);
  }
}
