import { runStructured, runStructuredInplace } from '../dispatch.js';
import { int64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { wrapDim } from '../layout.js';
import type { StructuredOp } from '../op.js';
import { checked } from '../options.js';
import type { NumberLike, ScalarLike } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { to } from './conversion.js';
import { full } from './creation.js';
import type { OutOption } from './define.js';
import { checkFactors, checkFits } from './dtype-checks.js';
import { intoOut } from './out.js';
import { indexAddMeta, scatterOps, type ScatterReduceAttrs, type ScatterReduction } from './scatter-records.js';
import { expand, reshape } from './views.js';

type Run = <A>(op: StructuredOp<A>, inputs: readonly Tensor[], attrs: A) => Tensor;
const anew: Run = (op, inputs, attrs) => runStructured(op, inputs, attrs)[0];
const inplace: Run = runStructuredInplace;

export interface ScatterOptions {
  /** combine with what is there instead of writing over it */
  readonly reduce?: 'add' | 'multiply' | undefined;
}

function runScatter(run: Run, x: Tensor, dim: number, index: Tensor, src: Tensor | ScalarLike, reduce?: string): Tensor {
  const d = wrapDim(dim, x.dim());
  checkFits(x, src);
  if (reduce === undefined) {
    return src instanceof Tensor
      ? run(scatterOps.scatter, [x, index, src], { dim: d })
      : run(scatterOps.scatterValue, [x, index], { dim: d, value: src });
  }
  if (reduce !== 'add' && reduce !== 'multiply') throw new RuntimeError('reduce argument must be either add or multiply.');
  const values = src instanceof Tensor ? src : expand(full([], src, { dtype: x.dtype, device: x.device }), index.shape);
  return reduce === 'add'
    ? run(scatterOps.scatterAdd, [x, index, values], { dim: d })
    : run(scatterOps.scatterReduce, [x, index, values], { dim: d, reduce: 'prod', includeSelf: true });
}

/**
 * Elements written along a dimension: `out[index[i][j]][j] = src[i][j]` for dimension 0. Where an element is addressed
 * twice, the last one counts.
 * @param index int64, no larger than `src`, nor than the tensor except along `dim`
 * @param src a tensor of the same dtype, or one number for all
 * @see https://pytorch.org/docs/stable/generated/torch.scatter.html
 * @example torch.zeros(2, 2).scatter(1, torch.tensor([[1n], [0n]]), 5) // tensor([[0., 5.], [5., 0.]])
 */
export const scatter = (
  x: Tensor, dim: number, index: Tensor, src: Tensor | ScalarLike, options: ScatterOptions = {},
): Tensor => runScatter(anew, x, dim, index, src, checked('scatter', options, 'reduce').reduce);
/** As `scatter`, in place. @see https://pytorch.org/docs/stable/generated/torch.Tensor.scatter_.html */
export const scatter_ = (
  x: Tensor, dim: number, index: Tensor, src: Tensor | ScalarLike, options: ScatterOptions = {},
): Tensor => runScatter(inplace, x, dim, index, src, checked('scatter_', options, 'reduce').reduce);

/**
 * As `scatter`, but adds: `out[index[i][j]][j] += src[i][j]`.
 * @see https://pytorch.org/docs/stable/generated/torch.scatter_add.html
 */
export const scatterAdd = (x: Tensor, dim: number, index: Tensor, src: Tensor): Tensor =>
  anew(scatterOps.scatterAdd, [x, index, src], { dim: wrapDim(dim, x.dim()) });
/** As `scatterAdd`, in place. */
export const scatterAdd_ = (x: Tensor, dim: number, index: Tensor, src: Tensor): Tensor =>
  inplace(scatterOps.scatterAdd, [x, index, src], { dim: wrapDim(dim, x.dim()) });

export interface ScatterReduceOptions {
  /** whether what is there counts as well, default true */
  readonly includeSelf?: boolean | undefined;
}

function reduceAttrs(x: Tensor, dim: number, reduce: string, options: ScatterReduceOptions): ScatterReduceAttrs {
  const { includeSelf = true } = checked('scatterReduce', options, 'includeSelf');
  if (!['sum', 'prod', 'mean', 'amax', 'amin'].includes(reduce)) {
    throw new RuntimeError('reduce argument must be either sum, prod, mean, amax or amin.');
  }
  return { dim: wrapDim(dim, x.dim()), reduce: reduce as ScatterReduction, includeSelf };
}

/**
 * As `scatter`, but combines all that goes to one element: by sum, product, mean, largest or smallest.
 * @see https://pytorch.org/docs/stable/generated/torch.scatter_reduce.html
 */
export const scatterReduce = (
  x: Tensor, dim: number, index: Tensor, src: Tensor, reduce: ScatterReduction, options: ScatterReduceOptions = {},
): Tensor => anew(scatterOps.scatterReduce, [x, index, src], reduceAttrs(x, dim, reduce, options));
/** As `scatterReduce`, in place. */
export const scatterReduce_ = (
  x: Tensor, dim: number, index: Tensor, src: Tensor, reduce: ScatterReduction, options: ScatterReduceOptions = {},
): Tensor => inplace(scatterOps.scatterReduce, [x, index, src], reduceAttrs(x, dim, reduce, options));

export interface IndexAddOptions {
  /** a factor of what is added, default 1 */
  readonly alpha?: NumberLike | undefined;
}

function alphaOf(name: string, options: IndexAddOptions): NumberLike {
  const { alpha = 1 } = checked(name, options, 'alpha');
  checkFactors(name, { alpha });
  return alpha;
}

/**
 * Slices added to a tensor: slice i of `source` to slice `index[i]`.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_add_.html
 * @example torch.zeros(3).indexAdd(0, torch.tensor([2n, 2n]), torch.tensor([1, 4])) // tensor([0., 0., 5.])
 */
export const indexAdd = (x: Tensor, dim: number, index: Tensor, source: Tensor, options: IndexAddOptions & OutOption = {}): Tensor =>
  intoOut(anew(scatterOps.indexAdd, [x, index, source], { dim: wrapDim(dim, x.dim()), alpha: alphaOf('indexAdd', options) }), options.out);
/** As `indexAdd`, in place. */
export const indexAdd_ = (x: Tensor, dim: number, index: Tensor, source: Tensor, options: IndexAddOptions = {}): Tensor =>
  inplace(scatterOps.indexAdd, [x, index, source], { dim: wrapDim(dim, x.dim()), alpha: alphaOf('indexAdd_', options) });

function runIndexReduce(run: Run, x: Tensor, dim: number, index: Tensor, source: Tensor, reduce: string, options: ScatterReduceOptions): Tensor {
  const { includeSelf = true } = checked('indexReduce', options, 'includeSelf'), d = wrapDim(dim, x.dim());
  if (!['prod', 'mean', 'amax', 'amin'].includes(reduce)) {
    throw new RuntimeError(`index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got ${reduce}.`);
  }
  indexAddMeta([x, index, source], { dim: d }, 'index_reduce_()');
  const shape = x.dim() === 0 ? [] : x.shape.with(d, index.numel());
  const places = expand(reshape(to(index, int64), shape.map((n, i) => (i === d ? n : 1))), shape);
  const values = expand(x.dim() === 0 ? reshape(source, []) : source, shape);
  return run(scatterOps.scatterReduce, [x, places, values], { dim: d, reduce: reduce as ScatterReduction, includeSelf });
}

/**
 * Slices combined with those of a tensor: slice i of `source` with slice `index[i]`, by product, mean, largest or smallest.
 * @param index int64 or int32 (source.size(dim))
 * @param reduce 'prod', 'mean', 'amax' or 'amin'
 * @throws RuntimeError for another `reduce` and for operands that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_reduce_.html
 * @example torch.ones(2).indexReduce(0, torch.tensor([1n, 1n]), torch.tensor([2, 5]), 'amax') // tensor([1., 5.])
 */
export const indexReduce = (
  x: Tensor, dim: number, index: Tensor, source: Tensor, reduce: Exclude<ScatterReduction, 'sum'>, options: ScatterReduceOptions = {},
): Tensor => runIndexReduce(anew, x, dim, index, source, reduce, options);
/** As `indexReduce`, in place. */
export const indexReduce_ = (
  x: Tensor, dim: number, index: Tensor, source: Tensor, reduce: Exclude<ScatterReduction, 'sum'>, options: ScatterReduceOptions = {},
): Tensor => runIndexReduce(inplace, x, dim, index, source, reduce, options);

/** Slices written over those of a tensor. @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_copy_.html */
export const indexCopy = (x: Tensor, dim: number, index: Tensor, source: Tensor, options: OutOption = {}): Tensor =>
  intoOut(anew(scatterOps.indexCopy, [x, index, source], { dim: wrapDim(dim, x.dim()) }), checked('indexCopy', options, 'out').out);
/** As `indexCopy`, in place. */
export const indexCopy_ = (x: Tensor, dim: number, index: Tensor, source: Tensor): Tensor =>
  inplace(scatterOps.indexCopy, [x, index, source], { dim: wrapDim(dim, x.dim()) });

function runIndexFill(run: Run, x: Tensor, dim: number, index: Tensor, value: Tensor | ScalarLike): Tensor {
  const d = wrapDim(dim, x.dim());
  checkFits(x, value);
  return value instanceof Tensor
    ? run(scatterOps.indexFillTensor, [x, index, value], { dim: d })
    : run(scatterOps.indexFill, [x, index], { dim: d, value });
}
/** One value in the slices that an index names. @see https://pytorch.org/docs/stable/generated/torch.Tensor.index_fill_.html */
export const indexFill = (x: Tensor, dim: number, index: Tensor, value: Tensor | ScalarLike): Tensor =>
  runIndexFill(anew, x, dim, index, value);
/** As `indexFill`, in place. */
export const indexFill_ = (x: Tensor, dim: number, index: Tensor, value: Tensor | ScalarLike): Tensor =>
  runIndexFill(inplace, x, dim, index, value);

export interface PutOptions {
  /** add to what is there */
  readonly accumulate?: boolean | undefined;
}
/** Elements written to a tensor read as one long vector. @see https://pytorch.org/docs/stable/generated/torch.Tensor.put_.html */
export const put = (x: Tensor, index: Tensor, source: Tensor, options: PutOptions = {}): Tensor =>
  anew(scatterOps.put, [x, index, source], { accumulate: checked('put', options, 'accumulate').accumulate ?? false });
/** As `put`, in place. */
export const put_ = (x: Tensor, index: Tensor, source: Tensor, options: PutOptions = {}): Tensor =>
  inplace(scatterOps.put, [x, index, source], { accumulate: checked('put_', options, 'accumulate').accumulate ?? false });

/**
 * The elements of a source, in order, where a mask is true.
 * @throws RuntimeError where the source has fewer elements than the mask
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.masked_scatter_.html
 */
export const maskedScatter = (x: Tensor, mask: Tensor, source: Tensor): Tensor =>
  anew(scatterOps.maskedScatter, [x, mask, source], null);
/** As `maskedScatter`, in place. */
export const maskedScatter_ = (x: Tensor, mask: Tensor, source: Tensor): Tensor =>
  inplace(scatterOps.maskedScatter, [x, expand(mask, x.shape), source], null);
