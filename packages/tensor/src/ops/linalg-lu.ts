import { runStructured } from '../dispatch.js';
import { int32, int64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { broadcastShapes, shapeText, sameShape } from '../layout.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { eq } from './comparison.js';
import type { OutOption } from './define.js';
import { checkFits, checkFloat, checkKernel, checkMatrix, checkSquare, mT } from './linalg-checks.js';
import { factorsOf, type LuOptions } from './linalg-factor.js';
import { solveTriangular, type SolveOptions } from './linalg-solve.js';
import { takeAlongDim } from './indexing-select.js';
import { intoOut, type OutsOption } from './out.js';
import { tril, triu } from './shape.js';
import { argsort } from './sorting.js';
import { arange, eye } from './ranges.js';
import { expand, unsqueeze } from './views.js';
import { narrow } from './views-windows.js';

export interface RowOrderAttrs {
  /** how many rows there are to exchange */
  readonly rows: number;
  /** the messages for pivots before the first row, and after the last one */
  readonly low: string;
  readonly high: string;
}

/** For each row the one that comes there when rows are exchanged as the pivots say. */
const rowOrderOp = structuredOp<RowOrderAttrs>({
  name: 'luRowOrder',
  meta: ([{ layout: { shape } }], { rows }) => [{ shape: [...shape.slice(0, -1), rows], dtype: int64 }],
});

/** Records of what is done with factors L and U. */
export const luOps = { rowOrder: rowOrderOp };

const rowOrder = (pivots: Tensor, rows: number, low: string, high: string): Tensor =>
  runStructured(rowOrderOp, [pivots], { rows, low, high })[0];

export interface LuSolveOptions extends SolveOptions, OutOption {
  /** solve with the transposed matrix; default false */
  readonly adjoint?: boolean | undefined;
}

/**
 * The solution X of A X = B, or of Aᵀ X = B, X A = B or X Aᵀ = B, where A is given by its factors. Singular factors give infinities and NaN.
 * @param LU (*, n, n), from `luFactor`
 * @param pivots (*, n), int32
 * @param B (*, n, k), or (*, k, n) with `left: false`; batches are broadcast
 * @throws RuntimeError for other shapes and dtypes, and for pivots that name no row
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lu_solve.html
 * @example
 * const { LU, pivots } = torch.linalg.luFactor(torch.tensor([[0, 2], [4, 0]]));
 * torch.linalg.luSolve(LU, pivots, torch.tensor([[2], [4]])) // tensor([[1.], [1.]])
 */
export function luSolve(LU: Tensor, pivots: Tensor, B: Tensor, options: LuSolveOptions = {}): Tensor {
  const { left = true, adjoint = false, out } = checked('linalg.luSolve', options, 'left'), name = 'linalg.lu_solve';
  checkFloat(`torch.${name}`, LU, true);
  if (LU.dtype !== B.dtype) {
    throw new RuntimeError(
      `${name}: Expected LU and B to have the same dtype, but found LU of type ${LU.dtype.scalarType} and B of type ${B.dtype.scalarType} instead`);
  }
  if (pivots.dtype !== int32) throw new RuntimeError(`${name}: pivots should be a Tensor of scalar type torch.int32`);
  checkSquare(`torch.${name}`, LU);
  checkMatrix(name, B, 'B');
  checkFits(name, LU, B, left);
  const n = LU.size(-1);
  if (n !== pivots.size(-1)) throw new RuntimeError(`${name}: Number of pivots per batch should be same as the dimension of the matrix`);
  if (!sameShape(LU.shape.slice(0, -1), pivots.shape)) {
    throw new RuntimeError(`${name}: Expected LU.shape[:-1] and pivots.shape to be the same, but got pivots with shape ${shapeText(pivots.shape)} instead`);
  }
  const batch = broadcastShapes(B.shape.slice(0, -2), LU.shape.slice(0, -2));
  checkKernel(`${name}_cpu`, LU);
  const said = (bound: string): string =>
    `Pivots given to lu_solve must all be ${bound}. Did you properly pass the result of lu_factor?`;
  const order = rowOrder(pivots, n, said('greater or equal to 1'), said('smaller or equal to LU.size(-2)'));
  // X A = B is Aᵀ Xᵀ = Bᵀ
  const right = left ? B : mT(B);
  const X = solved(LU, expand(order, [...batch, n]), expand(right, [...batch, ...right.shape.slice(-2)]), left ? adjoint : !adjoint);
  return intoOut(left ? X : mT(X), out);
}

/** A is the rows of L U in the opposite of an order. */
function solved(LU: Tensor, order: Tensor, B: Tensor, transposed: boolean): Tensor {
  const rowsIn = (x: Tensor, wanted: Tensor): Tensor => takeAlongDim(x, unsqueeze(wanted, -1), -2);
  if (transposed) {
    const Y = solveTriangular(mT(LU), B, { upper: false });
    return rowsIn(solveTriangular(mT(LU), Y, { upper: true, unitriangular: true }), argsort(order, -1));
  }
  const Y = solveTriangular(LU, rowsIn(B, order), { upper: false, unitriangular: true });
  return solveTriangular(LU, Y, { upper: true });
}

export interface LuUnpackOptions extends OutsOption {
  /** whether L and U are wanted; default true */
  readonly unpackData?: boolean | undefined;
  /** whether P is wanted; default true */
  readonly unpackPivots?: boolean | undefined;
}

/**
 * The permutation P, the lower triangular L with ones on its diagonal and the upper triangular U that `luFactor` gives in one matrix and
 * pivots. What is not wanted is an empty tensor.
 * @param LU (*, m, n)
 * @param pivots (*, min(m, n)), int32
 * @returns P (*, m, m), L (*, m, min(m, n)), U (*, min(m, n), n)
 * @throws RuntimeError for other dtypes, and for pivots that name no row
 * @see https://pytorch.org/docs/stable/generated/torch.lu_unpack.html
 * @example
 * const { LU, pivots } = torch.linalg.luFactor(torch.tensor([[0, 1], [2, 0]]));
 * torch.luUnpack(LU, pivots).U // tensor([[2., 0.], [0., 1.]])
 */
export function luUnpack(LU: Tensor, pivots: Tensor, options: LuUnpackOptions = {}): NamedTuple<readonly ['P', 'L', 'U']> {
  const { unpackData = true, unpackPivots = true, out } = checked('luUnpack', options, 'unpackData'), name = 'torch.lu_unpack';
  if (LU.dim() < 2) throw new RuntimeError(`${name}: Expected tensor with 2 or more dimensions. Got size: ${shapeText(LU.shape)} instead`);
  if (unpackPivots && pivots.dtype !== int32) {
    throw new RuntimeError(
      `${name}: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.\nNote: this function is intended to be used with the output produced by torch.linalg.lu_factor`);
  }
  const m = LU.size(-2), n = LU.size(-1), k = Math.min(m, n), none = LU.newEmpty(0);
  return namedTuple('lu_unpack', ['P', 'L', 'U'], [
    unpackPivots ? permutation(LU, pivots, m) : none,
    unpackData ? tril(narrow(LU, -1, 0, k), -1).add(eye(m, k, { dtype: LU.dtype, device: LU.device })) : none,
    unpackData ? triu(narrow(LU, -2, 0, k)) : none,
  ], out);
}

/** The matrices P with P L U = A, whose rows were exchanged. */
function permutation(LU: Tensor, pivots: Tensor, m: number): Tensor {
  const message = 'pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive.Did you properly pass the result of lu_factor?';
  const order = rowOrder(pivots, m, message, message);
  return eq(unsqueeze(order, -2), unsqueeze(arange(m, { device: LU.device }), -1)).to(LU.dtype);
}

export interface TorchLuOptions extends LuOptions {
  /** give `info` as well; default false */
  readonly getInfos?: boolean | undefined;
}

/**
 * LU and pivots as of `linalg.luFactor`, also of singular matrices; with `getInfos` also the number of the first zero pivot, 0 where there is
 * none.
 * @param x (*, m, n)
 * @see https://pytorch.org/docs/stable/generated/torch.lu.html
 * @example const [LU, pivots] = torch.lu(torch.tensor([[1, 2], [3, 4]])); // pivots: tensor([2, 2], dtype=torch.int32)
 */
export function lu(x: Tensor, options: TorchLuOptions & { readonly getInfos: true }): [LU: Tensor, pivots: Tensor, info: Tensor];
export function lu(x: Tensor, options?: TorchLuOptions): [LU: Tensor, pivots: Tensor, info?: Tensor];
export function lu(x: Tensor, options: TorchLuOptions = {}): [Tensor, Tensor, Tensor?] {
  const { pivot = true, getInfos = false } = checked('lu', options, 'pivot');
  const [LU, pivots, info] = factorsOf(x, pivot, null);
  return getInfos ? [LU, pivots, info] : [LU, pivots];
}
