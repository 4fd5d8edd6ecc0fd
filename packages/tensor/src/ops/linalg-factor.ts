import type { View } from '../backend.js';
import { runStructured } from '../dispatch.js';
import { int32 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { shapeText } from '../layout.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp, type Meta } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import {
  checkFloat, checkKernel, checkMatrix, checkSquare, type CheckErrorsOption, type InfoAttrs, type UpperOption,
} from './linalg-checks.js';
import { intoOut, type OutsOption } from './out.js';

export interface CholeskyAttrs extends InfoAttrs { readonly upper: boolean }
export type QrMode = 'reduced' | 'complete' | 'r';
export interface QrAttrs { readonly mode: QrMode }

/** Batch dimensions and sizes of some matrices. */
function sizesOf({ layout: { shape }, dtype }: View) {
  const [m, n] = shape.slice(-2);
  return { batch: shape.slice(0, -2), m, n, k: Math.min(m, n), dtype };
}

const choleskyOp = structuredOp<CholeskyAttrs>({
  name: 'linalgCholesky', gradName: 'LinalgCholeskyExBackward0',
  meta: ([{ layout: { shape }, dtype }]) => [{ shape, dtype }, { shape: shape.slice(0, -2), dtype: int32 }],
});
const luFactorOp = structuredOp<InfoAttrs>({
  name: 'linalgLuFactor', gradName: 'LinalgLuFactorExBackward0',
  meta([A]): Meta[] {
    const { batch, k } = sizesOf(A);
    return [{ shape: A.layout.shape, dtype: A.dtype }, { shape: [...batch, k], dtype: int32 }, { shape: batch, dtype: int32 }];
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

/** Records of the factorisations; the last result of the first two is `info`. */
export const factorOps = { cholesky: choleskyOp, luFactor: luFactorOp, lu: luOp, qr: qrOp };

/** The Cholesky factor, and info, under a function's own name. @internal */
export function choleskyOf(name: string, A: Tensor, attrs: CholeskyAttrs): Tensor[] {
  checkSquare(name, A);
  checkFloat(name, A, true);
  checkKernel('cholesky_cpu', A);
  return runStructured(choleskyOp, [A], attrs);
}

/**
 * The lower triangular L with L·Lᵀ = A, of symmetric positive-definite matrices; only their lower triangle is read.
 * @throws LinAlgError for matrices that are not positive-definite
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.cholesky.html
 * @example torch.linalg.cholesky(torch.tensor([[4, 2], [2, 2]])) // tensor([[2., 0.], [1., 1.]])
 */
export function cholesky(A: Tensor, options: UpperOption & OutOption = {}): Tensor {
  const { upper = false, out } = checked('linalg.cholesky', options, 'upper');
  return intoOut(choleskyOf('linalg.cholesky', A, { upper, check: 'linalg.cholesky' })[0], out);
}

/**
 * As `cholesky`, with `info` in the place of an error: 0, or the order of the first leading minor that is not positive-definite.
 * @param A (*, n, n)
 * @returns L (*, n, n), of no meaning where info is not 0; info (*), int32
 * @throws LinAlgError with `checkErrors` for matrices that are not positive-definite
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.cholesky_ex.html
 * @example torch.linalg.choleskyEx(torch.eye(2).neg()).info // tensor(1, dtype=torch.int32)
 */
export function choleskyEx(A: Tensor, options: UpperOption & CheckErrorsOption & OutsOption = {}): NamedTuple<readonly ['L', 'info']> {
  const { upper = false, checkErrors = false, out } = checked('linalg.choleskyEx', options, 'upper');
  const check = checkErrors ? 'linalg.cholesky_ex' : null;
  return namedTuple('linalg_cholesky_ex', ['L', 'info'], choleskyOf('linalg.cholesky', A, { upper, check }), out);
}

export interface LuOptions extends OutsOption {
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
export function lu(A: Tensor, options: LuOptions = {}): NamedTuple<readonly ['P', 'L', 'U']> {
  const { pivot = true, out } = checked('linalg.lu', options, 'pivot');
  checkLu('linalg.lu', A, pivot);
  return namedTuple('linalg_lu', ['P', 'L', 'U'], runStructured(luOp, [A], null), out);
}

/**
 * L and U in one matrix, and the row (counted from 1) that each row was exchanged with, in order.
 * @throws RuntimeError where U is singular
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lu_factor.html
 * @example torch.linalg.luFactor(torch.tensor([[0, 1], [2, 0]])).pivots // tensor([2, 2], dtype=torch.int32)
 */
export function luFactor(A: Tensor, options: LuOptions = {}): NamedTuple<readonly ['LU', 'pivots']> {
  const { pivot = true, out } = checked('linalg.luFactor', options, 'pivot');
  const results = factorsOf(A, pivot, 'torch.linalg.lu_factor').slice(0, 2);
  return namedTuple('linalg_lu_factor', ['LU', 'pivots'], results, out);
}

/** LU, pivots and info. @internal */
export function factorsOf(A: Tensor, pivot: boolean, check: string | null): Tensor[] {
  checkLu('torch.lu_factor', A, pivot);
  return runStructured(luFactorOp, [A], { check });
}

/**
 * As `luFactor`, with `info` in the place of an error: 0, or the number of the first zero on the diagonal of U.
 * @param A (*, m, n)
 * @returns LU (*, m, n); pivots (*, min(m, n)) and info (*), int32
 * @throws RuntimeError with `checkErrors` where U is singular
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lu_factor_ex.html
 * @example torch.linalg.luFactorEx(torch.tensor([[1, 2], [2, 4]])).info // tensor(2, dtype=torch.int32)
 */
export function luFactorEx(A: Tensor, options: LuOptions & CheckErrorsOption = {}): NamedTuple<readonly ['LU', 'pivots', 'info']> {
  const { pivot = true, checkErrors = false, out } = checked('linalg.luFactorEx', options, 'pivot');
  const results = factorsOf(A, pivot, checkErrors ? 'torch.linalg.lu_factor_ex' : null);
  return namedTuple('linalg_lu_factor_ex', ['LU', 'pivots', 'info'], results, out);
}

/**
 * The factors Q·R = A: orthonormal columns, and an upper triangular matrix.
 * @param options.mode 'reduced' (default): as many columns as needed; 'complete': a square Q; 'r': R alone
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.qr.html
 * @example torch.linalg.qr(torch.tensor([[3, 1], [4, 2]])).R // tensor([[-5.0000, -2.2000], [ 0.0000,  0.4000]])
 */
export function qr(A: Tensor, options: OutsOption & { readonly mode?: QrMode | undefined } = {}): NamedTuple<readonly ['Q', 'R']> {
  const { mode = 'reduced', out } = checked('linalg.qr', options, 'mode');
  checkMatrix('linalg.qr', A);
  checkFloat('linalg.qr', A);
  if (!['reduced', 'complete', 'r'].includes(mode)) {
    throw new RuntimeError(`qr received unrecognized mode '${mode}' but expected one of 'reduced' (default), 'r', or 'complete'`);
  }
  return namedTuple('linalg_qr', ['Q', 'R'], runStructured(qrOp, [A], { mode }), out);
}
