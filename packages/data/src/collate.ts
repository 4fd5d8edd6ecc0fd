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
  return collate(batch, []) as Collated<T>;
}

/** @param made batches whose rows may be among the items */
function collate(batch: readonly unknown[], made: readonly Batch[]): unknown {
  const first = batch[0];
  if (first instanceof Tensor) return stacked(batch as readonly Tensor[], made);
  if (isTypedArray(first)) return stacked(batch.map((array) => fromTypedArray(array as TypedArray)), []);
  switch (typeof first) {
    case 'number': return tensor(batch as readonly number[], { dtype: batch.every(Number.isSafeInteger) ? int64 : float64 });
    case 'bigint': return tensor(batch as readonly bigint[], { dtype: int64 });
    case 'boolean': return tensor(batch as readonly boolean[], { dtype: bool });
    case 'string': return batch;
  }
  if (Array.isArray(first)) {
    const rows = batch as readonly (readonly unknown[])[];
    if (rows.some((row) => row.length !== first.length)) {
      throw new RuntimeError('each element in list of batch should be of equal size');
    }
    return first.map((_, i) => collate(rows.map((row) => row[i]), made));
  }
  if (isPlainObject(first)) {
    const rows = batch as readonly Readonly<Record<string, unknown>>[];
    return Object.fromEntries(Object.keys(first).map((key) => {
      const lacks = rows.findIndex((row) => !isPlainObject(row) || !Object.hasOwn(row, key));
      if (lacks >= 0) throw new TypeError(`default_collate: item ${lacks} of the batch has no '${key}', which item 0 has`);
      return [key, collate(rows.map((row) => row[key]), made)];
    }));
  }
  throw new TypeError('default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; ' +
    `found ${typeName(first)}`);
}

/** Tensors of one kind in one allocation, each copied once. */
function stacked(batch: readonly Tensor[], made: readonly Batch[]): Tensor {
  const other = batch.findIndex((x) => !(x instanceof Tensor));
  if (other >= 0) throw new TypeError(`expected Tensor as element ${other} in argument 0, but got ${typeName(batch[other])}`);
  const [first] = batch as readonly [Tensor], there = made.find(({ rows }) => rows[0] === first);
  if (there?.rows.length === batch.length && batch.every((x, i) => x === there.rows[i])) return there.whole;
  if (!batch.every((x) => canStack(x) && alike(x, first))) return stack(batch);
  const result = newBatch(first, batch.length);
  batch.forEach((x, i) => write(x, result, i));
  return result;
}

const canStack = (x: Tensor): boolean => x.device.type === 'cpu' && !x.requiresGrad;
const alike = (a: Tensor, b: Tensor): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** Room for tensors like the first; in a worker, in memory that it shares with the loader. */
function newBatch({ dtype, shape }: Tensor, count: number): Tensor {
  const all = [count, ...shape];
  if (!getWorkerInfo()) return empty(all, { dtype });
  return tensorOver(newSharedBuffer(all.reduce((a, b) => a * b) * dtype.itemsize), dtype, all);
}

const write = (x: Tensor, batch: Tensor, row: number): void =>
  (batch.hostValues() as Float32Array).set(x.hostValues() as Float32Array, row * x.numel());

/** A batch, and the tensors that stand for its rows. */
interface Batch { readonly whole: Tensor; readonly rows: Tensor[] }

/**
 * Makes a batch of items as they come: `place` copies their tensors into the memory of the batch and gives back items that
 * hold the rows there, of which `collate` makes the batch as `defaultCollate` does. What items leave behind is then gone before
 * V8 takes it for something that stays, which it looks through far more seldom, and at great cost.
 * @internal
 */
export function batchInPlace(count: number): { place<T>(item: T, row: number): T; collate(items: readonly unknown[]): unknown } {
  const made: Batch[] = [];
  const place = (item: unknown, row: number): unknown => {
    let leaf = 0;
    const placed = (x: Tensor): Tensor => {
      const k = leaf++;
      if (!canStack(x)) return x;
      const { whole, rows } = made[k] ??= { whole: newBatch(x, count), rows: [] }, there = whole.select(0, row);
      if (!alike(x, there)) return x;
      write(x, whole, row);
      return (rows[row] = there);
    };
    const one = (value: unknown): unknown => {
      if (value instanceof Tensor) return placed(value);
      if (Array.isArray(value)) return value.map(one);
      if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, one(x)]));
      return value;
    };
    return one(item);
  };
  return { place: place as <T>(item: T, row: number) => T, collate: (items) => collate(items, made.filter(Boolean)) };
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
