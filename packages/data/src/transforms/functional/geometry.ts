import { cat, float32, float64, tensor, Tensor, uint8, ValueError } from '@sconce/tensor';
import { checked, pad as padTensor, upsample } from '@sconce/tensor/internal';
import { cropImage, flipLeftRight, flipTopBottom, padImage, type PaddingMode } from '../../image/arrange.js';
import { resizeCrop, resizeImage, type Box } from '../../image/resample.js';
import {
  asBatch, checkInterpolation, checkSizes, checkTensor, fillOf, getDimensions, onPicture, pairOf, roundHalfEven, sizeMessage,
  type InterpolationMode, type Picture, type Pictured,
} from './picture.js';

export type { PaddingMode };

export interface AntialiasOptions {
  /** default 'bilinear' */
  readonly interpolation?: InterpolationMode | undefined;
  /** widen the filter where the result is smaller; always so for images; default false */
  readonly antialias?: boolean | null | undefined;
}

export interface ResizeOptions extends AntialiasOptions {
  /** the longer edge's most, where the size is one number */
  readonly maxSize?: number | null | undefined;
}

/**
 * A picture in another size: `[height, width]`, or one number for the shorter edge.
 * @throws ValueError for other sizes, or a `maxSize` that does not go with it
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.resize.html
 * @example transforms.functional.resize(torch.rand(3, 10, 20), 5).shape // [3, 5, 10]
 */
export function resize<T extends Picture>(
  img: T, size: number | readonly number[], options: ResizeOptions = {},
): Pictured<T> {
  return resizePart(img, size, checked('resize', options, 'interpolation'));
}

/** @param box the part of an image that is taken; default: all */
function resizePart<T extends Picture>(
  img: T, size: number | readonly number[], options: ResizeOptions, box?: Box,
): Pictured<T> {
  const { interpolation = 'bilinear', maxSize, antialias } = options;
  const sizes = typeof size === 'number' ? [size] : size;
  if (sizes.length !== 1 && sizes.length !== 2) {
    throw new ValueError(`Size must be an int or a 1 or 2 element tuple/list, not a ${sizes.length} element tuple/list`);
  }
  if (typeof maxSize === 'number' && sizes.length !== 1) {
    throw new ValueError('max_size should only be passed if size specifies the length of the smaller edge, ' +
      'i.e. size should be an int or a sequence of length 1 in torchscript mode.');
  }
  const [height, width] = box ? [box.height, box.width] : getDimensions(img).slice(1);
  checkSizes(...sizes);
  checkInterpolation(interpolation);
  const [h, w] = sizes.length === 2 ? sizes : resizedTo(height, width, sizes[0], maxSize ?? null);
  return onPicture(img,
    (x) => (h === height && w === width ? x : resizeTensor(x, [h, w], interpolation, antialias ?? false)),
    (x) => (box ? resizeCrop(x, box, w, h, interpolation) : resizeImage(x, w, h, interpolation)));
}

/** Height and width when the shorter edge is to be `short`. */
function resizedTo(height: number, width: number, short: number, most: number | null): [number, number] {
  const upright = width <= height;
  const [a, b] = upright ? [width, height] : [height, width];
  let edges = [short, Math.trunc(short * b / a)];
  if (most !== null) {
    if (most <= short) {
      throw new ValueError(
        `max_size = ${most} must be strictly greater than the requested size for the smaller edge size = [${short}]`);
    }
    if (edges[1] > most) edges = [Math.trunc(most * edges[0] / edges[1]), most];
  }
  return upright ? [edges[1], edges[0]] : [edges[0], edges[1]];
}

const WAYS = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic' } as const;

function resizeTensor(img: Tensor, outputSize: readonly number[], interpolation: InterpolationMode, antialias: boolean): Tensor {
  if (antialias && interpolation !== 'bilinear' && interpolation !== 'bicubic') {
    throw new ValueError('Antialias option is supported for bilinear and bicubic interpolation modes only');
  }
  if (!Object.hasOwn(WAYS, interpolation)) {
    throw new ValueError(`Interpolation mode '${interpolation}' is unsupported with Tensor input`);
  }
  return asBatch(img, [float32, float64], (x) => {
    if (x.ndim !== 4) {
      throw new ValueError('Input and output must have the same number of spatial dimensions, but got input with spatial ' +
        `dimensions of [${x.shape.slice(2).join(', ')}] and output size of [${outputSize.join(', ')}]: pictures have three or four dimensions`);
    }
    const y = upsample(x, {
      mode: WAYS[interpolation as keyof typeof WAYS], alignCorners: false, antialias, scales: [null, null],
      inputSize: x.shape.slice(2), outputSize,
    });
    return interpolation === 'bicubic' && img.dtype === uint8 ? y.clamp(0, 255) : y;
  });
}

export interface PadOptions {
  /** the value outside, for the mode 'constant': a number, or for images one per channel; default 0 */
  readonly fill?: number | readonly number[] | undefined;
  /** default 'constant' */
  readonly paddingMode?: PaddingMode | undefined;
}

/**
 * Pixels added around a picture: one number for all sides, `[leftRight, topBottom]`, or `[left, top, right, bottom]`.
 * @throws ValueError for other paddings or modes
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.pad.html
 * @example transforms.functional.pad(image, [1, 2], { paddingMode: 'reflect' })
 */
export function pad<T extends Picture>(
  img: T, padding: number | readonly number[], options: PadOptions = {},
): Pictured<T> {
  const { fill = 0, paddingMode = 'constant' } = checked('pad', options, 'fill');
  const sides = sidesOf(padding);
  checkPadding(paddingMode);
  return onPicture(img, (x) => padPicture(x, sides, fill, paddingMode),
    (x) => {
      checkSizes(x.height + sides[1] + sides[3], x.width + sides[0] + sides[2]);
      return padImage(x, sides, fillOf(x, fill), paddingMode);
    });
}

/** @throws ValueError for what is no mode. @internal */
export function checkPadding(paddingMode: string): void {
  if (['constant', 'edge', 'reflect', 'symmetric'].includes(paddingMode)) return;
  throw new ValueError('Padding mode should be either constant, edge, reflect or symmetric');
}

/** `[left, top, right, bottom]`. @throws ValueError for other numbers of numbers. @internal */
export function sidesOf(padding: number | readonly number[]): readonly number[] {
  if (typeof padding === 'number') return sidesOf([padding]);
  if (!Array.isArray(padding)) throw new TypeError('Got inappropriate padding arg');
  if (![1, 2, 4].includes(padding.length)) {
    throw new ValueError(`Padding must be an int or a 1, 2, or 4 element tuple, not a ${padding.length} element tuple`);
  }
  if (!padding.every(Number.isInteger)) throw new TypeError(`padding should be integers, but got ${padding.join(', ')}`);
  const [left, top = left, right = left, bottom = top] = padding as number[];
  return [left, top, right, bottom];
}

function padPicture(
  img: Tensor, [left, top, right, bottom]: readonly number[], fill: number | readonly number[], mode: PaddingMode,
): Tensor {
  checkTensor(img);
  if (typeof fill !== 'number') throw new TypeError('Got inappropriate fill arg');
  const pads = [left, right, top, bottom];
  if (mode === 'symmetric') return padSymmetric(img, pads);
  if (mode === 'constant') return padTensor(img, pads, { value: fill });
  return asBatch(img, [float32, float64], (x) => padTensor(x, pads, { mode: mode === 'edge' ? 'replicate' : 'reflect' }));
}

/** As a mirror that repeats the outermost elements. */
function padSymmetric(img: Tensor, pads: readonly number[]): Tensor {
  return [-1, -2].reduce((x, dim, d) => {
    const [before, after] = pads.slice(2 * d), size = x.size(dim);
    const kept = x.narrow(dim, Math.max(-before, 0), size - Math.max(-before, 0) - Math.max(-after, 0));
    const length = kept.size(dim);
    const mirrored = (from: number, count: number): Tensor => kept.narrow(dim, from, count).flip(dim);
    const parts = [
      ...(before > 0 ? [mirrored(0, before)] : []), kept, ...(after > 0 ? [mirrored(length - after, after)] : []),
    ];
    return cat(parts, dim);
  }, img);
}

/**
 * A part of a picture; what of it lies outside is zero.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.crop.html
 */
export function crop<T extends Picture>(img: T, top: number, left: number, height: number, width: number): Pictured<T> {
  const wrong = [top, left, height, width].find((n) => !Number.isInteger(n));
  if (wrong !== undefined) throw new TypeError(`top, left, height and width should be integers, but got ${String(wrong)}`);
  return onPicture(img, (x) => cropTensor(x, top, left, height, width), (x) => cropImage(x, top, left, height, width));
}

function cropTensor(img: Tensor, top: number, left: number, height: number, width: number): Tensor {
  const [, h, w] = getDimensions(img);
  const inside = (at: number, size: number): number => Math.min(Math.max(at, 0), size);
  const [y0, y1, x0, x1] = [inside(top, h), inside(top + height, h), inside(left, w), inside(left + width, w)];
  const part = img.narrow(-2, y0, y1 - y0).narrow(-1, x0, x1 - x0);
  if (y1 - y0 === height && x1 - x0 === width) return part;
  const before = (at: number, size: number): number => Math.min(Math.max(-at, 0), size);
  const [upper, lefter] = [before(top, height), before(left, width)];
  return padTensor(part, [lefter, width - (x1 - x0) - lefter, upper, height - (y1 - y0) - upper]);
}

/**
 * The middle of a picture, which is padded with zeros where it is smaller.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.center_crop.html
 */
export function centerCrop<T extends Picture>(img: T, outputSize: number | readonly number[]): Pictured<T> {
  const [height, width] = pairOf(outputSize, sizeMessage);
  const [, h, w] = getDimensions(img);
  const [moreH, moreW] = [Math.max(height - h, 0), Math.max(width - w, 0)];
  const half = Math.floor;
  const padded: Picture = moreH || moreW
    ? pad<Picture>(img, [half(moreW / 2), half(moreH / 2), half((moreW + 1) / 2), half((moreH + 1) / 2)]) : img;
  const [top, left] = [roundHalfEven((h + moreH - height) / 2), roundHalfEven((w + moreW - width) / 2)];
  return crop<Picture>(padded, top, left, height, width) as Pictured<T>;
}

/**
 * A part of a picture, in another size.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.resized_crop.html
 */
export function resizedCrop<T extends Picture>(
  img: T, top: number, left: number, height: number, width: number, size: number | readonly number[],
  options: AntialiasOptions = {},
): Pictured<T> {
  if (img instanceof Tensor) return resize<Picture>(crop<Picture>(img, top, left, height, width), size, options) as Pictured<T>;
  return resizePart(img, size, checked('resizedCrop', options, 'interpolation'), { top, left, height, width });
}

/** Left and right exchanged. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.hflip.html */
export function hflip<T extends Picture>(img: T): Pictured<T> {
  return onPicture(img, (x) => {
    checkTensor(x);
    return x.flip(-1);
  }, flipLeftRight);
}

/** Top and bottom exchanged. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.vflip.html */
export function vflip<T extends Picture>(img: T): Pictured<T> {
  return onPicture(img, (x) => {
    checkTensor(x);
    return x.flip(-2);
  }, flipTopBottom);
}

/**
 * The four corners of a picture and its middle.
 * @throws ValueError if it is smaller than the size
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.five_crop.html
 */
export function fiveCrop<T extends Picture>(img: T, size: number | readonly number[]): Pictured<T>[] {
  const [h, w] = pairOf(size, sizeMessage);
  const [, height, width] = getDimensions(img);
  if (w > width || h > height) {
    throw new ValueError(`Requested crop size (${h}, ${w}) is bigger than input size (${height}, ${width})`);
  }
  const corners = [[0, 0], [0, width - w], [height - h, 0], [height - h, width - w]];
  return [...corners.map(([top, left]) => crop(img, top, left, h, w)), centerCrop(img, [h, w])];
}

/**
 * `fiveCrop` of a picture and of the same flipped.
 * @param options.verticalFlip top and bottom exchanged, not left and right; default false
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.ten_crop.html
 */
export function tenCrop<T extends Picture>(
  img: T, size: number | readonly number[], options: { readonly verticalFlip?: boolean | undefined } = {},
): Pictured<T>[] {
  const { verticalFlip = false } = checked('tenCrop', options, 'verticalFlip');
  const flipped: Picture = verticalFlip ? vflip<Picture>(img) : hflip<Picture>(img);
  return [...fiveCrop(img, size), ...fiveCrop<Picture>(flipped, size) as Pictured<T>[]];
}

/**
 * A part of a tensor's pixels replaced.
 * @param v the values, which are broadcast: of shape [] or [C, h, w] or [C, 1, 1]
 * @param options.inplace change the tensor itself; default false
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.erase.html
 */
export function erase(
  img: Tensor, i: number, j: number, h: number, w: number, v: Tensor | number,
  options: { readonly inplace?: boolean | undefined } = {},
): Tensor {
  const { inplace = false } = checked('erase', options, 'inplace');
  if (!(img instanceof Tensor)) throw new TypeError('img should be Tensor Image');
  checkTensor(img);
  const out = inplace ? img : img.clone();
  const [, height, width] = getDimensions(img);
  const part = out.narrow(-2, i, Math.min(h, height - i)).narrow(-1, j, Math.min(w, width - j));
  part.copy_(v instanceof Tensor ? v.to(img.dtype) : tensor(v, { dtype: img.dtype }));
  return out;
}
