import type { Tensor } from '@sconce/tensor';

/** The sum over the dimensions along which `shape` was broadcast to this tensor's. */
export function sumToSize(x: Tensor, shape: readonly number[]): Tensor {
  const lead = x.dim() - shape.length;
  const dims = x.shape.map((_, i) => i).filter((i) => i < lead || (shape[i - lead] === 1 && x.shape[i] !== 1));
  const summed = dims.length ? x.sum(dims, { keepdim: true }) : x;
  return lead > 0 ? summed.view(shape) : summed;
}
