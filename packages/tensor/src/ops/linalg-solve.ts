import { runStructured } from '../dispatch.js';
import { int32 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { sameShape } from '../layout.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import {
  broadcastBatches, checkFits, checkFloat, checkKernel, checkMatrix, checkSquare, identityLike, mT, type CheckErrorsOption, type InfoAttrs, type UpperOption,
} from './linalg-checks.js';
import { complex } from './complex.js';
import type { OutOption } from './define.js';
import { cat } from './joining.js';
import { intoOut, type OutsOption } from './out.js';
import { expand } from './views.js';
import { narrow, select } from './views-windows.js';

/** Which triangle of the matrices is read, and whether their diagonal counts as ones. */
export interface TriangularAttrs { readonly upper: boolean; readonly unitriangular: boolean }

/** Whether the right-hand sides are vectors. */
export interface SolveAttrs extends InfoAttrs { readonly vector: boolean }

/** Whether the factor is upper triangular. */
export interface CholeskySolveAttrs { readonly upper: boolean }

const invOp = structuredOp<InfoAttrs>({
  name: 'linalgInv', gradName: 'LinalgInvExBackward0',
  meta: ([{ layout: { shape }, dtype }]) => [{ shape, dtype }, { shape: shape.slice(0, -2), dtype: int32 }],
});
/** B: matrices, or one vector for each matrix of A. */
const solveOp = structuredOp<SolveAttrs>({
  name: 'linalgSolve', gradName: 'LinalgSolveExBackward0',
  meta: ([A, { layout: { shape }, dtype }]) => [{ shape, dtype }, { shape: A.layout.shape.slice(0, -2), dtype: int32 }],
});
const solveTriangularOp = structuredOp<TriangularAttrs>({
  name: 'linalgSolveTriangular', meta: ([, { layout: { shape }, dtype }]) => [{ shape, dtype }],
});

const choleskySolveOp = structuredOp<CholeskySolveAttrs>({
  name: 'choleskySolve', meta: ([{ layout: { shape }, dtype }]) => [{ shape, dtype }],
});

/** Records of the solvers; A and B have the same batch dimensions. The second result of the first two is `info`. */
export const solveOps = {
  inv: invOp, solve: solveOp, solveTriangular: solveTriangularOp, choleskySolve: choleskySolveOp,
};

/**
 * The inverse of a square matrix, or of each of a batch.
 * @throws LinAlgError for singular matrices
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.inv.html
 * @example torch.linalg.inv(torch.tensor([[2, 0], [0, 4]])) // tensor([[0.5000, 0.0000], [0.0000, 0.2500]])
 */
export function inv(A: Tensor, options: OutOption = {}): Tensor {
  const { out } = checked('linalg.inv', options, 'out');
  return intoOut(A.dtype.isComplex ? fromReal(inv(asReal(A))) : inverseOf(A, 'linalg.inv')[0], out);
}

function inverseOf(A: Tensor, check: string | null): Tensor[] {
  checkSquare('linalg.inv', A);
  checkFloat('linalg.inv', A);
  return runStructured(invOp, [A], { check });
}

/**
 * As `inv`, with `info` in the place of an error: 0, or the number of the first zero pivot of a singular matrix.
 * @param A (*, n, n)
 * @returns inverse (*, n, n), of no meaning where info is not 0; info (*), int32
 * @throws LinAlgError with `checkErrors` for singular matrices
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.inv_ex.html
 * @example torch.linalg.invEx(torch.zeros(2, 2)).info // tensor(1, dtype=torch.int32)
 */
export function invEx(A: Tensor, options: CheckErrorsOption & OutsOption = {}): NamedTuple<readonly ['inverse', 'info']> {
  const { checkErrors = false, out } = checked('linalg.invEx', options, 'checkErrors');
  return namedTuple('linalg_inv_ex', ['inverse', 'info'], inverseOf(A, checkErrors ? 'linalg.inv_ex' : null), out);
}

// A + iB multiplies as the real matrix [[A, -B], [B, A]] of twice the size does.

const asReal = (x: Tensor): Tensor => cat([cat([x.real, x.imag], -2), cat([x.imag.neg(), x.real], -2)], -1);

/** The complex matrices of such matrices. */
function fromReal(x: Tensor): Tensor {
  const [columns] = x.chunk(2, -1), [re, im] = columns.chunk(2, -2);
  return complex(re, im);
}

export interface SolveOptions {
  /** A X = B rather than X A = B; default true */
  readonly left?: boolean | undefined;
}

/**
 * The solution X of A X = B, for matrices or batches of them; B may be a vector (or a batch of vectors).
 * @throws LinAlgError for singular matrices
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.solve.html
 * @example torch.linalg.solve(torch.tensor([[2, 0], [0, 4]]), torch.tensor([2, 2])) // tensor([1.0000, 0.5000])
 */
export function solve(A: Tensor, B: Tensor, options: SolveOptions & OutOption = {}): Tensor {
  const { left = true, out } = checked('linalg.solve', options, 'left');
  if (A.dtype.isComplex && A.dtype === B.dtype) {
    const vector = areVectors(A, B);
    const X = fromReal(solve(asReal(A), asReal(vector ? B.unsqueeze(-1) : B), { left }));
    return intoOut(vector ? X.squeeze(-1) : X, out);
  }
  return intoOut(solutionOf(A, B, left, 'torch.linalg.solve')[0], out);
}

/** Whether the right-hand sides are vectors, one for each matrix or the same for all, rather than matrices. */
const areVectors = (A: Tensor, B: Tensor): boolean =>
  B.dim() === 1 || (B.dim() === A.dim() - 1 && B.shape.every((n, i) => n === A.shape[i]));

function solutionOf(A: Tensor, B: Tensor, left: boolean, check: string | null): Tensor[] {
  if (!A.dtype.isComplex || A.dtype === B.dtype) checkFloat('linalg.solve', A, true);
  checkSquare('linalg.solve', A);
  if (A.dtype !== B.dtype) {
    throw new RuntimeError(
      `linalg.solve: Expected A and B to have the same dtype, but found A of type ${A.dtype.scalarType} and B of type ${B.dtype.scalarType} instead`);
  }
  const vector = areVectors(A, B);
  checkFits('linalg.solve', A, vector ? B.detach().unsqueeze(-1) : B, left);
  checkKernel('lu_cpu', A);
  if (vector) {
    const shape = A.shape.slice(0, -1);
    return runStructured(solveOp, [A, sameShape(B.shape, shape) ? B : expand(B, shape)], { vector, check });
  }
  // X A = B is A^T X^T = B^T
  const [x, info] = runStructured(solveOp, broadcastBatches(left ? A : mT(A), left ? B : mT(B)), { vector, check });
  return [left ? x : mT(x), info];
}

/**
 * As `solve`, with `info` in the place of an error: 0, or the number of the first zero pivot of a singular matrix.
 * @param A (*, n, n)
 * @param B (*, n, k), or vectors (*, n)
 * @returns result, of the shape of B and of no meaning where info is not 0; info (*), int32
 * @throws LinAlgError with `checkErrors` for singular matrices
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.solve_ex.html
 * @example torch.linalg.solveEx(torch.zeros(2, 2), torch.ones(2)).info // tensor(1, dtype=torch.int32)
 */
export function solveEx(A: Tensor, B: Tensor, options: SolveOptions & CheckErrorsOption & OutsOption = {}): NamedTuple<readonly ['result', 'info']> {
  const { left = true, checkErrors = false, out } = checked('linalg.solveEx', options, 'left');
  const [result, info] = solutionOf(A, B, left, checkErrors ? 'torch.linalg.solve_ex' : null);
  return namedTuple('linalg_solve_ex', ['result', 'info'], [result, ofEach(A.shape.slice(0, -2), info)], out);
}

/** What is told of matrices that serve several right-hand sides, once for each. */
function ofEach(batch: readonly number[], info: Tensor): Tensor {
  if (info.numel() === 0) return info.newZeros(batch);
  let own = info;
  while (own.dim() > batch.length) own = select(own, 0, 0);
  batch.forEach((n, dim) => { if (own.size(dim) !== n) own = narrow(own, dim, 0, 1); });
  return own;
}

export interface SolveTriangularOptions extends SolveOptions, OutOption {
  /** whether A is upper triangular; required */
  readonly upper: boolean;
  /** take the diagonal of A for ones; default false */
  readonly unitriangular?: boolean | undefined;
}

/**
 * The solution X of A X = B for triangular matrices A, or of X A = B. The other triangle is not read.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.solve_triangular.html
 * @example torch.linalg.solveTriangular(torch.tensor([[2, 1], [0, 4]]), torch.tensor([[3], [4]]), { upper: true }) // tensor([[1.], [1.]])
 */
export function solveTriangular(
  A: Tensor, B: Tensor, { upper, left = true, unitriangular = false, out }: SolveTriangularOptions,
): Tensor {
  const name = 'linalg.solve_triangular';
  checkFloat(name, A);
  checkMatrix(name, B, 'B');
  checkSquare(name, A);
  if (A.dtype !== B.dtype) {
    throw new RuntimeError(
      `${name}: Expected A and B to have the same dtype, but found A of type ${A.dtype.scalarType} and B of type ${B.dtype.scalarType} instead`);
  }
  checkFits(name, A, B, left);
  const [a, b] = broadcastBatches(left ? A : mT(A), left ? B : mT(B));
  const [x] = runStructured(solveTriangularOp, [a, b], { upper: left ? upper : !upper, unitriangular });
  return intoOut(left ? x : mT(x), out);
}

/**
 * The solution X of A X = B where A = L·Lᵀ is given by its Cholesky factor.
 * @param L lower triangular, or upper with `upper: true`
 * @see https://pytorch.org/docs/stable/generated/torch.cholesky_solve.html
 * @example torch.choleskySolve(torch.tensor([[4], [9]]), torch.tensor([[2, 0], [0, 3]])) // tensor([[1.], [1.]])
 */
export function choleskySolve(B: Tensor, L: Tensor, options: UpperOption & OutOption = {}): Tensor {
  const { upper = false, out } = checked('choleskySolve', options, 'upper');
  if (B.dim() < 2) throw new RuntimeError(`b should have at least 2 dimensions, but has ${B.dim()} dimensions instead`);
  if (L.dim() < 2) throw new RuntimeError(`u should have at least 2 dimensions, but has ${L.dim()} dimensions instead`);
  if (B.dtype !== L.dtype) {
    throw new RuntimeError(
      `Expected b and A to have the same dtype, but found b of type ${B.dtype.scalarType} and A of type ${L.dtype.scalarType} instead.`);
  }
  const [m, n] = L.shape.slice(-2), [rows, columns] = B.shape.slice(-2);
  if (m !== n) throw new RuntimeError(`A must be batches of square matrices, but they are ${m} by ${n} matrices`);
  if (m !== rows) {
    throw new RuntimeError(
      `Incompatible matrix sizes for cholesky_solve: each A matrix is ${m} by ${n} but each b matrix is ${rows} by ${columns}`);
  }
  return intoOut(runStructured(choleskySolveOp, broadcastBatches(B, L), { upper })[0], out);
}

/**
 * The inverse of L·Lᵀ, given by its Cholesky factor.
 * @see https://pytorch.org/docs/stable/generated/torch.cholesky_inverse.html
 * @example torch.choleskyInverse(torch.tensor([[2, 0], [0, 1]])) // tensor([[0.2500, 0.0000], [0.0000, 1.0000]])
 */
export function choleskyInverse(L: Tensor, options: UpperOption & OutOption = {}): Tensor {
  checkSquare('cholesky_inverse', L);
  return choleskySolve(identityLike(L), L, options);
}
