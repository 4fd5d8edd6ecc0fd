import { bfloat16, float16, float64, type DType, type TypedArray } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { bfloat16ToNumber, float16ToNumber, numberToBfloat16, numberToFloat16 } from '../half.js';
import { formatExponent } from '../printing/number.js';
import { wordsOf } from '../words.js';
import type { Generator } from './generator.js';

/** What float draws fill: float16 and bfloat16 results come as float32 numbers that the caller rounds and packs. */
export type FloatArray = Float32Array | Float64Array;
/** What other draws fill; int64 is filled as words. */
export type NumberArray = Exclude<TypedArray, BigInt64Array>;

/** PyTorch's message where a kernel does not exist for a dtype. */
export function notImplemented(kernel: string, dtype: DType): RuntimeError {
  return new RuntimeError(`"${kernel}" not implemented for '${dtype.scalarType}'`);
}

/** Refuses dtypes that are not floating-point. */
export function checkFloat(dtype: DType, kernel: string): void {
  if (!dtype.isFloatingPoint) throw notImplemented(kernel, dtype);
}

/** The value nearest to `x` that a floating-point dtype can hold. */
export function roundTo(dtype: DType, x: number): number {
  if (dtype === float64) return x;
  if (dtype === float16) return float16ToNumber(numberToFloat16(x));
  if (dtype === bfloat16) return bfloat16ToNumber(numberToBfloat16(x));
  return Math.fround(x);
}

const SPLITTER = 2 ** 27 + 1;

/**
 * a * b + c with one rounding, as the compiled kernels' fused multiply-add: the product and the sum are each split
 * into a rounded part and its exact error.
 * @see Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971)
 */
export function fma(a: number, b: number, c: number): number {
  if (b === 1) return a + c;
  const product = a * b;
  const sum = product + c;
  const a1 = upperHalf(a), a2 = a - a1;
  const b1 = upperHalf(b), b2 = b - b1;
  const productError = a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2);
  const back = sum - product;
  const sumError = (product - (sum - back)) + (c - back);
  const error = productError + sumError;
  // operands so large that their halves overflow have no error to tell
  return Number.isFinite(error) ? sum + error : sum;
}

function upperHalf(x: number): number {
  const y = x * SPLITTER;
  return y - (y - x);
}

/** So many words are drawn at a time: they stay in the processor's first cache. */
const PIECE = 2048;
const words = /* @__PURE__ */ new Uint32Array(PIECE);

/**
 * Draws for `total` numbers, `each` words per number, and hands the words over in pieces: those for the `count` numbers
 * that follow the first `at`. Loops over them take a fraction of the time of as many calls of `generator.random`, the more so
 * in functions of their own: variables of an enclosing function would be read in every round.
 */
export function drawPieces(
  generator: Generator, total: number, each: 1 | 2, use: (words: Uint32Array, at: number, count: number) => void,
): void {
  for (let at = 0; at < total; at += PIECE / each) {
    const count = Math.min(PIECE / each, total - at);
    generator.draw(words, each * count);
    use(words, at, count);
  }
}

/** A number of [0, 1) with 53 random bits, as `generator.uniform53` makes it of two draws. */
export const uniform53 = (high: number, low: number): number => ((high & 0x1fffff) * 2 ** 32 + low) * 2 ** -53;

/** Where small numbers that are not negative are written, and the distance between two: of int64 the low words. */
export function firstWords(out: TypedArray): [data: NumberArray, step: number] {
  if (!(out instanceof BigInt64Array)) return [out, 1];
  const words = wordsOf(out);
  // `fill` writes shared memory ten times as slowly
  for (let i = 1; i < words.length; i += 2) words[i] = 0;
  return [words, 2];
}

/** A double as C++ streams print it in messages: six significant digits, no trailing zeros. */
export function cppDouble(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf';
  const text = formatExponent(x, 5);
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  if (exponent >= -4 && exponent < 6) return Object.is(x, -0) ? '-0' : String(Number(text));
  return text.replace(/\.?0*e/, 'e');
}

const CPP_NAMES: Readonly<Record<DType['name'], string>> = {
  bool: 'bool', uint8: 'unsigned char', int8: 'signed char', int16: 'short int', int32: 'int', int64: 'long int',
  float16: 'c10::Half', bfloat16: 'c10::BFloat16', float32: 'float', float64: 'double',
  complex64: 'c10::complex<float>', complex128: 'c10::complex<double>',
};

/** The C++ type that stands for a dtype in some of PyTorch's messages. */
export const cppTypeName = (dtype: DType): string => CPP_NAMES[dtype.name];
