import { getDefaultDtype } from '../dtype.js';
import { NotImplementedError, RuntimeError } from '../errors.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { clamp } from './clamp.js';
import { matmul } from './matmul.js';
import { sum } from './reduction.js';
import { reshape, squeeze, t, unsqueeze } from './views.js';
import { diagonal } from './views-windows.js';

export interface CovOptions {
  /** what is subtracted from the number of observations in the divisor, default 1 */
  readonly correction?: number | undefined;
  /** how often each observation counts: integers */
  readonly fweights?: Tensor | null | undefined;
  /** how much each observation counts */
  readonly aweights?: Tensor | null | undefined;
}

function checkWeights(name: string, weights: Tensor, observations: number): void {
  if (weights.dim() > 1) {
    throw new RuntimeError(`cov(): expected ${name} to have one or fewer dimensions but got ${name} with ${weights.dim()} dimensions`);
  }
  const kind = name === 'fweights' ? 'integral' : 'floating point';
  if (weights.dtype.kind !== (name === 'fweights' ? 'int' : 'float')) {
    throw new RuntimeError(`cov(): expected ${name} to have ${kind} dtype but got ${name} with ${weights.dtype.scalarType} dtype`);
  }
  if (weights.numel() !== observations) {
    throw new RuntimeError(
      `cov(): expected ${name} to have the same numel as there are observations in the input but got ${weights.numel()} != ${observations}`);
  }
  if (onHost(weights)?.some((w) => w < 0)) throw new RuntimeError(`cov(): ${name} cannot be negative`);
}

/** The values, where they can be read at once. */
const onHost = (x: Tensor): number[] | undefined =>
  (x.device.type === 'cpu' ? Array.from(x.detach().hostValues() as Float64Array, Number) : undefined);

/**
 * The covariances of variables (rows) over observations (columns); a vector is one variable.
 * @throws RuntimeError for inputs of more dimensions, and for weights that do not fit or are negative
 * @see https://pytorch.org/docs/stable/generated/torch.cov.html
 * @example torch.cov(torch.tensor([[0, 1, 2], [2, 1, 0]])) // tensor([[ 1., -1.], [-1.,  1.]])
 */
export function cov(x: Tensor, options: CovOptions = {}): Tensor {
  const { correction = 1, fweights, aweights } = checked('cov', options);
  if (x.dim() > 2) throw new RuntimeError(`cov(): expected input to have two or fewer dimensions but got an input with ${x.dim()} dimensions`);
  if (x.dtype.kind === 'bool') throw new RuntimeError('cov(): bool dtype is not supported for input');
  const rows = x.dim() < 2 ? reshape(x, 1, -1) : x;
  const observations = rows.shape[1];
  if (fweights) checkWeights('fweights', fweights, observations);
  if (aweights) checkWeights('aweights', aweights, observations);
  if (x.dtype.isComplex) throw new NotImplementedError('cov(): complex tensors are not implemented here');
  const values = rows.dtype.isFloatingPoint ? rows : rows.to(getDefaultDtype());
  const weights = fweights && aweights ? fweights.mul(aweights) : fweights ?? aweights;

  // Σ w, a number without weights; and of the divisor what the correction takes away
  const total = weights ? sum(weights) : null;
  if (total && onHost(total)?.[0] === 0) throw new RuntimeError("cov(): weights sum to zero, can't be normalized");
  const centered = values.sub(total && weights
    ? sum(values.mul(weights), 1, { keepdim: true }).div(total)
    : sum(values, 1, { keepdim: true }).div(observations));
  const lost = total && weights && aweights && correction !== 0
    ? sum(weights.mul(aweights)).div(total).mul(correction) : correction;
  const norm = total ? total.sub(lost).clampMin(0) : Math.max(observations - correction, 0);
  const weighted = weights ? centered.mul(weights) : centered;
  const result = matmul(weighted, t(centered)).div(norm);
  return squeeze(result);
}

/**
 * The correlation coefficients of variables (rows) over observations (columns).
 * @see https://pytorch.org/docs/stable/generated/torch.corrcoef.html
 * @example torch.corrcoef(torch.tensor([[1, 2, 3], [3, 2, 1]])) // tensor([[ 1., -1.], [-1.,  1.]])
 */
export function corrcoef(x: Tensor): Tensor {
  if (x.dim() > 2) {
    throw new RuntimeError(`corrcoef(): expected input to have two or fewer dimensions but got an input with ${x.dim()} dimensions`);
  }
  const c = cov(x);
  if (c.dim() === 0) return c.div(c); // 1, or NaN
  const deviations = diagonal(c).sqrt();
  return clamp(c.div(unsqueeze(deviations, 1)).div(deviations), -1, 1);
}
