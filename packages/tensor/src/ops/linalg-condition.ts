import { RuntimeError } from '../errors.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { checkSquare, LinAlgError } from './linalg-checks.js';
import { matrixNorm, type MatrixNormOrder } from './linalg-norms.js';
import { inv } from './linalg-solve.js';
import { svdvals } from './linalg-spectral.js';
import { intoOut } from './out.js';
import { diagonal as diagonalOf, type DiagonalOptions } from './views-windows.js';

const ORDERS: readonly unknown[] = ['fro', 'nuc', 1, -1, 2, -2, Infinity, -Infinity];

/**
 * The condition numbers of matrices: the norm times that of the inverse; infinite for a singular matrix.
 * @param p the norm, default 2
 * @throws RuntimeError for other orders, and for matrices that are not square unless the order is ±2
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.cond.html
 * @example torch.linalg.cond(torch.tensor([[2, 0], [0, 1]])) // tensor(2.)
 */
export function cond(A: Tensor, p: MatrixNormOrder | null = null, options: OutOption = {}): Tensor {
  return intoOut(conditionOf(A, p), checked('linalg.cond', options, 'out').out);
}

function conditionOf(A: Tensor, p: MatrixNormOrder | null): Tensor {
  if (A.dim() < 2) throw new RuntimeError('linalg.cond: The input tensor must have at least 2 dimensions.');
  if (p !== null && !ORDERS.includes(p)) throw new RuntimeError(`linalg.cond got an invalid norm type: ${p}`);
  if (p === null || p === 2 || p === -2) {
    const values = svdvals(A), largest = values.select(-1, 0), smallest = values.select(-1, -1);
    return p === -2 ? smallest.div(largest) : largest.div(smallest);
  }
  checkSquare(`linalg.cond(ord=${p})`, A);
  let inverse: Tensor;
  try {
    inverse = inv(A);
  } catch (error) {
    if (!(error instanceof LinAlgError) || A.dim() > 2) throw error;
    return matrixNorm(A, p).fill_(Infinity);
  }
  return matrixNorm(A, p).mul(matrixNorm(inverse, p));
}

/** As `torch.diagonal`, of the last two dimensions. @see https://pytorch.org/docs/stable/generated/torch.linalg.diagonal.html */
export const diagonal = (A: Tensor, options: DiagonalOptions = {}): Tensor => {
  const { offset = 0, dim1 = -2, dim2 = -1 } = checked('linalg.diagonal', options, 'offset');
  return diagonalOf(A, offset, dim1, dim2);
};
