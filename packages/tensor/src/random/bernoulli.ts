import { float16, type DType, type TypedArray } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { defaultGenerator, type Generator } from './generator.js';
import { cppDouble, notImplemented, wordsOf, type FloatArray } from './support.js';

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
  fill(out, () => generator.uniform53() < p);
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
  const double = probabilities instanceof Float64Array;
  fill(out, (i) => {
    const p = probabilities[i];
    if (!(p >= 0 && p <= 1)) {
      throw new RuntimeError('Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message ' +
        'be improved?  If so, please report an enhancement request to PyTorch.)');
    }
    return (double ? generator.uniform53() : generator.uniform24()) < p;
  });
}

function fill(out: TypedArray, draw: (index: number) => boolean): void {
  if (out instanceof BigInt64Array) {
    const words = wordsOf(out).fill(0);
    for (let i = 0; i < out.length; i++) words[2 * i] = draw(i) ? 1 : 0;
  } else {
    for (let i = 0; i < out.length; i++) out[i] = draw(i) ? 1 : 0;
  }
}
