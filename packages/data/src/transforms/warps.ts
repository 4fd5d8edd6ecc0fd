import { cat, rand, Tensor, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { floatList, text } from '../python-text.js';
import { chance, integer, uniform } from './draws.js';
import { gaussianBlur } from './functional/color.js';
import { asImage } from '../image/image.js';
import {
  getDimensions, onPicture, roundHalfEven, type InterpolationMode, type Picture, type Pictured,
} from './functional/picture.js';
import { affine, elasticTransform, perspective, rotate, type RotateOptions, type WarpOptions } from './functional/warp.js';
import { PictureTransform } from './transform.js';

type Fill = number | readonly number[];

/** What lies outside a tensor: one number per channel. */
function fillFor(img: Picture, fill: Fill): Fill {
  if (!(img instanceof Tensor) || typeof fill !== 'number') return fill;
  return new Array<number>(getDimensions(img)[0]).fill(fill);
}

function checkFill(fill: Fill | null | undefined): Fill {
  const given = fill ?? 0;
  if (typeof given === 'number' || Array.isArray(given)) return given;
  throw new TypeError('Fill should be either a sequence or a number.');
}

/** A range of angles: `[least, most]` of each, or one number for both ways. */
function anglesOf(angles: number | readonly number[], name: string, lengths: readonly number[] = [2]): readonly number[] {
  if (typeof angles === 'number') {
    if (angles < 0) throw new ValueError(`If ${name} is a single number, it must be positive.`);
    return [-angles, angles];
  }
  checkLength(angles, name, lengths);
  return angles;
}

function checkLength(values: readonly number[], name: string, lengths: readonly number[] = [2]): void {
  const message = `${name} should be a sequence of length ${lengths.join(' or ')}.`;
  if (!Array.isArray(values)) throw new TypeError(message);
  if (!lengths.includes(values.length)) throw new ValueError(message);
}

/**
 * Turns pictures by a random angle.
 * @param degrees `[least, most]`, or one number for both ways
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomRotation.html
 * @example new transforms.RandomRotation(10, { fill: 255 })(image)
 */
export class RandomRotation extends PictureTransform {
  readonly degrees: readonly number[];
  readonly interpolation: InterpolationMode;
  readonly expand: boolean;
  readonly center: readonly number[] | null;
  readonly fill: Fill;

  constructor(degrees: number | readonly number[], options: RotateOptions = {}) {
    const { interpolation = 'nearest', expand = false, center, fill } = checked('RandomRotation', options, 'interpolation');
    super();
    this.degrees = anglesOf(degrees, 'degrees');
    if (center) checkLength(center, 'center');
    this.interpolation = interpolation;
    this.expand = expand;
    this.center = center ?? null;
    this.fill = checkFill(fill);
  }

  /** Draws the angle. */
  static getParams(degrees: readonly number[]): number { return uniform(degrees[0], degrees[1]); }

  forward<T extends Picture>(img: T): Pictured<T> {
    const { interpolation, expand, center } = this;
    const fill = fillFor(img, this.fill);
    return rotate(img, RandomRotation.getParams(this.degrees), { interpolation, expand, center, fill });
  }

  override toString(): string {
    const center = this.center ? `, center=${text(this.center)}` : '';
    return `${this.constructor.name}(degrees=${floatList(this.degrees)}, interpolation=${this.interpolation}, ` +
      `expand=${text(this.expand)}${center}, fill=${text(this.fill)})`;
  }
}

export interface RandomAffineOptions extends WarpOptions {
  /** how far at most, as parts of the width and the height; default: no shift */
  readonly translate?: readonly number[] | null | undefined;
  /** `[least, most]`; default: no change of size */
  readonly scale?: readonly number[] | null | undefined;
  /** angles in degrees: one number for x both ways, `[least, most]` of x, or of x and y; default: no shear */
  readonly shear?: number | readonly number[] | null | undefined;
  /** `[x, y]` that stays where it is; default: the middle */
  readonly center?: readonly number[] | null | undefined;
}

/**
 * Turns, moves, scales and shears pictures at random.
 * @param degrees `[least, most]`, or one number for both ways
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomAffine.html
 * @example new transforms.RandomAffine(10, { translate: [0.1, 0.1], scale: [0.9, 1.1] })(image)
 */
export class RandomAffine extends PictureTransform {
  readonly degrees: readonly number[];
  readonly translate: readonly number[] | null;
  readonly scale: readonly number[] | null;
  readonly shear: readonly number[] | null;
  readonly interpolation: InterpolationMode;
  readonly fill: Fill;
  readonly center: readonly number[] | null;

  constructor(
    degrees: number | readonly number[],
    options: RandomAffineOptions = {},
  ) {
    const { translate, scale, shear, interpolation = 'nearest', fill, center } = checked('RandomAffine', options, 'translate');
    super();
    this.degrees = anglesOf(degrees, 'degrees');
    if (translate) {
      checkLength(translate, 'translate');
      if (translate.some((t) => t < 0 || t > 1)) throw new ValueError('translation values should be between 0 and 1');
    }
    if (scale) {
      checkLength(scale, 'scale');
      if (scale.some((s) => s <= 0)) throw new ValueError('scale values should be positive');
    }
    if (center) checkLength(center, 'center');
    this.translate = translate ?? null;
    this.scale = scale ?? null;
    this.shear = shear === null || shear === undefined ? null : anglesOf(shear, 'shear', [2, 4]);
    this.interpolation = interpolation;
    this.fill = checkFill(fill);
    this.center = center ?? null;
  }

  /** Draws angle, `[x, y]` of the shift, scale and `[x, y]` of the shear. */
  getParams([width, height]: readonly [number, number]): [number, readonly number[], number, readonly number[]] {
    const { degrees, translate, scale, shear } = this;
    const angle = uniform(degrees[0], degrees[1]);
    const shift = (most: number): number => roundHalfEven(uniform(-most, most));
    const x = translate ? shift(translate[0] * width) : 0;
    const y = translate ? shift(translate[1] * height) : 0;
    const factor = scale ? uniform(scale[0], scale[1]) : 1;
    const shearX = shear ? uniform(shear[0], shear[1]) : 0;
    const shearY = shear?.length === 4 ? uniform(shear[2], shear[3]) : 0;
    return [angle, [x, y], factor, [shearX, shearY]];
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    const [, height, width] = getDimensions(img);
    const { interpolation, center } = this;
    return affine(img, ...this.getParams([width, height]), { interpolation, center, fill: fillFor(img, this.fill) });
  }

  override toString(): string {
    const parts = [
      `degrees=${floatList(this.degrees)}`,
      ...(this.translate ? [`translate=${text(this.translate)}`] : []),
      ...(this.scale ? [`scale=${text(this.scale)}`] : []),
      ...(this.shear ? [`shear=${floatList(this.shear)}`] : []),
      ...(this.interpolation === 'nearest' ? [] : [`interpolation=${this.interpolation}`]),
      ...(this.fill === 0 ? [] : [`fill=${text(this.fill)}`]),
      ...(this.center ? [`center=${text(this.center)}`] : []),
    ];
    return `${this.constructor.name}(${parts.join(', ')})`;
  }
}

export interface RandomPerspectiveOptions extends WarpOptions {
  /** how far corners move at most, as a part of half an edge; default 0.5 */
  readonly distortionScale?: number | undefined;
  /** the probability, default 0.5 */
  readonly p?: number | undefined;
}

type Points = readonly (readonly number[])[];

/**
 * Shows pictures from elsewhere, with a probability.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomPerspective.html
 */
export class RandomPerspective extends PictureTransform {
  readonly distortionScale: number;
  readonly p: number;
  readonly interpolation: InterpolationMode;
  readonly fill: Fill;

  constructor(options: RandomPerspectiveOptions = {}) {
    const { distortionScale = 0.5, p = 0.5, interpolation = 'bilinear', fill } = checked('RandomPerspective', options, 'distortionScale');
    super();
    this.distortionScale = distortionScale;
    this.p = p;
    this.interpolation = interpolation;
    this.fill = checkFill(fill);
  }

  /** Draws where the four corners go. */
  static getParams(width: number, height: number, distortionScale: number): [startpoints: Points, endpoints: Points] {
    const [right, bottom] = [width - 1, height - 1];
    const far = (edge: number): number => Math.trunc(distortionScale * Math.floor(edge / 2));
    const low = (edge: number): number => integer(0, far(edge) + 1);
    const high = (edge: number): number => integer(edge - far(edge) - 1, edge);
    const draws = [[low, low], [high, low], [high, high], [low, high]];
    return [
      [[0, 0], [right, 0], [right, bottom], [0, bottom]],
      draws.map(([x, y]) => [x(width), y(height)]),
    ];
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    const [, height, width] = getDimensions(img);
    if (chance() >= this.p) return onPicture(img, (x) => x, asImage);
    const [start, end] = RandomPerspective.getParams(width, height, this.distortionScale);
    return perspective(img, start, end, { interpolation: this.interpolation, fill: fillFor(img, this.fill) });
  }

  override toString(): string { return `${this.constructor.name}(p=${text(this.p)})`; }
}

export interface ElasticTransformOptions extends WarpOptions {
  /** how far pixels move: one number, or `[x, y]`; default 50 */
  readonly alpha?: number | readonly number[] | undefined;
  /** how smoothly: one number, or `[x, y]`; default 5 */
  readonly sigma?: number | readonly number[] | undefined;
}

/**
 * Moves the pixels of pictures about, as if seen through water.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.ElasticTransform.html
 */
export class ElasticTransform extends PictureTransform {
  readonly alpha: readonly number[];
  readonly sigma: readonly number[];
  readonly interpolation: InterpolationMode;
  readonly fill: Fill;

  constructor(options: ElasticTransformOptions = {}) {
    const { alpha = 50, sigma = 5, interpolation = 'bilinear', fill = 0 } = checked('ElasticTransform', options, 'alpha');
    super();
    [this.alpha, this.sigma] = [alpha, sigma].map((x) => (typeof x === 'number' ? [x, x] : x));
    checkLength(this.alpha, 'alpha');
    checkLength(this.sigma, 'sigma');
    this.interpolation = interpolation;
    this.fill = checkFill(fill);
  }

  /** Draws how far each pixel's source is: of shape [1, H, W, 2]. */
  static getParams(alpha: readonly number[], sigma: readonly number[], size: readonly [number, number]): Tensor {
    const parts = [0, 1].map((i) => {
      const noise = rand(1, 1, ...size).mul(2).sub(1);
      const kernel = Math.trunc(8 * sigma[i] + 1) | 1;
      const smooth = sigma[i] > 0 ? gaussianBlur(noise, [kernel, kernel], { sigma }) : noise;
      return smooth.mul(alpha[i]).div(size[i]);
    });
    return cat(parts, 1).permute(0, 2, 3, 1);
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    const [, height, width] = getDimensions(img);
    const displacement = ElasticTransform.getParams(this.alpha, this.sigma, [height, width]);
    return elasticTransform(img, displacement, { interpolation: this.interpolation, fill: this.fill });
  }

  override toString(): string {
    return `${this.constructor.name}(alpha=${floatList(this.alpha)}, sigma=${floatList(this.sigma)}, ` +
      `interpolation=${this.interpolation}, fill=${text(this.fill)})`;
  }
}
