import { ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { floats, text } from '../python-text.js';
import { integer, uniform } from './draws.js';
import {
  centerCrop, checkPadding, crop, fiveCrop, pad, resize, resizedCrop, sidesOf, tenCrop,
  type AntialiasOptions, type PaddingMode, type PadOptions, type ResizeOptions,
} from './functional/geometry.js';
import {
  getDimensions, pairOf, roundHalfEven, sizeMessage, type InterpolationMode, type Picture, type Pictured,
} from './functional/picture.js';
import { PictureTransform, Transform } from './transform.js';

/** A size: one number, or `[height, width]`. */
export type SizeOption = number | readonly number[];

/**
 * Brings pictures to a size: `[height, width]`, or one number for the shorter edge.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.Resize.html
 * @example new transforms.Resize(256)(image)
 */
export class Resize extends PictureTransform {
  readonly interpolation: InterpolationMode;
  readonly maxSize: number | null;
  readonly antialias: boolean | null;

  constructor(readonly size: SizeOption, options: ResizeOptions = {}) {
    const { interpolation = 'bilinear', maxSize, antialias } = checked('Resize', options, 'interpolation');
    super();
    if (typeof size !== 'number' && !Array.isArray(size)) throw new TypeError(`Size should be int or sequence. Got ${typeof size}`);
    if (typeof size !== 'number' && size.length !== 1 && size.length !== 2) {
      throw new ValueError('If size is a sequence, it should have 1 or 2 values');
    }
    this.interpolation = interpolation;
    this.maxSize = maxSize ?? null;
    this.antialias = antialias ?? null;
  }

  forward<T extends Picture>(img: T): Pictured<T> { return resize(img, this.size, this); }

  override toString(): string {
    return `${this.constructor.name}(size=${text(this.size)}, interpolation=${this.interpolation}, ` +
      `max_size=${text(this.maxSize)}, antialias=${text(this.antialias)})`;
  }
}

/**
 * Takes the middle of pictures, which are padded with zeros where they are smaller.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.CenterCrop.html
 */
export class CenterCrop extends PictureTransform {
  readonly size: readonly [height: number, width: number];

  constructor(size: SizeOption) {
    super();
    this.size = pairOf(size, sizeMessage);
  }

  forward<T extends Picture>(img: T): Pictured<T> { return centerCrop(img, this.size); }

  override toString(): string { return `${this.constructor.name}(size=${text(this.size)})`; }
}

/**
 * Adds pixels around pictures: one number for all sides, `[leftRight, topBottom]`, or `[left, top, right, bottom]`.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.Pad.html
 */
export class Pad extends PictureTransform {
  readonly fill: number | readonly number[];
  readonly paddingMode: PaddingMode;

  constructor(readonly padding: SizeOption, options: PadOptions = {}) {
    const { fill = 0, paddingMode = 'constant' } = checked('Pad', options, 'fill');
    super();
    sidesOf(padding);
    if (typeof fill !== 'number' && !Array.isArray(fill)) throw new TypeError('Got inappropriate fill arg');
    checkPadding(paddingMode);
    this.fill = fill;
    this.paddingMode = paddingMode;
  }

  forward<T extends Picture>(img: T): Pictured<T> { return pad(img, this.padding, this); }

  override toString(): string {
    return `${this.constructor.name}(padding=${text(this.padding)}, fill=${text(this.fill)}, padding_mode=${this.paddingMode})`;
  }
}

export interface RandomCropOptions extends PadOptions {
  /** pixels added first, as for `Pad`; default: none */
  readonly padding?: SizeOption | null | undefined;
  /** pad pictures that are smaller than the size; default false */
  readonly padIfNeeded?: boolean | undefined;
}

/**
 * Takes a part of pictures at a random place.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomCrop.html
 * @example new transforms.RandomCrop(32, { padding: 4 })(image)
 */
export class RandomCrop extends PictureTransform {
  readonly size: readonly [height: number, width: number];
  readonly padding: SizeOption | null;
  readonly padIfNeeded: boolean;
  readonly fill: number | readonly number[];
  readonly paddingMode: PaddingMode;

  constructor(size: SizeOption, options: RandomCropOptions = {}) {
    const { padding, padIfNeeded = false, fill = 0, paddingMode = 'constant' } = checked('RandomCrop', options, 'padding');
    super();
    this.size = pairOf(size, sizeMessage);
    this.padding = padding ?? null;
    this.padIfNeeded = padIfNeeded;
    this.fill = fill;
    this.paddingMode = paddingMode;
  }

  /** Draws `[top, left, height, width]`. @throws ValueError for a picture that is smaller */
  static getParams(img: Picture, [th, tw]: readonly [number, number]): [number, number, number, number] {
    const [, h, w] = getDimensions(img);
    if (h < th || w < tw) throw new ValueError(`Required crop size (${th}, ${tw}) is larger than input image size (${h}, ${w})`);
    if (w === tw && h === th) return [0, 0, h, w];
    const top = integer(0, h - th + 1);
    return [top, integer(0, w - tw + 1), th, tw];
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    let picture: Picture = this.padding === null ? img : pad<Picture>(img, this.padding, this);
    const [, height, width] = getDimensions(picture);
    const [h, w] = this.size;
    if (this.padIfNeeded && width < w) picture = pad<Picture>(picture, [w - width, 0], this);
    if (this.padIfNeeded && height < h) picture = pad<Picture>(picture, [0, h - height], this);
    return crop<Picture>(picture, ...RandomCrop.getParams(picture, this.size)) as Pictured<T>;
  }

  override toString(): string {
    return `${this.constructor.name}(size=${text(this.size)}, padding=${text(this.padding)})`;
  }
}

export interface RandomResizedCropOptions extends AntialiasOptions {
  /** what part of the picture's area, at least and at most; default [0.08, 1] */
  readonly scale?: readonly number[] | undefined;
  /** width by height, at least and at most; default [3/4, 4/3] */
  readonly ratio?: readonly number[] | undefined;
}

/** @throws TypeError unless both are pairs. @internal */
export function checkRanges(scale: readonly number[], ratio: readonly number[]): void {
  if (!Array.isArray(scale)) throw new TypeError('Scale should be a sequence');
  if (!Array.isArray(ratio)) throw new TypeError('Ratio should be a sequence');
  if (scale[0] > scale[1] || ratio[0] > ratio[1]) console.warn('Scale and ratio should be of kind (min, max)');
}

/** Draws a rectangle's edges, of an area and a ratio within ranges. @internal */
export function drawEdges(area: number, scale: readonly number[], ratio: readonly number[]): [along: number, across: number] {
  const part = area * uniform(scale[0], scale[1]);
  const [low, high] = ratio.map((r) => Math.fround(Math.log(Math.fround(r))));
  const shape = Math.fround(Math.exp(uniform(low, high)));
  return [roundHalfEven(Math.sqrt(part * shape)), roundHalfEven(Math.sqrt(part / shape))];
}

/**
 * Takes a part of pictures of random place, area and shape, and brings it to a size.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomResizedCrop.html
 * @example new transforms.RandomResizedCrop(224)(image)
 */
export class RandomResizedCrop extends PictureTransform {
  readonly size: readonly [height: number, width: number];
  readonly scale: readonly number[];
  readonly ratio: readonly number[];
  readonly interpolation: InterpolationMode;
  readonly antialias: boolean | null;

  constructor(
    size: SizeOption,
    options: RandomResizedCropOptions = {},
  ) {
    const { scale = [0.08, 1], ratio = [3 / 4, 4 / 3], interpolation = 'bilinear', antialias } = checked('RandomResizedCrop', options, 'scale');
    super();
    this.size = pairOf(size, sizeMessage);
    checkRanges(scale, ratio);
    this.scale = scale;
    this.ratio = ratio;
    this.interpolation = interpolation;
    this.antialias = antialias ?? null;
  }

  /** Draws `[top, left, height, width]`. */
  static getParams(img: Picture, scale: readonly number[], ratio: readonly number[]): [number, number, number, number] {
    const [, height, width] = getDimensions(img);
    for (let attempt = 0; attempt < 10; attempt++) {
      const [w, h] = drawEdges(height * width, scale, ratio);
      if (w <= 0 || w > width || h <= 0 || h > height) continue;
      const top = integer(0, height - h + 1);
      return [top, integer(0, width - w + 1), h, w];
    }
    const [least, most] = [Math.min(...ratio), Math.max(...ratio)];
    const h = width / height < least ? roundHalfEven(width / least) : height;
    const w = width / height > most ? roundHalfEven(height * most) : width;
    return [Math.floor((height - h) / 2), Math.floor((width - w) / 2), h, w];
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    return resizedCrop(img, ...RandomResizedCrop.getParams(img, this.scale, this.ratio), this.size, this);
  }

  override toString(): string {
    const rounded = (values: readonly number[]): string => floats(values.map((x) => Number(x.toFixed(4))));
    // the bracket in the middle is torchvision's
    return `${this.constructor.name}(size=${text(this.size)}, scale=${rounded(this.scale)}, ratio=${rounded(this.ratio)}, ` +
      `interpolation=${this.interpolation}), antialias=${text(this.antialias)})`;
  }
}

/**
 * Takes the four corners of pictures and their middle.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.FiveCrop.html
 */
export class FiveCrop extends Transform {
  readonly size: readonly [height: number, width: number];

  constructor(size: SizeOption) {
    super();
    this.size = pairOf(size, sizeMessage);
  }

  forward<T extends Picture>(img: T): Pictured<T>[] { return fiveCrop(img, this.size); }

  override toString(): string { return `${this.constructor.name}(size=${text(this.size)})`; }
}

/**
 * Takes the four corners of pictures and their middle, and the same of the flipped picture.
 * @param options.verticalFlip top and bottom exchanged, not left and right; default false
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.TenCrop.html
 */
export class TenCrop extends Transform {
  readonly size: readonly [height: number, width: number];
  readonly verticalFlip: boolean;

  constructor(size: SizeOption, options: { readonly verticalFlip?: boolean | undefined } = {}) {
    const { verticalFlip = false } = checked('TenCrop', options, 'verticalFlip');
    super();
    this.size = pairOf(size, sizeMessage);
    this.verticalFlip = verticalFlip;
  }

  forward<T extends Picture>(img: T): Pictured<T>[] { return tenCrop(img, this.size, this); }

  override toString(): string {
    return `${this.constructor.name}(size=${text(this.size)}, vertical_flip=${text(this.verticalFlip)})`;
  }
}
