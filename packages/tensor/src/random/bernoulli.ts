import { float16, type DType, type TypedArray } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { defaultGenerator, type Generator } from './generator.js';
import { cppDouble, drawPieces, firstWords, notImplemented, uniform53, type FloatArray, type NumberArray } from './support.js';

/**
 * Fills `out` with ones, each with the probability `p`, and zeros, as `Tensor.bernoulli_(p)` and dropout: two draws per
 * number. (PyTorch built with MKL has another stream here on Intel processors; this is that of all others.)
 * @throws RuntimeError unless `p` is in [0, 1], or if the dtype is float16
 */
export function fillBernoulli(
  out: TypedArray, dtype: DType, p = 0.5, generator: Generator = defaultGenerator,
): void {
  if (!(p >= 0 && p <= 1)) {
    throw new RuntimeError(`bernoulli_ expects p to be in [0, 1], but got p=${cppDouble(p)}`);
  }
  if (dtype === float16) throw notImplemented('bernoulli_scalar_cpu_', dtype);
  // the 53 random bits, an integer, are compared word by word: of 2^21 numbers, one needs its second word
  const limit = Math.ceil(p * 2 ** 53), high = Math.floor(limit / 2 ** 32), low = limit - high * 2 ** 32;
  const [bits, step] = firstWords(out);
  drawPieces(generator, out.length, 2, (words, at, count) => {
    compare(words, count, bits, step, at, high, low);
  });
}

function compare(
  words: Uint32Array, count: number, bits: NumberArray, step: number, at: number, high: number, low: number,
): void {
  for (let i = 0; i < count; i++) {
    const difference = (words[2 * i] & 0x1fffff) - high;
    // the sign bit, for a branch would be guessed wrongly
    bits[step * (at + i)] = difference === 0 ? Number(words[2 * i + 1] < low) : difference >>> 31;
  }
}

/**
 * Fills `out` with ones, each with its own probability, and zeros, as `Tensor.bernoulli_(p)` with a tensor and
 * `torch.bernoulli`: one draw per number, two for probabilities of dtype float64. bfloat16 ones come as float32.
 * @param probabilities as many as `out` has elements
 * @throws RuntimeError unless all of them are in [0, 1], or if a dtype is float16
 */
export function fillBernoulliFrom(
  out: TypedArray, dtype: DType, probabilities: FloatArray, probabilitiesDtype: DType,
  generator: Generator = defaultGenerator,
): void {
  if (dtype === float16) throw notImplemented('bernoulli_tensor_cpu_self_', dtype);
  if (probabilitiesDtype === float16 || !probabilitiesDtype.isFloatingPoint) {
    throw notImplemented('bernoulli_tensor_cpu_p_', probabilitiesDtype);
  }
  // what comes before a wrong probability is drawn
  const valid = countValid(probabilities);
  const [bits, step] = firstWords(out);
  if (probabilities instanceof Float64Array) {
    drawPieces(generator, valid, 2, (words, at, count) => {
      compareDoubles(words, count, bits, step, at, probabilities);
    });
  } else {
    drawPieces(generator, valid, 1, (words, at, count) => {
      compareFloats(words, count, bits, step, at, probabilities);
    });
  }
  if (valid < probabilities.length) {
    throw new RuntimeError('Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message ' +
      'be improved?  If so, please report an enhancement request to PyTorch.)');
  }
}

function compareDoubles(
  words: Uint32Array, count: number, bits: NumberArray, step: number, at: number, probabilities: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    bits[step * (at + i)] = Number(uniform53(words[2 * i], words[2 * i + 1]) < probabilities[at + i]);
  }
}

/** A number is below p where the integer in it is below 2^24 p, or what that is rounded up to: the difference has the sign bit. */
function compareFloats(
  words: Uint32Array, count: number, bits: NumberArray, step: number, at: number, probabilities: Float32Array,
): void {
  for (let i = 0; i < count; i++) {
    bits[step * (at + i)] = ((words[i] & 0xffffff) - Math.ceil(probabilities[at + i] * 2 ** 24)) >>> 31;
  }
}

function countValid(probabilities: FloatArray): number {
  let i = 0;
  while (i < probabilities.length && probabilities[i] >= 0 && probabilities[i] <= 1) i++;
  return i;
}
