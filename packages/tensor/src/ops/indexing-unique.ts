import { contiguousValues, decode } from '../cpu/host.js';
import type { TypedArray } from '../dtype.js';
import { IndexError, RuntimeError } from '../errors.js';
import { wrapDim } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { tensor } from './from-data.js';
import { hostValuesFor, indexSelect } from './indexing-select.js';
import { reshape, transpose } from './views.js';

export interface UniqueConsecutiveOptions {
  /** for each element, which of the results equals it */
  readonly returnInverse?: boolean | undefined;
  /** how many elements equal each result */
  readonly returnCounts?: boolean | undefined;
  /** compare slices of this dimension instead of elements */
  readonly dim?: number | null | undefined;
}

export interface UniqueOptions extends UniqueConsecutiveOptions {
  /** results are sorted in any case */
  readonly sorted?: boolean | undefined;
}

/** The tensor alone, or with what the options ask for. */
export type UniqueResult<O> =
  O extends { readonly returnInverse: true; readonly returnCounts: true } ? [Tensor, Tensor, Tensor]
    : O extends { readonly returnInverse: true } | { readonly returnCounts: true } ? [Tensor, Tensor] : Tensor;

/**
 * The different elements, sorted; NaN differs from NaN.
 * @returns the elements, then the inverse and the counts where asked for
 * @see https://pytorch.org/docs/stable/generated/torch.unique.html
 * @example
 * const [values, counts] = torch.unique(torch.tensor([2, 1, 2]), { returnCounts: true });
 * // tensor([1., 2.]) and tensor([1, 2])
 */
export function unique<const O extends UniqueOptions = object>(x: Tensor, options?: O): UniqueResult<O> {
  return run('unique', x, options ?? {}, true) as UniqueResult<O>;
}

/**
 * The elements without those that equal the one before.
 * @see https://pytorch.org/docs/stable/generated/torch.unique_consecutive.html
 * @example torch.uniqueConsecutive(torch.tensor([1, 1, 2, 1])) // tensor([1., 2., 1.])
 */
export function uniqueConsecutive<const O extends UniqueConsecutiveOptions = object>(x: Tensor, options?: O): UniqueResult<O> {
  return run('unique_consecutive', x, options ?? {}, false) as UniqueResult<O>;
}

function run(
  name: string, x: Tensor, options: UniqueConsecutiveOptions, sort: boolean,
): Tensor | Tensor[] {
  const { returnInverse = false, returnCounts = false, dim } = checked(name, options, 'returnInverse');
  hostValuesFor(name, x);
  const alone = dim === undefined || dim === null;
  if (!alone && x.dim() === 0) throw new IndexError(`Dimension specified as ${dim} but tensor has no dimensions`);
  const d = alone ? 0 : wrapDim(dim, x.dim());
  const flat = (alone ? reshape(x, -1) : x).detach();
  const n = flat.shape[d];
  if (n > 0 && flat.numel() === 0) {
    throw new RuntimeError("There are 0 sized dimensions, and they aren't selected, so unique cannot be applied");
  }
  const { kept, inverse, counts } = grouped(comparator(flat, d), n, sort);
  const device = x.device;
  const results = [indexSelect(flat, d, tensor(BigInt64Array.from(kept, BigInt), { device }))];
  if (returnInverse) results.push(reshape(tensor(BigInt64Array.from(inverse, BigInt), { device }), alone ? x.shape : [n]));
  if (returnCounts) results.push(tensor(BigInt64Array.from(counts, BigInt), { device }));
  return results.length === 1 ? results[0] : results;
}

type Compare = (i: number, j: number) => number;

/** Compares slices i and j of a dimension, element by element; NaN comes last and differs from NaN. */
function comparator(x: Tensor, dim: number): Compare {
  const rows = transpose(x, dim, 0);
  const raw = contiguousValues(rows);
  const values: ArrayLike<number | bigint> = x.dtype.itemsize === 2 && x.dtype.isFloatingPoint
    ? Array.from(raw as Exclude<TypedArray, BigInt64Array>, (v) => decode(x.dtype, v)) : raw;
  const width = x.shape[dim] === 0 ? 0 : x.numel() / x.shape[dim];
  return (i, j) => {
    for (let k = 0; k < width; k++) {
      const a = values[i * width + k], b = values[j * width + k];
      if (a < b) return -1;
      if (a > b) return 1;
      if (a === b) continue;
      if (a === a) return -1;
      if (b === b) return 1;
      return i - j || 1;
    }
    return 0;
  };
}

function grouped(compare: Compare, n: number, sort: boolean): { kept: number[]; inverse: number[]; counts: number[] } {
  const order = Array.from({ length: n }, (_, i) => i);
  if (sort) order.sort((i, j) => compare(i, j) || i - j);
  const kept: number[] = [], counts: number[] = [], inverse = new Array<number>(n);
  order.forEach((i, k) => {
    if (k === 0 || compare(order[k - 1], i) !== 0) {
      kept.push(i);
      counts.push(0);
    }
    counts[counts.length - 1]++;
    inverse[i] = kept.length - 1;
  });
  return { kept, inverse, counts };
}
