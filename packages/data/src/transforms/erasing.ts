import { empty, tensor, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { floats, text } from '../python-text.js';
import { chance, integer } from './draws.js';
import { erase } from './functional/geometry.js';
import { getDimensions } from './functional/picture.js';
import { checkRanges, drawEdges } from './sizes.js';
import { Transform } from './transform.js';

export interface RandomErasingOptions {
  /** the probability, default 0.5 */
  readonly p?: number | undefined;
  /** what part of the area, at least and at most; default [0.02, 0.33] */
  readonly scale?: readonly number[] | undefined;
  /** height by width, at least and at most; default [0.3, 3.3] */
  readonly ratio?: readonly number[] | undefined;
  /** what is put in its place: a number, one per channel, or 'random'; default 0 */
  readonly value?: number | readonly number[] | 'random' | undefined;
  /** change the tensor itself; default false */
  readonly inplace?: boolean | undefined;
}

/**
 * Replaces a random rectangle of tensors of shape (…, C, H, W), with a probability.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomErasing.html
 */
export class RandomErasing extends Transform {
  readonly p: number;
  readonly scale: readonly number[];
  readonly ratio: readonly number[];
  readonly value: number | readonly number[] | 'random';
  readonly inplace: boolean;

  constructor(options: RandomErasingOptions = {}) {
    const { p = 0.5, scale = [0.02, 0.33], ratio = [0.3, 3.3], value = 0, inplace = false } = checked('RandomErasing', options, 'p');
    super();
    if (typeof value === 'string' && value !== 'random') throw new ValueError("If value is str, it should be 'random'");
    if (typeof value !== 'number' && typeof value !== 'string' && !Array.isArray(value)) {
      throw new TypeError('Argument value should be either a number or str or a sequence');
    }
    checkRanges(scale, ratio);
    if (scale[0] < 0 || scale[1] > 1) throw new ValueError('Scale should be between 0 and 1');
    if (p < 0 || p > 1) throw new ValueError('Random erasing probability should be between 0 and 1');
    this.p = p;
    this.scale = scale;
    this.ratio = ratio;
    this.value = value;
    this.inplace = inplace;
  }

  forward(img: Tensor): Tensor {
    if (chance() >= this.p) return img;
    const [channels, height, width] = getDimensions(img);
    const value = typeof this.value === 'number' ? [this.value] : this.value;
    if (value !== 'random' && value.length !== 1 && value.length !== channels) {
      throw new ValueError('If value is a sequence, it should have either a single value or ' +
        `${channels} (number of input channels)`);
    }
    for (let attempt = 0; attempt < 10; attempt++) {
      const [h, w] = drawEdges(height * width, this.scale, this.ratio);
      if (h >= height || w >= width) continue;
      const v = value === 'random' ? empty(channels, h, w).normal_() : tensor(value).view(-1, 1, 1);
      const top = integer(0, height - h + 1);
      return erase(img, top, integer(0, width - w + 1), h, w, v, { inplace: this.inplace });
    }
    return img;
  }

  override toString(): string {
    return `${this.constructor.name}(p=${text(this.p)}, scale=${floats(this.scale)}, ratio=${floats(this.ratio)}, ` +
      `value=${text(this.value)}, inplace=${text(this.inplace)})`;
  }
}
