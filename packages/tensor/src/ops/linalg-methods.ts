import { namedTuple, type NamedTuple } from '../named-tuple.js';
import type { Tensor } from '../tensor.js';
import { checkMatrix, mT } from './linalg-checks.js';
import { choleskyOf, qr as qrOf } from './linalg-factor.js';
import { inv } from './linalg-solve.js';
import { pinv, svd as svdOf } from './linalg-spectral.js';

/** The linear algebra under torch itself, whose functions are methods as well. */
export { det, logdet, slogdet } from './linalg-determinant.js';
export { matrixExp, matrixPower } from './linalg-products.js';
export { choleskyInverse, choleskySolve } from './linalg-solve.js';

/** The inverse of square matrices, as `linalg.inv`. @see https://pytorch.org/docs/stable/generated/torch.inverse.html */
export const inverse = (x: Tensor): Tensor => inv(x);

/** The pseudo-inverse, as `linalg.pinv`. @see https://pytorch.org/docs/stable/generated/torch.pinverse.html */
export const pinverse = (x: Tensor, { rcond = 1e-15 }: { readonly rcond?: number | undefined } = {}): Tensor => pinv(x, { rtol: rcond });

/**
 * The Cholesky factor, lower triangular or (`upper`) its transpose.
 * @throws LinAlgError for matrices that are not positive-definite
 * @see https://pytorch.org/docs/stable/generated/torch.cholesky.html
 */
export const cholesky = (x: Tensor, { upper = false }: { readonly upper?: boolean | undefined } = {}): Tensor => choleskyOf('cholesky', x, upper);

/** As `linalg.qr`; `some: false` for a square Q. @see https://pytorch.org/docs/stable/generated/torch.qr.html */
export function qr(x: Tensor, { some = true }: { readonly some?: boolean | undefined } = {}): NamedTuple<'Q' | 'R'> {
  return namedTuple('qr', ['Q', 'R'], [...qrOf(x, { mode: some ? 'reduced' : 'complete' })]);
}

/**
 * The singular value decomposition with V rather than its transpose; `some: false` for square U and V.
 * @see https://pytorch.org/docs/stable/generated/torch.svd.html
 */
export function svd(x: Tensor, { some = true }: { readonly some?: boolean | undefined } = {}): NamedTuple<'U' | 'S' | 'V'> {
  checkMatrix('linalg.svd', x);
  const { U, S, Vh } = svdOf(x, { fullMatrices: !some });
  return namedTuple('svd', ['U', 'S', 'V'], [U, S, mT(Vh)]);
}
