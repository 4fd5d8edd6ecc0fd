import { RuntimeError } from '../errors.js';
import { product } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { inv, solve } from './linalg-solve.js';
import { intoOut } from './out.js';
import { movedim, reshape } from './views.js';

/** Throws where the dimensions from `from` on have not as many elements as there are to be. */
function checkRest(rest: readonly number[], wanted: number, from: string): void {
  const n = product(rest);
  if (n !== wanted) throw new RuntimeError(`Expected self to satisfy the requirement prod(self.shape[${from}:]) == prod(self.shape[:${from}]), but got ${n} != ${wanted}`);
}

/**
 * The inverse of a linear map of tensors: for `A` of shape (…first, …rest), of as many elements each, the tensor of shape (…rest, …first)
 * with which `tensordot(…, A, ind)` gives the identity.
 * @param options.ind how many dimensions come first, default 2
 * @throws RuntimeError for other shapes; LinAlgError for singular maps
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.tensorinv.html
 * @example torch.linalg.tensorinv(torch.eye(24).reshape(4, 6, 8, 3)).shape // [8, 3, 4, 6]
 */
export function tensorinv(A: Tensor, options: OutOption & { readonly ind?: number | undefined } = {}): Tensor {
  const { ind = 2, out } = checked('linalg.tensorinv', options, 'ind');
  if (!(ind > 0)) throw new RuntimeError(`Expected a strictly positive integer for 'ind', but got ${ind}`);
  const first = A.shape.slice(0, ind), rest = A.shape.slice(ind), n = product(first);
  checkRest(rest, n, 'ind');
  return intoOut(reshape(inv(reshape(A, [n, n])), [...rest, ...first]), out);
}

/**
 * The X with `tensordot(A, X, X.dim())` = B: a linear system whose unknowns and right-hand sides are tensors.
 * @param options.dims dimensions of A that are moved to its end first
 * @throws RuntimeError for shapes that do not fit; LinAlgError for singular systems
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.tensorsolve.html
 * @example torch.linalg.tensorsolve(torch.eye(24).reshape(6, 4, 2, 3, 4), torch.ones(6, 4)).shape // [2, 3, 4]
 */
export function tensorsolve(A: Tensor, B: Tensor, options: OutOption & { readonly dims?: readonly number[] | null | undefined } = {}): Tensor {
  const { dims, out } = checked('linalg.tensorsolve', options, 'dims');
  const moved = dims ? movedim(A, dims, dims.map((_, i) => i - dims.length)) : A;
  const n = B.numel(), rest = moved.shape.slice(B.dim());
  checkRest(rest, n, 'other.ndim');
  return intoOut(reshape(solve(reshape(moved, [n, n]), reshape(B, [n])), rest), out);
}
