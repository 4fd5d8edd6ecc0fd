import { runStructured } from '../dispatch.js';
import { IndexError, RuntimeError } from '../errors.js';
import { sameShape, shapeText } from '../layout.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { checkKernel, mT } from './linalg-checks.js';
import { solveTriangular, type SolveOptions } from './linalg-solve.js';
import { matmul } from './matmul.js';
import { intoOut, type OutsOption } from './out.js';
import { eye } from './ranges.js';
import { tril } from './shape.js';
import { unsqueeze } from './views.js';
import { narrow } from './views-windows.js';

const geqrfOp = structuredOp<null>({
  name: 'geqrf',
  meta([{ layout: { shape }, dtype }]) {
    return [{ shape, dtype }, { shape: [...shape.slice(0, -2), Math.min(...shape.slice(-2))], dtype }];
  },
});

/** Records of what gives Householder's reflections. */
export const householderOps = { geqrf: geqrfOp };

/**
 * The QR decomposition as LAPACK keeps it: R on and above the diagonal of `a`, the vectors v of the reflections 1 - tau v vᵀ below it, each
 * with a one that is not kept on the diagonal. There is no derivative; `linalg.qr` has one.
 * @param x (*, m, n)
 * @returns a (*, m, n), tau (*, min(m, n))
 * @throws RuntimeError for other shapes and dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.geqrf.html
 * @example torch.geqrf(torch.tensor([[3, 1], [4, 2]])).tau // tensor([1.6000, 0.0000])
 */
export function geqrf(x: Tensor, options: OutsOption = {}): NamedTuple<readonly ['a', 'tau']> {
  if (x.dim() < 2) throw new RuntimeError('torch.geqrf: input must have at least 2 dimensions.');
  checkKernel('geqrf_cpu', x);
  return namedTuple('geqrf', ['a', 'tau'], runStructured(geqrfOp, [x], null), checked('geqrf', options, 'out').out);
}

/** How many reflections there are. */
function countOf(tau: Tensor): number {
  if (tau.dim() === 0) throw new IndexError('Dimension specified as -1 but tensor has no dimensions');
  return tau.size(-1);
}

/** Throws where there is not one number for each vector, of each matrix. */
function checkTau(name: string, A: Tensor, tau: Tensor): void {
  if (A.dim() !== tau.dim() + 1) {
    throw new RuntimeError(
      `${name}: Expected tau to have one dimension less than input, but got tau.ndim equal to ${tau.dim()} and input.ndim is equal to ${A.dim()}`);
  }
  checkBatch(name, A, 'tau', tau.shape.slice(0, -1));
}

function checkBatch(name: string, A: Tensor, argument: string, batch: readonly number[]): void {
  if (sameShape(A.shape.slice(0, -2), batch)) return;
  throw new RuntimeError(`${name}: Expected batch dimensions of ${argument} to be equal to input.shape[:-2], but got ${shapeText(batch)}`);
}

const identity = (like: Tensor, m: number, n: number): Tensor => eye(m, n, { dtype: like.dtype, device: like.device });

/** The vectors of the reflections, each a column that begins with a one on the diagonal. */
const vectorsOf = (A: Tensor, tau: Tensor): Tensor => tril(narrow(A, -1, 0, tau.size(-1)), -1).add(identity(A, A.size(-2), tau.size(-1)));

/**
 * T (Vᵀ X), or Tᵀ (Vᵀ X), from the vectors and Vᵀ X, where the product of the reflections is 1 - V T Vᵀ: T⁻¹ has 1 / tau on its diagonal
 * and what Vᵀ V has above it, so that (1 + diag(tau) triu(Vᵀ V, 1)) T = diag(tau), tau being 0 or not.
 * @see https://doi.org/10.1137/0910005 (Schreiber, Van Loan: A Storage-Efficient WY Representation for Products of Householder Transformations)
 */
function middle(V: Tensor, tau: Tensor, X: Tensor, transposed: boolean): Tensor {
  const factors = unsqueeze(tau, -1), M = matmul(mT(V), V).mul(factors);
  if (!transposed) return solveTriangular(M, X.mul(factors), { upper: true, unitriangular: true });
  return solveTriangular(mT(M), X, { upper: false, unitriangular: true }).mul(factors);
}

/**
 * The first n columns of a product of Householder's reflections, such as Q from what `geqrf` gives.
 * @param A (*, m, n) with m ≥ n, read below its diagonal
 * @param tau (*, k) with k ≤ n
 * @returns (*, m, n)
 * @throws RuntimeError for other shapes and dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.householder_product.html
 * @example
 * const { a, tau } = torch.geqrf(torch.tensor([[3, 1], [4, 2]]));
 * torch.linalg.householderProduct(a, tau) // tensor([[-0.6000, -0.8000], [-0.8000, 0.6000]])
 */
export function householderProduct(A: Tensor, tau: Tensor, options: OutOption = {}): Tensor {
  const name = 'torch.linalg.householder_product';
  if (A.dim() < 2) throw new RuntimeError(`${name}: input must have at least 2 dimensions.`);
  const m = A.size(-2), n = A.size(-1);
  if (m < n) throw new RuntimeError(`${name}: input.shape[-2] must be greater than or equal to input.shape[-1]`);
  if (n < countOf(tau)) throw new RuntimeError(`${name}: input.shape[-1] must be greater than or equal to tau.shape[-1]`);
  checkTau(name, A, tau);
  if (A.dtype !== tau.dtype) {
    throw new RuntimeError(`${name}: tau dtype ${tau.dtype.scalarType} does not match input dtype ${A.dtype.scalarType}`);
  }
  checkKernel('orgqr_cpu', A);
  const V = vectorsOf(A, tau);
  const product = identity(A, m, n).sub(matmul(V, middle(V, tau, mT(narrow(V, -2, 0, n)), false)));
  return intoOut(product, checked('linalg.householderProduct', options, 'out').out);
}

/** As `linalg.householderProduct`. @see https://pytorch.org/docs/stable/generated/torch.orgqr.html */
export const orgqr = (x: Tensor, tau: Tensor, options: OutOption = {}): Tensor => householderProduct(x, tau, options);

export interface OrmqrOptions extends SolveOptions, OutOption {
  /** multiply by Qᵀ rather than by Q; default false */
  readonly transpose?: boolean | undefined;
}

/**
 * Q X, Qᵀ X or (`left: false`) X Q, X Qᵀ for the square Q that is the product of Householder's reflections, as those of `geqrf`.
 * @param x (*, m, n), read below its diagonal
 * @param tau (*, k) with k ≤ min(m, n)
 * @param other (*, m, p), or (*, p, m) with `left: false`
 * @param options.left the product with X on the right; default true
 * @throws RuntimeError for other shapes and dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.ormqr.html
 * @example
 * const { a, tau } = torch.geqrf(torch.tensor([[3, 1], [4, 2]]));
 * torch.ormqr(a, tau, torch.tensor([[5], [0]]), { transpose: true }) // tensor([[-3.], [-4.]])
 */
export function ormqr(x: Tensor, tau: Tensor, other: Tensor, options: OrmqrOptions = {}): Tensor {
  const { left = true, transpose = false, out } = checked('ormqr', options, 'left'), name = 'torch.ormqr';
  if (x.dim() < 2) throw new RuntimeError(`${name}: input must have at least 2 dimensions.`);
  if (other.dim() < 2) throw new RuntimeError(`${name}: other must have at least 2 dimensions.`);
  const side = left ? -2 : -1, k = countOf(tau);
  if (other.size(side) < k) throw new RuntimeError(`${name}: other.shape[${side}] must be greater than or equal to tau.shape[-1]`);
  if (other.size(side) !== x.size(-2)) throw new RuntimeError(`${name}: other.shape[${side}] must be equal to input.shape[-2]`);
  if (k > x.size(-1)) throw new RuntimeError(`${name}: tau.shape[-1] must be less than or equal to input.shape[-1]`);
  checkTau(name, x, tau);
  if (x.dim() !== other.dim()) {
    throw new RuntimeError(
      `${name}: Expected other to have the same number of dimensions as input, but got other.ndim equal to ${other.dim()} and input.ndim is equal to ${x.dim()}`);
  }
  checkBatch(name, x, 'other', other.shape.slice(0, -2));
  for (const [argument, { dtype }] of [['tau', tau], ['other', other]] as const) {
    if (dtype === x.dtype) continue;
    throw new RuntimeError(
      `${name}: Expected input and ${argument} to have the same dtype, but input has dtype${x.dtype.scalarType} and ${argument} has dtype ${dtype.scalarType}`);
  }
  checkKernel('ormqr_cpu', x);
  // X Q is (Qᵀ Xᵀ)ᵀ
  const V = vectorsOf(x, tau), X = left ? other : mT(other);
  const product = X.sub(matmul(V, middle(V, tau, matmul(mT(V), X), left ? transpose : !transpose)));
  return intoOut(left ? product : mT(product), out);
}
