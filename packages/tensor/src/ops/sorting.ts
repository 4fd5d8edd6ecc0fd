import { runStructured } from '../dispatch.js';
import { int64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { wrapDim } from '../layout.js';
import { alike } from '../memory-order.js';
import { valuesAndIndices, type ValuesAndIndices } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { intoOut, type OutsOption } from './out.js';
import { dimAndOptions } from './reduction-arguments.js';
import type { DimAttrs } from './reduction-extrema.js';
import type { OutOption } from './define.js';
import type { DimOrPairOptions, PairOptions } from './reduction.js';
import { checkNotEmpty, reducedShape } from './shapes.js';

export interface SortAttrs { readonly dim: number; readonly descending: boolean }
export interface TopkAttrs { readonly dim: number; readonly k: number; readonly largest: boolean }

const sortOp = structuredOp<SortAttrs>({
  name: 'sort',
  meta: ([x]) => [alike(x), alike(x, int64)],
});

const topkOp = structuredOp<TopkAttrs>({
  name: 'topk',
  meta([{ layout, dtype }], { dim, k }) {
    if (!Number.isInteger(k) || k < 0 || k > (layout.shape[dim] ?? 1)) {
      throw new RuntimeError('selected index k out of range');
    }
    if (dtype.kind === 'bool') throw new RuntimeError(`"topk_cpu" not implemented for 'Bool'`);
    const shape = layout.shape.length ? layout.shape.with(dim, k) : [];
    return [{ shape, dtype }, { shape, dtype: int64 }];
  },
});

/** Which element of each sorted row is selected: `k` counts from 1. */
export interface RankAttrs extends DimAttrs { readonly k: number }

const selection = <A extends DimAttrs>(name: string, kernel: string | null, gradName?: string) => structuredOp<A>({
  name,
  gradName,
  meta([{ layout, dtype }], { dim, keepdim }) {
    if (kernel && dtype.kind === 'bool') throw new RuntimeError(`"${kernel}" not implemented for 'Bool'`);
    if (dim === null) return [{ shape: [], dtype }];
    const shape = reducedShape(layout.shape, [dim], keepdim);
    return [{ shape, dtype }, { shape, dtype: int64 }];
  },
});
const kthvalueOp = selection<RankAttrs>('kthvalue', 'kthvalue_cpu');
const modeOp = selection<DimAttrs>('mode', null);
const medianAll = selection<DimAttrs>('median', 'median_cpu');
const medianDim = selection<DimAttrs>('median', 'median_out', 'MedianBackward1');
const nanmedianAll = selection<DimAttrs>('nanmedian', 'median_cpu');
const nanmedianDim = selection<DimAttrs>('nanmedian', 'median_out', 'NanmedianBackward1');

/** Records of the ops that order elements. */
export const sortingOps = {
  sort: sortOp, topk: topkOp, kthvalue: kthvalueOp, mode: modeOp,
  median: medianAll, medianDim, nanmedian: nanmedianAll, nanmedianDim,
};

export interface SortOptions extends OutsOption {
  /** the dimension, where it is not given as an argument; default the last */
  readonly dim?: number | undefined;
  /** largest first; default false */
  readonly descending?: boolean | undefined;
  /** keep the order of equal elements; they always do here */
  readonly stable?: boolean | undefined;
}

/**
 * The elements in order along a dimension, and where they were. NaN counts as the largest; equal elements keep their
 * order.
 * @param dim default: the last
 * @see https://pytorch.org/docs/stable/generated/torch.sort.html
 * @example const [sorted, indices] = torch.tensor([3, 1, 2]).sort(); // tensor([1., 2., 3.]), tensor([1, 2, 0])
 */
export function sort(x: Tensor, dim?: number | SortOptions, options?: SortOptions): ValuesAndIndices {
  const [d, { descending = false, out }] = dimAndOptions<number, SortOptions>('sort', dim, options, 'descending');
  return valuesAndIndices('sort', runStructured(sortOp, [x], { dim: wrapDim(d ?? -1, x.dim()), descending }), out);
}

/**
 * The indices that sort the elements along a dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.argsort.html
 * @example torch.tensor([3, 1, 2]).argsort() // tensor([1, 2, 0])
 */
export const argsort = (x: Tensor, dim?: number | SortOptions, options?: SortOptions): Tensor =>
  sort(x, dim, options).indices;

/**
 * The elements in ascending order along the first dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.msort.html
 * @example torch.tensor([[3, 1], [2, 5]]).msort() // tensor([[2., 1.], [3., 5.]])
 */
export const msort = (x: Tensor, options: OutOption = {}): Tensor => intoOut(sort(x, 0).values, checked('msort', options, 'out').out);

export interface TopkOptions extends OutsOption {
  /** the dimension, where it is not given as an argument; default the last */
  readonly dim?: number | undefined;
  /** the largest rather than the smallest; default true */
  readonly largest?: boolean | undefined;
  /** in order; they always are here */
  readonly sorted?: boolean | undefined;
}

/**
 * The k largest elements along a dimension, in descending order, and where they were.
 * @param dim default: the last
 * @throws RuntimeError where there are fewer
 * @see https://pytorch.org/docs/stable/generated/torch.topk.html
 * @example torch.tensor([3, 1, 2]).topk(2).values // tensor([3., 2.])
 */
export function topk(x: Tensor, k: number, dim?: number | TopkOptions, options?: TopkOptions): ValuesAndIndices {
  const [d, { largest = true, out }] = dimAndOptions<number, TopkOptions>('topk', dim, options, 'largest');
  return valuesAndIndices('topk', runStructured(topkOp, [x], { dim: wrapDim(d ?? -1, x.dim()), k, largest }), out);
}

/**
 * The k-th smallest element along a dimension (k counts from 1), and where it was.
 * @param dim default: the last
 * @throws RuntimeError where k is out of range
 * @see https://pytorch.org/docs/stable/generated/torch.kthvalue.html
 * @example torch.tensor([3, 1, 2]).kthvalue(2).values // tensor(2.)
 */
export function kthvalue(x: Tensor, k: number, dim?: DimOrPairOptions, options?: PairOptions): ValuesAndIndices {
  const [given, { keepdim = false, out }] = dimAndOptions<number, PairOptions>('kthvalue', dim, options);
  const d = wrapDim(given ?? -1, x.dim());
  checkNotEmpty('kthvalue()', x, [d]);
  if (!Number.isInteger(k) || k < 1 || k > (x.shape[d] ?? 1)) {
    throw new RuntimeError(`kthvalue(): selected number k out of range for dimension ${d}`);
  }
  return valuesAndIndices('kthvalue', runStructured(kthvalueOp, [x], { dim: d, keepdim, k }), out);
}

/**
 * The most frequent element along a dimension, the smallest of several, and the index of one.
 * @param dim default: the last
 * @see https://pytorch.org/docs/stable/generated/torch.mode.html
 * @example torch.tensor([1, 2, 2]).mode().values // tensor(2.)
 */
export function mode(x: Tensor, dim?: DimOrPairOptions, options?: PairOptions): ValuesAndIndices {
  const [given, { keepdim = false, out }] = dimAndOptions<number, PairOptions>('mode', dim, options);
  const d = wrapDim(given ?? -1, x.dim());
  checkNotEmpty('mode()', x, [d]);
  return valuesAndIndices('mode', runStructured(modeOp, [x], { dim: d, keepdim }), out);
}

/** The two forms of `median` and `nanmedian`. */
export interface Median {
  (x: Tensor): Tensor;
  (x: Tensor, dim: DimOrPairOptions, options?: PairOptions): ValuesAndIndices;
}

const medianOf = (name: string, all: typeof medianAll, along: typeof medianAll): Median =>
  ((x: Tensor, dim?: DimOrPairOptions, options?: PairOptions) => {
    const [given, { keepdim = false, out }] = dimAndOptions<number, PairOptions>(name, dim, options);
    if (given === undefined) {
      if (out) throw new TypeError(`${name}(): argument 'out' goes with a dim`);
      return runStructured(all, [x], { dim: null, keepdim: false })[0];
    }
    const d = wrapDim(given, x.dim());
    checkNotEmpty('median()', x, [d]);
    return valuesAndIndices(name, runStructured(along, [x], { dim: d, keepdim }), out);
  }) as Median;

/**
 * The middle element in ascending order, of an even number the lower one; along a dimension, those elements and their
 * indices. NaN where there is one.
 * @see https://pytorch.org/docs/stable/generated/torch.median.html
 * @example torch.tensor([1, 5, 2, 3]).median() // tensor(2.)
 */
export const median: Median = medianOf('median', medianAll, medianDim);

/**
 * As `median`, but NaN is left out; NaN where there is nothing else.
 * @see https://pytorch.org/docs/stable/generated/torch.nanmedian.html
 * @example torch.tensor([1, NaN, 3, 2]).nanmedian() // tensor(2.)
 */
export const nanmedian: Median = medianOf('nanmedian', nanmedianAll, nanmedianDim);
