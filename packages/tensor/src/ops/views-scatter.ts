import { RuntimeError } from '../errors.js';
import { sameShape, shapeText } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { clone } from './conversion.js';
import { asStrided, diagonal, select, slice, type DiagonalOptions } from './views-windows.js';

// Copies of a tensor with other values in one of its views

function written(x: Tensor, src: Tensor, view: (x: Tensor) => Tensor): Tensor {
  const result = clone(x), window = view(result);
  if (!sameShape(window.shape, src.shape)) {
    throw new RuntimeError(
      `expected src to have a size equal to the slice of self. src size = ${shapeText(src.shape)}, slice size = ${shapeText(window.shape)}`);
  }
  window.copy_(src);
  return result;
}

/**
 * A copy of the tensor with `src` at one index of a dimension.
 * @throws RuntimeError for a `src` of another shape than `select` gives
 * @see https://pytorch.org/docs/stable/generated/torch.select_scatter.html
 * @example torch.selectScatter(torch.zeros(2, 2), torch.ones(2), 0, 1) // tensor([[0., 0.], [1., 1.]])
 */
export const selectScatter = (x: Tensor, src: Tensor, dim: number, index: number): Tensor =>
  written(x, src, (y) => select(y, dim, index));

export interface SliceScatterOptions {
  readonly start?: number | null | undefined;
  readonly end?: number | null | undefined;
  readonly step?: number | undefined;
}

/**
 * A copy of the tensor with `src` in a range of a dimension.
 * @throws RuntimeError for a `src` of another shape than the range has
 * @see https://pytorch.org/docs/stable/generated/torch.slice_scatter.html
 */
export function sliceScatter(x: Tensor, src: Tensor, dim = 0, options: SliceScatterOptions = {}): Tensor {
  const { start, end, step } = checked('sliceScatter', options);
  return written(x, src, (y) => slice(y, dim, start, end, step));
}

/**
 * A copy of the tensor with `src` on a diagonal.
 * @throws RuntimeError for a `src` of another shape than `diagonal` gives
 * @see https://pytorch.org/docs/stable/generated/torch.diagonal_scatter.html
 */
export const diagonalScatter = (x: Tensor, src: Tensor, options: DiagonalOptions = {}): Tensor =>
  written(x, src, (y) => diagonal(y, checked('diagonalScatter', options)));

/**
 * A copy of the tensor with `src` at the places of its memory that sizes and strides say.
 * @throws RuntimeError for a `src` of another shape than `size`
 * @see https://pytorch.org/docs/stable/generated/torch.as_strided_scatter.html
 * @example torch.zeros(2, 2).asStridedScatter(torch.ones(2), [2], [3]) // tensor([[1., 0.], [0., 1.]])
 */
export const asStridedScatter = (x: Tensor, src: Tensor, size: readonly number[], stride: readonly number[], storageOffset?: number): Tensor =>
  written(x, src, (y) => asStrided(y, size, stride, storageOffset));
