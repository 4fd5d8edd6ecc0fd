import { Tensor } from '@sconce/tensor';
import { typeName } from './type-name.js';

/** Indices as a list, an int64 array, or a vector of integers, as `torch.randperm` gives it. */
export type IndexList = Iterable<number | bigint> | Tensor;

/** Indices as numbers. @throws TypeError for what is none, or cannot be gone through. @internal */
export function indexList(indices: IndexList): readonly number[] {
  const given: unknown = indices instanceof Tensor ? indices.contiguous().numpy() : indices;
  if (Array.isArray(given) && given.every((i) => typeof i === 'number')) return given;
  if (typeof (given as Iterable<unknown> | null)?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`indices should be a list or a Tensor of integers, but got ${typeName(given)}`);
  }
  return Array.from(given as Iterable<number | bigint>, Number);
}
