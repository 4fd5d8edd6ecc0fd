import type { Tensor } from '../tensor.js';
import type { Dims } from './reduction-arguments.js';
import { spread, statisticsOps, type VarianceOptions } from './variance.js';

/**
 * The standard deviation and the mean over some dimensions, or over all.
 * @see https://pytorch.org/docs/stable/generated/torch.std_mean.html
 * @example const [std, mean] = torch.stdMean(torch.tensor([1, 2, 3])); // tensor(1.), tensor(2.)
 */
export const stdMean = (
  x: Tensor, dim?: Dims | VarianceOptions, options?: VarianceOptions,
): [std: Tensor, mean: Tensor] =>
  spread(statisticsOps.stdMean, x, dim, options) as [Tensor, Tensor];

/**
 * The variance and the mean over some dimensions, or over all.
 * @see https://pytorch.org/docs/stable/generated/torch.var_mean.html
 * @example const [variance, mean] = torch.varMean(torch.tensor([1, 2, 3])); // tensor(1.), tensor(2.)
 */
export const varMean = (
  x: Tensor, dim?: Dims | VarianceOptions, options?: VarianceOptions,
): [variance: Tensor, mean: Tensor] =>
  spread(statisticsOps.varMean, x, dim, options) as [Tensor, Tensor];
