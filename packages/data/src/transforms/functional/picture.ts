import { getDefaultDtype, Tensor, ValueError, type DType } from '@sconce/tensor';
import { Image, asImage, type ImageLike } from '../../image/image.js';

/** What transforms take: a tensor of shape (…, C, H, W), or a picture of bytes. */
export type Picture = Tensor | ImageLike;

/** What a transform makes of a picture: a tensor of a tensor, an `Image` of an image. */
export type Pictured<T> = T extends Tensor ? Tensor : Image;

/** How values between pixels are made. */
export const InterpolationMode = {
  NEAREST: 'nearest', BILINEAR: 'bilinear', BICUBIC: 'bicubic',
  /** for images only, as the following */
  BOX: 'box', HAMMING: 'hamming', LANCZOS: 'lanczos',
} as const;
export type InterpolationMode = typeof InterpolationMode[keyof typeof InterpolationMode];

/** Does one thing to a tensor and another to an image. @throws TypeError for what is neither. @internal */
export function onPicture<T extends Picture>(
  img: T, onTensor: (img: Tensor) => Tensor, onImage: (img: Image) => Image,
): Pictured<T> {
  return (img instanceof Tensor ? onTensor(img) : onImage(asImage(img))) as Pictured<T>;
}

/**
 * `[channels, height, width]` of a picture.
 * @throws TypeError for a tensor of less than two dimensions
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.get_dimensions.html
 */
export function getDimensions(img: Picture): [channels: number, height: number, width: number] {
  if (!(img instanceof Tensor)) {
    const { channels, height, width } = asImage(img);
    return [channels, height, width];
  }
  checkTensor(img);
  return [img.ndim === 2 ? 1 : img.size(-3), img.size(-2), img.size(-1)];
}

/** `[width, height]` of a picture. */
export function getImageSize(img: Picture): [width: number, height: number] {
  const [, height, width] = getDimensions(img);
  return [width, height];
}

/** How many channels a picture has. */
export const getImageNumChannels = (img: Picture): number => getDimensions(img)[0];

/** @throws TypeError for less than two dimensions. @internal */
export function checkTensor(img: Tensor, channels?: readonly number[], leastDims = 2): void {
  if (img.ndim < 2) throw new TypeError('Tensor is not a torch image.');
  if (img.ndim < leastDims) {
    throw new TypeError(`Input image tensor should have at least ${leastDims} dimensions, but found ${img.ndim}`);
  }
  const found = img.ndim === 2 ? 1 : img.size(-3);
  if (channels && !channels.includes(found)) {
    throw new TypeError(`Input image tensor permitted channel values are [${channels.join(', ')}], but found ${found}`);
  }
}

/** The tensor's own dtype where it is a float, else the one to compute in. @internal */
export const floatDtype = (img: Tensor): DType => (img.isFloatingPoint() ? img.dtype : getDefaultDtype());

/** What white is. @internal */
export const whiteOf = (img: Tensor): number => (img.isFloatingPoint() ? 1 : 255);

/**
 * Runs `work` on the tensor as a batch of one of `dtypes`, and gives the result the form of the tensor: rounded where
 * that holds integers. @internal
 */
export function asBatch(img: Tensor, dtypes: readonly DType[], work: (batch: Tensor) => Tensor): Tensor {
  const single = img.ndim < 4, cast = !dtypes.includes(img.dtype);
  let batch = single ? img.unsqueeze(0) : img;
  if (cast) batch = batch.to(dtypes[0]);
  let out = work(batch);
  if (single) out = out.squeeze(0);
  if (!cast) return out;
  return (img.isFloatingPoint() ? out : out.round()).to(img.dtype);
}

/** @throws TypeError for what is no integer, ValueError for none of a picture's. @internal */
export function checkSizes(...sizes: readonly number[]): void {
  const wrong = sizes.find((n) => !Number.isInteger(n));
  if (wrong !== undefined) throw new TypeError(`sizes of pictures should be integers, but got ${String(wrong)}`);
  if (sizes.some((n) => n <= 0)) throw new ValueError('height and width must be > 0');
}

/** @throws ValueError for what is no way to make values between pixels. @internal */
export function checkInterpolation(interpolation: string): void {
  const modes: readonly string[] = Object.values(InterpolationMode);
  if (!modes.includes(interpolation)) throw new ValueError(`interpolation should be one of ${modes.join(', ')}, but got ${interpolation}`);
}

/** `[height, width]` of a size that may be one number for both. @internal */
export function pairOf(size: number | readonly number[], message: string): [height: number, width: number] {
  if (typeof size === 'number') return [Math.trunc(size), Math.trunc(size)];
  if (size.length === 1) return [size[0], size[0]];
  if (size.length !== 2) throw new ValueError(message);
  return [size[0], size[1]];
}

/** @internal */
export const sizeMessage = 'Please provide only two dimensions (h, w) for size.';

/** Python's `round`: halves go to the even neighbour. @internal */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x), rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** One number per channel of an image. @throws ValueError if there are others. @internal */
export function fillOf(img: Image, fill: number | readonly number[] | null | undefined): readonly number[] {
  const given = fill ?? 0;
  if (typeof given === 'number') return new Array<number>(img.channels).fill(Math.trunc(given));
  if (given.length !== img.channels) {
    throw new ValueError("The number of elements in 'fill' does not match the number of channels of the image " +
      `(${given.length} != ${img.channels})`);
  }
  return given.map(Math.trunc);
}
