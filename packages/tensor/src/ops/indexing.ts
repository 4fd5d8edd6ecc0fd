import { runStructured, runStructuredInplace, runView } from '../dispatch.js';
import { sameShape } from '../layout.js';
import { checked } from '../options.js';
import type { ScalarLike } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { clone, copy_ } from './conversion.js';
import { full } from './creation.js';
import { checkFits } from './dtype-checks.js';
import { applyItems, onlyMask, resolveTensors, type IndexItem, type OnlyMask } from './indexing-items.js';
import { indexingOps } from './indexing-records.js';
import { expand, view } from './views.js';
import { viewOps } from './views-records.js';
import { where } from './where.js';

/**
 * What Python writes `x[…]`: `x.index(':', 1)` is `x[:, 1]`. Numbers, slices, `'...'` and null give a view; tensors, masks
 * and lists among the items give a copy.
 * @throws IndexError for too many items, indices out of range, and masks or index tensors that do not fit
 * @see https://pytorch.org/cppdocs/notes/tensor_indexing.html
 * @example
 * const x = torch.arange(6).view(2, 3);
 * x.index(0)                                   // x[0]         tensor([0, 1, 2])
 * x.index(':', '1:')                           // x[:, 1:]     tensor([[1, 2], [4, 5]])
 * x.index('...', null, -1)                     // x[..., None, -1]
 * x.index(torch.tensor([1n, 0n]), [0, 2])      // x[[1, 0], [0, 2]]   tensor([3, 2])
 * x.index(torch.tensor([true, false]))         // a mask       tensor([[0, 1, 2]])
 */
export function index(x: Tensor, ...items: IndexItem[]): Tensor {
  const { result, tensors } = applyItems(x, items);
  if (tensors.length === 0) return result === x ? runView(viewOps.alias, x, null) : result;
  const { dims, indices } = resolveTensors(result, tensors);
  return atIndices(result, indices, dims);
}

/** What stacked indices address. @internal for derivatives */
export const atIndices = (x: Tensor, indices: Tensor, dims: readonly number[]): Tensor =>
  runStructured(indexingOps.index, [x, indices], { dims })[0];
/** A copy with values written to what stacked indices address. @internal for derivatives */
export const putAtIndices = (x: Tensor, indices: Tensor, values: Tensor, dims: readonly number[]): Tensor =>
  runStructured(indexingOps.indexPut, [x, indices, values], { dims, accumulate: false })[0];
/** A copy with values added to what stacked indices address. @internal for derivatives */
export const addAtIndices = (x: Tensor, indices: Tensor, values: Tensor, dims: readonly number[]): Tensor =>
  runStructured(indexingOps.indexPut, [x, indices, values], { dims, accumulate: true })[0];

export interface IndexPutOptions {
  /** add to what is there; an element that is addressed twice is added to twice */
  readonly accumulate?: boolean | undefined;
}

/**
 * What Python writes `x[…] = value`: the items are those of `index`, the value is broadcast to what they address.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_put_.html
 * @example
 * const x = torch.zeros(2, 3);
 * x.indexPut_([':', 0], 7);          // x[:, 0] = 7
 * x.indexPut_([x.gt(1)], -1);        // x[x > 1] = -1
 */
export function indexPut_(x: Tensor, items: readonly IndexItem[], value: Tensor | ScalarLike, options: IndexPutOptions = {}): Tensor {
  const { accumulate = false } = checked('indexPut_', options, 'accumulate');
  checkFits(x, value);
  const { result, tensors } = applyItems(x, items);
  if (tensors.length === 0) writeView(result, value, accumulate);
  else {
    const only = result.device.type === 'cpu' ? undefined : onlyMask(result, tensors);
    if (only && putWhere(result, only, value, accumulate)) return x;
    const { dims, indices } = resolveTensors(result, tensors);
    runStructuredInplace(indexingOps.indexPut, [result, indices, valueFor(result, value)], { dims, accumulate });
  }
  return x;
}

/** As `indexPut_` on a copy. @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_put.html */
export function indexPut(x: Tensor, items: readonly IndexItem[], value: Tensor | ScalarLike, options: IndexPutOptions = {}): Tensor {
  const { accumulate = false } = checked('indexPut', options, 'accumulate');
  checkFits(x, value);
  const { result, tensors } = applyItems(x, items);
  if (result !== x || tensors.length === 0 || (x.device.type !== 'cpu' && onlyMask(x, tensors))) {
    return indexPut_(clone(x), items, value, { accumulate });
  }
  const { dims, indices } = resolveTensors(x, tensors);
  return runStructured(indexingOps.indexPut, [x, indices, valueFor(x, value)], { dims, accumulate })[0];
}

/** Writes where a mask holds without asking how often, for devices that tell values only later; says whether that could be. */
function putWhere(x: Tensor, { mask, dim, whole }: OnlyMask, value: Tensor | ScalarLike, accumulate: boolean): boolean {
  const v = value instanceof Tensor ? withoutLeadingOnes(value) : value;
  // one value for each that the mask selects, or the same for all
  if (!(v instanceof Tensor) || v.dim() <= whole) {
    if (accumulate) x.add_(where(mask, v, 0));
    else if (!(v instanceof Tensor) || v.dim() === 0) x.maskedFill_(mask, v);
    else copy_(x, where(mask, v, x));
    return true;
  }
  if (accumulate || dim !== 0 || v.dim() !== whole + 1 || !sameShape(v.shape.slice(1), x.shape.slice(x.dim() - whole))) return false;
  x.maskedScatter_(expand(mask, x.shape), v);
  return true;
}

function writeView(target: Tensor, value: Tensor | ScalarLike, accumulate: boolean): void {
  const source = !(value instanceof Tensor) || sameShape(value.shape, target.shape)
    ? value : expand(withoutLeadingOnes(value), target.shape);
  if (accumulate) target.add_(source);
  else copy_(target, source);
}

function valueFor(x: Tensor, value: Tensor | ScalarLike): Tensor {
  return value instanceof Tensor ? withoutLeadingOnes(value) : full([], value, { dtype: x.dtype, device: x.device });
}

/** Assignment lets a value have more dimensions than its target where they are of size 1. */
function withoutLeadingOnes(value: Tensor): Tensor {
  if (value.shape[0] !== 1) return value;
  const first = value.shape.findIndex((n) => n !== 1);
  return view(value, first < 0 ? [] : value.shape.slice(first));
}
