import {
  arange, conv2d, exp, int64, linspace, stack, Tensor, uint8, ValueError, where, zerosLike, type DType,
} from '@sconce/tensor';
import { checked, pad as padTensor } from '@sconce/tensor/internal';
import {
  autocontrasted, brightened, contrasted, equalized, lookedUp, saturated, sharpened, table,
} from '../../image/enhance.js';
import { Image } from '../../image/image.js';
import { convertImageDtype, pilToTensor, toPilImage } from './conversion.js';
import { asBatch, checkTensor, floatDtype, getDimensions, onPicture, whiteOf, type Picture, type Pictured } from './picture.js';

const GRAY_OR_COLOUR = [1, 3];

/** `factor` · a + (1 - `factor`) · b, within black and white. */
function blend(a: Tensor, b: Tensor, factor: number): Tensor {
  const dtype = floatDtype(a);
  return a.to(dtype).mul(factor).add(b.to(dtype).mul(1 - factor)).clamp(0, whiteOf(a)).to(a.dtype);
}

function checkFactor(name: string, factor: number): void {
  if (factor < 0) throw new ValueError(`${name} (${factor}) is not non-negative.`);
}

/**
 * A picture in gray: 0.2989 red + 0.587 green + 0.114 blue.
 * @param options.numOutputChannels 1 (default), or 3 that are the same
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.rgb_to_grayscale.html
 */
export function rgbToGrayscale<T extends Picture>(
  img: T, options: { readonly numOutputChannels?: number | undefined } = {},
): Pictured<T> {
  const { numOutputChannels = 1 } = checked('rgbToGrayscale', options, 'numOutputChannels');
  if (numOutputChannels !== 1 && numOutputChannels !== 3) throw new ValueError('num_output_channels should be either 1 or 3');
  return onPicture(img, (x) => {
    checkTensor(x, GRAY_OR_COLOUR, 3);
    const gray = x.size(-3) === 3 ? grayOf(x) : x.clone();
    return numOutputChannels === 3 ? gray.expand(...x.shape.slice(0, -3), 3, ...x.shape.slice(-2)) : gray;
  }, (x) => (numOutputChannels === 3 ? x.convert('L').convert('RGB') : x.convert('L')));
}

/** As `rgbToGrayscale`, for images. */
export function toGrayscale(img: Image, options: { readonly numOutputChannels?: number | undefined } = {}): Image {
  if (!(img instanceof Image)) throw new TypeError('Input should be PIL Image');
  return rgbToGrayscale(img, options);
}

function grayOf(x: Tensor): Tensor {
  const [r, g, b] = x.to(floatDtype(x)).unbind(-3);
  return r.mul(0.2989).add(g.mul(0.587)).add(b.mul(0.114)).to(x.dtype).unsqueeze(-3);
}

/** Darker below a factor of 1, brighter above. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.adjust_brightness.html */
export function adjustBrightness<T extends Picture>(img: T, brightnessFactor: number): Pictured<T> {
  return onPicture(img, (x) => {
    checkFactor('brightness_factor', brightnessFactor);
    checkTensor(x, GRAY_OR_COLOUR);
    return blend(x, zerosLike(x), brightnessFactor);
  }, (x) => brightened(x, brightnessFactor));
}

/** Grayer below a factor of 1, of more contrast above. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.adjust_contrast.html */
export function adjustContrast<T extends Picture>(img: T, contrastFactor: number): Pictured<T> {
  return onPicture(img, (x) => {
    checkFactor('contrast_factor', contrastFactor);
    checkTensor(x, [3, 1]);
    const gray = getDimensions(x)[0] === 3 ? grayOf(x) : x;
    return blend(x, gray.to(floatDtype(x)).mean([-3, -2, -1], { keepdim: true }), contrastFactor);
  }, (x) => contrasted(x, contrastFactor));
}

/** Less coloured below a factor of 1, more above. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.adjust_saturation.html */
export function adjustSaturation<T extends Picture>(img: T, saturationFactor: number): Pictured<T> {
  return onPicture(img, (x) => {
    checkFactor('saturation_factor', saturationFactor);
    checkTensor(x, GRAY_OR_COLOUR);
    return getDimensions(x)[0] === 1 ? x : blend(x, grayOf(x), saturationFactor);
  }, (x) => saturated(x, saturationFactor));
}

/**
 * Every colour moved around the circle of hues by a part of it, from -0.5 to 0.5.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.adjust_hue.html
 */
export function adjustHue<T extends Picture>(img: T, hueFactor: number): Pictured<T> {
  if (!(hueFactor >= -0.5 && hueFactor <= 0.5)) throw new ValueError(`hue_factor (${hueFactor}) is not in [-0.5, 0.5].`);
  return onPicture(img, (x) => {
    checkTensor(x, GRAY_OR_COLOUR);
    if (getDimensions(x)[0] === 1) return x;
    const unit = x.dtype === uint8 ? x.to(floatDtype(x)).div(255) : x;
    const [h, s, v] = rgbToHsv(unit);
    const turned = hsvToRgb(h.add(hueFactor).remainder(1), s, v);
    return x.dtype === uint8 ? turned.mul(255).to(uint8) : turned;
  }, (x) => {
    if (x.mode === 'L') return x;
    const shift = Math.trunc(hueFactor * 255) & 0xff;
    const turned = lookedUp(x.convert('HSV'), (c) => table((value) => (c === 0 ? (value + shift) & 0xff : value)));
    return turned.convert(x.mode);
  });
}

function rgbToHsv(img: Tensor): [h: Tensor, s: Tensor, v: Tensor] {
  const [r, g, b] = img.unbind(-3);
  const max = img.amax(-3), min = img.amin(-3), range = max.sub(min);
  // a gray pixel has neither hue nor saturation; a divisor of one keeps NaN away
  const flat = max.eq(min);
  const s = range.div(max.maskedFill(flat, 1)), divisor = range.maskedFill(flat, 1);
  const [rc, gc, bc] = [r, g, b].map((c) => max.sub(c).div(divisor));
  const isR = max.eq(r), isG = max.eq(g).logicalAnd(isR.logicalNot());
  const h = where(isR, bc.sub(gc), where(isG, rc.add(2).sub(bc), gc.add(4).sub(rc)));
  return [h.div(6).add(1).fmod(1), s, max];
}

function hsvToRgb(h: Tensor, s: Tensor, v: Tensor): Tensor {
  const sixth = h.mul(6), sector = sixth.floor(), f = sixth.sub(sector);
  const p = v.mul(s.rsub(1)).clamp(0, 1);
  const q = v.mul(s.mul(f).rsub(1)).clamp(0, 1);
  const t = v.mul(s.mul(f.rsub(1)).rsub(1)).clamp(0, 1);
  const at = sector.to(int64).remainder(6).unsqueeze(-3);
  const pick = (...sectors: readonly Tensor[]): Tensor => stack(sectors, -3).gather(-3, at).squeeze(-3);
  return stack([pick(v, q, p, p, t, v), pick(t, v, v, q, p, p), pick(p, p, t, v, v, q)], -3);
}

/**
 * `gain` · value ^ `gamma`: darker above a gamma of 1, brighter below.
 * @param options.gain default 1
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.adjust_gamma.html
 */
export function adjustGamma<T extends Picture>(
  img: T, gamma: number, options: { readonly gain?: number | undefined } = {},
): Pictured<T> {
  const { gain = 1 } = checked('adjustGamma', options, 'gain');
  if (gamma < 0) throw new ValueError('Gamma should be a non-negative real number');
  return onPicture(img, (x) => {
    checkTensor(x, GRAY_OR_COLOUR);
    const unit = x.isFloatingPoint() ? x : convertImageDtype(x);
    return convertImageDtype(unit.pow(gamma).mul(gain).clamp(0, 1), x.dtype);
  }, (x) => {
    const values = table((value) => Math.trunc(Math.min((255 + 1 - 1e-3) * gain * (value / 255) ** gamma, 255)));
    const rgb = x.mode === 'RGB' ? x : x.convert('RGB');
    return lookedUp(rgb, () => values).convert(x.mode);
  });
}

/** Blurred below a factor of 1, sharper above. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.adjust_sharpness.html */
export function adjustSharpness<T extends Picture>(img: T, sharpnessFactor: number): Pictured<T> {
  return onPicture(img, (x) => {
    checkFactor('sharpness_factor', sharpnessFactor);
    checkTensor(x, GRAY_OR_COLOUR);
    return x.size(-1) <= 2 || x.size(-2) <= 2 ? x : blend(x, smoothed(x), sharpnessFactor);
  }, (x) => sharpened(x, sharpnessFactor));
}

/** Each pixel with its neighbours, 5 to 1; the outermost stay as they are. */
function smoothed(img: Tensor): Tensor {
  const dtype = floatDtype(img);
  const kernel = arange(9).eq(4).to(dtype).mul(4).add(1).div(13).view(3, 3).to(img.device);
  const inner = asBatch(img, [dtype], (x) => perChannel(x, kernel));
  const out = img.clone();
  out.narrow(-2, 1, img.size(-2) - 2).narrow(-1, 1, img.size(-1) - 2).copy_(inner);
  return out;
}

const perChannel = (x: Tensor, kernel: Tensor): Tensor =>
  conv2d(x, kernel.expand(x.size(-3), 1, ...kernel.shape), { groups: x.size(-3) });

/**
 * A picture blurred by a Gaussian.
 * @param kernelSize odd: one number, or `[x, y]`
 * @param options.sigma the deviation: one number, or `[x, y]`; default 0.15 · kernelSize + 0.35
 * @throws ValueError for even sizes, or deviations that are not positive
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.gaussian_blur.html
 */
export function gaussianBlur<T extends Picture>(
  img: T, kernelSize: number | readonly number[],
  options: { readonly sigma?: number | readonly number[] | null | undefined } = {},
): Pictured<T> {
  const { sigma } = checked('gaussianBlur', options, 'sigma');
  const sizes = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
  if (sizes.length !== 2) throw new ValueError(`If kernel_size is a sequence its length should be 2. Got ${sizes.length}`);
  if (sizes.some((n) => n % 2 === 0 || n < 0)) {
    throw new ValueError(`kernel_size should have odd and positive integers. Got [${sizes.join(', ')}]`);
  }
  const given = sigma ?? sizes.map((n) => n * 0.15 + 0.35);
  const sigmas = typeof given === 'number' ? [given, given] : given.length === 1 ? [given[0], given[0]] : given;
  if (sigmas.length !== 2) throw new ValueError(`If sigma is a sequence, its length should be 2. Got ${sigmas.length}`);
  if (sigmas.some((s) => s <= 0)) throw new ValueError(`sigma should have positive values. Got [${sigmas.join(', ')}]`);
  return onPicture(img, (x) => blurred(x, sizes, sigmas), (x) => toPilImage(blurred(pilToTensor(x), sizes, sigmas), { mode: x.mode }));
}

function blurred(img: Tensor, [width, height]: readonly number[], sigmas: readonly number[]): Tensor {
  checkTensor(img);
  const dtype = floatDtype(img);
  const [kx, ky] = [width, height].map((n, i) => gaussian(n, sigmas[i], dtype).to(img.device));
  const [left, top] = [(width - 1) / 2, (height - 1) / 2];
  return asBatch(img, [dtype], (x) =>
    perChannel(padTensor(x, [left, left, top, top], { mode: 'reflect' }), ky.unsqueeze(1).mm(kx.unsqueeze(0))));
}

function gaussian(size: number, sigma: number, dtype: DType): Tensor {
  const half = (size - 1) * 0.5;
  const density = exp(linspace(-half, half, size).div(sigma).pow(2).mul(-0.5));
  return density.div(density.sum()).to(dtype);
}

/** Black and white exchanged. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.invert.html */
export function invert<T extends Picture>(img: T): Pictured<T> {
  return onPicture(img, (x) => {
    checkTensor(x, GRAY_OR_COLOUR, 3);
    return x.rsub(whiteOf(x));
  }, (x) => lookedUp(x, () => table((value) => 255 - value)));
}

/** Only the highest bits kept, 0 to 8. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.posterize.html */
export function posterize<T extends Picture>(img: T, bits: number): Pictured<T> {
  if (!(bits >= 0 && bits <= 8)) throw new ValueError(`The number if bits should be between 0 and 8. Got ${bits}`);
  const mask = 256 - 2 ** (8 - bits);
  return onPicture(img, (x) => {
    checkTensor(x, undefined, 3);
    checkBytes(x);
    checkTensor(x, GRAY_OR_COLOUR);
    return x.bitwiseAnd(mask);
  }, (x) => lookedUp(x, () => table((value) => value & mask)));
}

/** Values from a threshold on inverted. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.solarize.html */
export function solarize<T extends Picture>(img: T, threshold: number): Pictured<T> {
  return onPicture(img, (x) => {
    checkTensor(x, GRAY_OR_COLOUR, 3);
    if (threshold > whiteOf(x)) throw new TypeError('Threshold should be less than bound of img.');
    return where(x.ge(threshold), invert(x), x);
  }, (x) => lookedUp(x, () => table((value) => (value < threshold ? value : 255 - value))));
}

/** Each channel's values spread from black to white. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.autocontrast.html */
export function autocontrast<T extends Picture>(img: T): Pictured<T> {
  return onPicture(img, (x) => {
    checkTensor(x, GRAY_OR_COLOUR, 3);
    const values = x.to(floatDtype(x)), white = whiteOf(x);
    const min = values.amin([-2, -1], { keepdim: true }), range = values.amax([-2, -1], { keepdim: true }).sub(min);
    const flat = range.eq(0);
    const scale = range.maskedFill(flat, 1).reciprocal().mul(white).maskedFill(flat, 1);
    return values.sub(min.maskedFill(flat, 0)).mul(scale).clamp(0, white).to(x.dtype);
  }, autocontrasted);
}

/** Each channel's values spread so that all are about as frequent. @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.equalize.html */
export function equalize<T extends Picture>(img: T): Pictured<T> {
  return onPicture(img, (x) => {
    checkTensor(x);
    if (x.ndim !== 3 && x.ndim !== 4) {
      throw new TypeError(`Input image tensor should have 3 or 4 dimensions, but found ${x.ndim}`);
    }
    checkBytes(x);
    checkTensor(x, GRAY_OR_COLOUR);
    return stack(x.reshape(-1, ...x.shape.slice(-2)).unbind(0).map(equalizedPlane), 0).view(x.shape);
  }, equalized);
}

function equalizedPlane(plane: Tensor): Tensor {
  const counts = plane.reshape(-1).bincount(undefined, { minlength: 256 });
  const last = counts.nonzero().amax();
  const step = counts.sum().sub(counts.indexSelect(0, last.view(1)).sum()).div(255, { roundingMode: 'floor' });
  if (Number(step.hostValues()[0]) === 0) return plane;
  const sums = counts.cumsum(0).add(step.div(2, { roundingMode: 'floor' })).div(step, { roundingMode: 'floor' });
  const values = padTensor(sums, [1, 0]).narrow(0, 0, 256).clamp(0, 255);
  return values.take(plane.to(int64)).to(uint8);
}

function checkBytes(x: Tensor): void {
  if (x.dtype !== uint8) throw new TypeError(`Only torch.uint8 image tensors are supported, but found ${x.dtype}`);
}
