import { checkTensor } from '../check-tensors.js';
import { runReduce, runStructured } from '../dispatch.js';
import { int64, type DType } from '../dtype.js';
import { IndexError, RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { wrapDim, wrapDims } from '../layout.js';
import { namedTuple, valuesAndIndices, type NamedTuple, type ValuesAndIndices } from '../named-tuple.js';
import { reduceOp, structuredOp } from '../op.js';
import { Tensor } from '../tensor.js';
import { dimAndOptions, type Dims } from './reduction-arguments.js';
import { maximum, minimum } from './comparison.js';
import type { Binary, OutOption } from './define.js';
import { intoOut } from './out.js';
import type { DimOrOptions, DimOrPairOptions, KeepdimOptions, PairOptions } from './reduction.js';
import { checkNotEmpty, reducedShape } from './shapes.js';
import { reshape } from './views.js';

/** The dimension that is reduced, null for all elements in one. */
export interface DimAttrs { readonly dim: number | null; readonly keepdim: boolean }

/** The smallest value of a dtype, which gives way to any other. */
const lowest = (d: DType): e.Expr =>
  e.constant(d.kind === 'float' ? -Infinity : d.isSigned ? -(2 ** (8 * d.itemsize - 1)) : 0, d);

function highest(d: DType): e.Expr {
  // the largest int64 is no double: it is -1 minus the smallest
  if (d.kind === 'int' && d.isSigned) return e.sub(e.constant(-1, d), lowest(d));
  return e.constant(d.kind === 'float' ? Infinity : d.kind === 'bool' ? 1 : 255, d);
}

const amaxOp = reduceOp({ name: 'amax', init: lowest, combine: e.max });
const aminOp = reduceOp({ name: 'amin', init: highest, combine: e.min });
const maxAll = reduceOp({ ...amaxOp, name: 'max', gradName: 'MaxBackward1' });
const minAll = reduceOp({ ...aminOp, name: 'min', gradName: 'MinBackward1' });

const selection = (name: string) => structuredOp<DimAttrs>({
  name,
  meta([x], { dim, keepdim }) {
    const shape = reducedShape(x.layout.shape, [dim!], keepdim);
    return [{ shape, dtype: x.dtype }, { shape, dtype: int64 }];
  },
});
const maxDim = selection('max');
const minDim = selection('min');

const position = (name: string) => structuredOp<DimAttrs>({
  name,
  meta([x], { dim, keepdim }) {
    const { shape } = x.layout;
    const dims = dim === null ? wrapDims(undefined, shape.length) : [dim];
    if (x.dtype.kind === 'bool') throw new RuntimeError(`"${name}_cpu" not implemented for 'Bool'`);
    return [{ shape: reducedShape(shape, dims, keepdim), dtype: int64 }];
  },
});
const argmaxOp = position('argmax');
const argminOp = position('argmin');

/** Records of the ops that look for extremes. */
export const extremaOps = {
  amax: amaxOp, amin: aminOp, max: maxAll, min: minAll, maxDim, minDim, argmax: argmaxOp, argmin: argminOp,
};

function checkSomeElement(name: string, x: Tensor): void {
  if (x.numel() === 0) {
    throw new RuntimeError(
      `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`);
  }
}

function reduceExtreme(op: typeof amaxOp, x: Tensor, dim: Dims | KeepdimOptions, options?: KeepdimOptions): Tensor {
  const [given, { keepdim = false, out }] = dimAndOptions(op.name, dim, options);
  const dims = wrapDims(given, x.dim());
  if (given === undefined || (typeof given !== 'number' && given.length === 0)) checkSomeElement(op.name, x);
  else checkNotEmpty(`${op.name}()`, x, dims);
  return intoOut(runReduce(op, x, dims, keepdim, x.dtype), out);
}

/**
 * The largest elements over some dimensions, or over all; NaN where there is one. Its gradient is spread evenly over
 * equal largest elements.
 * @throws RuntimeError or IndexError where there are no elements
 * @see https://pytorch.org/docs/stable/generated/torch.amax.html
 * @example torch.tensor([[1, 4], [3, 2]]).amax(1) // tensor([4., 3.])
 */
export const amax = (x: Tensor, dim?: Dims | KeepdimOptions, options?: KeepdimOptions): Tensor =>
  reduceExtreme(amaxOp, x, dim, options);

/**
 * The smallest elements over some dimensions, or over all; as `amax` otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.amin.html
 * @example torch.tensor([[1, 4], [3, 2]]).amin(1) // tensor([1., 2.])
 */
export const amin = (x: Tensor, dim?: Dims | KeepdimOptions, options?: KeepdimOptions): Tensor =>
  reduceExtreme(aminOp, x, dim, options);

/** The three forms of `max` and `min`. */
export interface Extreme {
  (x: Tensor): Tensor;
  (x: Tensor, dim: DimOrPairOptions, options?: PairOptions): ValuesAndIndices;
  (x: Tensor, other: Tensor, options?: OutOption): Tensor;
}

function extreme(
  name: string, all: typeof amaxOp, along: typeof maxDim, pairwise: Binary,
): Extreme {
  return ((x: Tensor, second?: Tensor | DimOrPairOptions, options?: PairOptions | OutOption) => {
    checkTensor(x, name);
    if (second instanceof Tensor) return pairwise(x, second, options as OutOption | undefined);
    const [dim, { keepdim = false, out }] = dimAndOptions<number, PairOptions>(name, second, options as PairOptions | undefined);
    if (dim === undefined) {
      if (out) throw new TypeError(`${name}(): argument 'out' goes with a dim, or with a second tensor`);
      checkSomeElement(name, x);
      return runReduce(all, x, wrapDims(undefined, x.dim()), false, x.dtype);
    }
    const d = wrapDim(dim, x.dim());
    checkNotEmpty(`${name}()`, x, [d]);
    return valuesAndIndices(name, runStructured(along, [x], { dim: d, keepdim }), out);
  }) as Extreme;
}

/**
 * The largest element; along a dimension, the largest elements and their indices; of two tensors, the larger of each
 * pair of elements (`maximum`). NaN counts as the largest.
 * @throws RuntimeError or IndexError where there are no elements
 * @see https://pytorch.org/docs/stable/generated/torch.max.html
 * @example
 * const [values, indices] = torch.tensor([[1, 4], [3, 2]]).max(1); // tensor([4., 3.]), tensor([1, 0])
 */
export const max: Extreme = extreme('max', maxAll, maxDim, maximum);

/**
 * The smallest element; along a dimension, the smallest elements and their indices; of two tensors, the smaller of
 * each pair of elements (`minimum`). NaN counts as the smallest.
 * @throws RuntimeError or IndexError where there are no elements
 * @see https://pytorch.org/docs/stable/generated/torch.min.html
 * @example torch.tensor([[1, 4], [3, 2]]).min(0).values // tensor([1., 2.])
 */
export const min: Extreme = extreme('min', minAll, minDim, minimum);

function positionOf(op: typeof argmaxOp, x: Tensor, given?: DimOrOptions, options?: KeepdimOptions<number>): Tensor {
  const [dim, { keepdim = false, out }] = dimAndOptions<number, KeepdimOptions<number>>(op.name, given, options);
  if (dim === undefined) {
    if (x.numel() === 0) throw new IndexError(`${op.name}(): Expected reduction dim to be specified for input.numel() == 0.`);
    return intoOut(runStructured(op, [x], { dim: null, keepdim })[0], out);
  }
  const d = wrapDim(dim, x.dim());
  checkNotEmpty(`${op.name}()`, x, [d]);
  return intoOut(runStructured(op, [x], { dim: d, keepdim })[0], out);
}

/**
 * The index of the largest element, along a dimension or of the flattened tensor; of equal ones the first.
 * @see https://pytorch.org/docs/stable/generated/torch.argmax.html
 * @example torch.tensor([[1, 4], [3, 2]]).argmax(1) // tensor([1, 0])
 */
export const argmax = (x: Tensor, dim?: DimOrOptions, options?: KeepdimOptions<number>): Tensor =>
  positionOf(argmaxOp, x, dim, options);

/**
 * The index of the smallest element, along a dimension or of the flattened tensor; of equal ones the first.
 * @see https://pytorch.org/docs/stable/generated/torch.argmin.html
 * @example torch.tensor([[1, 4], [3, 2]]).argmin(1) // tensor([0, 1])
 */
export const argmin = (x: Tensor, dim?: DimOrOptions, options?: KeepdimOptions<number>): Tensor =>
  positionOf(argminOp, x, dim, options);

/**
 * The smallest and the largest element, along a dimension or of all.
 * @see https://pytorch.org/docs/stable/generated/torch.aminmax.html
 * @example const { min, max } = torch.tensor([1, 3, 2]).aminmax(); // tensor(1.), tensor(3.)
 */
export function aminmax(x: Tensor, dim?: DimOrPairOptions, options?: PairOptions): NamedTuple<readonly ['min', 'max']> {
  const [given, { keepdim = false, out }] = dimAndOptions<number, PairOptions>('aminmax', dim, options);
  const dims = wrapDims(given, x.dim());
  if (given !== undefined) checkNotEmpty('aminmax', x, dims);
  else if (x.numel() === 0) {
    throw new RuntimeError('aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.');
  }
  // of a 0-d tensor with a dimension, PyTorch keeps one that was not there
  const from = x.dim() === 0 && given !== undefined && keepdim ? reshape(x, 1) : x;
  const [low, high] = [aminOp, amaxOp].map((op) => runReduce(op, from, wrapDims(given, from.dim()), keepdim, x.dtype));
  return namedTuple('aminmax', ['min', 'max'], [low, high], out);
}
