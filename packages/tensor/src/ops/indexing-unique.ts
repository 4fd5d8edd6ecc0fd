import { contiguousNumbers, type NumberArray } from '../cpu/host.js';
import { inputValues } from '../cpu/rows.js';
import { IndexError, RuntimeError } from '../errors.js';
import { wrapDim } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { notImplementedFor } from './dtype-checks.js';
import { tensor } from './from-data.js';
import { checkOnHost, indexSelect } from './indexing-select.js';
import { sort as ascending } from './sorting.js';
import { reshape, transpose } from './views.js';
import { int64sOf, wordsOf } from '../words.js';

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
  checkOnHost(name, x);
  const alone = dim === undefined || dim === null;
  if (!alone && x.dim() === 0) throw new IndexError(`Dimension specified as ${dim} but tensor has no dimensions`);
  const d = alone ? 0 : wrapDim(dim, x.dim());
  const flat = (alone ? reshape(x, -1) : x).detach();
  const n = flat.shape[d];
  if (n > 0 && flat.numel() === 0) {
    throw new RuntimeError("There are 0 sized dimensions, and they aren't selected, so unique cannot be applied");
  }
  const { kept, inverse, counts } = flat.numel() > n ? groupedSlices(flat, d, sort) : groupedElements(reshape(flat, -1), sort);
  const made = (numbers: ArrayLike<number>): Tensor => tensor(int64sOf(numbers), { device: x.device });
  const results = [indexSelect(flat, d, made(kept))];
  if (returnInverse) results.push(reshape(made(inverse), alone ? x.shape : [n]));
  if (returnCounts) results.push(made(counts));
  return results.length === 1 ? results[0] : results;
}

type Compare = (i: number, j: number) => number;

/** Compares slices i and j of a dimension, element by element; NaN comes last and differs from NaN. */
function comparator(x: Tensor, dim: number): Compare {
  const values = inputValues(transpose(x, dim, 0)), width = x.numel() / x.shape[dim];
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

function groupedSlices(x: Tensor, dim: number, sort: boolean): Groups {
  const compare = comparator(x, dim), order = Array.from({ length: x.shape[dim] }, (_, i) => i);
  if (sort) order.sort((i, j) => compare(i, j) || i - j);
  return grouped(order, (i, j) => compare(i, j) === 0);
}

function groupedElements(x: Tensor, sort: boolean): Groups {
  if (x.dtype.isComplex) throw notImplementedFor('unique', x.dtype);
  const groups = sort && x.dtype.kind !== 'float' && counted(contiguousNumbers(x));
  if (groups) return groups;
  // values last: a sort may need memory that has to grow for it, and what is seen of it is lost then
  const order = sort ? contiguousNumbers(ascending(x).indices) : new Float64Array(x.numel()).map((_, i) => i), values = inputValues(x);
  if (!(values instanceof BigInt64Array)) return grouped(order, (i, j) => values[i] === values[j]);
  const words = wordsOf(values);
  return grouped(order, (i, j) => words[2 * i] === words[2 * j] && words[2 * i + 1] === words[2 * j + 1]);
}

interface Groups {
  /** the first of each group */
  readonly kept: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  /** each one's group */
  readonly inverse: ArrayLike<number>;
}

/** Groups of whole numbers that lie close together, as labels do; null of others. */
function counted(values: NumberArray): Groups | null {
  let low = Infinity, high = -Infinity;
  for (const v of values) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  // further apart, and beyond what doubles hold exactly, they are sorted
  if (!(high - low < 4 * values.length && Number.isSafeInteger(low) && Number.isSafeInteger(high))) return null;
  const all = new Float64Array(high - low + 1), group = new Float64Array(all.length);
  for (const v of values) all[v - low]++;
  const counts = all.filter((count) => count > 0), kept = new Float64Array(counts.length), inverse = new Float64Array(values.length);
  for (let v = 0, g = 0; v < all.length; v++) group[v] = all[v] > 0 ? g++ : -1;
  for (let i = values.length - 1; i >= 0; i--) kept[inverse[i] = group[values[i] - low]] = i;
  return { kept, counts, inverse };
}

/** Groups of those that are the same as the one before them in an order. */
function grouped(order: ArrayLike<number>, same: (i: number, j: number) => boolean): Groups {
  const kept: number[] = [], counts: number[] = [], inverse = new Float64Array(order.length);
  for (let k = 0; k < order.length; k++) {
    const i = order[k];
    if (k === 0 || !same(order[k - 1], i)) {
      kept.push(i);
      counts.push(0);
    }
    counts[counts.length - 1]++;
    inverse[i] = kept.length - 1;
  }
  return { kept, inverse, counts };
}
