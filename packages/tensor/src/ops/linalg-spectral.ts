import { runStructured } from '../dispatch.js';
import { float64, int64, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { broadcastShapes } from '../layout.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp, type Meta } from '../op.js';
import { checked } from '../options.js';
import { Tensor } from '../tensor.js';
import { maximum } from './comparison.js';
import { clone } from './conversion.js';
import { full } from './creation.js';
import type { OutOption } from './define.js';
import { checkFloat, checkKernel, checkMatrix, checkSquare, mT } from './linalg-checks.js';
import { intoOut, type OutsOption } from './out.js';
import { amax } from './reduction-extrema.js';
import { sum } from './reduction.js';
import { tril } from './shape.js';
import { expand, unsqueeze } from './views.js';

/** Columns of U and rows of Vh: none, as many as there are values, or all. */
export interface SvdAttrs { readonly vectors: 'none' | 'thin' | 'all' }
export interface EighAttrs { readonly upper: boolean }
export interface PinvAttrs {
  /** only the lower triangle is read */
  readonly hermitian: boolean;
}

const svdOp = structuredOp<SvdAttrs>({
  name: 'linalgSvd',
  meta([{ layout: { shape }, dtype }], { vectors }): Meta[] {
    const batch = shape.slice(0, -2), [m, n] = shape.slice(-2), k = Math.min(m, n), [columns, rows] = { none: [0, 0], thin: [k, k], all: [m, n] }[vectors];
    return [{ shape: [...batch, m, columns], dtype }, { shape: [...batch, k], dtype }, { shape: [...batch, rows, n], dtype }];
  },
});
const eighOp = structuredOp<EighAttrs>({
  name: 'linalgEigh',
  meta: ([{ layout: { shape }, dtype }]) => [{ shape: shape.slice(0, -1), dtype }, { shape, dtype }],
});
/** Inputs: matrices, and for each the singular value up to which they count as zero. */
const pinvOp = structuredOp<PinvAttrs>({
  name: 'linalgPinv',
  meta: ([{ layout: { shape }, dtype }]) => [{ shape: [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!], dtype }],
});

/** Records of the spectral decompositions. */
export const spectralOps = { svd: svdOp, eigh: eighOp, pinv: pinvOp };

function decompose(A: Tensor, vectors: SvdAttrs['vectors']): Tensor[] {
  checkMatrix('linalg.svd', A);
  checkFloat('linalg.svd', A);
  return runStructured(svdOp, [A], { vectors });
}

export interface SvdOptions extends OutsOption {
  /** square U and Vh rather than as many columns and rows as singular values; default true */
  readonly fullMatrices?: boolean | undefined;
}

/**
 * The singular value decomposition U · diag(S) · Vh = A, with orthonormal columns of U and rows of Vh and S in
 * descending order.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.svd.html
 * @example torch.linalg.svd(torch.tensor([[0, 2], [3, 0]])).S // tensor([3., 2.])
 */
export function svd(A: Tensor, options: SvdOptions = {}): NamedTuple<readonly ['U', 'S', 'Vh']> {
  const { fullMatrices = true, out } = checked('linalg.svd', options, 'fullMatrices');
  return namedTuple('linalg_svd', ['U', 'S', 'Vh'], decompose(A, fullMatrices ? 'all' : 'thin'), out);
}

/**
 * The singular values in descending order.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.svdvals.html
 * @example torch.linalg.svdvals(torch.tensor([[0, 2], [3, 0]])) // tensor([3., 2.])
 */
export const svdvals = (A: Tensor, options: OutOption = {}): Tensor =>
  // gradients are made of the vectors
  intoOut(decompose(A, A.requiresGrad ? 'thin' : 'none')[1], checked('linalg.svdvals', options, 'out').out);

export interface EighOptions {
  /** which triangle is read: 'L' (default) or 'U' */
  readonly UPLO?: 'L' | 'U' | undefined;
}

/**
 * The eigenvalues (ascending) and eigenvectors (as columns) of symmetric matrices; one triangle is read.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.eigh.html
 * @example torch.linalg.eigh(torch.tensor([[2, 0], [0, 1]])).eigenvalues // tensor([1., 2.])
 */
export function eigh(A: Tensor, options: EighOptions & OutsOption = {}): NamedTuple<readonly ['eigenvalues', 'eigenvectors']> {
  const { UPLO = 'L', out } = checked('linalg.eigh', options, 'UPLO');
  checkSquare('linalg.eigh', A);
  checkKernel('linalg_eigh_cpu', A);
  const letter = UPLO.toUpperCase();
  if (letter !== 'L' && letter !== 'U') throw new RuntimeError(`Expected UPLO argument to be 'L' or 'U', but got ${UPLO}`);
  const results = runStructured(eighOp, [A], { upper: letter === 'U' });
  return namedTuple('linalg_eigh', ['eigenvalues', 'eigenvectors'], results, out);
}

/**
 * The eigenvalues of symmetric matrices.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.eigvalsh.html
 * @example torch.linalg.eigvalsh(torch.tensor([[2, 0], [0, 1]])) // tensor([1., 2.])
 */
export function eigvalsh(A: Tensor, options: EighOptions & OutOption = {}): Tensor {
  const { out, ...rest } = checked('linalg.eigvalsh', options, 'UPLO');
  return intoOut(eigh(A, rest).eigenvalues, out);
}

export interface ToleranceOptions {
  /** singular values up to it count as zero; default 0 */
  readonly atol?: number | Tensor | null | undefined;
  /** as `atol`, in units of the largest; default the precision of the dtype times the larger size, 0 with an `atol` */
  readonly rtol?: number | Tensor | null | undefined;
  /** symmetric matrices, of which the lower triangle is read */
  readonly hermitian?: boolean | undefined;
}

const epsilon = (dtype: DType): number => (dtype === float64 ? 2 ** -52 : 2 ** -23);

/** Up to where singular values count as zero, for each matrix. */
function tolerance(A: Tensor, values: Tensor, { atol, rtol }: ToleranceOptions): Tensor {
  const options = { dtype: values.dtype, device: A.device };
  const tensorOf = (x: number | Tensor): Tensor => (x instanceof Tensor ? x.to(values.dtype) : full([], x, options));
  const absolute = tensorOf(atol ?? 0);
  // with an absolute tolerance above zero there is no relative one by default
  const standard = epsilon(A.dtype) * Math.max(...A.shape.slice(-2));
  const relative = rtol !== undefined && rtol !== null ? tensorOf(rtol)
    : atol === undefined || atol === null ? tensorOf(standard)
    : absolute.gt(0).logicalNot().to(values.dtype).mul(standard);
  const largest = values.shape.at(-1) === 0 ? sum(values, -1) : amax(values, -1);
  return maximum(absolute, relative.mul(largest));
}

const symmetric = (A: Tensor): Tensor => tril(A).add(mT(tril(A, -1)));

export interface PinvOptions extends ToleranceOptions, OutOption {
  /** an older name of `rtol` */
  readonly rcond?: number | Tensor | undefined;
}

/**
 * The Moore-Penrose pseudo-inverse.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.pinv.html
 * @example torch.linalg.pinv(torch.tensor([[2], [0]])) // tensor([[0.5000, 0.0000]])
 */
export function pinv(A: Tensor, options: PinvOptions = {}): Tensor {
  const { out } = checked('linalg.pinv', options, 'rtol');
  if (A.dim() < 2 || !A.dtype.isFloatingPoint || A.dtype.itemsize === 2) {
    throw new RuntimeError(
      `linalg.pinv(${A.dtype.scalarType}{[${A.shape.join(', ')}]}): expected a tensor with 2 or more dimensions of float, double, cfloat or cdouble types`);
  }
  const hermitian = options.hermitian ?? false;
  if (hermitian) checkSquare('linalg.eigh', A);
  if (A.numel() === 0) return intoOut(clone(mT(A)), out);
  const values = svdvals(hermitian ? symmetric(A.detach()) : A.detach());
  const limit = tolerance(A, values, { ...options, rtol: options.rtol ?? options.rcond });
  const batch = broadcastShapes(A.shape.slice(0, -2), limit.shape);
  return intoOut(runStructured(pinvOp, [expand(A, [...batch, ...A.shape.slice(-2)]), expand(limit, batch)], { hermitian })[0], out);
}

export interface RankOptions extends ToleranceOptions, OutOption {
  /** an absolute tolerance in place of the others */
  readonly tol?: number | Tensor | undefined;
}

/**
 * How many singular values are not zero.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.matrix_rank.html
 * @example torch.linalg.matrixRank(torch.ones(3, 3)) // tensor(1)
 */
export function matrixRank(A: Tensor, given: RankOptions = {}): Tensor {
  const { tol, out, ...options } = checked('linalg.matrixRank', given, 'tol');
  checkMatrix('torch.linalg.matrix_rank', A, 'input');
  if (!A.dtype.isFloatingPoint || A.dtype.itemsize === 2) {
    throw new RuntimeError("This function doesn't handle types other than float and double");
  }
  const from = A.detach();
  const values = options.hermitian ? eigvalsh(from).abs() : svdvals(from);
  const limit = tolerance(A, values, tol === undefined ? options : { ...options, atol: tol, rtol: 0 });
  return sum(values.gt(unsqueeze(limit, -1)), -1, { dtype: int64, out });
}
