import { runStructured } from '../dispatch.js';
import { complexDtype } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { notImplementedFor } from './dtype-checks.js';
import { checkSquare } from './linalg-checks.js';
import { intoOut, type OutsOption } from './out.js';

/** Record of the eigenvalues and eigenvectors of matrices of any kind. */
export const eigOp = structuredOp<null>({
  name: 'linalgEig',
  meta: ([{ layout: { shape }, dtype }]) =>
    [{ shape: shape.slice(0, -1), dtype: complexDtype(dtype) }, { shape, dtype: complexDtype(dtype) }],
});

function decompose(name: string, A: Tensor): Tensor[] {
  checkSquare(name, A);
  if (!A.dtype.isDifferentiable) throw new RuntimeError(`Unknown Complex ScalarType for ${A.dtype.scalarType}`);
  if (A.dtype.itemsize === 2) throw notImplementedFor('linalg_eig_out_cpu', A.dtype);
  return runStructured(eigOp, [A], null);
}

/**
 * The eigenvalues and eigenvectors of square matrices, which need not be symmetric. Their order is arbitrary, and vectors may be
 * multiplied by any number of length 1; here they have length 1, and their largest components are real.
 * @param A (*, n, n), real or complex
 * @returns eigenvalues (*, n), complex, and eigenvectors (*, n, n), complex, as columns. Gradients are those of what does not depend on the
 *   vectors' directions, and of matrices whose eigenvalues differ.
 * @throws RuntimeError for other shapes and dtypes; RuntimeError for infinities and NaN
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.eig.html
 * @example torch.linalg.eig(torch.tensor([[0, 1], [-1, 0]])).eigenvalues // tensor([0.+1.j, 0.-1.j])
 */
export const eig = (A: Tensor, options: OutsOption = {}): NamedTuple<readonly ['eigenvalues', 'eigenvectors']> => namedTuple(
  'linalg_eig', ['eigenvalues', 'eigenvectors'], decompose('linalg.eig', A), checked('linalg.eig', options, 'out').out);

/**
 * The eigenvalues of square matrices, in arbitrary order.
 * @param A (*, n, n), real or complex
 * @returns (*, n), complex
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.eigvals.html
 */
export const eigvals = (A: Tensor, options: OutOption = {}): Tensor =>
  intoOut(decompose('linalg.eigvals', A)[0], checked('linalg.eigvals', options, 'out').out);
