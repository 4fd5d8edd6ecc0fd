import { runStructured } from '../dispatch.js';
import { RuntimeError, ValueError } from '../errors.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { normOps } from './vector-norm.js';

const COMPUTE_MODES =
  ['use_mm_for_euclid_dist_if_necessary', 'use_mm_for_euclid_dist', 'donot_use_mm_for_euclid_dist'] as const;

export interface CdistOptions {
  /** the order of the norm, default 2 */
  readonly p?: number | undefined;
  /** accepted for PyTorch's sake: distances are always those of the differences */
  readonly computeMode?: (typeof COMPUTE_MODES)[number] | undefined;
}

/**
 * The p-norm distance of each row of one matrix from each row of another; batches are broadcast.
 * @see https://pytorch.org/docs/stable/generated/torch.cdist.html
 * @example torch.cdist(torch.zeros(1, 2), torch.tensor([[3, 4], [0, 1]])) // tensor([[5., 1.]])
 */
export function cdist(x1: Tensor, x2: Tensor, options: CdistOptions = {}): Tensor {
  const { p = 2, computeMode = COMPUTE_MODES[0] } = checked('cdist', options, 'p');
  if (!COMPUTE_MODES.includes(computeMode)) throw new ValueError(`${computeMode} is not a valid value for compute_mode`);
  [x1, x2].forEach((x, i) => {
    if (x.dim() < 2) throw new RuntimeError(`cdist only supports at least 2D tensors, X${i + 1} got: ${x.dim()}D`);
  });
  const [a, b] = [x1.shape.at(-1), x2.shape.at(-1)];
  if (a !== b) throw new RuntimeError(`X1 and X2 must have the same number of columns. X1: ${a} X2: ${b}`);
  [x1, x2].forEach((x, i) => {
    if (!x.dtype.isFloatingPoint) throw new RuntimeError(`cdist only supports floating-point dtypes, X${i + 1} got: ${x.dtype.scalarType}`);
  });
  if (!(p >= 0)) throw new RuntimeError('cdist only supports non-negative p values');
  return runStructured(normOps.cdist, [x1, x2], { p })[0];
}
