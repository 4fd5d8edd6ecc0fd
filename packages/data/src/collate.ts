import {
  bool, empty, float64, fromTypedArray, int64, RuntimeError, stack, tensor, Tensor, type TypedArray,
} from '@sconce/tensor';
import { sameShape } from '@sconce/tensor/internal';
import { newSharedBuffer, tensorOver } from './tensor-over.js';
import { typeName } from './type-name.js';
import { getWorkerInfo } from './workers/worker-info.js';

/** What `defaultCollate` makes of a batch of items of type T. */
export type Collated<T> =
  T extends Tensor | TypedArray | number | bigint | boolean ? Tensor
  : T extends string ? string[]
  : T extends readonly unknown[] | object ? { -readonly [K in keyof T]: Collated<T[K]> }
  : never;

/**
 * Makes one batch of many items, as `torch.utils.data.default_collate`: tensors (and typed arrays) are stacked along a
 * new first dimension; numbers become a tensor; strings stay an array; arrays and plain objects are gone through
 * position by position, key by key.
 *
 * A batch of integers is int64 and any other batch of numbers float64, as Python's ints and floats are; bigints are
 * int64, booleans bool. Where a number may or may not be an integer, as in a regression's targets, let `getItem` give
 * a tensor: its dtype does not hang on the values.
 * @throws TypeError for anything else, RuntimeError for arrays of different lengths or tensors of different shapes
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.default_collate
 * @example
 * defaultCollate([[torch.zeros(2), 7], [torch.ones(2), 3]]);
 * // [tensor([[0., 0.], [1., 1.]]), tensor([7, 3])]
 */
export function defaultCollate<T>(batch: readonly T[]): Collated<T> {
  return collate(batch) as Collated<T>;
}

function collate(batch: readonly unknown[]): unknown {
  const first = batch[0];
  if (first instanceof Tensor) return stacked(batch as readonly Tensor[]);
  if (isTypedArray(first)) return stacked(batch.map((array) => fromTypedArray(array as TypedArray)));
  switch (typeof first) {
    case 'number': return tensor(batch as readonly number[], { dtype: batch.every(Number.isInteger) ? int64 : float64 });
    case 'bigint': return tensor(batch as readonly bigint[], { dtype: int64 });
    case 'boolean': return tensor(batch as readonly boolean[], { dtype: bool });
    case 'string': return batch;
  }
  if (Array.isArray(first)) {
    const rows = batch as readonly (readonly unknown[])[];
    if (rows.some((row) => row.length !== first.length)) {
      throw new RuntimeError('each element in list of batch should be of equal size');
    }
    return first.map((_, i) => collate(rows.map((row) => row[i])));
  }
  if (isPlainObject(first)) {
    const rows = batch as readonly Readonly<Record<string, unknown>>[];
    return Object.fromEntries(Object.keys(first).map((key) => [key, collate(rows.map((row) => row[key]))]));
  }
  throw new TypeError('default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; ' +
    `found ${typeName(first)}`);
}

/** Tensors of one kind in one allocation, each copied once; in a worker, in memory that the other side gets without a copy. */
function stacked(batch: readonly Tensor[]): Tensor {
  const [first] = batch as readonly [Tensor];
  const { dtype, shape } = first, size = first.numel();
  const alike = (x: unknown): boolean => x instanceof Tensor && x.dtype === dtype && x.device.type === 'cpu' &&
    !x.requiresGrad && sameShape(x.shape, shape);
  if (!batch.every(alike)) return stack(batch);
  const all = [batch.length, ...shape];
  const result = getWorkerInfo() ? tensorOver(newSharedBuffer(batch.length * size * dtype.itemsize), dtype, all)
    : empty(all, { dtype });
  const values = result.hostValues() as Float32Array;
  batch.forEach((x, i) => values.set(x.hostValues() as Float32Array, i * size));
  return result;
}

/**
 * What a loader does to single items when it makes no batches, as `torch.utils.data.default_convert`: typed arrays
 * become tensors, wherever in arrays and plain objects they are; all else stays as it is.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.default_convert
 */
export function defaultConvert(item: unknown): unknown {
  if (isTypedArray(item)) return fromTypedArray(item);
  if (Array.isArray(item)) return item.map(defaultConvert);
  if (isPlainObject(item)) {
    return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, defaultConvert(value)]));
  }
  return item;
}

const isTypedArray = (value: unknown): value is TypedArray => ArrayBuffer.isView(value) && !(value instanceof DataView);

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
