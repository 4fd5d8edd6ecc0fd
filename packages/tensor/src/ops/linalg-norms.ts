import { promoteTypes, realDtype, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { wrapDim } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { checkFloat, checkMatrix } from './linalg-checks.js';
import { svdvals } from './linalg-spectral.js';
import { intoOut } from './out.js';
import { abs } from './pointwise.js';
import { isOptions, type Dims } from './reduction-arguments.js';
import { amax, amin } from './reduction-extrema.js';
import { normOps, vectorNormOf } from './vector-norm.js';
import { sum, type ReduceOptions } from './reduction.js';
import { movedim, unsqueeze } from './views.js';

/** Options of the norms; the order may be given here as well. */
export interface LinalgNormOptions<O> extends ReduceOptions { readonly ord?: O | undefined }

/** The order, the dimensions and the options, which may come in place of either. */
function argumentsOf<O extends number | string | null>(
  name: string, ord: O | LinalgNormOptions<O> | undefined, dim: Dims | LinalgNormOptions<O>, options: LinalgNormOptions<O> | undefined,
) {
  type Options = LinalgNormOptions<O>;
  const given = checked(name, isOptions<Options>(ord) ? ord : isOptions<Options>(dim) ? dim : options ?? {}, 'keepdim');
  return {
    ord: (isOptions<Options>(ord) ? undefined : ord) ?? given.ord,
    dim: (isOptions<Options>(dim) ? undefined : dim) ?? given.dim,
    keepdim: given.keepdim ?? false, dtype: given.dtype, out: given.out,
  };
}

/** Throws where a norm is to be computed in a dtype that cannot hold it. */
function checkDtype(name: string, x: Tensor, dtype: DType | undefined): void {
  if (!dtype) return;
  if (!dtype.isDifferentiable) throw new RuntimeError(`${name}: dtype should be floating point or complex, but got ${dtype.scalarType}`);
  if (promoteTypes(x.dtype, dtype) !== dtype) {
    throw new RuntimeError(
      `${name}: the dtype of the input (${x.dtype.scalarType}) should be convertible without narrowing to the specified dtype (${dtype.scalarType})`);
  }
}

function vectorNormAlong(x: Tensor, ord: number, dim: Dims, keepdim: boolean, dtype: DType | undefined): Tensor {
  const name = 'linalg.vector_norm';
  checkDtype(name, x, dtype);
  if (x.dtype.isComplex) return vectorNormAlong(x.abs(), ord, dim, keepdim, dtype && realDtype(dtype));
  checkFloat(name, x, true);
  if (ord < 0 || ord === Infinity) {
    const text = ord === Infinity ? 'inf' : ord === -Infinity ? '-inf' : String(ord);
    const all = dim === undefined || dim === null || (typeof dim !== 'number' && dim.length === 0);
    if (all && x.numel() === 0) {
      throw new RuntimeError(`${name} cannot compute the ${text} norm on an empty tensor because the operation does not have an identity`);
    }
    for (const d of all ? [] : [dim].flat() as number[]) {
      if (x.shape[wrapDim(d, x.dim())] === 0) {
        throw new RuntimeError(
          `${name} cannot compute the ${text} norm on the dimension ${d}because this dimension is empty and the operation does not have an identity`);
      }
    }
  }
  return vectorNormOf(normOps.vectorNorm, name, x, ord, dim, keepdim, dtype);
}

/**
 * The norm of vectors: of all elements, or along some dimensions.
 * @param ord any number, ±Infinity included; default 2
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html
 * @example torch.linalg.vectorNorm(torch.tensor([3, 4])) // tensor(5.)
 */
export function vectorNorm(
  x: Tensor, ord?: number | LinalgNormOptions<number>, dim?: Dims | LinalgNormOptions<number>,
  options?: LinalgNormOptions<number>,
): Tensor {
  const given = argumentsOf<number>('linalg.vectorNorm', ord, dim, options);
  return intoOut(vectorNormAlong(x, given.ord ?? 2, given.dim, given.keepdim, given.dtype), given.out);
}

/** The kinds of matrix norms. */
export type MatrixNormOrder = 'fro' | 'nuc' | number;

/**
 * The norm of matrices: 'fro' (default), 'nuc', ±2 by singular values; ±1 and ±Infinity by sums of columns and rows.
 * @param dim the two dimensions of the matrices, default the last two
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.matrix_norm.html
 * @example torch.linalg.matrixNorm(torch.tensor([[1, -2], [3, 4]]), 1) // tensor(6.)
 */
export function matrixNorm(
  A: Tensor, ord?: MatrixNormOrder | LinalgNormOptions<MatrixNormOrder>, dim?: Dims | LinalgNormOptions<MatrixNormOrder>,
  options?: LinalgNormOptions<MatrixNormOrder>,
): Tensor {
  const given = argumentsOf<MatrixNormOrder>('linalg.matrixNorm', ord, dim, options);
  return intoOut(matrixNormAlong(A, given.ord ?? 'fro', given.dim ?? [-2, -1], given.keepdim, given.dtype), given.out);
}

function matrixNormAlong(
  A: Tensor, ord: MatrixNormOrder, dim: number | readonly number[], keepdim: boolean, dtype: DType | undefined,
): Tensor {
  const name = 'linalg.matrix_norm';
  if (!A.dtype.isComplex || ord === 'nuc' || ord === 2 || ord === -2) checkFloat(name, A, true);
  checkMatrix(name, A);
  if (typeof dim === 'number' || dim.length !== 2) throw new RuntimeError(`${name}: dim must be a 2-tuple. Got ${[dim].flat().join(', ')}`);
  const [a, b] = dim.map((d) => wrapDim(d, A.dim()));
  if (a === b) throw new RuntimeError(`${name}: dims must be different. Got (${dim[0]}, ${dim[1]})`);
  checkDtype(name, A, dtype);
  // the others know of the elements their absolute values only
  if (A.dtype.isComplex) return matrixNormAlong(A.abs(), ord, dim, keepdim, dtype && realDtype(dtype));
  if (ord === 'fro') return vectorNormAlong(A, 2, [a, b], keepdim, dtype);
  const from = dtype ? A.to(dtype) : A;
  const size = typeof ord === 'number' ? Math.abs(ord) : ord;
  const extreme = typeof ord === 'number' && ord < 0 ? amin : amax;
  if (size === 'nuc' || size === 2) {
    const values = svdvals(movedim(from, [a, b], [-2, -1]));
    const result = ord === 'nuc' ? sum(values, -1) : extreme(values, -1);
    return keepdim ? [a, b].sort((p, q) => p - q).reduce((y, d) => unsqueeze(y, d), result) : result;
  }
  if (size !== 1 && size !== Infinity) throw new RuntimeError(`${name}: Order ${ord} not supported.`);
  // the sums of columns (1) or rows (∞), of which the largest or smallest counts
  const [summed, left] = size === 1 ? [a, b] : [b, a];
  return extreme(sum(abs(from), summed, { keepdim }), !keepdim && left > summed ? left - 1 : left, { keepdim });
}

/** null: of vectors the 2-norm, of all elements where no dimension is given. */
export type AnyOrder = MatrixNormOrder | null;

/**
 * A vector or a matrix norm: of all elements without `ord`; of vectors along one dimension, of matrices along two.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.norm.html
 * @example torch.linalg.norm(torch.tensor([[3, 4], [6, 8]]), 2, 1) // tensor([ 5., 10.])
 */
export function norm(
  x: Tensor, ord?: AnyOrder | LinalgNormOptions<AnyOrder>, dim?: Dims | LinalgNormOptions<AnyOrder>,
  options?: LinalgNormOptions<AnyOrder>,
): Tensor {
  const { ord: order = null, dim: dims = null, keepdim, dtype, out } = argumentsOf<AnyOrder>('linalg.norm', ord, dim, options);
  const list = dims === null ? null : [dims].flat() as number[];
  if (list && list.length !== 1 && list.length !== 2) {
    throw new RuntimeError(`linalg.norm: If dim is specified, it must be of length 1 or 2. Got [${list.join(', ')}]`);
  }
  if (order !== null && !list && x.dim() !== 1 && x.dim() !== 2) {
    throw new RuntimeError(`linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ${x.dim()}D.`);
  }
  const isMatrix = order !== null && (typeof order === 'string' || (list ? list.length === 2 : x.dim() === 2));
  const result = isMatrix
    ? matrixNormAlong(x, order, list ?? [0, 1], keepdim, dtype)
    : vectorNormAlong(x, (order ?? 2) as number, dims, keepdim, dtype);
  return intoOut(result, out);
}
