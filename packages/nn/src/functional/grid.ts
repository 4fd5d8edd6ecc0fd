import { linspace, NotImplementedError, ones, stack, Tensor, ValueError, zeros } from '@sconce/tensor';
import { checked, shapeText } from '@sconce/tensor/internal';

export { gridSample, type GridSampleOptions } from '@sconce/tensor/internal';

export interface AlignCornersOption {
  /** whether -1 and 1 mean the centres of the outermost elements, not the borders; default false */
  readonly alignCorners?: boolean | null | undefined;
}

/** Coordinates of `count` elements from -1 to 1. */
function coordinates(theta: Tensor, count: number, alignCorners: boolean): Tensor {
  const options = { dtype: theta.dtype, device: theta.device };
  if (count <= 1) return zeros([count], options);
  const line = linspace(-1, 1, count, options);
  return alignCorners ? line : line.mul((count - 1) / count);
}

/**
 * The grid for `gridSample` that applies affine maps (N, 2, 3) to images of a size (N, C, H, W), or (N, 3, 4) to volumes.
 * @throws ValueError for maps that do not fit the size
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.affine_grid.html
 */
export function affineGrid(theta: Tensor, size: readonly number[], options: AlignCornersOption = {}): Tensor {
  const { alignCorners } = checked('affineGrid', options, 'alignCorners');
  const align = alignCorners ?? false, text = `torch.Size(${shapeText(size)})`;
  if (!theta.isFloatingPoint()) throw new ValueError(`Expected theta to have floating point type, but got ${theta.dtype}`);
  if (size.length !== 4 && size.length !== 5) {
    throw new NotImplementedError(`affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size ${text}.`);
  }
  const dims = size.length - 2, sizes = size.slice(2);
  if (theta.dim() !== 3 || theta.shape[1] !== dims || theta.shape[2] !== dims + 1) {
    throw new ValueError(`Expected a batch of ${dims}D affine matrices of shape Nx${dims}x${dims + 1} for size ${text}. Got torch.Size(${shapeText(theta.shape)}).`);
  }
  if (!(align && Math.min(...sizes) === 1) && Math.min(...size) <= 0) throw new ValueError(`Expected non-zero, positive output size. Got ${text}`);
  const axes = Array.from({ length: dims }, (_, i) => {
    const d = dims - 1 - i; // x runs along the last dimension
    return coordinates(theta, sizes[d], align).view(sizes.map((n, k) => (k === d ? n : 1))).expand(sizes);
  });
  const base = stack([...axes, ones(sizes, { dtype: theta.dtype, device: theta.device })], -1).view(1, -1, dims + 1);
  return base.expand(size[0], base.shape[1], dims + 1).bmm(theta.transpose(1, 2)).view(size[0], ...sizes, dims);
}
