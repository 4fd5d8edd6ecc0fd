import { bfloat16, bool, float16, float32, float64, int64, type DType, type TypedArray } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { defaultGenerator, type Generator } from './generator.js';
import { cppTypeName, drawPieces, firstWords, notImplemented, roundTo, type NumberArray } from './support.js';
import { setInt64, wordsOf } from '../words.js';

const INT64_MIN = -(2n ** 63n);

/** Bits of a significand, the implicit one included. */
const DIGITS: ReadonlyMap<DType, number> = /* @__PURE__ */ new Map([
  [float16, 11], [bfloat16, 8], [float32, 24], [float64, 53],
]);

/** The dtypes for which a range of 2^32 or more takes two draws per number. */
const has64BitDraws = (dtype: DType): boolean =>
  dtype === int64 || dtype === float64 || dtype === float32 || dtype === bfloat16;

/**
 * Fills `out` with integers of all that the dtype can hold, from 0 up, as `Tensor.random_()`: of [0, 2^digits] for
 * floating-point dtypes. float16 and bfloat16 numbers come as float32.
 */
export function fillRandom(out: TypedArray, dtype: DType, generator: Generator = defaultGenerator): void {
  if (out instanceof BigInt64Array) {
    const halves = wordsOf(out);
    drawPieces(generator, out.length, 2, (words, at, count) => {
      for (let i = 0; i < count; i++) {
        halves[2 * (at + i) + 1] = words[2 * i] & 0x7fffffff;
        halves[2 * (at + i)] = words[2 * i + 1];
      }
    });
  } else if (dtype === float64) {
    const count = 2n ** 53n + 1n;
    for (let i = 0; i < out.length; i++) out[i] = Number(generator.random64() % count);
  } else {
    const count = dtype === bool ? 2 : Number(maxOf(dtype)) + 1;
    fillModulo(out, 0, count, generator);
  }
}

/**
 * Fills `out` with integers of [from, to), as `Tensor.random_(from, to)` and `torch.randint`; without `to`, up to the
 * largest number of the dtype. float16 and bfloat16 numbers come as float32, still to be rounded.
 * @throws RuntimeError if the range is empty or does not fit the dtype
 */
export function fillRandomRange(
  out: TypedArray, dtype: DType, from: number | bigint, to?: number | bigint | undefined,
  generator: Generator = defaultGenerator,
): void {
  let base = toInt64(from, 'from');
  if (to === undefined && base === INT64_MIN) return fillAll64Bits(out, dtype, generator);
  let last: bigint;
  if (to === undefined) {
    last = maxOf(dtype);
    if (dtype.isFloatingPoint) {
      base = nextRepresentable(dtype, base);
      if (base >= last) {
        throw new RuntimeError("random_ expects 'from' casted to dtype to be less than or equal to 'to_inc' casted " +
          `to dtype, but got from=${base} > to_inc=${last}`);
      }
    }
  } else {
    let end = toInt64(to, 'to');
    if (base >= end) {
      throw new RuntimeError(`random_ expects 'from' to be less than 'to', but got from=${base} >= to=${end}`);
    }
    if (dtype.isFloatingPoint) {
      base = nextRepresentable(dtype, base);
      end = previousRepresentable(dtype, end);
      if (base >= end) {
        throw new RuntimeError("random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, " +
          `but got from=${base} >= to=${end}`);
      }
    }
    last = end - 1n;
  }
  checkFits(dtype, 'from', base);
  checkFits(dtype, 'to - 1', last);
  fillRange(out, dtype, base, last - base + 1n, generator);
}

/**
 * Fills `out` with a random permutation of 0 to n - 1, as `torch.randperm`. float16 and bfloat16 numbers come as
 * float32, still to be rounded.
 * @throws RuntimeError if the dtype cannot hold n - 1, or is bool
 */
export function fillRandperm(out: TypedArray, dtype: DType, generator: Generator = defaultGenerator): void {
  const n = out.length;
  checkPermutation(dtype, n);
  const [data, step] = firstWords(out);
  enumerate(data, step, n);
  // Fisher-Yates from the front
  drawPieces(generator, n - 1, 1, (words, at, count) => { swap(words, count, data, step, at, n - at); });
}

function enumerate(data: NumberArray, step: number, n: number): void {
  for (let i = 0; i < n; i++) data[step * i] = i;
}

/** Exchanges each element with one of those that begin with it; `left` begin with the first. */
function swap(
  words: Uint32Array, count: number, data: NumberArray, step: number, at: number, left: number,
): void {
  for (let i = 0; i < count; i++) {
    const here = step * (at + i), there = here + step * modulo(words[i], left - i);
    const swapped = data[here];
    data[here] = data[there];
    data[there] = swapped;
  }
}

function checkPermutation(dtype: DType, n: number): void {
  if (dtype === bool) throw notImplemented('randperm', dtype);
  if (dtype === float16 && n > 2049) throw new RuntimeError('n cannot be greater than 2049 for Half type.');
  if (dtype === float32 && n > 2 ** 24 + 1) throw new RuntimeError('n cannot be greater than 2^24+1 for Float type.');
  if (dtype.kind === 'int' && dtype !== int64 && n - 1 > maxOf(dtype)) {
    throw new RuntimeError(`value cannot be converted to type ${dtype.name}_t without overflow`);
  }
}

function fillRange(out: TypedArray, dtype: DType, base: bigint, range: bigint, generator: Generator): void {
  const start = Number(base);
  const count = Number(range);
  const wide = range >= 2n ** 32n && has64BitDraws(dtype);
  if (wide || !Number.isSafeInteger(start) || !Number.isSafeInteger(start + count)) {
    const draw = (): bigint => (wide ? generator.random64() : BigInt(generator.random()));
    for (let i = 0; i < out.length; i++) setBigInt(out, i, (draw() % range) + base);
  } else {
    fillModulo(out, start, count, generator);
  }
}

function fillModulo(out: TypedArray, start: number, range: number, generator: Generator): void {
  if (out instanceof BigInt64Array) {
    const halves = wordsOf(out);
    drawPieces(generator, out.length, 1, (words, at, count) => { fillInt64(words, count, halves, at, start, range); });
  } else {
    drawPieces(generator, out.length, 1, (words, at, count) => { fillNumbers(words, count, out, at, start, range); });
  }
}

function fillInt64(words: Uint32Array, count: number, halves: Int32Array, at: number, start: number, range: number): void {
  for (let i = 0; i < count; i++) setInt64(halves, at + i, modulo(words[i], range) + start);
}

function fillNumbers(
  words: Uint32Array, count: number, out: NumberArray, at: number, start: number, range: number,
): void {
  for (let i = 0; i < count; i++) out[at + i] = modulo(words[i], range) + start;
}

function fillAll64Bits(out: TypedArray, dtype: DType, generator: Generator): void {
  if (dtype === float16 || dtype === bool) throw notImplemented('random_full_64_bits_range_kernel_cpu', dtype);
  if (!has64BitDraws(dtype)) {
    throw new RuntimeError('random_full_64_bits_range_kernel_cpu handles only int64, double, float and bfloat16');
  }
  for (let i = 0; i < out.length; i++) setBigInt(out, i, generator.random64());
}

function setBigInt(out: TypedArray, index: number, value: bigint): void {
  if (out instanceof BigInt64Array) out[index] = value;
  else out[index] = Number(BigInt.asIntN(64, value));
}

/** a mod b for integers of 0 to 2^32: exact, and faster than `%` on doubles. */
const modulo = (a: number, b: number): number => a - Math.floor(a / b) * b;

function toInt64(value: number | bigint, name: string): bigint {
  if (typeof value !== 'bigint' && !Number.isInteger(value)) {
    const got = typeof value === 'number' ? 'float' : typeof value;
    throw new TypeError(`random_(): argument '${name}' must be int, not ${got}`);
  }
  const result = BigInt(value);
  if (result !== BigInt.asIntN(64, result)) throw new RuntimeError('Overflow when unpacking long');
  return result;
}

/** The largest integer of an integral dtype; of a floating-point one, that up to which it holds every integer. */
function maxOf(dtype: DType): bigint {
  const digits = DIGITS.get(dtype);
  if (digits !== undefined) return 2n ** BigInt(digits);
  if (dtype === bool) return 1n;
  return 2n ** BigInt(8 * dtype.itemsize - (dtype.isSigned ? 1 : 0)) - 1n;
}

/** Whether a bound of a range lies within the dtype. */
function checkFits(dtype: DType, name: string, value: bigint): void {
  const max = dtype === float16 ? 65504n : dtype.isFloatingPoint ? 2n ** 63n : maxOf(dtype);
  const min = dtype.isFloatingPoint ? -max : dtype === bool || !dtype.isSigned ? 0n : -max - 1n;
  if (value < min || value > max) throw new RuntimeError(`${name} is out of bounds for ${cppTypeName(dtype)}`);
}

/** Moves a lower bound up, where rounding to the dtype would lead below it. */
function nextRepresentable(dtype: DType, from: bigint): bigint {
  const rounded = castToInt64(dtype, from + 1n);
  return rounded < from ? rounded + spacing(dtype, from + 1n) : from;
}

/** Moves an upper bound down, where rounding to the dtype would lead to it. */
function previousRepresentable(dtype: DType, to: bigint): bigint {
  const rounded = castToInt64(dtype, to - 1n);
  return rounded >= to ? rounded - spacing(dtype, to - 1n) : to;
}

/** An integer rounded to a floating-point dtype and cast back; infinity becomes the smallest integer, as on x86. */
function castToInt64(dtype: DType, value: bigint): bigint {
  const rounded = roundTo(dtype, Number(value));
  return Number.isFinite(rounded) && rounded < 2 ** 63 ? BigInt(rounded) : INT64_MIN;
}

/** The distance between the dtype's neighbours of an integer. */
function spacing(dtype: DType, value: bigint): bigint {
  const bits = (value < 0n ? -value : value).toString(2).length;
  return 2n ** BigInt(Math.max(0, bits - DIGITS.get(dtype)!));
}
