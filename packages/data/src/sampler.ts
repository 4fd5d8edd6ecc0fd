import {
  defaultGenerator, float64, Generator, multinomial, randint, randperm, tensor, Tensor, ValueError,
} from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { indexList, indicesOf, sizeOf, type Index, type IndexList, type Sized } from './indices.js';

/**
 * Says in which order a loader takes its items, as `torch.utils.data.Sampler`: subclasses define `[Symbol.iterator]`,
 * and `length` if it is known. Each `for` over it is a new round.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.Sampler
 * @example
 * class Backwards extends Sampler<number> {
 *   constructor(readonly source: { readonly length: number }) { super(); }
 *   get length() { return this.source.length; }
 *   * [Symbol.iterator]() { for (let i = this.length - 1; i >= 0; i--) yield i; }
 * }
 */
export abstract class Sampler<T = number> implements Iterable<T> {
  abstract [Symbol.iterator](): Iterator<T>;
}

interface Seeded {
  /** what is drawn from; without it, the default generator, by PyTorch's rules */
  readonly generator?: Generator | undefined;
}

/** Items 0, 1, 2, … in order. */
export class SequentialSampler extends Sampler {
  constructor(readonly dataSource: Sized) { super(); }

  get length(): number { return sizeOf(this.dataSource); }

  * [Symbol.iterator](): Iterator<number> {
    for (let i = 0; i < this.length; i++) yield i;
  }
}

/**
 * Items in random order. Without a generator, each round draws one seed from the default generator for a generator of
 * its own, as PyTorch does.
 * @param options.replacement items may come again; default false
 * @param options.numSamples how many are drawn; default: as many as there are items
 * @throws ValueError for a number of samples that is not positive
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.RandomSampler
 * @example
 * torch.manualSeed(0);
 * [...new RandomSampler({ length: 4 })]
 */
export class RandomSampler extends Sampler {
  readonly replacement: boolean;
  readonly generator: Generator | undefined;
  readonly #numSamples: number | undefined;

  constructor(
    readonly dataSource: Sized,
    options: { replacement?: boolean; numSamples?: number } & Seeded = {},
  ) {
    const { replacement = false, numSamples, generator } = checked('RandomSampler', options, 'replacement');
    super();
    if (typeof replacement !== 'boolean') {
      throw new TypeError(`replacement should be a boolean value, but got replacement=${String(replacement)}`);
    }
    this.replacement = replacement;
    this.generator = generator;
    this.#numSamples = numSamples;
    checkPositive('num_samples', this.numSamples);
  }

  /** How many are drawn; the size of the data source, which may change, if none was given. */
  get numSamples(): number { return this.#numSamples ?? sizeOf(this.dataSource); }

  get length(): number { return this.numSamples; }

  * [Symbol.iterator](): Iterator<number> {
    const n = sizeOf(this.dataSource);
    if (n === 0) throw new ValueError('cannot draw samples from an empty data source');
    const generator = this.generator ?? new Generator().manualSeed(drawSeed());
    if (this.replacement) {
      for (let left = this.numSamples; left >= 32; left -= 32) yield * numbers(randint(0, n, [32], { generator }));
      yield * numbers(randint(0, n, [this.numSamples % 32], { generator }));
    } else {
      for (let left = this.numSamples; left >= n; left -= n) yield * numbers(randperm(n, { generator }));
      // PyTorch draws this last order even where nothing of it is used: a given generator must move on as there.
      yield * numbers(randperm(n, { generator })).slice(0, this.numSamples % n);
    }
  }
}

/**
 * The given indices in random order.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.SubsetRandomSampler
 */
export class SubsetRandomSampler extends Sampler {
  readonly generator: Generator | undefined;

  readonly indices: readonly number[];

  constructor(indices: IndexList, options: Seeded = {}) {
    const { generator } = checked('SubsetRandomSampler', options, 'generator');
    super();
    this.indices = indexList(indices);
    this.generator = generator;
  }

  get length(): number { return this.indices.length; }

  * [Symbol.iterator](): Iterator<number> {
    for (const i of numbers(randperm(this.indices.length, { generator: this.generator ?? defaultGenerator }))) {
      yield this.indices[i]!;
    }
  }
}

/**
 * Indices drawn with the given probabilities; the weights need not add up to one.
 * @param options.replacement an index may be drawn again; default true
 * @throws ValueError for weights that are not one-dimensional, or a number of samples that is not positive
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.WeightedRandomSampler
 * @example
 * [...new WeightedRandomSampler([0.1, 0.9, 0.4, 0.7, 3.0, 0.6], 5)] // mostly 4
 */
export class WeightedRandomSampler extends Sampler {
  readonly weights: Tensor;
  readonly replacement: boolean;
  readonly generator: Generator | undefined;

  constructor(
    weights: readonly number[] | Tensor, readonly numSamples: number,
    options: { replacement?: boolean } & Seeded = {},
  ) {
    const { replacement = true, generator } = checked('WeightedRandomSampler', options, 'replacement');
    super();
    checkPositive('num_samples', numSamples);
    if (typeof replacement !== 'boolean') {
      throw new ValueError(`replacement should be a boolean value, but got replacement=${String(replacement)}`);
    }
    this.weights = weights instanceof Tensor ? weights.to(float64) : tensor(weights, { dtype: float64 });
    if (this.weights.ndim !== 1) {
      const shape = this.weights.shape.join(', ');
      throw new ValueError(`weights should be a 1d sequence but given weights have shape (${shape})`);
    }
    this.replacement = replacement;
    this.generator = generator;
  }

  get length(): number { return this.numSamples; }

  * [Symbol.iterator](): Iterator<number> {
    const { replacement, generator = defaultGenerator } = this;
    yield * numbers(multinomial(this.weights, this.numSamples, { replacement, generator }));
  }
}

/**
 * Groups another sampler's indices into batches.
 * @throws ValueError for a batch size that is not a positive integer
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.BatchSampler
 * @example
 * [...new BatchSampler(new SequentialSampler({ length: 5 }), 2, { dropLast: false })] // [[0, 1], [2, 3], [4]]
 */
export class BatchSampler extends Sampler<number[]> {
  readonly dropLast: boolean;

  constructor(
    readonly sampler: (Iterable<Index> & { readonly length?: number }) | Tensor, readonly batchSize: number,
    options: { dropLast?: boolean } = {},
  ) {
    const { dropLast = false } = checked('BatchSampler', options, 'dropLast');
    super();
    checkPositive('batch_size', batchSize);
    if (typeof dropLast !== 'boolean') {
      throw new ValueError(`drop_last should be a boolean value, but got drop_last=${String(dropLast)}`);
    }
    this.dropLast = dropLast;
  }

  /** The number of batches. @throws TypeError if the sampler has no length */
  get length(): number {
    const n = this.sampler instanceof Tensor ? sizeOf(this.sampler) : this.sampler.length;
    if (n === undefined) throw new TypeError(`object of type '${this.sampler.constructor.name}' has no len()`);
    return this.dropLast ? Math.floor(n / this.batchSize) : Math.ceil(n / this.batchSize);
  }

  * [Symbol.iterator](): Iterator<number[]> {
    let batch: number[] = [];
    for (const index of indicesOf(this.sampler)) {
      batch.push(index);
      if (batch.length < this.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }
}

/** What `torch.empty((), dtype=torch.int64).random_()` draws: 63 random bits. @internal */
export function drawSeed(generator: Generator = defaultGenerator): bigint {
  return generator.random64() & 0x7fff_ffff_ffff_ffffn;
}

const numbers = (indices: Tensor): number[] => Array.from(indices.numpy(), Number);

/** @throws ValueError, in PyTorch's words, for anything but a positive integer. @internal */
export function checkPositive(name: 'num_samples' | 'batch_size', value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new ValueError(`${name} should be a positive integer value, but got ${name}=${String(value)}`);
}
