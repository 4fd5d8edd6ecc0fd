import { convTranspose1d, convTranspose2d, convTranspose3d, ValueError, type SizeLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { ConvBase } from './conv.js';
import type { BiasOption } from './linear.js';
import { outputSizeOf, type OutputSize } from './output-size.js';

export interface ConvTransposeLayerOptions extends BiasOption {
  readonly stride?: SizeLike | undefined;
  /** zeros that the convolution of which this is the adjoint would add, default 0 */
  readonly padding?: SizeLike | undefined;
  /** what is added to one side of the output, default 0 */
  readonly outputPadding?: SizeLike | undefined;
  readonly groups?: number | undefined;
  readonly dilation?: SizeLike | undefined;
  /** only 'zeros' */
  readonly paddingMode?: 'zeros' | undefined;
}

abstract class ConvTranspose extends ConvBase<[outputSize?: OutputSize]> {
  constructor(
    private readonly dims: number, private readonly convTranspose: typeof convTranspose2d, inChannels: number, outChannels: number,
    kernelSize: SizeLike, options: ConvTransposeLayerOptions,
  ) {
    if ((checked(new.target.name, options, 'stride').paddingMode ?? 'zeros') !== 'zeros') throw new ValueError(`Only "zeros" padding mode is supported for ConvTranspose${dims}d`);
    super(dims, true, inChannels, outChannels, kernelSize, options);
  }

  /** @param outputSize the spatial sizes of the result, where several fit; also as an option */
  override _forwardImpl(input: Tensor, outputSize?: OutputSize): Tensor {
    const { weight, bias, stride, padding, dilation, groups } = this;
    return this.convTranspose(input, weight, bias, {
      stride, padding: padding as readonly number[], dilation, groups, outputPadding: this.paddingFor(input, outputSizeOf(this.constructor.name, outputSize)),
    });
  }

  private paddingFor(input: Tensor, outputSize?: readonly number[] | null): readonly number[] {
    if (!outputSize) return this.outputPadding;
    const { dims } = this, lead = input.dim() - dims;
    const sizes = outputSize.length === input.dim() ? outputSize.slice(lead) : outputSize;
    if (sizes.length !== dims) {
      throw new ValueError(
        `ConvTranspose${dims}D: for ${input.dim()}D input, output_size must have ${dims} or ${input.dim()} elements (got ${outputSize.length})`);
    }
    const least = this.kernelSize.map((k, i) =>
      (input.shape[lead + i] - 1) * this.stride[i] - 2 * (this.padding as readonly number[])[i] + this.dilation[i] * (k - 1) + 1);
    const greatest = least.map((n, i) => n + this.stride[i] - 1);
    if (sizes.some((n, i) => n < least[i] || n > greatest[i])) {
      throw new ValueError(
        `requested an output size of [${sizes.join(', ')}], but valid sizes range from [${least.join(', ')}] to [${greatest.join(', ')}] (for an input of torch.Size([${input.shape.slice(lead).join(', ')}]))`);
    }
    return sizes.map((n, i) => n - least[i]);
  }
}

/** Transposed convolution of (N, C, L). @see https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html */
export class ConvTranspose1d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: SizeLike, options: ConvTransposeLayerOptions = {}) {
    super(1, convTranspose1d, inChannels, outChannels, kernelSize, options);
  }
}

/**
 * Transposed convolution of images (N, C, H, W).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
 */
export class ConvTranspose2d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: SizeLike, options: ConvTransposeLayerOptions = {}) {
    super(2, convTranspose2d, inChannels, outChannels, kernelSize, options);
  }
}

/**
 * Transposed convolution of volumes (N, C, D, H, W).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose3d.html
 */
export class ConvTranspose3d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: SizeLike, options: ConvTransposeLayerOptions = {}) {
    super(3, convTranspose3d, inChannels, outChannels, kernelSize, options);
  }
}
