import { bool, type DType, type TypedArray } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { defaultGenerator, type Generator } from './generator.js';
import { checkFloat, cppDouble, drawPieces, notImplemented, uniform53, type FloatArray } from './support.js';
import { setInt64, wordsOf } from '../words.js';

/**
 * Fills `out` with numbers of the exponential distribution, as `Tensor.exponential_`.
 * @throws RuntimeError if `lambda` is negative or not a number
 */
export function fillExponential(
  out: FloatArray, dtype: DType, lambda = 1, generator: Generator = defaultGenerator,
): void {
  if (!(lambda >= 0)) {
    throw new RuntimeError(`exponential_ expects lambda >= 0.0, but found lambda=${cppDouble(lambda)}`);
  }
  checkFloat(dtype, 'exponential_cpu');
  const scale = -1 / lambda;
  drawPieces(generator, out.length, 2, (words, at, count) => {
    fillPiece(words, count, out, at, scale);
  });
}

function fillPiece(words: Uint32Array, count: number, out: FloatArray, at: number, scale: number): void {
  for (let i = 0; i < count; i++) out[at + i] = scale * Math.log(1 - uniform53(words[2 * i], words[2 * i + 1]));
}

/** Fills `out` with numbers of the Cauchy distribution, as `Tensor.cauchy_`. */
export function fillCauchy(
  out: FloatArray, dtype: DType, median = 0, sigma = 1, generator: Generator = defaultGenerator,
): void {
  checkFloat(dtype, 'cauchy_cpu');
  for (let i = 0; i < out.length; i++) {
    out[i] = median + sigma * Math.tan(Math.PI * (generator.uniform53() - 0.5));
  }
}

/**
 * Fills `out` with the number of trials up to the first success, as `Tensor.geometric_`. float16 and bfloat16 numbers
 * come as float32, still to be rounded.
 * @throws RuntimeError unless `p` lies between 0 and 1, or if the dtype is bool
 */
export function fillGeometric(out: TypedArray, dtype: DType, p: number, generator: Generator = defaultGenerator): void {
  if (!(p > 0 && p < 1)) throw new RuntimeError(`geometric_ expects p to be in (0, 1), but got p=${cppDouble(p)}`);
  if (dtype === bool) throw notImplemented('geometric_cpu', dtype);
  const logFailure = Math.log(1 - p);
  const draw = (): number => Math.ceil(Math.log(generator.uniform53()) / logFailure);
  if (out instanceof BigInt64Array) {
    const words = wordsOf(out);
    for (let i = 0; i < out.length; i++) setInt64(words, i, draw());
  } else {
    for (let i = 0; i < out.length; i++) out[i] = draw();
  }
}
