import { conv1d, conv2d, conv3d, empty, ValueError, type SizeLike, type Tensor } from '@sconce/tensor';
import { checked, sizeList } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import { pad } from '../functional/padding.js';
import { Parameter } from '../parameter.js';
import { PlainLayer } from '../plain-layer.js';
import { tuple } from '../python-text.js';
import type { BiasOption } from './linear.js';
import { uniformByFanIn } from './uniform-by-fan-in.js';

/** How a convolution goes on beyond the border. */
export type PaddingMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

export interface ConvLayerOptions extends BiasOption {
  /** step of the kernel, default 1 */
  readonly stride?: SizeLike | undefined;
  /** what is added on both sides, default 0; 'same' keeps the size, 'valid' adds nothing */
  readonly padding?: SizeLike | 'same' | 'valid' | undefined;
  /** distance between the kernel's elements, default 1 */
  readonly dilation?: SizeLike | undefined;
  /** independent groups of channels, default 1 */
  readonly groups?: number | undefined;
  /** default 'zeros' */
  readonly paddingMode?: PaddingMode | undefined;
}

/** One entry per dimension. @internal */
export const each = (size: SizeLike, dims: number): readonly number[] =>
  (typeof size === 'number' ? new Array<number>(dims).fill(size) : sizeList(size).slice());

const PADDING_MODES: readonly string[] = ['zeros', 'reflect', 'replicate', 'circular'];

/** What convolutions and transposed convolutions have in common. @internal */
export abstract class ConvBase<Rest extends readonly unknown[] = []> extends PlainLayer<Tensor, Rest> {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly outputPadding: readonly number[];
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    dims: number, transposed: boolean, readonly inChannels: number, readonly outChannels: number, kernelSize: SizeLike,
    options: ConvLayerOptions & { readonly outputPadding?: SizeLike | undefined },
  ) {
    super();
    checkSizes(new.target.name, { inChannels, outChannels, kernelSize });
    const { stride = 1, padding = 0, dilation = 1, groups = 1, outputPadding = 0 } = checked(this.constructor.name, options, 'stride');
    const { bias = true, paddingMode = 'zeros', device, dtype } = options;
    if (!(groups > 0)) throw new ValueError('groups must be a positive integer');
    if (inChannels % groups !== 0) throw new ValueError('in_channels must be divisible by groups');
    if (outChannels % groups !== 0) throw new ValueError('out_channels must be divisible by groups');
    this.kernelSize = each(kernelSize, dims);
    this.stride = each(stride, dims);
    if (typeof padding === 'string') {
      if (padding !== 'same' && padding !== 'valid') {
        throw new ValueError(`Invalid padding string '${padding as string}', should be one of {'same', 'valid'}`);
      }
      if (padding === 'same' && this.stride.some((s) => s !== 1)) throw new ValueError("padding='same' is not supported for strided convolutions");
    }
    if (!PADDING_MODES.includes(paddingMode)) {
      throw new ValueError(`padding_mode must be one of {'zeros', 'reflect', 'replicate', 'circular'}, but got padding_mode='${paddingMode as string}'`);
    }
    this.padding = typeof padding === 'string' ? padding : each(padding, dims);
    this.dilation = each(dilation, dims);
    this.outputPadding = each(outputPadding, dims);
    this.groups = groups;
    this.paddingMode = paddingMode;
    const [first, second] = transposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups];
    this.weight = new Parameter(empty([first, second, ...this.kernelSize], { device, dtype }));
    this.bias = bias ? new Parameter(empty([outChannels], { device, dtype })) : null;
    this._noteParameters('weight', 'bias');
    this.resetParameters();
  }

  /** Draws new parameters, uniform within ±1 / √(inputs of an output). */
  resetParameters(): void { uniformByFanIn(this.weight, this.bias); }

  override extraRepr(): string {
    const differs = (list: readonly number[] | string, usual: number): boolean =>
      typeof list === 'string' || list.some((n) => n !== usual);
    const text = (list: readonly number[] | string): string => (typeof list === 'string' ? list : tuple(list));
    return [
      `${this.inChannels}, ${this.outChannels}, kernel_size=${tuple(this.kernelSize)}, stride=${tuple(this.stride)}`,
      differs(this.padding, 0) && `padding=${text(this.padding)}`,
      differs(this.dilation, 1) && `dilation=${text(this.dilation)}`,
      differs(this.outputPadding, 0) && `output_padding=${text(this.outputPadding)}`,
      this.groups !== 1 && `groups=${this.groups}`,
      this.bias === null && 'bias=False',
      this.paddingMode !== 'zeros' && `padding_mode=${this.paddingMode}`,
    ].filter(Boolean).join(', ');
  }
}

type ConvFunction = typeof conv2d;

abstract class Conv extends ConvBase {
  constructor(
    dims: number, private readonly conv: ConvFunction, inChannels: number, outChannels: number, kernelSize: SizeLike,
    options: ConvLayerOptions,
  ) { super(dims, false, inChannels, outChannels, kernelSize, options); }

  override _forwardImpl(input: Tensor): Tensor {
    const { weight, bias, stride, padding, dilation, groups, paddingMode } = this;
    if (paddingMode === 'zeros') return this.conv(input, weight, bias, { stride, padding, dilation, groups });
    return this.conv(pad(input, this.sides(), { mode: paddingMode }), weight, bias, { stride, dilation, groups });
  }

  /** Padding before and after, the last dimension first. */
  private sides(): readonly number[] {
    const { padding } = this;
    return this.kernelSize.flatMap((k, i) => {
      if (padding === 'valid') return [0, 0];
      if (padding !== 'same') return [padding[i], padding[i]];
      const total = this.dilation[i] * (k - 1), before = Math.floor(total / 2);
      return [total - before, before];
    }).reverse();
  }
}

/** Convolution of (N, C, L) or (C, L). @see https://pytorch.org/docs/stable/generated/torch.nn.Conv1d.html */
export class Conv1d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: SizeLike, options: ConvLayerOptions = {}) {
    super(1, conv1d, inChannels, outChannels, kernelSize, options);
  }
}

/**
 * Convolution of images (N, C, H, W) or (C, H, W).
 * @throws ValueError for channels that cannot be divided into groups
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 * @example new nn.Conv2d(3, 6, 5)(torch.rand(4, 3, 32, 32)).shape // [4, 6, 28, 28]
 */
export class Conv2d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: SizeLike, options: ConvLayerOptions = {}) {
    super(2, conv2d, inChannels, outChannels, kernelSize, options);
  }
}

/**
 * Convolution of volumes (N, C, D, H, W) or (C, D, H, W).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv3d.html
 */
export class Conv3d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: SizeLike, options: ConvLayerOptions = {}) {
    super(3, conv3d, inChannels, outChannels, kernelSize, options);
  }
}
