import type { Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { cosineSimilarity, pairwiseDistance, type CosineSimilarityOptions, type PairwiseDistanceOptions } from '../functional/distance.js';
import { Module } from '../module.js';

/**
 * The cosine of the angle between vectors.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CosineSimilarity.html
 */
export class CosineSimilarity extends Module {
  readonly dim: number;
  readonly eps: number;
  constructor(options: CosineSimilarityOptions = {}) {
    const { dim = 1, eps = 1e-8 } = checked(new.target.name, options);
    super();
    this.dim = dim;
    this.eps = eps;
  }
  override forward(x1: Tensor, x2: Tensor): Tensor { return cosineSimilarity(x1, x2, this); }
}

/**
 * The p-norm of the differences of vectors.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.PairwiseDistance.html
 */
export class PairwiseDistance extends Module {
  readonly norm: number;
  readonly eps: number;
  readonly keepdim: boolean;
  constructor(options: PairwiseDistanceOptions = {}) {
    const { p = 2, eps = 1e-6, keepdim = false } = checked(new.target.name, options);
    super();
    this.norm = p;
    this.eps = eps;
    this.keepdim = keepdim;
  }
  override forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwiseDistance(x1, x2, { p: this.norm, eps: this.eps, keepdim: this.keepdim });
  }
}
