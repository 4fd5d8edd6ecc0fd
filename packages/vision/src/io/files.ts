import type { Image } from '@sconce/data';
import { fromTypedArray, RuntimeError, uint8, type Tensor } from '@sconce/tensor';
import { builtin } from '../node/builtins.js';
import {
  decodeImage, decodeToImage, jpegBytes, pngBytes, type DecodeOptions, type JpegOptions, type PngOptions,
} from './codec.js';

const files = (): typeof import('node:fs') => builtin('node:fs', 'reading and writing files');

/** A file's bytes as a uint8 tensor. @see https://pytorch.org/vision/0.14/generated/torchvision.io.read_file.html */
export const readFile = (path: string): Tensor => fromTypedArray(new Uint8Array(files().readFileSync(path)));

/** Writes a uint8 tensor of one dimension to a file. @see https://pytorch.org/vision/0.14/generated/torchvision.io.write_file.html */
export function writeFile(filename: string, data: Tensor): void {
  if (data.dtype !== uint8) throw new RuntimeError('Input tensor data type should be uint8');
  if (data.ndim !== 1) throw new RuntimeError('Input data should be a 1-dimensional tensor');
  files().writeFileSync(filename, data.hostValues() as Uint8Array);
}

/**
 * A PNG or JPEG file's picture as a uint8 tensor of shape [channels, height, width].
 * @throws ImageFormatError for files that are broken, or of other kinds
 * @see https://pytorch.org/vision/0.14/generated/torchvision.io.read_image.html
 * @example io.readImage('cat.jpg').shape // [3, 480, 640]
 */
export const readImage = (path: string, options: DecodeOptions = {}): Tensor => decodeImage(files().readFileSync(path), options);

/** A PNG or JPEG file's picture as an `Image`, as PIL's `Image.open`. */
export const openImage = (path: string): Image => decodeToImage(files().readFileSync(path));

/**
 * Writes a uint8 tensor of shape [C, H, W] as a PNG file.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.io.write_png.html
 */
export const writePng = (input: Tensor, filename: string, options: PngOptions = {}): void =>
  files().writeFileSync(filename, pngBytes(input, options));

/**
 * Writes a uint8 tensor of shape [1 or 3, H, W] as a JPEG file.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.io.write_jpeg.html
 */
export const writeJpeg = (input: Tensor, filename: string, options: JpegOptions = {}): void =>
  files().writeFileSync(filename, jpegBytes(input, options));
