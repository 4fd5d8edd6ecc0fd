import { IndexError, RuntimeError, ValueError, type Tensor } from '@sconce/tensor';
import { indexList, sizeOf, type IndexList, type Sized } from './indices.js';
import { typeName } from './type-name.js';

/** What a tensor has: it is a data set of its rows. */
interface Rows<T> {
  size(dim: number): number;
  select(dim: number, index: number): T;
}

/** Anything with items by index: a `Dataset`, an array, as PyTorch takes any sequence, or a tensor, whose items are its rows. */
export type MapStyle<T> = Dataset<T> | readonly T[] | Rows<T>;

/**
 * A map from indices to items, as `torch.utils.data.Dataset`: subclasses define `getItem` (Python's `__getitem__`)
 * and `length` (`__len__`). A data set whose items take time to fetch is a `Dataset<Promise<…>>`: its `getItem` is
 * async, and the loader fetches a whole batch at once and one batch ahead.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.Dataset
 * @example
 * class Squares extends Dataset<readonly [number, number]> {
 *   readonly length = 10;
 *   getItem(i: number) { return [i, i * i] as const; }
 * }
 */
export abstract class Dataset<T> implements Iterable<T> {
  abstract readonly length: number;
  abstract getItem(index: number): T;

  /** Python's `__getitems__`: where it is defined, a loader asks it for a batch's items at once. */
  getItems?(indices: readonly number[]): readonly T[] | Promise<readonly T[]>;

  * [Symbol.iterator](): Iterator<T> {
    for (let i = 0; i < this.length; i++) yield this.getItem(i);
  }
}

/**
 * A stream of items whose order is its own, as `torch.utils.data.IterableDataset`: subclasses define
 * `[Symbol.iterator]` or `[Symbol.asyncIterator]`, and `length` if it is known.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.IterableDataset
 * @example
 * class Count extends IterableDataset<number> {
 *   * [Symbol.iterator]() { for (let i = 3; i < 7; i++) yield i; }
 * }
 */
export abstract class IterableDataset<T> {
  [Symbol.iterator]?(): Iterator<T>;
}

export interface IterableDataset<T> {
  readonly length?: number;
  [Symbol.asyncIterator]?(): AsyncIterator<T>;
}

/** The item of a data set, an array or a tensor. @internal */
export function itemAt<T>(dataset: MapStyle<T>, index: number): T {
  if ('getItem' in dataset) return dataset.getItem(index);
  const at = wrapIndex(index, lengthOf(dataset));
  return 'select' in dataset ? dataset.select(0, at) : dataset[at]!;
}

/** How many items there are. @throws TypeError for a tensor without dimensions. @internal */
export const lengthOf = (dataset: MapStyle<unknown>): number => sizeOf(dataset as Sized);

/** `index`, counted from the end where negative. @throws IndexError, in the words of tensor indexing, beyond the ends */
export function wrapIndex(index: number, length: number): number {
  const wrapped = index < 0 ? index + length : index;
  if (Number.isInteger(index) && wrapped >= 0 && wrapped < length) return wrapped;
  throw new IndexError(`index ${index} is out of bounds for dimension 0 with size ${length}`);
}

/**
 * Tensors side by side: item `i` is the `i`-th row of each.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.TensorDataset
 * @throws RuntimeError if the tensors' first sizes differ
 * @example
 * const data = new TensorDataset(torch.rand(100, 3), torch.randint(0, 2, [100]));
 * const [x, y] = data.getItem(0); // x of shape [3], y of shape []
 */
export class TensorDataset<const T extends readonly Tensor[]> extends Dataset<{ readonly [K in keyof T]: Tensor }> {
  readonly tensors: T;

  constructor(...tensors: T) {
    super();
    if (tensors.length === 0) throw new TypeError('TensorDataset needs at least one tensor');
    if (tensors.some((t) => t.size(0) !== tensors[0]!.size(0))) {
      throw new RuntimeError('Size mismatch between tensors');
    }
    this.tensors = tensors;
  }

  get length(): number { return this.tensors[0]!.size(0); }

  getItem(index: number): { readonly [K in keyof T]: Tensor } {
    const at = wrapIndex(index, this.length);
    const rows: readonly Tensor[] = this.tensors.map((t) => t.select(0, at));
    return rows as { readonly [K in keyof T]: Tensor };
  }
}

/**
 * Chosen items of a data set.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.Subset
 * @example new Subset(data, [4, 2, 0]).getItem(0) // data.getItem(4)
 */
export class Subset<T> extends Dataset<T> {
  readonly indices: readonly number[];

  constructor(readonly dataset: MapStyle<T>, indices: IndexList) {
    super();
    this.indices = indexList(indices);
  }

  get length(): number { return this.indices.length; }

  getItem(index: number): T {
    return itemAt(this.dataset, this.indices[wrapIndex(index, this.indices.length)]!);
  }
}

/**
 * Data sets one after the other.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.ConcatDataset
 * @throws RuntimeError for no data sets, or a stream among them
 * @example new ConcatDataset([train, extra]).length // train.length + extra.length
 */
export class ConcatDataset<T> extends Dataset<T> {
  readonly datasets: readonly MapStyle<T>[];
  /** How many items end with each data set. */
  readonly cumulativeSizes: readonly number[];

  constructor(datasets: Iterable<MapStyle<T>>) {
    super();
    this.datasets = [...datasets];
    if (this.datasets.length === 0) throw new RuntimeError('datasets should not be an empty iterable');
    let total = 0;
    this.cumulativeSizes = this.datasets.map((dataset: object) => {
      if (dataset instanceof IterableDataset) throw new RuntimeError('ConcatDataset does not support IterableDataset');
      return (total += lengthOf(dataset as MapStyle<T>));
    });
  }

  get length(): number { return this.cumulativeSizes.at(-1)!; }

  getItem(index: number): T {
    if (index < 0 && -index > this.length) {
      throw new ValueError('absolute value of index should not exceed dataset length');
    }
    const at = wrapIndex(index, this.length);
    const which = this.cumulativeSizes.findIndex((end) => at < end);
    const before = which === 0 ? 0 : this.cumulativeSizes[which - 1]!;
    return itemAt(this.datasets[which]!, at - before);
  }
}

/**
 * Streams one after the other.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.ChainDataset
 */
export class ChainDataset<T> extends IterableDataset<T> {
  constructor(readonly datasets: Iterable<IterableDataset<T>>) { super(); }

  /** How many items there are. @throws TypeError if a stream does not know */
  override get length(): number {
    let total = 0;
    for (const dataset of this.datasets) {
      if (dataset.length === undefined) throw new TypeError(`object of type '${typeName(dataset)}' has no len()`);
      total += dataset.length;
    }
    return total;
  }

  override async * [Symbol.asyncIterator](): AsyncIterator<T> {
    for (const dataset of this.datasets) {
      if (!(dataset instanceof IterableDataset)) throw new RuntimeError('ChainDataset only supports IterableDataset');
      yield * dataset as AsyncIterable<T>;
    }
  }
}
