import { Image } from '@sconce/data';
import { fromTypedArray, RuntimeError, Tensor, uint8, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { ImageFormatError } from './errors.js';
import { isJpeg } from './jpeg-header.js';
import { readJpeg, writeJpegBytes } from './jpeg.js';
import { isPng } from './png-header.js';
import { readPng, writePngBytes } from './png.js';
import type { Pixels } from './pixels.js';

/**
 * What channels pictures are read with.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.io.ImageReadMode.html
 */
export const ImageReadMode = { UNCHANGED: 'UNCHANGED', GRAY: 'GRAY', GRAY_ALPHA: 'GRAY_ALPHA', RGB: 'RGB', RGB_ALPHA: 'RGB_ALPHA' } as const;
export type ImageReadMode = typeof ImageReadMode[keyof typeof ImageReadMode];

/** A file's bytes: an array, or a uint8 tensor of one dimension. */
export type EncodedImage = Uint8Array | Tensor;

export interface DecodeOptions {
  /**
   * default 'UNCHANGED': the channels that the file has; of a PNG file with a palette, one channel of its indices. JPEG
   * files are read as they are, in gray (their brightness) or in 'RGB'.
   */
  readonly mode?: ImageReadMode | undefined;
  /** give PNG files of 16 bits as int32, from 0 to 65535; default false: such files are an error */
  readonly allow16Bits?: boolean | undefined;
}

function bytesOf(input: EncodedImage): Uint8Array {
  if (input instanceof Uint8Array) return input;
  if (!(input instanceof Tensor)) throw new TypeError('decode_image takes a Uint8Array or a uint8 tensor');
  if (input.dtype !== uint8) throw new RuntimeError('Expected a torch.uint8 tensor');
  if (input.ndim !== 1 || input.numel() === 0) throw new RuntimeError('Expected a non empty 1-dimensional tensor');
  return input.hostValues() as Uint8Array;
}

function readPixels(bytes: Uint8Array, mode: ImageReadMode = 'UNCHANGED'): Pixels {
  if (isPng(bytes)) return readPng(bytes);
  if (isJpeg(bytes)) {
    if (mode.endsWith('_ALPHA')) throw new RuntimeError('The provided mode is not supported for JPEG files');
    return readJpeg(bytes, mode === 'GRAY');
  }
  throw new ImageFormatError('Unsupported image file. Only jpeg and png are currently supported.');
}

const CHANNELS: Record<Exclude<ImageReadMode, 'UNCHANGED'>, number> = { GRAY: 1, GRAY_ALPHA: 2, RGB: 3, RGB_ALPHA: 4 };

/** libpng's gray of colours: 0.2989 red + 0.587 green, in 15 bits after the point, rounded down. */
function grayOf(r: number, g: number, b: number): number {
  return r === g && r === b ? r : Math.floor((9794 * r + 19234 * g + 3740 * b) / 32768);
}

/** The colours of a palette in place of its indices; black for indices beyond its end. */
function withColours({ width, height, data, palette }: Pixels, channels: 3 | 4): Pixels {
  const colours = new Uint8Array(4 * 256);
  for (let i = 0; i < 256; i++) {
    colours.set(palette!.colours.subarray(3 * i, 3 * i + 3), 4 * i);
    colours[4 * i + 3] = palette!.alpha?.[i] ?? 255;
  }
  const out = new Uint8Array(width * height * channels);
  for (let i = 0, to = 0; i < data.length; i++, to += channels) {
    for (let c = 0, at = 4 * data[i]; c < channels; c++) out[to + c] = colours[at + c];
  }
  return { width, height, channels, data: out };
}

/** The same picture with other channels; alpha is full where it had none. */
function withChannels(pixels: Pixels, channels: number): Pixels {
  if (pixels.palette) return withChannels(withColours(pixels, channels % 2 === 0 ? 4 : 3), channels);
  if (pixels.channels === channels) return pixels;
  const { width, height, channels: step, data } = pixels;
  const full = data instanceof Uint16Array ? 65535 : 255, green = step <= 2 ? 0 : 1, blue = 2 * green;
  const out = data instanceof Uint16Array ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels);
  for (let i = 0, to = 0; i < data.length; i += step, to += channels) {
    if (channels <= 2) {
      out[to] = grayOf(data[i], data[i + green], data[i + blue]);
    } else {
      out[to] = data[i];
      out[to + 1] = data[i + green];
      out[to + 2] = data[i + blue];
    }
    if (channels % 2 === 0) out[to + channels - 1] = step % 2 === 0 ? data[i + step - 1] : full;
  }
  return { width, height, channels, data: out };
}

/** Eight bits per value, the upper ones of sixteen. */
function toBytes(data: Pixels['data']): Uint8Array {
  if (data instanceof Uint16Array) return Uint8Array.from(data, (value) => value >> 8);
  return data instanceof Uint8Array ? data : new Uint8Array(data);
}

/**
 * A PNG or JPEG file's picture as a uint8 tensor of shape [channels, height, width].
 * @throws ImageFormatError for files that are broken, or of other kinds
 * @see https://pytorch.org/vision/0.14/generated/torchvision.io.decode_image.html
 * @example io.decodeImage(bytes, { mode: io.ImageReadMode.RGB }).shape // [3, 480, 640]
 */
export function decodeImage(input: EncodedImage, options: DecodeOptions = {}): Tensor {
  const { mode = 'UNCHANGED', allow16Bits = false } = checked('decodeImage', options, 'mode');
  if (mode !== 'UNCHANGED' && CHANNELS[mode] === undefined) throw new ValueError(`${String(mode)} is no ImageReadMode`);
  const pixels = readPixels(bytesOf(input), mode);
  const { width, height, channels, data } = mode === 'UNCHANGED' ? pixels : withChannels(pixels, CHANNELS[mode]);
  if (!(data instanceof Uint16Array)) return planes(toBytes(data), width, height, channels);
  if (allow16Bits) return planes(Int32Array.from(data), width, height, channels);
  throw new RuntimeError('At most 8-bit PNG images are supported currently. With { allow16Bits: true }, 16 bits are read, as int32');
}

/** One plane after the other, as tensors have them. */
function planes(values: Uint8Array | Int32Array, width: number, height: number, channels: number): Tensor {
  if (channels === 1) return fromTypedArray(values, [1, height, width]);
  const size = width * height, out = values instanceof Uint8Array ? new Uint8Array(values.length) : new Int32Array(values.length);
  for (let c = 0, to = 0; c < channels; c++) for (let i = 0, from = c; i < size; i++, from += channels) out[to++] = values[from];
  return fromTypedArray(out, [channels, height, width]);
}

/** As `decodeImage`, for PNG files alone. @see https://pytorch.org/vision/0.14/generated/torchvision.io.decode_png.html */
export function decodePng(input: EncodedImage, options: DecodeOptions = {}): Tensor {
  if (!isPng(bytesOf(input))) throw new ImageFormatError('Content is not png.');
  return decodeImage(input, options);
}

/** As `decodeImage`, for JPEG files alone. @see https://pytorch.org/vision/0.14/generated/torchvision.io.decode_jpeg.html */
export function decodeJpeg(input: EncodedImage, options: Omit<DecodeOptions, 'allow16Bits'> = {}): Tensor {
  if (!isJpeg(bytesOf(input))) throw new ImageFormatError('Not a JPEG file');
  return decodeImage(input, options);
}

/**
 * A PNG or JPEG file's picture as an `Image`, as PIL's `Image.open` gives it, in one of the modes 'L', 'LA', 'RGB' and
 * 'RGBA': with the colours of a palette in place of its indices, black and white as 0 and 255, and the upper eight of 16 bits.
 * @throws ImageFormatError for files that are broken, or of other kinds
 * @example io.decodeToImage(bytes).convert('RGB')
 */
export function decodeToImage(bytes: Uint8Array): Image {
  const found = readPixels(bytes);
  const { width, height, channels, data } = found.palette ? withColours(found, found.palette.alpha ? 4 : 3) : found;
  return new Image({ width, height, channels, data: toBytes(data) });
}

function pixelsOf(input: Tensor, permitted: readonly number[]): Pixels {
  if (!(input instanceof Tensor)) throw new TypeError('a picture to write should be a tensor');
  if (input.dtype !== uint8) throw new RuntimeError('Input tensor dtype should be uint8');
  if (input.ndim !== 3) throw new RuntimeError('Input data should be a 3-dimensional tensor');
  const [channels, height, width] = input.shape;
  if (!permitted.includes(channels)) throw new RuntimeError(`The number of channels should be 1 or 3, got: ${channels}`);
  if (width === 0 || height === 0) throw new RuntimeError(`a picture of ${width}×${height} pixels cannot be written`);
  return { width, height, channels, data: input.detach().permute(1, 2, 0).hostValues() as Uint8Array };
}

export interface PngOptions {
  /** 0 to 9, default 6 */
  readonly compressionLevel?: number | undefined;
}

export interface JpegOptions {
  /** 1 to 100, default 75 */
  readonly quality?: number | undefined;
}

/**
 * A PNG file, as a uint8 tensor of one dimension, of a uint8 tensor of shape [C, H, W]: gray, gray with alpha, colour or
 * colour with alpha.
 * @throws RuntimeError for other tensors
 * @see https://pytorch.org/vision/0.14/generated/torchvision.io.encode_png.html
 */
export function encodePng(input: Tensor, options: PngOptions = {}): Tensor { return fromTypedArray(pngBytes(input, options)); }

/** @internal */
export function pngBytes(input: Tensor, options: PngOptions = {}): Uint8Array {
  const { compressionLevel = 6 } = checked('encodePng', options, 'compressionLevel');
  if (!(compressionLevel >= 0 && compressionLevel <= 9)) throw new RuntimeError('Compression level should be between 0 and 9');
  return writePngBytes(pixelsOf(input, [1, 2, 3, 4]), compressionLevel);
}

/**
 * A JPEG file, as a uint8 tensor of one dimension, of a uint8 tensor of shape [C, H, W]: gray or colour.
 * @throws RuntimeError for other tensors, ValueError for other qualities
 * @see https://pytorch.org/vision/0.14/generated/torchvision.io.encode_jpeg.html
 */
export function encodeJpeg(input: Tensor, options: JpegOptions = {}): Tensor { return fromTypedArray(jpegBytes(input, options)); }

/** @internal */
export function jpegBytes(input: Tensor, options: JpegOptions = {}): Uint8Array {
  const { quality = 75 } = checked('encodeJpeg', options, 'quality');
  if (!(quality >= 1 && quality <= 100)) throw new ValueError('Image quality should be a positive number between 1 and 100');
  return writeJpegBytes(pixelsOf(input, [1, 3]), quality);
}

