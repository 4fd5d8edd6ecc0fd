import { checked, numbersThenOptions } from '@sconce/tensor/internal';
import { text } from '../python-text.js';
import { chance } from './draws.js';
import {
  adjustSharpness, autocontrast, equalize, invert, posterize, rgbToGrayscale, solarize,
} from './functional/color.js';
import { hflip, vflip } from './functional/geometry.js';
import { asImage } from '../image/image.js';
import { getDimensions, onPicture, type Picture, type Pictured } from './functional/picture.js';
import { PictureTransform } from './transform.js';

interface ChanceOption {
  /** the probability, default 0.5 */
  readonly p?: number | undefined;
}

/** The probability, by itself or as an option. */
type ChanceArguments = [p?: number] | [options: ChanceOption];

/** A transform that is done with a probability; else the picture stays as it is. */
abstract class Chance extends PictureTransform {
  readonly p: number;

  constructor(...args: ChanceArguments) {
    super();
    this.p = numbersThenOptions<ChanceOption, 'p'>(new.target.name, args, { p: 0.5 })[0].p;
  }

  protected abstract change<T extends Picture>(img: T): Pictured<T>;

  forward<T extends Picture>(img: T): Pictured<T> {
    return chance() < this.p ? this.change(img) : onPicture(img, (x) => x, asImage);
  }

  override toString(): string { return `${this.constructor.name}(p=${text(this.p)})`; }
}

/**
 * Exchanges left and right of pictures with a probability, default 0.5.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomHorizontalFlip.html
 * @example new transforms.RandomHorizontalFlip(0.5)(image)
 */
export class RandomHorizontalFlip extends Chance {
  protected change<T extends Picture>(img: T): Pictured<T> { return hflip(img); }
}

/**
 * Exchanges top and bottom of pictures with a probability, default 0.5.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomVerticalFlip.html
 */
export class RandomVerticalFlip extends Chance {
  protected change<T extends Picture>(img: T): Pictured<T> { return vflip(img); }
}

/**
 * Brings pictures to gray with a probability, default 0.1; the number of channels stays.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomGrayscale.html
 */
export class RandomGrayscale extends Chance {
  constructor(...args: ChanceArguments) { super(numbersThenOptions<ChanceOption, 'p'>('RandomGrayscale', args, { p: 0.1 })[0].p); }

  protected change<T extends Picture>(img: T): Pictured<T> {
    return rgbToGrayscale(img, { numOutputChannels: getDimensions(img)[0] });
  }
}

/**
 * Inverts the colours of pictures with a probability, default 0.5.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomInvert.html
 */
export class RandomInvert extends Chance {
  protected change<T extends Picture>(img: T): Pictured<T> { return invert(img); }
}

/**
 * Spreads each channel from black to white with a probability, default 0.5.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomAutocontrast.html
 */
export class RandomAutocontrast extends Chance {
  protected change<T extends Picture>(img: T): Pictured<T> { return autocontrast(img); }
}

/**
 * Spreads each channel so that all values are about as frequent, with a probability, default 0.5.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomEqualize.html
 */
export class RandomEqualize extends Chance {
  protected change<T extends Picture>(img: T): Pictured<T> { return equalize(img); }
}

/**
 * Keeps the highest bits only, with a probability.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomPosterize.html
 */
export class RandomPosterize extends Chance {
  constructor(readonly bits: number, options: ChanceOption = {}) {
    const { p = 0.5 } = checked('RandomPosterize', options, 'p');
    super(p);
  }

  protected change<T extends Picture>(img: T): Pictured<T> { return posterize(img, this.bits); }

  override toString(): string { return `${this.constructor.name}(bits=${text(this.bits)},p=${text(this.p)})`; }
}

/**
 * Inverts values from a threshold on, with a probability.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomSolarize.html
 */
export class RandomSolarize extends Chance {
  constructor(readonly threshold: number, options: ChanceOption = {}) {
    const { p = 0.5 } = checked('RandomSolarize', options, 'p');
    super(p);
  }

  protected change<T extends Picture>(img: T): Pictured<T> { return solarize(img, this.threshold); }

  override toString(): string { return `${this.constructor.name}(threshold=${text(this.threshold)},p=${text(this.p)})`; }
}

/**
 * Blurs (factor below 1) or sharpens (above) pictures with a probability.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomAdjustSharpness.html
 */
export class RandomAdjustSharpness extends Chance {
  constructor(readonly sharpnessFactor: number, options: ChanceOption = {}) {
    const { p = 0.5 } = checked('RandomAdjustSharpness', options, 'p');
    super(p);
  }

  protected change<T extends Picture>(img: T): Pictured<T> { return adjustSharpness(img, this.sharpnessFactor); }

  override toString(): string {
    return `${this.constructor.name}(sharpness_factor=${text(this.sharpnessFactor)},p=${text(this.p)})`;
  }
}
