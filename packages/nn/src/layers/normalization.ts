import { empty, ValueError, type SizeLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import { crossMapLrn2d } from '../functional/cross-map-lrn.js';
import { groupNorm, layerNorm, localResponseNorm, type LocalResponseNormOptions } from '../functional/normalization.js';
import * as init from '../init.js';
import { Parameter } from '../parameter.js';
import { PlainLayer } from '../plain-layer.js';
import { bool, float, size as number, tuple } from '../python-text.js';
import type { FactoryOptions } from './linear.js';

export interface LayerNormOptions extends FactoryOptions {
  /** what is added to the variance, default 1e-5 */
  readonly eps?: number | undefined;
  /** whether there are a weight and a bias, default true */
  readonly elementwiseAffine?: boolean | undefined;
}

/**
 * The last dimensions brought to mean 0 and variance 1, then scaled and shifted by learned parameters.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
 * @example new nn.LayerNorm(10)(torch.randn(20, 5, 10)).shape // [20, 5, 10]
 */
export class LayerNorm extends PlainLayer {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(normalizedShape: SizeLike, options: LayerNormOptions = {}) {
    super();
    checkSizes(new.target.name, { normalizedShape });
    const { eps = 1e-5, elementwiseAffine = true, ...factory } = checked('LayerNorm', options, 'eps');
    this.normalizedShape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape.slice();
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? new Parameter(empty(this.normalizedShape, factory)) : null;
    this.bias = elementwiseAffine ? new Parameter(empty(this.normalizedShape, factory)) : null;
    this._noteParameters('weight', 'bias');
    this.resetParameters();
  }

  /** Weight 1, bias 0. */
  resetParameters(): void { resetAffine(this); }

  override _forwardImpl(input: Tensor): Tensor {
    return layerNorm(input, this.normalizedShape, this.weight, this.bias, { eps: this.eps });
  }
  override extraRepr(): string {
    return `${tuple(this.normalizedShape)}, eps=${float(this.eps)}, elementwise_affine=${bool(this.elementwiseAffine)}`;
  }
}

function resetAffine({ weight, bias }: { readonly weight: Parameter | null; readonly bias: Parameter | null }): void {
  if (weight) init.ones_(weight);
  if (bias) init.zeros_(bias);
}

export interface GroupNormOptions extends FactoryOptions {
  readonly eps?: number | undefined;
  /** whether there are a weight and a bias, default true */
  readonly affine?: boolean | undefined;
}

/**
 * Groups of channels brought to mean 0 and variance 1, sample by sample.
 * @throws ValueError for channels that cannot be divided into groups
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
 */
export class GroupNorm extends PlainLayer {
  readonly eps: number;
  readonly affine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(
    readonly numGroups: number, readonly numChannels: number,
    options: GroupNormOptions = {},
  ) {
    super();
    checkSizes(new.target.name, { numGroups, numChannels });
    const { eps = 1e-5, affine = true, ...factory } = checked('GroupNorm', options, 'eps');
    if (numChannels % numGroups !== 0) throw new ValueError('num_channels must be divisible by num_groups');
    this.eps = eps;
    this.affine = affine;
    this.weight = affine ? new Parameter(empty([numChannels], factory)) : null;
    this.bias = affine ? new Parameter(empty([numChannels], factory)) : null;
    this._noteParameters('weight', 'bias');
    this.resetParameters();
  }

  /** Weight 1, bias 0. */
  resetParameters(): void { resetAffine(this); }

  override _forwardImpl(input: Tensor): Tensor {
    return groupNorm(input, this.numGroups, this.weight, this.bias, { eps: this.eps });
  }
  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${float(this.eps)}, affine=${bool(this.affine)}`;
  }
}

/** What divides by a power of the squares of `size` neighbouring channels. */
abstract class ResponseNorm extends PlainLayer {
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
  constructor(readonly size: number, options: LocalResponseNormOptions = {}) {
    const { alpha = 1e-4, beta = 0.75, k = 1 } = checked(new.target.name, options);
    super();
    checkSizes(new.target.name, { size });
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }
}

/**
 * Each element divided by a power of its neighbouring channels' mean square.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
 */
export class LocalResponseNorm extends ResponseNorm {
  override _forwardImpl(input: Tensor): Tensor { return localResponseNorm(input, this.size, this); }
  override extraRepr(): string {
    return `${this.size}, alpha=${float(this.alpha)}, beta=${float(this.beta)}, k=${float(this.k)}`;
  }
}

/**
 * Each element of images divided by (k + α / size · the sum of squares over `size` neighbouring channels)^β. The numbers are PyTorch's,
 * whose windows all have channel 0, and whose gradient is not quite that of its values: `LocalResponseNorm` has neither.
 * @see https://pytorch.org/docs/1.13/_modules/torch/nn/modules/normalization.html
 * @example new nn.CrossMapLRN2d(3)(torch.randn(2, 8, 5, 5)).shape // [2, 8, 5, 5]
 */
export class CrossMapLRN2d extends ResponseNorm {
  /** @throws ValueError unless the input is (N, C, H, W) */
  override _forwardImpl(input: Tensor): Tensor {
    const { size, alpha, beta, k } = this;
    return crossMapLrn2d(input, { size, alpha, beta, k });
  }
  override extraRepr(): string { return `${this.size}, alpha=${float(this.alpha)}, beta=${float(this.beta)}, k=${number(this.k)}`; }
}
