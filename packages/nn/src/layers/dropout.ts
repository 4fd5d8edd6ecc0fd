import type { Tensor } from '@sconce/tensor';
import { numbersThenOptions } from '@sconce/tensor/internal';
import * as F from '../functional/dropout.js';
import { checkProbability } from '../functional/probability.js';
import { PlainLayer } from '../plain-layer.js';
import { bool, float } from '../python-text.js';
import type { InplaceOption } from './activation.js';

abstract class DropoutBase extends PlainLayer {
  readonly p: number;
  readonly inplace: boolean;
  constructor(...args: [p?: number, options?: InplaceOption] | [options?: InplaceOption & { readonly p?: number }]) {
    super();
    const [{ p }, { inplace = false }] = numbersThenOptions<InplaceOption, 'p'>(this.constructor.name, args, { p: 0.5 }, 'inplace');
    checkProbability(p);
    this.p = p;
    this.inplace = inplace;
  }
  override extraRepr(): string { return `p=${float(this.p)}, inplace=${bool(this.inplace)}`; }
}

/**
 * Zeroes elements at random while training.
 * @throws ValueError for a probability outside of 0 to 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html
 * @example new nn.Dropout(0.2)
 */
export class Dropout extends DropoutBase {
  override _forwardImpl(input: Tensor): Tensor { return F.dropout(input, this); }
}

/**
 * Zeroes whole channels of (N, C, L) at random.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout1d.html
 */
export class Dropout1d extends DropoutBase {
  override _forwardImpl(input: Tensor): Tensor { return F.dropout1d(input, this); }
}

/**
 * Zeroes whole channels of (N, C, H, W) at random.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html
 */
export class Dropout2d extends DropoutBase {
  override _forwardImpl(input: Tensor): Tensor { return F.dropout2d(input, this); }
}

/**
 * Zeroes whole channels of (N, C, D, H, W) at random.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout3d.html
 */
export class Dropout3d extends DropoutBase {
  override _forwardImpl(input: Tensor): Tensor { return F.dropout3d(input, this); }
}

/** Dropout for nets with SELU. @see https://pytorch.org/docs/stable/generated/torch.nn.AlphaDropout.html */
export class AlphaDropout extends DropoutBase {
  override _forwardImpl(input: Tensor): Tensor { return F.alphaDropout(input, { p: this.p, training: this.training }); }
}

/**
 * `AlphaDropout` of whole channels.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.FeatureAlphaDropout.html
 */
export class FeatureAlphaDropout extends DropoutBase {
  override _forwardImpl(input: Tensor): Tensor {
    return F.featureAlphaDropout(input, { p: this.p, training: this.training });
  }
}
