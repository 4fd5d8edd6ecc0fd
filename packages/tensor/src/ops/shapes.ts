import type { View } from '../backend.js';
import { IndexError } from '../errors.js';

/** A shape without the reduced dimensions, or with size 1 in their place. */
export const reducedShape = (shape: readonly number[], dims: readonly number[], keepdim: boolean): readonly number[] =>
  shape.flatMap((n, d) => (!dims.includes(d) ? [n] : keepdim ? [1] : []));

/** Throws where a function that has no value for no elements is asked to reduce a dimension of size 0. */
export function checkNotEmpty(name: string, { layout: { shape } }: View, dims: readonly number[]): void {
  for (const d of dims) {
    if (shape[d] === 0) throw new IndexError(`${name}: Expected reduction dim ${d} to have non-zero size.`);
  }
}
