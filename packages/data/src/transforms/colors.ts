import { mm, ValueError, type Tensor } from '@sconce/tensor';
import { checked, numbersThenOptions } from '@sconce/tensor/internal';
import { floatList, floats, text } from '../python-text.js';
import { order, uniform } from './draws.js';
import {
  adjustBrightness, adjustContrast, adjustHue, adjustSaturation, gaussianBlur, rgbToGrayscale,
} from './functional/color.js';
import { asImage } from '../image/image.js';
import { onPicture, pairOf, type Picture, type Pictured } from './functional/picture.js';
import { PictureTransform, Transform } from './transform.js';

/** A range that a factor is drawn from: `[least, most]`, or one number for how far from no change. */
export type JitterRange = number | readonly number[];

export interface ColorJitterOptions {
  /** default 0: no change; a number x is [max(0, 1 - x), 1 + x] */
  readonly brightness?: JitterRange | undefined;
  readonly contrast?: JitterRange | undefined;
  readonly saturation?: JitterRange | undefined;
  /** within -0.5 and 0.5; a number x is [-x, x] */
  readonly hue?: JitterRange | undefined;
}

type Factors = readonly number[] | null;

function factorsOf(value: JitterRange, name: string, center: number, least: number, most: number): Factors {
  let range = value as readonly number[];
  if (typeof value === 'number') {
    if (value < 0) throw new ValueError(`If ${name} is a single number, it must be non negative.`);
    // a hue beyond the circle is refused when it is drawn
    range = [center === 1 ? Math.max(center - value, 0) : center - value, center + value];
  } else if (!Array.isArray(value) || value.length !== 2) {
    throw new TypeError(`${name} should be a single number or a list/tuple with length 2.`);
  } else if (!(least <= range[0] && range[0] <= range[1] && range[1] <= most)) {
    throw new ValueError(`${name} values should be between (${least === 0 ? '0' : floats(least)}, ${floats(most)})`);
  }
  return range[0] === center && range[1] === center ? null : range;
}

/**
 * Changes brightness, contrast, saturation and hue of pictures by random factors, in random order.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.ColorJitter.html
 * @example new transforms.ColorJitter({ brightness: 0.2, hue: [-0.1, 0.1] })(image)
 */
export class ColorJitter extends PictureTransform {
  readonly brightness: Factors;
  readonly contrast: Factors;
  readonly saturation: Factors;
  readonly hue: Factors;

  constructor(options: ColorJitterOptions = {}) {
    const { brightness = 0, contrast = 0, saturation = 0, hue = 0 } = checked('ColorJitter', options, 'brightness');
    super();
    this.brightness = factorsOf(brightness, 'brightness', 1, 0, Infinity);
    this.contrast = factorsOf(contrast, 'contrast', 1, 0, Infinity);
    this.saturation = factorsOf(saturation, 'saturation', 1, 0, Infinity);
    this.hue = factorsOf(hue, 'hue', 0, -0.5, 0.5);
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    const steps = [adjustBrightness, adjustContrast, adjustSaturation, adjustHue];
    const turns = order(4);
    const factors = [this.brightness, this.contrast, this.saturation, this.hue]
      .map((range) => range && uniform(range[0], range[1]));
    let picture: Picture = onPicture<Picture>(img, (x) => x, asImage);
    for (const turn of turns) {
      const factor = factors[turn];
      if (factor !== null) picture = steps[turn]<Picture>(picture, factor);
    }
    return picture as Pictured<T>;
  }

  override toString(): string {
    return `${this.constructor.name}(brightness=${floatList(this.brightness)}, contrast=${floatList(this.contrast)}, ` +
      `saturation=${floatList(this.saturation)}, hue=${floatList(this.hue)})`;
  }
}

/**
 * Brings pictures to gray.
 * @param numOutputChannels 1 (default), or 3 that are the same
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.Grayscale.html
 */
export class Grayscale extends PictureTransform {
  readonly numOutputChannels: number;

  constructor(...args: [numOutputChannels?: number] | [options: { readonly numOutputChannels?: number }]) {
    super();
    this.numOutputChannels = numbersThenOptions<object, 'numOutputChannels'>('Grayscale', args, { numOutputChannels: 1 })[0].numOutputChannels;
  }

  forward<T extends Picture>(img: T): Pictured<T> { return rgbToGrayscale(img, this); }

  override toString(): string { return `${this.constructor.name}(num_output_channels=${this.numOutputChannels})`; }
}

/**
 * Blurs pictures by a Gaussian of random width.
 * @param kernelSize odd: one number, or `[x, y]`
 * @param options.sigma the deviation, or `[least, most]`; default [0.1, 2]
 * @throws ValueError for even sizes, or deviations that are not positive
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.GaussianBlur.html
 */
export class GaussianBlur extends PictureTransform {
  readonly kernelSize: readonly number[];
  readonly sigma: readonly number[];

  constructor(
    kernelSize: number | readonly number[], options: { readonly sigma?: number | readonly number[] | undefined } = {},
  ) {
    const { sigma = [0.1, 2] } = checked('GaussianBlur', options, 'sigma');
    super();
    this.kernelSize = pairOf(kernelSize, 'Kernel size should be a tuple/list of two integers');
    if (this.kernelSize.some((n) => n <= 0 || n % 2 === 0)) {
      throw new ValueError('Kernel size value should be an odd and positive number.');
    }
    if (typeof sigma === 'number') {
      if (sigma <= 0) throw new ValueError('If sigma is a single number, it must be positive.');
    } else if (!Array.isArray(sigma) || sigma.length !== 2) {
      throw new ValueError('sigma should be a single number or a list/tuple with length 2.');
    } else if (!(sigma[0] > 0 && sigma[0] <= sigma[1])) {
      throw new ValueError('sigma values should be positive and of the form (min, max).');
    }
    this.sigma = typeof sigma === 'number' ? [sigma, sigma] : sigma;
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    return gaussianBlur(img, this.kernelSize, { sigma: uniform(this.sigma[0], this.sigma[1]) });
  }

  override toString(): string {
    return `${this.constructor.name}(kernel_size=${text(this.kernelSize)}, sigma=${floats(this.sigma)})`;
  }
}

/**
 * `(x - mean) · matrix` of tensors of shape (…, C, H, W) laid flat: whitening, for one.
 * @param transformationMatrix of shape [D, D], where D is C · H · W
 * @param meanVector of shape [D]
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.LinearTransformation.html
 */
export class LinearTransformation extends Transform {
  constructor(readonly transformationMatrix: Tensor, readonly meanVector: Tensor) {
    super();
    const [rows, columns] = transformationMatrix.shape;
    if (rows !== columns) {
      throw new ValueError(`transformation_matrix should be square. Got (${rows}, ${columns}) rectangular matrix.`);
    }
    if (meanVector.size(0) !== rows) {
      throw new ValueError(`mean_vector should have the same length ${meanVector.size(0)} as any one of the dimensions of ` +
        `the transformation_matrix [(${rows}, ${columns})]`);
    }
  }

  forward(tensor: Tensor): Tensor {
    const [c, h, w] = tensor.shape.slice(-3), n = c * h * w;
    if (n !== this.transformationMatrix.size(0)) {
      throw new ValueError('Input tensor and transformation matrix have incompatible shape.' +
        `[${c} x ${h} x ${w}] != ${this.transformationMatrix.size(0)}`);
    }
    return mm(tensor.reshape(-1, n).sub(this.meanVector), this.transformationMatrix).view(tensor.shape);
  }

  override toString(): string {
    const [rows] = this.transformationMatrix.shape;
    return `${this.constructor.name}(transformation_matrix=[${rows} x ${rows}], mean_vector=[${rows}])`;
  }
}
