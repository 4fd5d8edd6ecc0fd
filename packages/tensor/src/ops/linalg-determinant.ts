import { runStructured } from '../dispatch.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { eq } from './comparison.js';
import type { OutOption } from './define.js';
import { checkFloat, checkSquare } from './linalg-checks.js';
import { intoOut, type OutsOption } from './out.js';
import { where } from './where.js';

const detOp = structuredOp<null>({
  name: 'linalgDet', meta: ([{ layout: { shape }, dtype }]) => [{ shape: shape.slice(0, -2), dtype }],
});
const complexDetOp = structuredOp<null>({ name: 'complexDet', gradName: 'LinalgDet', meta: detOp.meta });
const slogdetOp = structuredOp<null>({
  name: 'linalgSlogdet',
  meta([{ layout, dtype }]) {
    const shape = layout.shape.slice(0, -2);
    return [{ shape, dtype }, { shape, dtype }];
  },
});

/** Records of the determinants. */
export const determinantOps = { det: detOp, complexDet: complexDetOp, slogdet: slogdetOp };

/**
 * The determinant of a square matrix, real or complex, or of each of a batch.
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.det.html
 * @example torch.linalg.det(torch.tensor([[1, 2], [3, 4]])) // tensor(-2.)
 */
export function det(A: Tensor, options: OutOption = {}): Tensor {
  checkSquare('linalg.det', A);
  if (!A.dtype.isComplex) checkFloat('linalg.det', A);
  return intoOut(runStructured(A.dtype.isComplex ? complexDetOp : detOp, [A], null)[0], checked('linalg.det', options, 'out').out);
}

/** Sign and logarithm of the absolute value of the determinant, under a function's own name. @internal */
export function signAndLog(name: string, A: Tensor): Tensor[] {
  checkSquare(name, A);
  checkFloat(name, A);
  return runStructured(slogdetOp, [A], null);
}

/**
 * The sign of the determinant, and the logarithm of its absolute value (-inf for a singular matrix).
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.slogdet.html
 * @example torch.linalg.slogdet(torch.tensor([[0, 1], [1, 0]])).sign // tensor(-1.)
 */
export const slogdet = (A: Tensor, options: OutsOption = {}): NamedTuple<readonly ['sign', 'logabsdet']> => namedTuple(
  'linalg_slogdet', ['sign', 'logabsdet'],
  signAndLog('linalg.slogdet', A), checked('linalg.slogdet', options, 'out').out);

/**
 * The logarithm of the determinant; NaN where that is negative.
 * @see https://pytorch.org/docs/stable/generated/torch.logdet.html
 * @example torch.logdet(torch.eye(2)) // tensor(0.)
 */
export function logdet(A: Tensor): Tensor {
  const [sign, logabsdet] = signAndLog('logdet', A);
  return where(eq(sign, -1), NaN, logabsdet);
}
