import { RuntimeError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { isnan, ne } from './comparison.js';
import { logicalNot } from './logical.js';
import { intoOut } from './out.js';
import { isOptions, type Dims } from './reduction-arguments.js';
import { sum, type ReduceOptions } from './reduction.js';
import { maskedFill } from './selection.js';

/**
 * As `sum`, with NaN counted as zero.
 * @see https://pytorch.org/docs/stable/generated/torch.nansum.html
 * @example torch.tensor([1, NaN]).nansum() // tensor(1.)
 */
export function nansum(x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions): Tensor {
  if (x.dtype.isComplex) throw new RuntimeError('nansum does not support complex inputs');
  return sum(x.dtype.isFloatingPoint ? maskedFill(x, isnan(x), 0) : x, dim, options);
}

/**
 * As `mean`, of the elements that are not NaN.
 * @see https://pytorch.org/docs/stable/generated/torch.nanmean.html
 * @example torch.tensor([1, NaN, 3]).nanmean() // tensor(2.)
 */
export function nanmean(x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions): Tensor {
  if (!x.dtype.isFloatingPoint) throw new RuntimeError(`nanmean(): expected input to have floating point dtype but got ${x.dtype.scalarType}`);
  const [dims, given] = isOptions<ReduceOptions>(dim) ? [undefined, dim] : [dim, options ?? {}], { keepdim, out, ...summing } = given;
  const count = sum(logicalNot(isnan(x.detach())), dims, { keepdim });
  return intoOut(nansum(x, dims, { ...summing, keepdim }).div(count), out);
}

/**
 * How many elements are not zero, over some dimensions or over all.
 * @see https://pytorch.org/docs/stable/generated/torch.count_nonzero.html
 * @example torch.tensor([0, 2, 3]).countNonzero() // tensor(2)
 */
export const countNonzero = (x: Tensor, dim?: Dims | { readonly dim?: Dims }): Tensor => sum(ne(x, 0), dim);
