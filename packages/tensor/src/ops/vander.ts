import { int64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { cat } from './joining.js';
import { cumprod } from './scan.js';
import { flip } from './shape.js';
import { expand, unsqueeze } from './views.js';

export interface VanderOptions {
  /** how many columns; default as many as rows */
  readonly N?: number | null | undefined;
  /** powers from 0 up rather than down to 0; default false */
  readonly increasing?: boolean | undefined;
}

/**
 * For each element the row of its powers, from N - 1 down to 0. `linalg.vander` has them from 0 up, and batches.
 * @param x (n), of any dtype; integers give int64
 * @returns (n, N)
 * @throws RuntimeError for other shapes and for a negative N
 * @see https://pytorch.org/docs/stable/generated/torch.vander.html
 * @example torch.vander(torch.tensor([2, 3]), { N: 3 }) // tensor([[4., 2., 1.], [9., 3., 1.]])
 */
export function vander(x: Tensor, options: VanderOptions = {}): Tensor {
  const { N, increasing = false } = checked('vander', options, 'N');
  if (x.dim() !== 1) throw new RuntimeError('x must be a one-dimensional tensor.');
  const n = N ?? x.size(0);
  if (n < 0) throw new RuntimeError('N must be non-negative.');
  const base = x.dtype.isDifferentiable ? x : x.to(int64), rows = x.size(0);
  const powers = cumprod(expand(unsqueeze(base, -1), [rows, Math.max(n - 1, 0)]), 1);
  const result = cat([base.newOnes([rows, Math.min(n, 1)]), powers], 1);
  return increasing ? result : flip(result, 1);
}
