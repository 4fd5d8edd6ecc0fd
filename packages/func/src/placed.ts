import type { Tensor } from '@sconce/tensor';
import type { Layout } from '@sconce/tensor/internal';

/** A dimension that has a place in memory of its own. */
interface Place { readonly dim: number; readonly size: number; readonly stride: number }

/** The view [examples, …] of memory [examples, elements] that has, for each example, a layout. */
export function placed(memory: Tensor, layout: Layout): Tensor {
  const { shape, strides, offset, isContiguous, numel } = layout, [size, length] = memory.shape;
  if (isContiguous && (numel === length || numel === 0)) return memory.narrow(1, 0, numel).reshape(size, ...shape);
  const places = shape.map((n, dim): Place => ({ dim, size: n, stride: strides[dim] })).filter((p) => p.size !== 1 && p.stride !== 0)
    .sort((a, b) => b.stride - a.stride);
  const cut = cutOut(memory, places, offset);
  if (!cut) return memory.contiguous().asStrided([size, ...shape], [length, ...strides], offset);
  // from the order in memory to that of the layout, with dimensions of one place between
  const order = places.map(({ dim }) => dim), sorted = order.toSorted((a, b) => a - b);
  let result = cut.permute(0, ...sorted.map((dim) => 1 + order.indexOf(dim)));
  shape.forEach((_, dim) => { if (!order.includes(dim)) result = result.unsqueeze(dim + 1); });
  return result.expand(size, ...shape);
}

/** The places as dimensions in the order of memory, by steps that keep gradients simple; null where their strides do not nest. */
function cutOut(memory: Tensor, places: readonly Place[], offset: number): Tensor | null {
  const [size, length] = memory.shape, sizes: number[] = [];
  let whole = length;
  for (const { stride } of places) {
    if (whole % stride !== 0) return null;
    sizes.push(whole / stride);
    whole = stride;
  }
  let result = memory.reshape(size, ...sizes, whole), rest = offset;
  for (const [i, place] of places.entries()) {
    const first = Math.floor(rest / place.stride);
    rest -= first * place.stride;
    if (first + place.size > sizes[i]) return null;
    result = result.narrow(i + 1, first, place.size);
  }
  return result.select(-1, rest);
}
