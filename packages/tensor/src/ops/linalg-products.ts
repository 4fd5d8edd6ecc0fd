import { runStructured } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { shapeText, wrapDim } from '../layout.js';
import { contiguousFormat } from '../memory-format.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { mul } from './arithmetic.js';
import { conj } from './complex.js';
import { crossAlong } from './cross.js';
import type { OutOption } from './define.js';
import { cat } from './joining.js';
import { checkFloat, checkSquare, identityLike } from './linalg-checks.js';
import { inv } from './linalg-solve.js';
import { matmul, mm } from './matmul.js';
import { intoOut } from './out.js';
import { dimAndOptions, type DimOptions } from './reduction-arguments.js';
import { sum } from './reduction.js';
import { cumprod } from './scan.js';
import { expand, reshape, squeeze, unsqueeze } from './views.js';

const matrixExpOp = structuredOp<null>({
  name: 'linalgMatrixExp', meta: ([{ layout: { shape }, dtype }]) => [{ shape, dtype }],
});

/** Records of the functions of matrices. */
export const matrixFunctionOps = { matrixExp: matrixExpOp };

/**
 * A square matrix (or each of a batch) multiplied n times with itself; of its inverse for negative n.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html
 * @example torch.linalg.matrixPower(torch.tensor([[1, 1], [0, 1]]), 3) // tensor([[1., 3.], [0., 1.]])
 */
export function matrixPower(x: Tensor, n: number, options: OutOption = {}): Tensor {
  const { out } = checked('linalg.matrixPower', options, 'out');
  return intoOut(power(x, n), out);
}

function power(x: Tensor, n: number): Tensor {
  checkSquare('linalg.matrix_power', x);
  if (n < 0) return power(inv(x), -n);
  if (n === 0) return x.clone().copy_(identityLike(x)); // its gradient is zero
  // the product of the squares that n is the sum of
  let result: Tensor | null = null;
  for (let square = x, rest = n; ; square = matmul(square, square)) {
    if (rest % 2 === 1) result = result ? matmul(result, square) : square;
    rest = Math.floor(rest / 2);
    if (rest === 0) return result === x ? x.clone({ memoryFormat: contiguousFormat }) : result!;
  }
}

/**
 * The exponential Σ Aᵏ / k! of a square matrix, or of each of a batch.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html
 * @example torch.linalg.matrixExp(torch.zeros(2, 2)) // tensor([[1., 0.], [0., 1.]])
 */
export function matrixExp(A: Tensor): Tensor {
  checkSquare('linalg.matrix_exp', A);
  checkFloat('matrix_exp', A);
  return runStructured(matrixExpOp, [A], null)[0];
}

/**
 * The product of two or more matrices, in the order that takes the fewest multiplications; the first may be a row
 * vector, the last a column vector.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.multi_dot.html
 * @example torch.linalg.multiDot([torch.ones(2, 30), torch.ones(30, 4), torch.ones(4)]) // tensor([120., 120.])
 */
export function multiDot(tensors: readonly Tensor[], options: OutOption = {}): Tensor {
  const n = tensors.length, { out } = checked('linalg.multiDot', options, 'out');
  if (n < 2) throw new RuntimeError(`multi_dot(): expected at least 2 tensors but got ${n}`);
  tensors.forEach((x, i) => {
    if (x.dim() === 2 || (x.dim() === 1 && (i === 0 || i === n - 1))) return;
    const which = i === 0 ? 'the first tensor must be 1D or 2D' : i === n - 1 ? 'the last tensor must be 1D or 2D' : `tensor ${i} must be 2D`;
    throw new RuntimeError(`multi_dot(): ${which} but got ${x.dim()}D`);
  });
  const row = tensors[0].dim() === 1, column = tensors[n - 1].dim() === 1;
  const matrices = tensors.map((x, i) => (x.dim() === 2 ? x : unsqueeze(x, i === 0 ? 0 : 1)));
  for (let i = 0; i + 1 < n; i++) {
    const [a, b] = [matrices[i], matrices[i + 1]];
    if (a.shape[1] !== b.shape[0]) {
      throw new RuntimeError(
        `multi_dot(): tensors ${i} and ${i + 1} with shapes ${shapeText(a.shape)} and ${shapeText(b.shape)} cannot be multiplied`);
    }
  }
  const product = multiplied(matrices, bestSplits(matrices), 0, n - 1);
  const rows = row ? squeeze(product, 0) : product;
  return intoOut(column ? squeeze(rows, -1) : rows, out);
}

/** For each chain i … j where it is best cut in two: dynamic programming over the number of multiplications. */
function bestSplits(matrices: readonly Tensor[]): number[][] {
  const n = matrices.length;
  const sizes = [matrices[0].shape[0], ...matrices.map((x) => x.shape[1])];
  const cost = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const split = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let length = 2; length <= n; length++) {
    for (let i = 0; i + length <= n; i++) {
      const j = i + length - 1;
      cost[i][j] = Infinity;
      for (let k = i; k < j; k++) {
        const total = cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1];
        if (total < cost[i][j]) [cost[i][j], split[i][j]] = [total, k];
      }
    }
  }
  return split;
}

function multiplied(matrices: readonly Tensor[], split: readonly (readonly number[])[], i: number, j: number): Tensor {
  if (i === j) return matrices[i];
  const k = split[i][j];
  return mm(multiplied(matrices, split, i, k), multiplied(matrices, split, k + 1, j));
}

/**
 * As `linalg.multiDot`, of matrices as separate arguments.
 * @see https://pytorch.org/docs/stable/generated/torch.chain_matmul.html
 * @example torch.chainMatmul(torch.ones(2, 3), torch.ones(3, 4), torch.ones(4, 1)) // tensor([[12.], [12.]])
 */
export function chainMatmul(...matrices: Tensor[]): Tensor {
  for (const x of matrices) if (x.dim() !== 2) throw new RuntimeError(`Tensor dimension is ${x.dim()}, expected 2 instead.`);
  return matrices.length === 1 ? matrices[0] : multiDot(matrices);
}

/**
 * The dot products of vectors along a dimension, the last by default; complex ones are those of the first one's conjugate.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.vecdot.html
 * @example torch.linalg.vecdot(torch.ones(2, 3), torch.ones(2, 3)) // tensor([3., 3.])
 */
export function vecdot(x: Tensor, y: Tensor, dim: number | DimOptions = -1, options: DimOptions = {}): Tensor {
  const [d = -1, { out }] = dimAndOptions<number, DimOptions>('linalg.vecdot', dim, options, 'dim');
  if (!x.dtype.isComplex) checkFloat('linalg.vecdot', x, true);
  return sum(mul(conj(x), y), d, { out });
}

/**
 * The cross products of vectors of three elements along a dimension, the last by default; batches are broadcast.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.cross.html
 * @example torch.linalg.cross(torch.tensor([1, 0, 0]), torch.tensor([0, 1, 0])) // tensor([0., 0., 1.])
 */
export function cross(x: Tensor, other: Tensor, dim: number | DimOptions = -1, options: DimOptions = {}): Tensor {
  const [d = -1, { out }] = dimAndOptions<number, DimOptions>('linalg.cross', dim, options, 'dim');
  return intoOut(crossAlong(x, other, d), out);
}

/**
 * For each element the row of its powers, from 0 to N - 1.
 * @param options.N default: the size of the last dimension
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.vander.html
 * @example torch.linalg.vander(torch.tensor([2, 3])) // tensor([[1., 2.], [1., 3.]])
 */
export function vander(x: Tensor, options: { readonly N?: number | null | undefined } = {}): Tensor {
  const { N } = checked('linalg.vander', options, 'N');
  if (x.dtype.isFloatingPoint && x.dtype.itemsize === 2) {
    throw new RuntimeError(`linalg.vander supports floating point, complex, and integer tensors, but got ${x.dtype.scalarType}`);
  }
  const n = N ?? x.shape.at(-1) ?? 1;
  if (n <= 1) throw new RuntimeError('N must be greater than 1.');
  const base = x.dim() === 0 ? reshape(x, 1) : x;
  const shape = [...base.shape, n - 1];
  const powers = cumprod(expand(unsqueeze(base, -1), shape), wrapDim(-1, shape.length));
  return cat([powers.newOnes([...base.shape, 1]), powers], -1);
}
