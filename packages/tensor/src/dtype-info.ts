import { bfloat16, float16, float32, float64, realDtype, type DType } from './dtype.js';
import { formatGeneral } from './printing/number.js';

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

/** What is known of a dtype, printed as PyTorch prints it: the fields of these names. */
function printed<T extends object>(kind: string, fields: T, names: readonly (readonly [string, keyof T])[]): T {
  const text = (): string => `${kind}(${names.map(([name, key]) => {
    const value = fields[key];
    return `${name}=${typeof value === 'string' ? value : formatGeneral(Number(value))}`;
  }).join(', ')})`;
  const hidden = { value: text };
  return Object.defineProperties(fields, { toString: hidden, [Symbol.for('nodejs.util.inspect.custom')]: hidden });
}

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
  return printed('finfo', {
    dtype: real.name, bits: 8 * real.itemsize, eps, max, min: -max, tiny, smallestNormal: tiny, resolution: Number(`1e-${decimals}`),
  }, [
    ['resolution', 'resolution'], ['min', 'min'], ['max', 'max'], ['eps', 'eps'], ['smallest_normal', 'smallestNormal'], ['tiny', 'tiny'], ['dtype', 'dtype'],
  ]);
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
  const max = bits === 64 ? last : Number(last), min = bits === 64 ? first : Number(first);
  return printed('iinfo', { dtype: dtype.name, bits, max, min }, [['min', 'min'], ['max', 'max'], ['dtype', 'dtype']]);
}
