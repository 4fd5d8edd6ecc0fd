import { runStructured } from '../dispatch.js';
import { bfloat16, complexDtype, float16, getDefaultDtype } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { wrapDim } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { conj } from './complex.js';
import { fftOps } from './fft-records.js';
import type { OutOption } from './define.js';
import { intoOut } from './out.js';
import { numbersThenOptions } from './arguments.js';
import { empty, type TensorOptions } from './creation.js';
import { arange } from './ranges.js';
import { roll } from './shape.js';
import { constantPadNd } from './shape-pad.js';
import { narrow } from './views-windows.js';

// torch.fft. Sums are exp(-2πi jk / n) forwards and exp(2πi jk / n) backwards, in double precision on the CPU.

/** What the sums are divided by: n going backwards (default), n going forwards, or √n either way. */
export type FftNorm = 'backward' | 'forward' | 'ortho';

export interface FftOptions extends OutOption {
  /** how many points: what is more is cut off, what is missing is zeros */
  readonly n?: number | undefined;
  /** the dimension, default the last */
  readonly dim?: number | undefined;
  readonly norm?: FftNorm | null | undefined;
}

export interface FftnOptions extends OutOption {
  /** how many points along each dimension; -1 as many as there are */
  readonly s?: number | readonly number[] | null | undefined;
  /** the dimensions: as many of the last as `s` has, default all (two for the transforms of matrices) */
  readonly dim?: number | readonly number[] | null | undefined;
  readonly norm?: FftNorm | null | undefined;
}

/** A transform of one dimension: `fft(x, 8)`, `fft(x, { n: 8, dim: 0 })`. */
export type Fft = (x: Tensor, n?: number | FftOptions | null, options?: Omit<FftOptions, 'n'>) => Tensor;
/** A transform of several dimensions: `fftn(x, [8, 8])`, `fftn(x, { s: [8, 8], norm: 'ortho' })`. */
export type Fftn = (x: Tensor, s?: number | readonly number[] | FftnOptions | null, options?: Omit<FftnOptions, 's'>) => Tensor;

type Kind = 'c2c' | 'r2c' | 'c2r';

function scaleOf(norm: unknown, points: number, forward: boolean): number {
  const mode = norm ?? 'backward';
  if (mode === 'ortho') return 1 / Math.sqrt(points);
  if (mode !== 'forward' && mode !== 'backward') throw new RuntimeError(`Invalid normalization mode: "${String(norm)}"`);
  return (mode === 'forward') === forward ? 1 / points : 1;
}

/** The operand as floating-point numbers, or complex ones where those are asked for. */
function promoted(x: Tensor, complex: boolean): Tensor {
  if (x.dtype === float16 || x.dtype === bfloat16) throw new RuntimeError(`Unsupported dtype ${x.dtype.scalarType}`);
  const own = x.dtype.isDifferentiable ? x : x.to(getDefaultDtype());
  return complex ? own.to(complexDtype(own.dtype)) : own;
}

/** Cut or filled up with zeros at the end of some dimensions. */
function resized(x: Tensor, dims: readonly number[], sizes: readonly number[]): Tensor {
  const padding = new Array<number>(2 * x.ndim).fill(0);
  let result = x;
  dims.forEach((d, i) => {
    if (sizes[i] < x.shape[d]) result = narrow(result, d, 0, sizes[i]);
    else padding[2 * (x.ndim - 1 - d) + 1] = sizes[i] - x.shape[d];
  });
  return padding.some((n) => n > 0) ? constantPadNd(result, padding, 0) : result;
}

function checkSizes(sizes: readonly number[]): void {
  for (const n of sizes) {
    if (typeof n !== 'number' || n % 1 !== 0) throw new TypeError(`a number of points must be an integer, but got ${String(n)}`);
    if (n < 1) throw new RuntimeError(`Invalid number of data points (${n}) specified`);
  }
}

/** A transform of dimensions `dims` to `sizes` points; of `c2r` the last of them is that of the result. */
function transformed(kind: Kind, given: Tensor, dims: readonly number[], sizes: readonly number[], norm: unknown, forward: boolean): Tensor {
  checkSizes(sizes);
  const scale = scaleOf(norm, sizes.reduce((p, n) => p * n, 1), forward);
  const points = kind === 'c2r' ? [...sizes.slice(0, -1), Math.floor(sizes.at(-1)! / 2) + 1] : sizes;
  const x = resized(given, dims, points);
  if (kind === 'c2c') return runStructured(fftOps.c2c, [x], { dims, scale, forward })[0];
  if (kind === 'c2r') return runStructured(fftOps.c2r, [forward ? conj(x) : x], { dims, scale, lastSize: sizes.at(-1)! })[0];
  return halfOf(x, dims, scale, true, forward);
}

/** The transform of real numbers: backwards is the conjugate of forwards. */
function halfOf(x: Tensor, dims: readonly number[], scale: number, onesided: boolean, forward: boolean): Tensor {
  const [result] = runStructured(fftOps.r2c, [x], { dims, scale, onesided });
  return forward ? result : conj(result);
}

function into(name: string, kind: Kind, out: Tensor | undefined, result: Tensor): Tensor {
  if (out && out.dtype.isComplex !== (kind !== 'c2r')) {
    throw new RuntimeError(`${name.replace('2', 'n')} expects a ${kind === 'c2r' ? 'floating point' : 'complex'} output tensor, but got ${out.dtype.scalarType}`);
  }
  return intoOut(result, out);
}

function oneDimension(name: string, kind: Kind, forward: boolean): Fft {
  return (x, n, options = {}) => {
    const { dim = -1, norm, out, ...given } = typeof n === 'number' || n === null || n === undefined
      ? { ...checked<FftOptions>(`fft.${name}`, options, 'dim'), n: n ?? (options as FftOptions).n } : checked(`fft.${name}`, n, 'n');
    if (kind === 'r2c' && x.dtype.isComplex) throw new RuntimeError(`${name} expects a real input tensor, but got ${x.dtype.scalarType}`);
    const input = promoted(x, kind === 'c2r');
    const d = wrapDim(dim, x.ndim);
    if (x.ndim === 0 && given.n !== undefined) throw new RuntimeError(`fft.${name}(): a tensor without dimensions has no points of which there could be ${given.n}`);
    const length = x.ndim === 0 ? 0 : x.shape[d];
    const size = given.n ?? (kind === 'c2r' ? 2 * (length - 1) : length);
    if (kind !== 'c2c' || input.dtype.isComplex) return into(name, kind, out, transformed(kind, input, [d], [size], norm, forward));
    // the transform of real numbers takes half the time
    checkSizes([size]);
    return into(name, kind, out, halfOf(resized(input, [d], [size]), [d], scaleOf(norm, size, forward), false, forward));
  };
}

function severalDimensions(name: string, kind: Kind, forward: boolean, defaultDims?: readonly number[]): Fftn {
  return (x, s, options = {}) => {
    const { norm, out, ...given }: FftnOptions = Array.isArray(s) || typeof s === 'number' || s === null || s === undefined
      ? { ...checked<FftnOptions>(`fft.${name}`, options, 'dim'), s: (s as number) ?? (options as FftnOptions).s }
      : checked(`fft.${name}`, s as FftnOptions, 's');
    if (kind === 'r2c' && x.dtype.isComplex) {
      throw new RuntimeError(`${name.replace('2', 'n')} expects a real-valued input tensor, but got ${x.dtype.scalarType}`);
    }
    const [dims, sizes] = placed(x, given.s, given.dim ?? defaultDims, kind === 'c2r');
    const input = promoted(x, kind !== 'r2c');
    if (dims.length === 0) {
      if (kind !== 'c2c') throw new RuntimeError(`${name} must transform at least one axis`);
      return into(name, kind, out, input.clone());
    }
    return into(name, kind, out, transformed(kind, input, dims, sizes, norm, forward));
  };
}

/** The dimensions from the front and the points along each. */
function placed(
  x: Tensor, givenSizes: FftnOptions['s'], givenDims: FftnOptions['dim'], toReal: boolean,
): [dims: number[], sizes: number[]] {
  const [s, dim] = [givenSizes, givenDims].map((v) => (typeof v === 'number' ? [v] : v ?? undefined));
  const count = s?.length ?? x.ndim;
  const dims = dim?.map((d) => wrapDim(d, x.ndim)) ?? Array.from({ length: count }, (_, i) => x.ndim - count + i);
  if (new Set(dims).size !== dims.length) throw new RuntimeError('FFT dims must be unique');
  if (dim && s && dim.length !== s.length) throw new RuntimeError('When given, dim and shape arguments must have the same length');
  if (count > x.ndim) throw new RuntimeError(`Got shape with ${count} values but input tensor only has ${x.ndim} dimensions.`);
  const sizes = dims.map((d, i) => {
    if (s && s[i] !== -1) return s[i];
    return toReal && i === dims.length - 1 ? 2 * (x.shape[d] - 1) : x.shape[d];
  });
  return [dims, sizes];
}

/**
 * The discrete Fourier transform along a dimension.
 * @param x real or complex, (…, n, …)
 * @returns complex, of the same shape but for `n`
 * @throws RuntimeError for no points, unknown norms and half precision
 * @see https://pytorch.org/docs/stable/generated/torch.fft.fft.html
 * @example torch.fft.fft(torch.tensor([0, 1, 2, 3])) // tensor([ 6.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])
 */
export const fft: Fft = oneDimension('fft', 'c2c', true);
/** The inverse of `fft`. @see https://pytorch.org/docs/stable/generated/torch.fft.ifft.html */
export const ifft: Fft = oneDimension('ifft', 'c2c', false);
/**
 * The transform of real numbers: the first half of it, of which the other one is the mirror image.
 * @param x real, (…, n, …)
 * @returns complex, (…, ⌊n / 2⌋ + 1, …)
 * @see https://pytorch.org/docs/stable/generated/torch.fft.rfft.html
 * @example torch.fft.rfft(torch.tensor([0, 1, 2, 3])) // tensor([ 6.+0.j, -2.+2.j, -2.+0.j])
 */
export const rfft: Fft = oneDimension('rfft', 'r2c', true);
/**
 * The inverse of `rfft`: real numbers, an even number of them where `n` is not given.
 * @see https://pytorch.org/docs/stable/generated/torch.fft.irfft.html
 */
export const irfft: Fft = oneDimension('irfft', 'c2r', false);
/** The transform, which is real, of what is half of a Hermitian signal. @see https://pytorch.org/docs/stable/generated/torch.fft.hfft.html */
export const hfft: Fft = oneDimension('hfft', 'c2r', true);
/** The inverse of `hfft`. @see https://pytorch.org/docs/stable/generated/torch.fft.ihfft.html */
export const ihfft: Fft = oneDimension('ihfft', 'r2c', false);

/**
 * The discrete Fourier transform along several dimensions.
 * @see https://pytorch.org/docs/stable/generated/torch.fft.fftn.html
 */
export const fftn: Fftn = severalDimensions('fftn', 'c2c', true);
/** The inverse of `fftn`. @see https://pytorch.org/docs/stable/generated/torch.fft.ifftn.html */
export const ifftn: Fftn = severalDimensions('ifftn', 'c2c', false);
/** As `rfft`, along several dimensions, of which the last one is halved. @see https://pytorch.org/docs/stable/generated/torch.fft.rfftn.html */
export const rfftn: Fftn = severalDimensions('rfftn', 'r2c', true);
/** The inverse of `rfftn`. @see https://pytorch.org/docs/stable/generated/torch.fft.irfftn.html */
export const irfftn: Fftn = severalDimensions('irfftn', 'c2r', false);

/** As `hfft`, along several dimensions, of which the last one is half there. @see https://pytorch.org/docs/stable/generated/torch.fft.hfftn.html */
export const hfftn: Fftn = severalDimensions('hfftn', 'c2r', true);
/** The inverse of `hfftn`. @see https://pytorch.org/docs/stable/generated/torch.fft.ihfftn.html */
export const ihfftn: Fftn = severalDimensions('ihfftn', 'r2c', false);

const MATRIX = [-2, -1];
/** `fftn` of the last two dimensions. @see https://pytorch.org/docs/stable/generated/torch.fft.fft2.html */
export const fft2: Fftn = severalDimensions('fft2', 'c2c', true, MATRIX);
/** The inverse of `fft2`. @see https://pytorch.org/docs/stable/generated/torch.fft.ifft2.html */
export const ifft2: Fftn = severalDimensions('ifft2', 'c2c', false, MATRIX);
/** `rfftn` of the last two dimensions. @see https://pytorch.org/docs/stable/generated/torch.fft.rfft2.html */
export const rfft2: Fftn = severalDimensions('rfft2', 'r2c', true, MATRIX);
/** The inverse of `rfft2`. @see https://pytorch.org/docs/stable/generated/torch.fft.irfft2.html */
export const irfft2: Fftn = severalDimensions('irfft2', 'c2r', false, MATRIX);
/** `hfftn` of the last two dimensions. @see https://pytorch.org/docs/stable/generated/torch.fft.hfft2.html */
export const hfft2: Fftn = severalDimensions('hfft2', 'c2r', true, MATRIX);
/** The inverse of `hfft2`. @see https://pytorch.org/docs/stable/generated/torch.fft.ihfft2.html */
export const ihfft2: Fftn = severalDimensions('ihfft2', 'r2c', false, MATRIX);

export interface FrequencyOptions extends TensorOptions, OutOption {
  /** the time from sample to sample, default 1 */
  readonly d?: number | undefined;
}

function frequencies(name: string, n: number, args: readonly (number | FrequencyOptions | undefined)[], half: boolean): Tensor {
  const [{ d }, options] = numbersThenOptions<FrequencyOptions, 'd'>(name, args, { d: 1 });
  const { dtype = getDefaultDtype(), device, requiresGrad, out } = options;
  if (n < 0) empty(n); // PyTorch's error
  const first = Math.floor((n + 1) / 2), like = { dtype, device };
  const steps = half ? arange(Math.floor(n / 2) + 1, like) : arange(n, like);
  const wrapped = half ? steps : steps.sub(steps.ge(first).to(dtype).mul(n));
  const result = intoOut(wrapped.mul(1 / (n * d)), out);
  return requiresGrad ? result.requiresGrad_() : result;
}

/**
 * The frequencies of the values that `fft` gives, in cycles per unit of `d`: 0, 1 / (n d), … and then the negative ones.
 * @see https://pytorch.org/docs/stable/generated/torch.fft.fftfreq.html
 * @example torch.fft.fftfreq(4) // tensor([ 0.0000,  0.2500, -0.5000, -0.2500])
 */
export const fftfreq = (n: number, ...args: (number | FrequencyOptions | undefined)[]): Tensor => frequencies('fft.fftfreq', n, args, false);
/** The frequencies of the values that `rfft` gives. @see https://pytorch.org/docs/stable/generated/torch.fft.rfftfreq.html */
export const rfftfreq = (n: number, ...args: (number | FrequencyOptions | undefined)[]): Tensor => frequencies('fft.rfftfreq', n, args, true);

export interface ShiftOptions { readonly dim?: number | readonly number[] | undefined }

function shifted(name: string, x: Tensor, given: number | readonly number[] | ShiftOptions, by: (n: number) => number): Tensor {
  const dim = typeof given === 'number' || Array.isArray(given) ? given as number | number[] : checked(name, given as ShiftOptions, 'dim').dim;
  const dims = dim === undefined ? Array.from({ length: x.ndim }, (_, d) => d) : typeof dim === 'number' ? [dim] : dim;
  return roll(x, dims.map((d) => by(x.shape[wrapDim(d, x.ndim)])), dims);
}

/**
 * Rolled so that frequency 0 comes to lie in the middle, along all dimensions or the given ones.
 * @see https://pytorch.org/docs/stable/generated/torch.fft.fftshift.html
 * @example torch.fft.fftshift(torch.fft.fftfreq(4)) // tensor([-0.5000, -0.2500,  0.0000,  0.2500])
 */
export const fftshift = (x: Tensor, dim: number | readonly number[] | ShiftOptions = {}): Tensor =>
  shifted('fft.fftshift', x, dim, (n) => Math.floor(n / 2));
/** The inverse of `fftshift`. @see https://pytorch.org/docs/stable/generated/torch.fft.ifftshift.html */
export const ifftshift = (x: Tensor, dim: number | readonly number[] | ShiftOptions = {}): Tensor =>
  shifted('fft.ifftshift', x, dim, (n) => Math.floor((n + 1) / 2));
