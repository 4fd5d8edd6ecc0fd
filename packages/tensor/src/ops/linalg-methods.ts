import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { mT, type UpperOption } from './linalg-checks.js';
import { signAndLog } from './linalg-determinant.js';
import { choleskyOf, qr as qrOf } from './linalg-factor.js';
import { luSolve as luSolveOf } from './linalg-lu.js';
import { inv } from './linalg-solve.js';
import { pinv, svd as svdOf } from './linalg-spectral.js';
import { intoOut, type OutsOption } from './out.js';

/** The linear algebra under torch itself, whose functions are methods as well. */
export { det, logdet } from './linalg-determinant.js';
export { geqrf, orgqr, ormqr } from './linalg-householder.js';
export { lu } from './linalg-lu.js';
export { matrixExp, matrixPower } from './linalg-products.js';
export { choleskyInverse, choleskySolve } from './linalg-solve.js';

/**
 * The sign and the logarithm of the absolute value of the determinant, as `linalg.slogdet`.
 * @see https://pytorch.org/docs/stable/generated/torch.slogdet.html
 * @example torch.slogdet(torch.tensor([[0, 1], [1, 0]])).sign // tensor(-1.)
 */
export const slogdet = (x: Tensor, options: OutsOption = {}): NamedTuple<readonly ['sign', 'logabsdet']> =>
  namedTuple('slogdet', ['sign', 'logabsdet'], signAndLog('linalg.slogdet', x), checked('slogdet', options, 'out').out);

/**
 * The inverse of square matrices, as `linalg.inv`.
 * @see https://pytorch.org/docs/stable/generated/torch.inverse.html
 * @example torch.tensor([[2, 0], [0, 4]]).inverse() // tensor([[0.5000, 0.0000], [0.0000, 0.2500]])
 */
export const inverse = (x: Tensor, options: OutOption = {}): Tensor => inv(x, options);

/**
 * The solution X of A X = B from the factors of A, as `linalg.luSolve`, with the right-hand sides first.
 * @see https://pytorch.org/docs/stable/generated/torch.lu_solve.html
 * @example
 * const [LU, pivots] = torch.lu(torch.tensor([[0, 2], [4, 0]]));
 * torch.tensor([[2], [4]]).luSolve(LU, pivots) // tensor([[1.], [1.]])
 */
export const luSolve = (B: Tensor, LU: Tensor, pivots: Tensor, options: OutOption = {}): Tensor => luSolveOf(LU, pivots, B, options);

/**
 * The pseudo-inverse, as `linalg.pinv`.
 * @see https://pytorch.org/docs/stable/generated/torch.pinverse.html
 * @example torch.tensor([[2], [0]]).pinverse() // tensor([[0.5000, 0.0000]])
 */
export const pinverse = (x: Tensor, options: { readonly rcond?: number | undefined } = {}): Tensor =>
  pinv(x, { rtol: checked('pinverse', options, 'rcond').rcond ?? 1e-15 });

/**
 * The Cholesky factor, lower triangular or (`upper`) its transpose.
 * @throws LinAlgError for matrices that are not positive-definite
 * @see https://pytorch.org/docs/stable/generated/torch.cholesky.html
 * @example torch.cholesky(torch.tensor([[4, 2], [2, 2]])) // tensor([[2., 0.], [1., 1.]])
 */
export function cholesky(x: Tensor, options: UpperOption & OutOption = {}): Tensor {
  const { upper = false, out } = checked('cholesky', options, 'upper');
  return intoOut(choleskyOf('cholesky', x, { upper, check: 'cholesky' })[0], out);
}

export interface SomeOption extends OutsOption {
  /** as few columns as needed rather than square matrices; default true */
  readonly some?: boolean | undefined;
}

/**
 * As `linalg.qr`; `some: false` for a square Q.
 * @see https://pytorch.org/docs/stable/generated/torch.qr.html
 * @example torch.qr(torch.tensor([[3, 1], [4, 2]])).R // tensor([[-5.0000, -2.2000], [ 0.0000,  0.4000]])
 */
export function qr(x: Tensor, options: SomeOption = {}): NamedTuple<readonly ['Q', 'R']> {
  const { some = true, out } = checked('qr', options, 'some');
  return namedTuple('qr', ['Q', 'R'], [...qrOf(x, { mode: some ? 'reduced' : 'complete', out })]);
}

/**
 * The singular value decomposition with V rather than its transpose; `some: false` for square U and V.
 * @see https://pytorch.org/docs/stable/generated/torch.svd.html
 * @example torch.svd(torch.tensor([[0, 2], [3, 0]])).S // tensor([3., 2.])
 */
export function svd(x: Tensor, options: SomeOption = {}): NamedTuple<readonly ['U', 'S', 'V']> {
  const { some = true, out } = checked('svd', options, 'some');
  const { U, S, Vh } = svdOf(x, { fullMatrices: !some });
  return namedTuple('svd', ['U', 'S', 'V'], [U, S, mT(Vh)], out);
}
