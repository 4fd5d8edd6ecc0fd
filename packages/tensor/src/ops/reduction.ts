import { checkTensor } from '../check-tensors.js';
import { runReduce } from '../dispatch.js';
import { bool, int64, uint8, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { sameShape, shapeText, wrapDims } from '../layout.js';
import { reduceOp } from '../op.js';
import type { Tensor } from '../tensor.js';
import { dimAndOptions, type Dims } from './reduction-arguments.js';
import { complexProd } from './complex-products.js';
import type { OutOption } from './define.js';
import { intoOut, type OutsOption } from './out.js';
import { sizesOf, type Sizes } from './views.js';

export interface KeepdimOptions<D extends Dims = Dims> extends OutOption {
  /** the dimension or dimensions, where it is not given as an argument */
  readonly dim?: D | undefined;
  /** keep the reduced dimensions with size 1 */
  readonly keepdim?: boolean | undefined;
}

export interface ReduceOptions<D extends Dims = Dims> extends KeepdimOptions<D> {
  /** convert to this dtype before the reduction */
  readonly dtype?: DType | undefined;
}

/** Options of what gives values and indices: its `out` is two tensors. */
export interface PairOptions extends Omit<KeepdimOptions<number>, 'out'>, OutsOption {}

/** One dimension, or the options in its place. */
export type DimOrOptions = number | KeepdimOptions<number>;
export type DimOrPairOptions = number | PairOptions;

const sumOp = reduceOp({ name: 'sum', init: (d) => e.constant(0, d), combine: e.add });
const sumDim = reduceOp({ ...sumOp, gradName: 'SumBackward1' });
const meanOp = reduceOp({ name: 'mean', init: (d) => e.constant(0, d), combine: e.add, finish: e.div });
const meanDim = reduceOp({ ...meanOp, gradName: 'MeanBackward1' });
const prodOp = reduceOp({ name: 'prod', init: (d) => e.constant(1, d), combine: e.mul });
const prodDim = reduceOp({ ...prodOp, gradName: 'ProdBackward1' });
const allOp = reduceOp({ name: 'all', init: (d) => e.constant(1, d), combine: e.and });
const anyOp = reduceOp({ name: 'any', init: (d) => e.constant(0, d), combine: e.or });

/** Records of the reductions. */
export const reductionOps = { sum: sumOp, sumDim, mean: meanOp, meanDim, prod: prodOp, prodDim, all: allOp, any: anyOp };

/** Complex numbers whose result is asked for in a real dtype lose their imaginary parts first. */
const realFor = (x: Tensor, dtype: DType | undefined): Tensor => (dtype && x.dtype.isComplex && !dtype.isComplex ? x.to(dtype) : x);

/** Integers are summed and multiplied in int64. */
const sumDtype = (x: Tensor, dtype: DType | undefined): DType => dtype ?? (x.dtype.isDifferentiable ? x.dtype : int64);

/**
 * The sum over some dimensions, or over all.
 * @param dim default: all dimensions
 * @see https://pytorch.org/docs/stable/generated/torch.sum.html
 * @example torch.ones(2, 3).sum(1, { keepdim: true }) // tensor([[3.], [3.]])
 */
export function sum(x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions): Tensor {
  const [dims, { keepdim = false, dtype, out }] = dimAndOptions('sum', dim, options);
  checkTensor(x, 'sum');
  const op = dims === undefined ? sumOp : sumDim;
  return intoOut(runReduce(op, realFor(x, dtype), wrapDims(dims, x.dim()), keepdim, sumDtype(x, dtype)), out);
}

/**
 * The mean over some dimensions, or over all; NaN over none.
 * @param dim default: all dimensions
 * @throws RuntimeError for integers and booleans, unless `dtype` is floating point
 * @see https://pytorch.org/docs/stable/generated/torch.mean.html
 * @example torch.tensor([[1, 2], [3, 4]]).mean(0) // tensor([2., 3.])
 */
export function mean(x: Tensor, dim?: Dims | ReduceOptions, options?: ReduceOptions): Tensor {
  const [dims, { keepdim = false, dtype, out }] = dimAndOptions('mean', dim, options);
  checkTensor(x, 'mean');
  const result = dtype ?? x.dtype;
  if (!result.isDifferentiable) {
    throw new RuntimeError(
      `mean(): could not infer output dtype. ${dtype ? 'Optional' : 'Input'} dtype must be either a floating point or complex dtype. Got: ${result.scalarType}`);
  }
  return intoOut(runReduce(dims === undefined ? meanOp : meanDim, realFor(x, dtype), wrapDims(dims, x.dim()), keepdim, result), out);
}

/**
 * The product over one dimension, or over all.
 * @see https://pytorch.org/docs/stable/generated/torch.prod.html
 * @example torch.tensor([[1, 2], [3, 4]]).prod(1) // tensor([ 2., 12.])
 */
export function prod(x: Tensor, dim?: number | ReduceOptions<number>, options?: ReduceOptions<number>): Tensor {
  const [d, { keepdim = false, dtype, out }] = dimAndOptions<number, ReduceOptions<number>>('prod', dim, options);
  if ((dtype ?? x.dtype).isComplex) return intoOut(complexProd(x.to(dtype ?? x.dtype), d, keepdim), out);
  const op = d === undefined ? prodOp : prodDim;
  return intoOut(runReduce(op, realFor(x, dtype), wrapDims(d, x.dim()), keepdim, sumDtype(x, dtype)), out);
}

function test(op: typeof allOp, x: Tensor, dim?: DimOrOptions, options?: KeepdimOptions<number>): Tensor {
  const [d, { keepdim = false, out }] = dimAndOptions<number, KeepdimOptions<number>>(op.name, dim, options);
  const result = runReduce(op, x, wrapDims(d, x.dim()), keepdim, bool);
  // uint8 was PyTorch's bool once: it stays
  return intoOut(x.dtype === uint8 ? result.to(uint8) : result, out);
}

/**
 * Whether all elements are true (not zero), along one dimension or of all; true for none.
 * @see https://pytorch.org/docs/stable/generated/torch.all.html
 * @example torch.tensor([[true, false], [true, true]]).all(1) // tensor([False,  True])
 */
export const all = (x: Tensor, dim?: DimOrOptions, options?: KeepdimOptions<number>): Tensor =>
  test(allOp, x.dtype.isComplex ? x.ne(0) : x, dim, options);

/**
 * Whether any element is true (not zero), along one dimension or of all; false for none.
 * @see https://pytorch.org/docs/stable/generated/torch.any.html
 * @example torch.tensor([[true, false], [false, false]]).any(1) // tensor([ True, False])
 */
export const any = (x: Tensor, dim?: DimOrOptions, options?: KeepdimOptions<number>): Tensor =>
  test(anyOp, x.dtype.isComplex ? x.ne(0) : x, dim, options);

/**
 * The sum over the dimensions along which `size` would have to be expanded to this tensor's shape.
 * @throws RuntimeError where it cannot be
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.sum_to_size.html
 * @example torch.ones(2, 3).sumToSize(1, 3) // tensor([[2., 2., 2.]])
 */
export function sumToSize(x: Tensor, ...size: Sizes): Tensor {
  const shape = sizesOf(size), lead = x.dim() - shape.length;
  if (lead < 0 || shape.some((n, i) => n !== 1 && n !== x.shape[lead + i])) {
    throw new RuntimeError(`size {${shapeText(shape)}} is not expandable to size {${shapeText(x.shape)}}.`);
  }
  if (sameShape(shape, x.shape)) return x;
  const repeated = x.shape.flatMap((n, i) => (i < lead || (shape[i - lead] === 1 && n !== 1) ? [i] : []));
  const summed = sum(x, repeated, { keepdim: true });
  return lead > 0 ? summed.view(shape) : summed;
}
