import type { Tensor } from '@sconce/tensor';

/** The sum over the dimensions along which `shape` was broadcast to this tensor's. */
export function sumToSize(x: Tensor, shape: readonly number[]): Tensor {
  const lead = x.dim() - shape.length;
  const dims = x.shape.map((_, i) => i).filter((i) => i < lead || (shape[i - lead] === 1 && x.shape[i] !== 1));
  const summed = dims.length ? x.sum(dims, { keepdim: true }) : x;
  return lead > 0 ? summed.view(shape) : summed;
}

/** Whether a gradient of shape `from` is one of a tensor that was broadcast from `shape`. */
export function canSumToSize(from: readonly number[], shape: readonly number[]): boolean {
  const lead = from.length - shape.length;
  return lead >= 0 && shape.every((n, i) => n === 1 || n === from[i + lead]);
}
