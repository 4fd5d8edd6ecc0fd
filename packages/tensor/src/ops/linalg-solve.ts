import { runStructured } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { sameShape } from '../layout.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import {
  broadcastBatches, checkFloat, checkMatrix, checkSquare, identityLike, mT, type UpperOption,
} from './linalg-checks.js';
import { complex } from './complex.js';
import { cat } from './joining.js';
import { expand } from './views.js';

/** Which triangle of the matrices is read, and whether their diagonal counts as ones. */
export interface TriangularAttrs { readonly upper: boolean; readonly unitriangular: boolean }

/** Whether the right-hand sides are vectors. */
export interface SolveAttrs { readonly vector: boolean }

/** Whether the factor is upper triangular. */
export interface CholeskySolveAttrs { readonly upper: boolean }

const invOp = structuredOp<null>({
  name: 'linalgInv', gradName: 'LinalgInvExBackward0', meta: ([{ layout: { shape }, dtype }]) => [{ shape, dtype }],
});
/** B: matrices, or one vector for each matrix of A. */
const solveOp = structuredOp<SolveAttrs>({
  name: 'linalgSolve', gradName: 'LinalgSolveExBackward0',
  meta: ([, { layout: { shape }, dtype }]) => [{ shape, dtype }],
});
const solveTriangularOp = structuredOp<TriangularAttrs>({
  name: 'linalgSolveTriangular', meta: ([, { layout: { shape }, dtype }]) => [{ shape, dtype }],
});

const choleskySolveOp = structuredOp<CholeskySolveAttrs>({
  name: 'choleskySolve', meta: ([{ layout: { shape }, dtype }]) => [{ shape, dtype }],
});

/** Records of the solvers; A and B have the same batch dimensions. */
export const solveOps = {
  inv: invOp, solve: solveOp, solveTriangular: solveTriangularOp, choleskySolve: choleskySolveOp,
};

/**
 * The inverse of a square matrix, or of each of a batch.
 * @throws LinAlgError for singular matrices
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.inv.html
 * @example torch.linalg.inv(torch.tensor([[2, 0], [0, 4]])) // tensor([[0.5000, 0.0000], [0.0000, 0.2500]])
 */
export function inv(A: Tensor): Tensor {
  if (A.dtype.isComplex) return fromReal(inv(asReal(A)));
  checkFloat('linalg.inv', A);
  checkSquare('linalg.inv', A);
  return runStructured(invOp, [A], null)[0];
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

function checkFits(name: string, A: Tensor, B: Tensor, left: boolean): void {
  const [m, n] = A.shape.slice(-2), [rows, columns] = B.shape.slice(-2);
  if (n === (left ? rows : columns)) return;
  throw new RuntimeError(
    `${name}: Incompatible shapes of A and B for the equation ${left ? 'AX' : 'XA'} = B (${m}x${n} and ${rows}x${columns})`);
}

/**
 * The solution X of A X = B, for matrices or batches of them; B may be a vector (or a batch of vectors).
 * @throws LinAlgError for singular matrices
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.solve.html
 * @example torch.linalg.solve(torch.tensor([[2, 0], [0, 4]]), torch.tensor([2, 2])) // tensor([1.0000, 0.5000])
 */
export function solve(A: Tensor, B: Tensor, options: SolveOptions = {}): Tensor {
  const { left = true } = checked('linalg.solve', options, 'left');
  if (A.dtype.isComplex && A.dtype === B.dtype) {
    const vector = B.dim() === 1 || (B.dim() === A.dim() - 1 && B.shape.every((n, i) => n === A.shape[i]));
    const X = fromReal(solve(asReal(A), asReal(vector ? B.unsqueeze(-1) : B), options));
    return vector ? X.squeeze(-1) : X;
  }
  if (!A.dtype.isComplex) checkFloat('linalg.solve', A);
  checkSquare('linalg.solve', A);
  if (A.dtype !== B.dtype) {
    throw new RuntimeError(
      `linalg.solve: Expected A and B to have the same dtype, but found A of type ${A.dtype.scalarType} and B of type ${B.dtype.scalarType} instead`);
  }
  const vector = B.dim() === 1 || (B.dim() === A.dim() - 1 && B.shape.every((n, i) => n === A.shape[i]));
  checkFits('linalg.solve', A, vector ? B.detach().unsqueeze(-1) : B, left);
  if (vector) {
    const shape = A.shape.slice(0, -1);
    return runStructured(solveOp, [A, sameShape(B.shape, shape) ? B : expand(B, shape)], { vector })[0];
  }
  // X A = B is A^T X^T = B^T
  const [x] = runStructured(solveOp, broadcastBatches(left ? A : mT(A), left ? B : mT(B)), { vector });
  return left ? x : mT(x);
}

export interface SolveTriangularOptions extends SolveOptions {
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
  A: Tensor, B: Tensor, { upper, left = true, unitriangular = false }: SolveTriangularOptions,
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
  return left ? x : mT(x);
}

/**
 * The solution X of A X = B where A = L·Lᵀ is given by its Cholesky factor.
 * @param L lower triangular, or upper with `upper: true`
 * @see https://pytorch.org/docs/stable/generated/torch.cholesky_solve.html
 * @example torch.choleskySolve(torch.tensor([[4], [9]]), torch.tensor([[2, 0], [0, 3]])) // tensor([[1.], [1.]])
 */
export function choleskySolve(B: Tensor, L: Tensor, options: UpperOption = {}): Tensor {
  const { upper = false } = checked('choleskySolve', options, 'upper');
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
  return runStructured(choleskySolveOp, broadcastBatches(B, L), { upper })[0];
}

/**
 * The inverse of L·Lᵀ, given by its Cholesky factor.
 * @see https://pytorch.org/docs/stable/generated/torch.cholesky_inverse.html
 * @example torch.choleskyInverse(torch.tensor([[2, 0], [0, 1]])) // tensor([[0.2500, 0.0000], [0.0000, 1.0000]])
 */
export function choleskyInverse(L: Tensor, options: UpperOption = {}): Tensor {
  checkSquare('cholesky_inverse', L);
  return choleskySolve(identityLike(L), L, options);
}
