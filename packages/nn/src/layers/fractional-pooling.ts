import { ValueError, type SizeLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import * as F from '../functional/fractional-pooling.js';
import { Module } from '../module.js';
import { float, tuple } from '../python-text.js';

type LayerOptions<I extends boolean> = Pick<F.FractionalMaxPoolOptions, 'outputSize' | 'outputRatio'> & {
  /** give the places of the maxima as well, default false */
  readonly returnIndices?: I | undefined;
};

abstract class FractionalMaxPool<I extends boolean> extends Module {
  readonly outputSize: SizeLike | null;
  readonly outputRatio: SizeLike | null;
  readonly returnIndices: I;

  constructor(
    private readonly pool: typeof F.fractionalMaxPool2d, readonly kernelSize: SizeLike, options: LayerOptions<I>,
  ) {
    super();
    checkSizes(new.target.name, { kernelSize });
    const { name } = this.constructor;
    const { outputSize = null, outputRatio = null, returnIndices } = checked(name, options);
    if (outputSize === null && outputRatio === null) {
      throw new ValueError(`${name} requires specifying either an output size, or a pooling ratio`);
    }
    if (outputSize !== null && outputRatio !== null) {
      throw new ValueError('only one of output_size and output_ratio may be specified');
    }
    const ratios = typeof outputRatio === 'number' ? [outputRatio] : outputRatio ?? [];
    if (!ratios.every((ratio) => ratio > 0 && ratio < 1)) {
      throw new ValueError(`output_ratio must be between 0 and 1 (got ${typeof outputRatio === 'number' ? float(outputRatio) : tuple(ratios)})`);
    }
    this.outputSize = outputSize;
    this.outputRatio = outputRatio;
    this.returnIndices = (returnIndices ?? false) as I;
  }

  override forward(input: Tensor): I extends true ? [Tensor, Tensor] : Tensor {
    const { outputSize, outputRatio, returnIndices } = this;
    return this.pool(input, this.kernelSize, { outputSize, outputRatio, returnIndices }) as never;
  }
}

/**
 * The largest values of windows of images that are placed at random, as many as `outputSize` or `outputRatio` says.
 * @throws ValueError for neither or both, or a ratio that is not between 0 and 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool2d.html
 * @example new nn.FractionalMaxPool2d(3, { outputRatio: 0.5 })(torch.rand(1, 3, 50, 32)).shape // [1, 3, 25, 16]
 */
export class FractionalMaxPool2d<I extends boolean = false> extends FractionalMaxPool<I> {
  constructor(kernelSize: SizeLike, options: LayerOptions<I> = {}) { super(F.fractionalMaxPool2d, kernelSize, options); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool3d.html */
export class FractionalMaxPool3d<I extends boolean = false> extends FractionalMaxPool<I> {
  constructor(kernelSize: SizeLike, options: LayerOptions<I> = {}) { super(F.fractionalMaxPool3d, kernelSize, options); }
}
