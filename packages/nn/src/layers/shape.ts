import type { SizeLike, Tensor } from '@sconce/tensor';
import { checked, numbersThenOptions } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import * as F from '../functional/vision.js';
import { PlainLayer } from '../plain-layer.js';
import { size, tuple } from '../python-text.js';

/**
 * Merges dimensions into one: by default all but the first.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Flatten.html
 * @example new nn.Flatten()(torch.ones(4, 3, 2)).shape // [4, 6]
 */
export class Flatten extends PlainLayer {
  readonly startDim: number;
  readonly endDim: number;
  constructor(...args: [startDim?: number, endDim?: number] | [options: { readonly startDim?: number; readonly endDim?: number }]) {
    super();
    const [{ startDim, endDim }] = numbersThenOptions<object, 'startDim' | 'endDim'>(new.target.name, args, { startDim: 1, endDim: -1 });
    this.startDim = startDim;
    this.endDim = endDim;
  }
  override _forwardImpl(input: Tensor): Tensor { return input.flatten(this.startDim, this.endDim); }
  override extraRepr(): string { return `start_dim=${this.startDim}, end_dim=${this.endDim}`; }
}

/** Cuts a dimension into several. @see https://pytorch.org/docs/stable/generated/torch.nn.Unflatten.html */
export class Unflatten extends PlainLayer {
  constructor(readonly dim: number, readonly unflattenedSize: readonly number[]) {
    super();
    checkSizes(new.target.name, { dim, unflattenedSize });
  }
  override _forwardImpl(input: Tensor): Tensor { return input.unflatten(this.dim, this.unflattenedSize); }
  override extraRepr(): string { return `dim=${this.dim}, unflattened_size=${tuple(this.unflattenedSize)}`; }
}

/** Channels rearranged as pixels. @see https://pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html */
export class PixelShuffle extends PlainLayer {
  constructor(readonly upscaleFactor: number) {
    super();
    checkSizes(new.target.name, { upscaleFactor });
  }
  override _forwardImpl(input: Tensor): Tensor { return F.pixelShuffle(input, this.upscaleFactor); }
  override extraRepr(): string { return `upscale_factor=${this.upscaleFactor}`; }
}

/** What `PixelShuffle` undoes. @see https://pytorch.org/docs/stable/generated/torch.nn.PixelUnshuffle.html */
export class PixelUnshuffle extends PlainLayer {
  constructor(readonly downscaleFactor: number) {
    super();
    checkSizes(new.target.name, { downscaleFactor });
  }
  override _forwardImpl(input: Tensor): Tensor { return F.pixelUnshuffle(input, this.downscaleFactor); }
  override extraRepr(): string { return `downscale_factor=${this.downscaleFactor}`; }
}

/** Channels dealt out over groups. @see https://pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html */
export class ChannelShuffle extends PlainLayer {
  constructor(readonly groups: number) {
    super();
    checkSizes(new.target.name, { groups });
  }
  override _forwardImpl(input: Tensor): Tensor { return F.channelShuffle(input, this.groups); }
  override extraRepr(): string { return `groups=${this.groups}`; }
}

export interface WindowOptions {
  readonly dilation?: SizeLike | undefined;
  readonly padding?: SizeLike | undefined;
  readonly stride?: SizeLike | undefined;
}

/** The windows of a kernel as columns. @see https://pytorch.org/docs/stable/generated/torch.nn.Unfold.html */
export class Unfold extends PlainLayer {
  readonly dilation: SizeLike;
  readonly padding: SizeLike;
  readonly stride: SizeLike;
  constructor(readonly kernelSize: SizeLike, options: WindowOptions = {}) {
    const { dilation = 1, padding = 0, stride = 1 } = checked(new.target.name, options);
    super();
    checkSizes(new.target.name, { kernelSize });
    this.dilation = dilation;
    this.padding = padding;
    this.stride = stride;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.unfold(input, this.kernelSize, this); }
  override extraRepr(): string {
    return `kernel_size=${size(this.kernelSize)}, dilation=${size(this.dilation)}, padding=${size(this.padding)}, stride=${size(this.stride)}`;
  }
}

/**
 * The sum of windows that were taken apart by `Unfold`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Fold.html
 */
export class Fold extends PlainLayer {
  readonly dilation: SizeLike;
  readonly padding: SizeLike;
  readonly stride: SizeLike;
  constructor(
    readonly outputSize: SizeLike, readonly kernelSize: SizeLike,
    options: WindowOptions = {},
  ) {
    const { dilation = 1, padding = 0, stride = 1 } = checked('Fold', options, 'dilation');
    super();
    checkSizes(new.target.name, { outputSize, kernelSize });
    this.dilation = dilation;
    this.padding = padding;
    this.stride = stride;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.fold(input, this.outputSize, this.kernelSize, this); }
  override extraRepr(): string {
    return `output_size=${size(this.outputSize)}, kernel_size=${size(this.kernelSize)}, dilation=${size(this.dilation)}, padding=${size(this.padding)}, stride=${size(this.stride)}`;
  }
}
