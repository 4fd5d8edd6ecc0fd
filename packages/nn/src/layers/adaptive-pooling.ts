import type { AdaptiveSize, Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import * as F from '../functional/pooling.js';
import { PlainLayer } from '../plain-layer.js';
import { size } from '../python-text.js';

abstract class AdaptiveAvgPool extends PlainLayer {
  constructor(private readonly pool: typeof F.adaptiveAvgPool2d, readonly outputSize: AdaptiveSize) {
    super();
    checkSizes(new.target.name, { outputSize: outputSize ?? [] });
  }
  override _forwardImpl(input: Tensor): Tensor { return this.pool(input, this.outputSize); }
  override extraRepr(): string { return `output_size=${size(this.outputSize)}`; }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html */
export class AdaptiveAvgPool1d extends AdaptiveAvgPool {
  constructor(outputSize: AdaptiveSize) { super(F.adaptiveAvgPool1d, outputSize); }
}

/**
 * The means of images over a grid of windows of the given size; null keeps a size.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 * @example new nn.AdaptiveAvgPool2d([1, 1])(torch.rand(1, 8, 7, 7)).shape // [1, 8, 1, 1]
 */
export class AdaptiveAvgPool2d extends AdaptiveAvgPool {
  constructor(outputSize: AdaptiveSize) { super(F.adaptiveAvgPool2d, outputSize); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool3d.html */
export class AdaptiveAvgPool3d extends AdaptiveAvgPool {
  constructor(outputSize: AdaptiveSize) { super(F.adaptiveAvgPool3d, outputSize); }
}

/** What an adaptive max pooling gives: its values, or with `returnIndices` values and places. */
type Pooled<I> = I extends true ? [Tensor, Tensor] : Tensor;

abstract class AdaptiveMaxPool<I extends boolean> extends PlainLayer<Pooled<I>> {
  readonly returnIndices: I;
  constructor(
    private readonly pool: typeof F.adaptiveMaxPool2d, readonly outputSize: AdaptiveSize,
    options: { readonly returnIndices?: I | undefined },
  ) {
    super();
    checkSizes(new.target.name, { outputSize: outputSize ?? [] });
    this.returnIndices = (checked(this.constructor.name, options, 'returnIndices').returnIndices ?? false) as I;
  }
  override _forwardImpl(input: Tensor): Pooled<I> {
    return this.pool(input, this.outputSize, { returnIndices: this.returnIndices }) as Pooled<I>;
  }
  override extraRepr(): string { return `output_size=${size(this.outputSize)}`; }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool1d.html */
export class AdaptiveMaxPool1d<I extends boolean = false> extends AdaptiveMaxPool<I> {
  constructor(outputSize: AdaptiveSize, options: { readonly returnIndices?: I } = {}) {
    super(F.adaptiveMaxPool1d, outputSize, options);
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html */
export class AdaptiveMaxPool2d<I extends boolean = false> extends AdaptiveMaxPool<I> {
  constructor(outputSize: AdaptiveSize, options: { readonly returnIndices?: I } = {}) {
    super(F.adaptiveMaxPool2d, outputSize, options);
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool3d.html */
export class AdaptiveMaxPool3d<I extends boolean = false> extends AdaptiveMaxPool<I> {
  constructor(outputSize: AdaptiveSize, options: { readonly returnIndices?: I } = {}) {
    super(F.adaptiveMaxPool3d, outputSize, options);
  }
}
