import { bfloat16, float16, float32, float64, realDtype, type DType } from './dtype.js';

/** What a floating-point dtype can hold, as `torch.finfo`. */
export interface FloatInfo {
  readonly dtype: string;
  readonly bits: number;
  /** the difference between 1 and the next larger number */
  readonly eps: number;
  readonly max: number;
  readonly min: number;
  /** the smallest positive number of full precision */
  readonly tiny: number;
  /** as `tiny` */
  readonly smallestNormal: number;
  /** the decimal resolution */
  readonly resolution: number;
}

/** What an integral dtype can hold, as `torch.iinfo`: bigints for int64. */
export interface IntegerInfo {
  readonly dtype: string;
  readonly bits: number;
  readonly max: number | bigint;
  readonly min: number | bigint;
}

/** By dtype: the bits of the significand, the largest exponent, the decimal digits. */
const FORMATS: ReadonlyMap<DType, readonly [digits: number, maxExponent: number, decimals: number]> = /* @__PURE__ */ new Map([
  [float16, [11, 15, 3]], [bfloat16, [8, 127, 2]], [float32, [24, 127, 6]], [float64, [53, 1023, 15]],
]);

/**
 * What a floating-point dtype can hold; of a complex one the parts.
 * @throws TypeError for other dtypes
 * @see https://pytorch.org/docs/stable/type_info.html#torch.torch.finfo
 * @example torch.finfo(torch.float32).eps // 1.1920928955078125e-7
 */
export function finfo(dtype: DType): FloatInfo {
  const real = dtype.isComplex ? realDtype(dtype) : dtype, format = FORMATS.get(real);
  if (!format) throw new TypeError('torch.finfo() requires a floating point input type. Use torch.iinfo to handle \'torch.finfo\'');
  const [digits, maxExponent, decimals] = format;
  const eps = 2 ** (1 - digits), max = (2 - eps) * 2 ** maxExponent, tiny = 2 ** (1 - maxExponent);
  return {
    dtype: real.name, bits: 8 * real.itemsize, eps, max, min: -max, tiny, smallestNormal: tiny, resolution: Number(`1e-${decimals}`),
  };
}

/**
 * What an integral dtype can hold.
 * @throws TypeError for other dtypes
 * @see https://pytorch.org/docs/stable/type_info.html#torch.torch.iinfo
 * @example torch.iinfo(torch.uint8).max // 255
 */
export function iinfo(dtype: DType): IntegerInfo {
  if (dtype.kind === 'float' || dtype.kind === 'complex') throw new TypeError('torch.iinfo() requires an integer input type. Use torch.finfo to handle \'torch.iinfo\'');
  if (dtype.kind === 'bool') throw new TypeError('torch.bool is not supported by torch.iinfo');
  const bits = 8 * dtype.itemsize;
  const last = 2n ** BigInt(dtype.isSigned ? bits - 1 : bits) - 1n, first = dtype.isSigned ? -last - 1n : 0n;
  return bits === 64
    ? { dtype: dtype.name, bits, max: last, min: first }
    : { dtype: dtype.name, bits, max: Number(last), min: Number(first) };
}
