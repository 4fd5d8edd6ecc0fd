import { Layout, type View } from '@sconce/tensor/internal';

/** A view of the same memory by another layout. */
export const relaid = ({ storage, dtype }: View, layout: View['layout']): View => ({ storage, dtype, layout });

export const product = (list: readonly number[]): number => list.reduce((p, n) => p * n, 1);

/** A 0-d layout as that of one element in one dimension. */
export const as1d = (l: Layout): Layout => (l.shape.length ? l : new Layout([1], [1], l.offset));

/** Sizes before, at and after a dimension. */
export function around(shape: readonly number[], dim: number): { outer: number; size: number; inner: number } {
  return { outer: product(shape.slice(0, dim)), size: shape[dim] ?? 1, inner: product(shape.slice(dim + 1)) };
}

/** A view with some dimensions last, and how many elements those are: rows to be folded. */
export function rowsOf(view: View, dims: readonly number[]): { rows: View; count: number; size: number } {
  const { shape, strides, offset } = view.layout;
  const kept = shape.map((_, d) => d).filter((d) => !dims.includes(d)), order = [...kept, ...dims];
  const layout = new Layout(order.map((d) => shape[d]), order.map((d) => strides[d]), offset);
  return { rows: relaid(view, layout), size: product(dims.map((d) => shape[d])), count: product(kept.map((d) => shape[d])) };
}
