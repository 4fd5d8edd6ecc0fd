import { wrapDim } from '../layout.js';
import type { Tensor } from '../tensor.js';
import { mul } from './arithmetic.js';
import { clone } from './conversion.js';
import { ones } from './creation.js';
import { cat } from './joining.js';
import { reshape } from './views.js';
import { narrow, select } from './views-windows.js';

// Kernels that multiply many numbers know real ones only: complex ones are multiplied in a few steps, pair by pair.

/** The product along a dimension, or of all elements: the first half times the second, and so on. */
export function complexProd(x: Tensor, dim: number | undefined, keepdim: boolean): Tensor {
  const d = dim === undefined ? 0 : wrapDim(dim, x.dim());
  let rest = dim === undefined || x.dim() === 0 ? reshape(x, [-1]) : x;
  if (rest.shape[d] < 2) rest = cat([rest, ones(rest.shape.with(d, 1), { dtype: x.dtype, device: x.device })], d);
  for (let n = rest.shape[d]; n > 1; n = Math.ceil(n / 2)) {
    const half = n >> 1, product = mul(narrow(rest, d, 0, half), narrow(rest, d, half, half));
    rest = n % 2 === 0 ? product : cat([product, narrow(rest, d, n - 1, 1)], d);
  }
  if (dim !== undefined && x.dim() > 0) return keepdim ? rest : select(rest, d, 0);
  return reshape(rest, keepdim ? x.shape.map(() => 1) : []);
}

/** The running product along a dimension: each is multiplied by those 1, 2, 4, … places before. */
export function complexCumprod(x: Tensor, dim: number): Tensor {
  const n = x.shape[dim] ?? 1;
  let result = x;
  for (let k = 1; k < n; k *= 2) {
    result = cat([narrow(result, dim, 0, k), mul(narrow(result, dim, k, n - k), narrow(result, dim, 0, n - k))], dim);
  }
  return n > 1 ? result : clone(x);
}
