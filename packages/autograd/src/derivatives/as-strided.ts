import { arange, ones, zeros, type Tensor } from '@sconce/tensor';
import type { AsStridedAttrs } from '@sconce/tensor/internal';

/** How far from its first element the last one of a view lies, plus one; nothing for no elements. */
const extent = (size: readonly number[], stride: readonly number[]): number =>
  (size.includes(0) ? 0 : size.reduce((sum, n, i) => sum + (n - 1) * stride[i], 1));

/** Whether some element of the memory is reached twice, or perhaps so. */
function mayOverlap(size: readonly number[], stride: readonly number[]): boolean {
  const order = [...size.keys()].filter((d) => size[d] > 1).sort((a, b) => stride[a] - stride[b]);
  let reached = 0;
  for (const d of order) {
    if (stride[d] <= reached) return true;
    reached += (size[d] - 1) * stride[d];
  }
  return false;
}

/**
 * The gradient of a view by strides: that of the memory behind it, read by the strides of the input. What the view shows
 * several times adds up; what the input shows several times shares its gradient.
 * @see https://github.com/pytorch/pytorch/blob/v1.13.0/torch/csrc/autograd/FunctionsManual.cpp (as_strided_backward)
 */
export function asStridedBackward(
  g: Tensor, { size, stride, offset }: AsStridedAttrs, shape: readonly number[], strides: readonly number[],
): Tensor {
  const { dtype, device } = g;
  const low = Math.min(0, offset);
  const length = Math.max(extent(shape, strides), offset + extent(size, stride)) - low;
  const places = arange(length, { device });
  const addTo = (memory: Tensor, at: Tensor, values: Tensor): Tensor => memory.indexAdd(0, at.reshape(-1), values.reshape(-1));
  const seen = places.asStrided(size, stride, offset - low), own = places.asStrided(shape, strides, -low);
  let memory = addTo(zeros([length], { dtype, device }), seen, g);
  if (mayOverlap(shape, strides)) {
    memory = memory.div(addTo(zeros([length], { dtype, device }), own, ones(shape, { dtype, device })));
  }
  return memory.asStrided(shape, strides, -low);
}
