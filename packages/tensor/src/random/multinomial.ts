import { float16, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { zerosOf } from '../host-memory.js';
import { fillExponential } from './continuous.js';
import { defaultGenerator, type Generator } from './generator.js';
import { roundTo, type FloatArray } from './support.js';
import { wordsOf } from '../words.js';

/**
 * Draws `numSamples` category indices per row, as `torch.multinomial`: an int64 array of rows × numSamples.
 * @param probabilities rows × categories in row-major order; a row need not sum to one
 * @throws RuntimeError if a row is not a distribution, or has too few categories to draw without replacement
 */
export function multinomial(
  probabilities: FloatArray, dtype: DType, rows: number, categories: number, numSamples: number, replacement = false,
  generator: Generator = defaultGenerator,
): BigInt64Array {
  checkMultinomial(dtype, categories, numSamples, replacement);
  const out = zerosOf(BigInt64Array, rows * numSamples);
  if (replacement) drawWithReplacement(out, probabilities, rows, categories, numSamples, generator);
  else drawWithoutReplacement(out, probabilities, dtype, rows, categories, numSamples, generator);
  return out;
}

/** @throws RuntimeError for what cannot be drawn, whatever the probabilities */
export function checkMultinomial(dtype: DType, categories: number, numSamples: number, replacement: boolean): void {
  if (!dtype.isFloatingPoint) {
    throw new RuntimeError(`multinomial only supports floating-point dtypes for input, got: ${dtype.scalarType}`);
  }
  if (!(numSamples > 0)) throw new RuntimeError('cannot sample n_sample <= 0 samples');
  if (!replacement && numSamples > categories) {
    throw new RuntimeError('cannot sample n_sample > prob_dist.size(-1) samples without replacement');
  }
  if (categories > 2 ** 24) throw new RuntimeError('number of categories cannot exceed 2^24');
  if (dtype === float16) throw new RuntimeError('multinomial is not implemented for half on CPU');
}

/** Looks up uniform numbers in the row's cumulative distribution. */
function drawWithReplacement(
  out: BigInt64Array, probabilities: FloatArray, rows: number, categories: number, numSamples: number,
  generator: Generator,
): void {
  const words = wordsOf(out);
  // sums are rounded to float64 or, for all the other dtypes, to float32
  const cumulative = probabilities.slice(0, categories);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let j = 0; j < categories; j++) {
      const p = probabilities[row * categories + j];
      if (!(p >= 0)) {
        throw new RuntimeError('invalid multinomial distribution (encountering probability entry < 0)');
      }
      if (p === Infinity) {
        throw new RuntimeError('invalid multinomial distribution (encountering probability entry = infinity or NaN)');
      }
      cumulative[j] = sum + p;
      sum = cumulative[j];
    }
    if (!(sum > 0)) throw new RuntimeError('invalid multinomial distribution (sum of probabilities <= 0)');
    for (let j = 0; j < categories; j++) cumulative[j] /= sum;
    cumulative[categories - 1] = 1;
    for (let j = 0; j < numSamples; j++) {
      words[2 * (row * numSamples + j)] = lowerBound(cumulative, generator.uniform53());
    }
  }
}

/** The first index whose value is not below `x`. */
function lowerBound(sorted: FloatArray, x: number): number {
  let left = 0;
  let right = sorted.length;
  while (left < right) {
    const middle = (left + right) >>> 1;
    if (sorted[middle] < x) left = middle + 1;
    else right = middle;
  }
  return left;
}

/** Divides the probabilities by exponential numbers and takes the largest quotients: a Gumbel-max draw. */
function drawWithoutReplacement(
  out: BigInt64Array, probabilities: FloatArray, dtype: DType, rows: number, categories: number, numSamples: number,
  generator: Generator,
): void {
  checkRows(probabilities, rows, categories);
  const scores = probabilities.slice();
  fillExponential(scores, dtype, 1, generator);
  for (let i = 0; i < scores.length; i++) scores[i] = roundTo(dtype, probabilities[i] / roundTo(dtype, scores[i]));
  const words = wordsOf(out);
  for (let row = 0; row < rows; row++) {
    const ranked = rankedIndices(scores.subarray(row * categories, (row + 1) * categories), numSamples);
    for (let j = 0; j < numSamples; j++) words[2 * (row * numSamples + j)] = ranked[j];
  }
}

function checkRows(probabilities: FloatArray, rows: number, categories: number): void {
  for (let i = 0; i < probabilities.length; i++) {
    if (!(probabilities[i] >= 0 && probabilities[i] < Infinity)) {
      throw new RuntimeError('probability tensor contains either `inf`, `nan` or element < 0');
    }
  }
  for (let row = 0; row < rows; row++) {
    if (!probabilities.subarray(row * categories, (row + 1) * categories).some((p) => p > 0)) {
      throw new RuntimeError('invalid multinomial distribution (sum of probabilities <= 0)');
    }
  }
}

/** The indices of the `count` largest scores, the largest first. */
function rankedIndices(scores: FloatArray, count: number): Uint32Array | readonly number[] {
  if (count === 1) {
    let best = 0;
    for (let i = 1; i < scores.length; i++) if (scores[i] > scores[best]) best = i;
    return [best];
  }
  return Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
}
