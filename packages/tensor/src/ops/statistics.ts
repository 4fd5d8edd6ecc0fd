import type { Tensor } from '../tensor.js';
import type { Dims } from './reduction-arguments.js';
import { spread, statisticsOps, type VarianceOptions } from './variance.js';

/**
 * The standard deviation over some dimensions, or over all.
 * @throws RuntimeError for integers and booleans
 * @see https://pytorch.org/docs/stable/generated/torch.std.html
 * @example torch.tensor([1, 2, 3]).std() // tensor(1.)
 */
export const std = (x: Tensor, dim?: Dims | VarianceOptions, options?: VarianceOptions): Tensor =>
  spread(statisticsOps.std, x, dim, options)[0];

/**
 * The variance over some dimensions, or over all.
 * @throws RuntimeError for integers and booleans
 * @see https://pytorch.org/docs/stable/generated/torch.var.html
 * @example torch.tensor([1, 2, 3]).var({ unbiased: false }) // tensor(0.6667)
 */
const varianceOf = (x: Tensor, dim?: Dims | VarianceOptions, options?: VarianceOptions): Tensor =>
  spread(statisticsOps.var, x, dim, options)[0];
export { varianceOf as var };
