import { RuntimeError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { conj, imag, real } from './complex.js';

// what PyTorch has as attributes of tensors: getters here

/** The dimensions in reverse order; the transpose of a matrix. */
const T = (x: Tensor): Tensor => x.permute(Array.from(x.shape, (_, d) => x.ndim - 1 - d));

const matrices = (name: string) => (x: Tensor): Tensor => {
  if (x.ndim === 0) return x.permute([]);
  if (x.ndim === 1) throw new RuntimeError(`tensor.${name} is only supported on matrices or batches of matrices. Got 1-D tensor.`);
  return x.transpose(-2, -1);
};

/** The last two dimensions exchanged. @throws RuntimeError for a vector */
const mT = matrices('mT');

/** The last two dimensions exchanged, of the conjugates. @throws RuntimeError for a vector */
const mH = (x: Tensor): Tensor => conj(matrices('mH')(x));

/** The conjugate transpose of a matrix. @throws RuntimeError for other numbers of dimensions */
function H(x: Tensor): Tensor {
  if (x.ndim !== 0 && x.ndim !== 2) {
    throw new RuntimeError(`tensor.H is only supported on matrices (2-D tensors). Got ${x.ndim}-D tensor.${x.ndim > 2 ? ' For batches of matrices, consider using tensor.mH' : ''}`);
  }
  return mH(x);
}

export { isCpu, isCuda, isMeta, isQuantized, isSparse } from './placement.js';
export { H, imag, mH, mT, real, T };
