import type { AvgPoolOptions, MaxPoolOptions, SizeLike, StrideAndOptions, Tensor } from '@sconce/tensor';
import { strideAndOptions } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import * as F from '../functional/pooling.js';
import { PlainLayer } from '../plain-layer.js';
import { bool, size, tuple } from '../python-text.js';
import { outputSizeOf, type OutputSize } from './output-size.js';

/** What a max pooling gives: its values, or with `returnIndices` values and places. */
type Pooled<I> = I extends true ? [Tensor, Tensor] : Tensor;

abstract class MaxPool<I extends boolean> extends PlainLayer<Pooled<I>> {
  readonly stride: SizeLike;
  readonly padding: SizeLike;
  readonly dilation: SizeLike;
  readonly ceilMode: boolean;
  readonly returnIndices: I;

  constructor(
    private readonly pool: typeof F.maxPool2d, readonly kernelSize: SizeLike, rest: StrideAndOptions<MaxPoolOptions>,
  ) {
    super();
    checkSizes(new.target.name, { kernelSize });
    const [stride, { padding = 0, dilation = 1, ceilMode = false, returnIndices = false }] = strideAndOptions('MaxPool', rest);
    this.stride = stride ?? kernelSize;
    this.padding = padding;
    this.dilation = dilation;
    this.ceilMode = ceilMode;
    this.returnIndices = returnIndices as I;
  }

  override _forwardImpl(input: Tensor): Pooled<I> {
    const { stride, padding, dilation, ceilMode, returnIndices } = this;
    return this.pool(input, this.kernelSize, stride, { padding, dilation, ceilMode, returnIndices }) as Pooled<I>;
  }
  override extraRepr(): string {
    return `kernel_size=${size(this.kernelSize)}, stride=${size(this.stride)}, padding=${size(this.padding)}, dilation=${size(this.dilation)}, ceil_mode=${bool(this.ceilMode)}`;
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool1d.html */
export class MaxPool1d<I extends boolean = false> extends MaxPool<I> {
  constructor(kernelSize: SizeLike, ...rest: StrideAndOptions<MaxPoolOptions & { readonly returnIndices?: I }>) {
    super(F.maxPool1d, kernelSize, rest);
  }
}

/**
 * The largest value of each window of images.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 * @example new nn.MaxPool2d(2, 2)(torch.rand(1, 3, 8, 8)).shape // [1, 3, 4, 4]
 */
export class MaxPool2d<I extends boolean = false> extends MaxPool<I> {
  constructor(kernelSize: SizeLike, ...rest: StrideAndOptions<MaxPoolOptions & { readonly returnIndices?: I }>) {
    super(F.maxPool2d, kernelSize, rest);
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool3d.html */
export class MaxPool3d<I extends boolean = false> extends MaxPool<I> {
  constructor(kernelSize: SizeLike, ...rest: StrideAndOptions<MaxPoolOptions & { readonly returnIndices?: I }>) {
    super(F.maxPool3d, kernelSize, rest);
  }
}

abstract class AvgPool extends PlainLayer {
  readonly kernelSize: SizeLike;
  readonly stride: SizeLike;
  readonly padding: SizeLike;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;

  constructor(private readonly pool: typeof F.avgPool2d, kernelSize: SizeLike, rest: StrideAndOptions<AvgPoolOptions>) {
    super();
    checkSizes(new.target.name, { kernelSize });
    const [stride, options] = strideAndOptions('AvgPool', rest);
    this.kernelSize = kernelSize;
    this.stride = stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
    this.divisorOverride = options.divisorOverride ?? null;
  }

  override _forwardImpl(input: Tensor): Tensor {
    const { padding, ceilMode, countIncludePad, divisorOverride } = this;
    return this.pool(input, this.kernelSize, this.stride, { padding, ceilMode, countIncludePad, divisorOverride });
  }
  override extraRepr(): string {
    return `kernel_size=${size(this.kernelSize)}, stride=${size(this.stride)}, padding=${size(this.padding)}`;
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html */
export class AvgPool1d extends AvgPool {
  constructor(kernelSize: SizeLike, ...rest: StrideAndOptions<Omit<AvgPoolOptions, 'divisorOverride'>>) {
    super(F.avgPool1d, kernelSize, rest);
  }
  override extraRepr(): string {
    const single = (x: SizeLike): string => tuple(typeof x === 'number' ? [x] : x);
    return `kernel_size=${single(this.kernelSize)}, stride=${single(this.stride)}, padding=${single(this.padding)}`;
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html */
export class AvgPool2d extends AvgPool {
  constructor(kernelSize: SizeLike, ...rest: StrideAndOptions<AvgPoolOptions>) { super(F.avgPool2d, kernelSize, rest); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool3d.html */
export class AvgPool3d extends AvgPool {
  constructor(kernelSize: SizeLike, ...rest: StrideAndOptions<AvgPoolOptions>) { super(F.avgPool3d, kernelSize, rest); }
}

abstract class LPPool extends PlainLayer {
  readonly stride: SizeLike | null;
  readonly ceilMode: boolean;
  constructor(
    readonly normType: number, readonly kernelSize: SizeLike,
    rest: StrideAndOptions<{ readonly ceilMode?: boolean | undefined }>,
  ) {
    super();
    checkSizes(new.target.name, { normType, kernelSize });
    const [stride, { ceilMode = false }] = strideAndOptions<{ ceilMode?: boolean | undefined }>('LPPool', rest);
    this.stride = stride ?? null;
    this.ceilMode = ceilMode;
  }
  override extraRepr(): string {
    return `norm_type=${this.normType}, kernel_size=${size(this.kernelSize)}, stride=${size(this.stride)}, ceil_mode=${bool(this.ceilMode)}`;
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.LPPool1d.html */
export class LPPool1d extends LPPool {
  constructor(
    normType: number, kernelSize: number, ...rest: StrideAndOptions<{ readonly ceilMode?: boolean | undefined }>
  ) {
    super(normType, kernelSize, rest);
  }
  override _forwardImpl(input: Tensor): Tensor {
    return F.lpPool1d(input, this.normType, this.kernelSize as number, this.stride, { ceilMode: this.ceilMode });
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.LPPool2d.html */
export class LPPool2d extends LPPool {
  constructor(
    normType: number, kernelSize: SizeLike, ...rest: StrideAndOptions<{ readonly ceilMode?: boolean | undefined }>
  ) {
    super(normType, kernelSize, rest);
  }
  override _forwardImpl(input: Tensor): Tensor {
    return F.lpPool2d(input, this.normType, this.kernelSize, this.stride, { ceilMode: this.ceilMode });
  }
}

abstract class MaxUnpool extends PlainLayer<Tensor, [indices: Tensor, outputSize?: OutputSize]> {
  readonly kernelSize: SizeLike;
  readonly stride: SizeLike;
  readonly padding: SizeLike;
  constructor(
    dims: number, private readonly unpool: typeof F.maxUnpool2d, kernelSize: SizeLike,
    rest: StrideAndOptions<{ readonly padding?: SizeLike | undefined }>,
  ) {
    super();
    checkSizes(new.target.name, { kernelSize });
    const [stride, { padding = 0 }] = strideAndOptions<{ padding?: SizeLike | undefined }>('MaxUnpool', rest);
    const each = (x: SizeLike): readonly number[] => (typeof x === 'number' ? new Array<number>(dims).fill(x) : x);
    this.kernelSize = each(kernelSize);
    this.stride = each(stride ?? kernelSize);
    this.padding = each(padding);
  }
  override _forwardImpl(input: Tensor, indices: Tensor, outputSize?: OutputSize): Tensor {
    const { kernelSize, stride, padding } = this;
    return this.unpool(input, indices, kernelSize, stride, { padding, outputSize: outputSizeOf(this.constructor.name, outputSize) });
  }
  override extraRepr(): string {
    return `kernel_size=${size(this.kernelSize)}, stride=${size(this.stride)}, padding=${size(this.padding)}`;
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.MaxUnpool1d.html */
export class MaxUnpool1d extends MaxUnpool {
  constructor(kernelSize: SizeLike, ...rest: StrideAndOptions<{ readonly padding?: SizeLike | undefined }>) {
    super(1, F.maxUnpool1d, kernelSize, rest);
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.MaxUnpool2d.html */
export class MaxUnpool2d extends MaxUnpool {
  constructor(kernelSize: SizeLike, ...rest: StrideAndOptions<{ readonly padding?: SizeLike | undefined }>) {
    super(2, F.maxUnpool2d, kernelSize, rest);
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.MaxUnpool3d.html */
export class MaxUnpool3d extends MaxUnpool {
  constructor(kernelSize: SizeLike, ...rest: StrideAndOptions<{ readonly padding?: SizeLike | undefined }>) {
    super(3, F.maxUnpool3d, kernelSize, rest);
  }
}
