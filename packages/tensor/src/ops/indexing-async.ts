import { runStructured } from '../dispatch.js';
import { bool, int64, uint8 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { broadcastShapes } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { ne } from './comparison.js';
import { full } from './creation.js';
import { atIndices, index } from './indexing.js';
import { applyItems, checkMask, isMask, resolveTensors, type IndexItem } from './indexing-items.js';
import { indexingOps } from './indexing-records.js';
import type { NonzeroOptions } from './indexing-select.js';
import { scatter_ } from './scatter.js';
import { cat } from './joining.js';
import { cumsum } from './scan.js';
import { sort } from './sorting.js';
import { sum } from './reduction.js';
import { expand, reshape, unsqueeze } from './views.js';
import { unbind } from './views-split.js';
import { narrow } from './views-windows.js';

// The shapes of these results depend on values. Where values are known only later, so are they; all else is computed where
// the tensor is.

const countOf = async (mask: Tensor): Promise<number> => Number(await sum(mask).item());

/**
 * As `nonzero`, on any device: waits for the number of elements that are not zero.
 * @see https://pytorch.org/docs/stable/generated/torch.nonzero.html
 * @example await torch.nonzeroAsync(torch.tensor([0, 3, 4])) // tensor([[1], [2]])
 */
export async function nonzeroAsync(x: Tensor, options: { readonly asTuple: true }): Promise<Tensor[]>;
export async function nonzeroAsync(x: Tensor, options?: { readonly asTuple?: false | undefined }): Promise<Tensor>;
export async function nonzeroAsync(x: Tensor, options: NonzeroOptions = {}): Promise<Tensor | Tensor[]> {
  const { asTuple = false } = checked('nonzeroAsync', options, 'asTuple');
  if (asTuple) return unbind(await nonzeroAsync(x.dim() === 0 ? unsqueeze(x, 0) : x), 1);
  return runStructured(indexingOps.nonzero, [x], { count: await countOf(ne(x.detach(), 0)) })[0];
}

/**
 * As `maskedSelect`, on any device: waits for the number of elements that the mask selects.
 * @throws RuntimeError for a mask that is not bool
 * @see https://pytorch.org/docs/stable/generated/torch.masked_select.html
 * @example await torch.maskedSelectAsync(x, x.gt(0))
 */
export async function maskedSelectAsync(x: Tensor, mask: Tensor): Promise<Tensor> {
  if (mask.dtype !== bool && mask.dtype !== uint8) throw new RuntimeError('masked_select: expected BoolTensor or ByteTensor for mask');
  const count = await countOf(ne(expand(mask, broadcastShapes(mask.shape, x.shape)), 0));
  return runStructured(indexingOps.maskedSelect, [x, mask], { count })[0];
}

/**
 * As `index`, on any device: waits for the number of elements that masks among the items select.
 * @throws IndexError as `index` does
 * @see https://pytorch.org/cppdocs/notes/tensor_indexing.html
 * @example await torch.indexAsync(x, x.gt(0)) // x[x > 0]
 */
export async function indexAsync(x: Tensor, ...items: IndexItem[]): Promise<Tensor> {
  const { result, tensors: given } = applyItems(x, items);
  if (given.length === 0) return index(x, ...items);
  const tensors = Array.from(given); // it has holes
  const found = await Promise.all(tensors.map(async (item) => (item && isMask(item) ? maskIndices(result, tensors, item) : [item])));
  const { dims, indices } = resolveTensors(result, found.flat());
  return atIndices(result, indices, dims);
}

/** Where a mask holds, as an index for each dimension. */
async function maskIndices(x: Tensor, tensors: readonly (Tensor | undefined)[], mask: Tensor): Promise<Tensor[]> {
  const dim = tensors.slice(0, tensors.indexOf(mask)).reduce((n, item) => n + (item && isMask(item) ? item.dim() : 1), 0);
  checkMask(x, mask, dim);
  return nonzeroAsync(mask, { asTuple: true });
}

export interface UniqueAsyncOptions {
  /** for each element, which of the results equals it */
  readonly returnInverse?: boolean | undefined;
  /** how many elements equal each result */
  readonly returnCounts?: boolean | undefined;
}

/**
 * As `unique` of all elements, on any device: waits for the number of different ones.
 * @returns the elements, sorted, then the inverse and the counts where asked for
 * @see https://pytorch.org/docs/stable/generated/torch.unique.html
 * @example const [values] = await torch.uniqueAsync(torch.tensor([2, 1, 2])); // tensor([1., 2.])
 */
export async function uniqueAsync(x: Tensor, options: UniqueAsyncOptions = {}): Promise<Tensor[]> {
  const { returnInverse = false, returnCounts = false } = checked('uniqueAsync', options);
  const flat = reshape(x.detach(), -1), n = flat.numel(), { device } = x;
  const [sorted, order] = sort(flat, 0);
  const first = n === 0 ? full([0], false, { device })
    : cat([full([1], true, { device }), ne(narrow(sorted, 0, 1, n - 1), narrow(sorted, 0, 0, n - 1))]);
  const results = [await maskedSelectAsync(sorted, first)];
  if (returnInverse) {
    const group = cumsum(first, 0).sub(1), places = full([n], 0, { dtype: int64, device });
    results.push(reshape(scatter_(places, 0, order, group), x.shape));
  }
  if (returnCounts) {
    const starts = reshape(await nonzeroAsync(first), -1), count = starts.numel();
    const ends = count === 0 ? starts : cat([narrow(starts, 0, 1, count - 1), full([1], n, { dtype: int64, device })]);
    results.push(ends.sub(starts));
  }
  return results;
}
