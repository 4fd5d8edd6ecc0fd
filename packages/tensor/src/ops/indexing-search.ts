import { contiguousNumbers } from '../cpu/host.js';
import { runStructured } from '../dispatch.js';
import { float32, float64, int64, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { zerosOf } from '../host-memory.js';
import { sameShape, shapeText } from '../layout.js';
import { checked } from '../options.js';
import type { NumberLike } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { tensorsThenOptions } from './arguments.js';
import type { OutOption } from './define.js';
import { tensor } from './from-data.js';
import { indexingOps } from './indexing-records.js';
import { checkOnHost } from './indexing-select.js';
import { intoOut } from './out.js';
import { int64sOf } from '../words.js';

export interface SearchOptions extends OutOption {
  /** give int32 instead of int64 */
  readonly outInt32?: boolean | undefined;
  /** the last place where a value may be put instead of the first: behind the elements that equal it */
  readonly right?: boolean | undefined;
}

export interface SearchsortedOptions extends SearchOptions {
  /** 'right' is `right: true` */
  readonly side?: 'left' | 'right' | undefined;
  /** the order that sorts the sequences, as argsort gives */
  readonly sorter?: Tensor | undefined;
}

/**
 * Where values would have to be put to keep sequences sorted.
 * @param sortedSequence one sequence for all values, or one per row of values (last dimension)
 * @see https://pytorch.org/docs/stable/generated/torch.searchsorted.html
 * @example torch.searchsorted(torch.tensor([1, 3, 5]), torch.tensor([3, 6])) // tensor([1, 3])
 */
export function searchsorted(sortedSequence: Tensor, values: Tensor | NumberLike, options: SearchsortedOptions = {}): Tensor {
  const { outInt32 = false, right = false, side, sorter, out } = checked('searchsorted', options, 'right');
  const wanted = values instanceof Tensor ? values : scalar(values, sortedSequence);
  const name = 'torch.searchsorted()', own = sortedSequence.shape, shape = wanted.shape;
  if (side !== undefined && side !== 'left' && side !== 'right') {
    throw new RuntimeError(`${name}: side can only be 'left' or 'right' but got ${String(side)}`);
  }
  if (side === 'left' && right) {
    throw new RuntimeError(`${name}: side and right can't be set to opposites, got side of left while right was True`);
  }
  if (shape.length === 0 && own.length !== 1) {
    throw new RuntimeError(
      `${name}: input value can be a scalar only when boundaries tensor dimension is 1, but we got boundaries tensor dim(${own.length}) and input value's dim(0) numel(1)`);
  }
  if (own.length === 0) throw new RuntimeError(`${name}: boundaries tensor should have positive dimension, but got 0 dimension`);
  if (own.length !== 1 && !sameShape(own.slice(0, -1), shape.slice(0, -1))) {
    throw new RuntimeError(
      `${name}: boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor ${shapeText(own)} and input value tensor ${shapeText(shape)}`);
  }
  if (sorter) {
    if (!sameShape(sorter.shape, own)) {
      throw new RuntimeError(
        `${name}: boundary and sorter must have the same size, but got boundary tensor ${shapeText(own)}and got sorter tensor ${shapeText(sorter.shape)}`);
    }
    if (sorter.dtype !== int64) {
      throw new RuntimeError(`${name}: sorter must be a tensor of long dtype but got dtype ${sorter.dtype.scalarType}`);
    }
  }
  const inputs = sorter ? [sortedSequence, wanted, sorter] : [sortedSequence, wanted];
  return intoOut(runStructured(indexingOps.searchsorted, inputs, { right: right || side === 'right', outInt32 })[0], out);
}

/**
 * The bucket of each value: how many boundaries lie below it.
 * @see https://pytorch.org/docs/stable/generated/torch.bucketize.html
 * @example torch.bucketize(torch.tensor([0.5, 2]), torch.tensor([1, 2, 3])) // tensor([0, 1])
 */
export function bucketize(input: Tensor | NumberLike, boundaries: Tensor, options: SearchOptions = {}): Tensor {
  const { outInt32 = false, right = false, out } = checked('bucketize', options, 'right');
  if (boundaries.dim() !== 1) throw new RuntimeError(`boundaries tensor must be 1 dimension, but got dim(${boundaries.dim()})`);
  const values = input instanceof Tensor ? input : scalar(input, boundaries);
  return intoOut(runStructured(indexingOps.searchsorted, [boundaries, values], { right, outInt32 })[0], out);
}

const scalar = (value: NumberLike, like: Tensor): Tensor => tensor(value, {
  dtype: typeof value === 'number' && !Number.isInteger(value) && !like.dtype.isFloatingPoint ? float32 : like.dtype,
  device: like.device,
});

export interface BincountOptions {
  /** one for each element, where they are not given as an argument */
  readonly weights?: Tensor | null | undefined;
  /** the least length of the result, default 0 */
  readonly minlength?: number | undefined;
}

/**
 * How often each number from 0 on occurs in a vector of integers, or the sum of its weights.
 * @see https://pytorch.org/docs/stable/generated/torch.bincount.html
 * @example torch.bincount(torch.tensor([0n, 2n, 2n])) // tensor([1, 0, 2])
 */
export function bincount(x: Tensor, ...rest: [weights?: Tensor | null, options?: BincountOptions] | [options?: BincountOptions]): Tensor {
  const [[weights], { minlength = 0 }] = tensorsThenOptions<BincountOptions>('bincount', rest, ['weights']);
  if (minlength < 0) throw new RuntimeError('minlength should be >= 0');
  const invalid = (): RuntimeError => new RuntimeError('bincount only supports 1-d non-negative integral inputs.');
  if (x.dtype.kind !== 'int') throw new RuntimeError(`"bincount_cpu" not implemented for '${x.dtype.scalarType}'`);
  if (x.dim() !== 1) throw invalid();
  if (weights && (weights.dim() !== 1 || weights.numel() !== x.numel())) {
    throw new RuntimeError('weights should be 1-d and have the same length as input');
  }
  checkOnHost('bincount', x);
  // before the values: memory may have to grow for it, and what is seen of it is lost then
  const summands = weights?.detach().to(float64), values = contiguousNumbers(x);
  if (values.length === 0) return tensor(zerosOf(BigInt64Array, minlength), { device: x.device });
  let length = minlength;
  for (const v of values) {
    if (v < 0) throw invalid();
    length = Math.max(length, v + 1);
  }
  if (!weights || !summands) {
    const counts = zerosOf(Float64Array, length);
    for (const v of values) counts[v]++;
    return tensor(int64sOf(counts), { device: x.device });
  }
  // sums of all but float32 are float64
  const dtype: DType = weights.dtype === float32 ? float32 : float64;
  const sums = zerosOf(Float64Array, length), add = summands.hostValues();
  for (let i = 0; i < values.length; i++) sums[values[i]] += add[i] as number;
  return tensor(sums, { dtype, device: x.device });
}
