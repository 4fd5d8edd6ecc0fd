import type { View } from '../backend.js';
import { runStructured } from '../dispatch.js';
import { int32 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { shapeText } from '../layout.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp, type Meta } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { checkFloat, checkKernel, checkMatrix, checkSquare, type UpperOption } from './linalg-checks.js';

export interface CholeskyAttrs {
  readonly upper: boolean;
  /** the function, for the message where a matrix is not positive-definite */
  readonly name: string;
}
export type QrMode = 'reduced' | 'complete' | 'r';
export interface QrAttrs { readonly mode: QrMode }

/** Batch dimensions and sizes of some matrices. */
function sizesOf({ layout: { shape }, dtype }: View) {
  const [m, n] = shape.slice(-2);
  return { batch: shape.slice(0, -2), m, n, k: Math.min(m, n), dtype };
}

const choleskyOp = structuredOp<CholeskyAttrs>({
  name: 'linalgCholesky', gradName: 'LinalgCholeskyExBackward0',
  meta: ([{ layout: { shape }, dtype }]) => [{ shape, dtype }],
});
const luFactorOp = structuredOp<null>({
  name: 'linalgLuFactor', gradName: 'LinalgLuFactorExBackward0',
  meta([A]): Meta[] {
    const { batch, k } = sizesOf(A);
    return [{ shape: A.layout.shape, dtype: A.dtype }, { shape: [...batch, k], dtype: int32 }];
  },
});
const luOp = structuredOp<null>({
  name: 'linalgLu',
  meta([A]): Meta[] {
    const { batch, m, n, k, dtype } = sizesOf(A);
    return [{ shape: [...batch, m, m], dtype }, { shape: [...batch, m, k], dtype }, { shape: [...batch, k, n], dtype }];
  },
});
const qrOp = structuredOp<QrAttrs>({
  name: 'linalgQr',
  meta([A], { mode }): Meta[] {
    const { batch, m, n, k, dtype } = sizesOf(A);
    if (mode === 'complete') return [{ shape: [...batch, m, m], dtype }, { shape: [...batch, m, n], dtype }];
    return [{ shape: mode === 'r' ? [0] : [...batch, m, k], dtype }, { shape: [...batch, k, n], dtype }];
  },
});

/** Records of the factorisations. */
export const factorOps = { cholesky: choleskyOp, luFactor: luFactorOp, lu: luOp, qr: qrOp };

/** The Cholesky factor under a function's own name. @internal */
export function choleskyOf(name: string, A: Tensor, upper: boolean): Tensor {
  checkFloat(name, A);
  checkSquare(name, A);
  return runStructured(choleskyOp, [A], { upper, name })[0];
}

/**
 * The lower triangular L with L·Lᵀ = A, of symmetric positive-definite matrices; only their lower triangle is read.
 * @throws LinAlgError for matrices that are not positive-definite
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.cholesky.html
 * @example torch.linalg.cholesky(torch.tensor([[4, 2], [2, 2]])) // tensor([[2., 0.], [1., 1.]])
 */
export const cholesky = (A: Tensor, options: UpperOption = {}): Tensor =>
  choleskyOf('linalg.cholesky', A, checked('linalg.cholesky', options, 'upper').upper ?? false);

export interface LuOptions {
  /** exchange rows for the largest pivot; what the CPU always does */
  readonly pivot?: boolean | undefined;
}

function checkLu(name: string, A: Tensor, pivot: boolean): void {
  if (A.dim() < 2) {
    throw new RuntimeError(`${name}: Expected tensor with 2 or more dimensions. Got size: ${shapeText(A.shape)} instead`);
  }
  checkKernel('lu_cpu', A);
  if (!pivot) throw new RuntimeError('linalg.lu_factor: LU without pivoting is not implemented on the CPU');
}

/**
 * The factors P·L·U = A: a permutation, a lower triangular matrix with ones on its diagonal, an upper triangular one.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lu.html
 * @example torch.linalg.lu(torch.tensor([[0, 1], [2, 0]])).U // tensor([[2., 0.], [0., 1.]])
 */
export function lu(A: Tensor, options: LuOptions = {}): NamedTuple<'P' | 'L' | 'U'> {
  const { pivot = true } = checked('linalg.lu', options, 'pivot');
  checkLu('linalg.lu', A, pivot);
  return namedTuple('linalg_lu', ['P', 'L', 'U'], runStructured(luOp, [A], null));
}

/**
 * L and U in one matrix, and the row (counted from 1) that each row was exchanged with, in order.
 * @throws RuntimeError where U is singular
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lu_factor.html
 * @example torch.linalg.luFactor(torch.tensor([[0, 1], [2, 0]])).pivots // tensor([2, 2], dtype=torch.int32)
 */
export function luFactor(A: Tensor, options: LuOptions = {}): NamedTuple<'LU' | 'pivots'> {
  const { pivot = true } = checked('linalg.luFactor', options, 'pivot');
  checkLu('torch.lu_factor', A, pivot);
  return namedTuple('linalg_lu_factor', ['LU', 'pivots'], runStructured(luFactorOp, [A], null));
}

/**
 * The factors Q·R = A: orthonormal columns, and an upper triangular matrix.
 * @param options.mode 'reduced' (default): as many columns as needed; 'complete': a square Q; 'r': R alone
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.qr.html
 * @example torch.linalg.qr(torch.tensor([[3, 1], [4, 2]])).R // tensor([[-5.0000, -2.2000], [ 0.0000,  0.4000]])
 */
export function qr(A: Tensor, options: { readonly mode?: QrMode | undefined } = {}): NamedTuple<'Q' | 'R'> {
  const { mode = 'reduced' } = checked('linalg.qr', options, 'mode');
  checkMatrix('linalg.qr', A);
  checkFloat('linalg.qr', A);
  if (!['reduced', 'complete', 'r'].includes(mode)) {
    throw new RuntimeError(`qr received unrecognized mode '${mode}' but expected one of 'reduced' (default), 'r', or 'complete'`);
  }
  return namedTuple('linalg_qr', ['Q', 'R'], runStructured(qrOp, [A], { mode }));
}
