import { IndexError, Tensor } from '@sconce/tensor';
import { typeName } from './type-name.js';

/** What says which item is meant. */
export type Index = number | bigint | Tensor;

/** Indices as a list, an int64 array, or a vector of integers, as `torch.randperm` gives it. */
export type IndexList = Iterable<number | bigint> | Tensor;

/** Something with a length, or a tensor, whose rows count. */
export type Sized = { readonly length: number } | Tensor;

/** How many items there are. @throws TypeError for a tensor without dimensions. @internal */
export function sizeOf(source: Sized): number {
  if (!(source instanceof Tensor)) return source.length;
  if (source.ndim === 0) throw new TypeError('len() of a 0-d tensor');
  return source.size(0);
}

/** Indices as numbers. @throws TypeError for what is none, or cannot be gone through. @internal */
export function indexList(indices: Iterable<Index> | Tensor): readonly number[] {
  const given: unknown = indices instanceof Tensor ? valuesOf(indices) : indices;
  if (Array.isArray(given) && given.every((i) => typeof i === 'number')) return given;
  if (typeof (given as Iterable<unknown> | null)?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`indices should be a list or a Tensor of integers, but got ${typeName(given)}`);
  }
  return Array.from(given as Iterable<Index>, oneIndex);
}

/** What a sampler gives, one by one; a vector stands for a list. @internal */
export function * indicesOf(sampler: Iterable<Index> | Tensor): Generator<number, void, undefined> {
  if (sampler instanceof Tensor) {
    if (sampler.ndim === 0) throw new TypeError('iteration over a 0-d tensor');
    return yield * indexList(sampler);
  }
  for (const index of sampler) yield oneIndex(index);
}

/** What a sampler of batches gives; a matrix stands for a list of its rows. @internal */
export function * batchesOf(sampler: Iterable<Iterable<Index> | Tensor> | Tensor): Generator<readonly number[], void, undefined> {
  for (const batch of sampler instanceof Tensor ? sampler.unbind(0) : sampler) yield indexList(batch);
}

/** A number where there is one in another form; what is none stays: a data set may have keys of its own. */
function oneIndex(index: Index): number {
  if (index instanceof Tensor) return Number(valuesOf(index)[0]);
  return typeof index === 'bigint' ? Number(index) : index;
}

function valuesOf(indices: Tensor): ArrayLike<number | bigint> {
  if (indices.isFloatingPoint()) throw new IndexError('tensors used as indices must be long, byte or bool tensors');
  return indices.contiguous().numpy();
}
