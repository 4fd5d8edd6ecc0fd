import { float16, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { defaultGenerator, type Generator } from './generator.js';
import { checkFloat, notImplemented, type FloatArray } from './support.js';

/**
 * Fills `out` with numbers of the Poisson distribution, each with its own rate, as `torch.poisson`.
 * @param rates as many as `out` has elements
 * @throws RuntimeError if a rate is negative or not a number, or if the dtype is float16
 */
export function fillPoisson(
  out: FloatArray, dtype: DType, rates: FloatArray, generator: Generator = defaultGenerator,
): void {
  checkFloat(dtype, 'poisson_cpu');
  if (dtype === float16) throw notImplemented('poisson_cpu', dtype);
  for (let i = 0; i < out.length; i++) {
    const rate = rates[i];
    if (!(rate >= 0)) throw new RuntimeError('invalid Poisson rate, expected rate to be non-negative');
    out[i] = rate >= 10 ? byRejection(rate, generator) : byMultiplication(rate, generator);
  }
}

/** Knuth's method: uniform numbers are multiplied until the product falls to e^-rate. */
function byMultiplication(rate: number, generator: Generator): number {
  if (rate === 0) return 0;
  const limit = Math.exp(-rate);
  let product = 1;
  for (let k = 0; ; k++) {
    product *= generator.uniform53();
    if (product <= limit) return k;
  }
}

/**
 * The transformed rejection method PTRS.
 * @see Hörmann, "The transformed rejection method for generating Poisson random variables" (1993)
 */
function byRejection(rate: number, generator: Generator): number {
  const logRate = Math.log(rate);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const accept = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = generator.uniform53() - 0.5;
    const v = generator.uniform53();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= accept) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const density = Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b);
    if (density <= -rate + k * logRate - logFactorial(k)) return k;
  }
}

/** ln k!, by Stirling's series beyond small k. */
function logFactorial(k: number): number {
  if (k < 16) {
    let product = 1;
    for (let i = 2; i <= k; i++) product *= i;
    return Math.log(product);
  }
  const x = k + 1;
  const s = 1 / (x * x);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
