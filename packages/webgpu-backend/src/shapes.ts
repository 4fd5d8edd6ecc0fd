import { Layout, product, type View } from '@sconce/tensor/internal';
import type { Engine } from './engine.js';

/** A view of the same memory by another layout. */
export const relaid = ({ storage, dtype }: View, layout: View['layout']): View => ({ storage, dtype, layout });

/** A 0-d layout as that of one element in one dimension. */
export const as1d = (l: Layout): Layout => (l.shape.length ? l : new Layout([1], [1], l.offset));

/** Sizes before, at and after a dimension. */
export function around(shape: readonly number[], dim: number): { outer: number; size: number; inner: number } {
  return { outer: product(shape.slice(0, dim)), size: shape[dim] ?? 1, inner: product(shape.slice(dim + 1)) };
}

/** The elements of a view as a vector. */
export function flat(engine: Engine, v: View): View {
  const { bytes, offset } = engine.contiguous(v);
  return engine.asView(bytes, new Layout([v.layout.numel], [1], offset), v.storage.device);
}
