import { getDefaultDtype } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { ones, withGrad, type TensorOptions } from './creation.js';
import { arange } from './ranges.js';
import { i0 } from './special-functions.js';

export interface WindowOptions extends TensorOptions {
  /** leave out the last value, which the next period begins with, default true */
  readonly periodic?: boolean | undefined;
}

export interface HammingOptions extends WindowOptions {
  /** default 0.54 */
  readonly alpha?: number | undefined;
  /** default 0.46 */
  readonly beta?: number | undefined;
}

export interface KaiserOptions extends WindowOptions {
  /** how narrow the window is, default 12 */
  readonly beta?: number | undefined;
}

/** A window as a function of the way through it, from 0 to 1. */
function made(
  name: string, length: number, { periodic = true, dtype = getDefaultDtype(), device, requiresGrad }: WindowOptions,
  shape: (way: Tensor) => Tensor,
): Tensor {
  if (!dtype.isFloatingPoint) throw new RuntimeError(`${name} expects floating point dtypes, got: ${dtype}`);
  if (!(length >= 0)) throw new RuntimeError(`${name} requires non-negative window_length, got window_length=${length}`);
  if (length === 1) return ones(1, { dtype, device, requiresGrad });
  const way = arange(length, { dtype, device }).div(periodic ? length : length - 1);
  return withGrad(shape(way), requiresGrad);
}

const cosine = (way: Tensor, waves: number): Tensor => way.mul(2 * Math.PI * waves).cos();

/**
 * A raised cosine: ½ - ½ cos(2πt).
 * @see https://pytorch.org/docs/stable/generated/torch.hann_window.html
 * @example torch.hannWindow(4) // tensor([0.0000, 0.5000, 1.0000, 0.5000])
 */
export const hannWindow = (length: number, options: WindowOptions = {}): Tensor =>
  made('hann_window', length, checked('hannWindow', options), (way) => cosine(way, 1).mul(-0.5).add(0.5));

/**
 * A raised cosine on a pedestal: α - β cos(2πt).
 * @see https://pytorch.org/docs/stable/generated/torch.hamming_window.html
 */
export function hammingWindow(length: number, options: HammingOptions = {}): Tensor {
  const { alpha = 0.54, beta = 0.46 } = checked('hammingWindow', options);
  return made('hamming_window', length, options, (way) => cosine(way, 1).mul(-beta).add(alpha));
}

/** 0.42 - ½ cos(2πt) + 0.08 cos(4πt). @see https://pytorch.org/docs/stable/generated/torch.blackman_window.html */
export const blackmanWindow = (length: number, options: WindowOptions = {}): Tensor =>
  made('blackman_window', length, checked('blackmanWindow', options), (way) =>
    cosine(way, 2).mul(0.08).add(cosine(way, 1).mul(-0.5)).add(0.42));

/** A triangle. @see https://pytorch.org/docs/stable/generated/torch.bartlett_window.html */
export const bartlettWindow = (length: number, options: WindowOptions = {}): Tensor =>
  made('bartlett_window', length, checked('bartlettWindow', options), (way) => way.mul(2).sub(1).abs().rsub(1));

/** I₀(β √(1 - (2t - 1)²)) / I₀(β). @see https://pytorch.org/docs/stable/generated/torch.kaiser_window.html */
export function kaiserWindow(length: number, options: KaiserOptions = {}): Tensor {
  const { beta = 12 } = checked('kaiserWindow', options);
  return made('kaiser_window', length, options, (way) => {
    const height = i0(way.mul(2).sub(1).square().rsub(1).clampMin(0).sqrt().mul(beta));
    return height.div(i0(way.newTensor(beta)));
  });
}
