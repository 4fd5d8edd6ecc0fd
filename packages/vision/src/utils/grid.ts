import { cat, stack, Tensor, uint8, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { jpegBytes, pngBytes } from '../io/codec.js';
import { builtin } from '../node/builtins.js';

export interface GridOptions {
  /** pictures per row, default 8 */
  readonly nrow?: number | undefined;
  /** pixels between pictures and around them, default 2 */
  readonly padding?: number | undefined;
  /** bring the values from 0 to 1; default false */
  readonly normalize?: boolean | undefined;
  /** what becomes 0 and what 1, for `normalize`; default: the least and the largest value */
  readonly valueRange?: readonly [min: number, max: number] | null | undefined;
  /** for `normalize`: each picture by its own values; default false */
  readonly scaleEach?: boolean | undefined;
  /** the value of the pixels between, default 0 */
  readonly padValue?: number | undefined;
}

/**
 * Pictures side by side as one: of a batch [B, C, H, W], a list of pictures of one size, or a single picture
 * ([C, H, W] or [H, W]), which stays alone. Gray becomes colour.
 * @throws TypeError for anything else
 * @see https://pytorch.org/vision/0.14/generated/torchvision.utils.make_grid.html
 * @example utils.makeGrid(torch.rand(6, 3, 4, 4), { nrow: 3 }).shape // [3, 14, 20]
 */
export function makeGrid(tensor: Tensor | readonly Tensor[], options: GridOptions = {}): Tensor {
  const { nrow = 8, padding = 2, padValue = 0 } = checked('makeGrid', options, 'nrow');
  const pictures = normalized(asBatch(tensor), options);
  const [count, channels] = pictures.shape;
  if (count === 0) throw new ValueError('a grid needs at least one picture');
  if (count === 1) return pictures.squeeze(0);
  const columns = Math.min(nrow, count), rows = Math.ceil(count / columns);
  const [height, width] = [pictures.size(2) + padding, pictures.size(3) + padding];
  const grid = pictures.newFull([channels, height * rows + padding, width * columns + padding], padValue);
  for (let k = 0; k < count; k++) {
    const [y, x] = [Math.floor(k / columns), k % columns];
    grid.narrow(1, y * height + padding, height - padding).narrow(2, x * width + padding, width - padding).copy_(pictures.select(0, k));
  }
  return grid;
}

function asBatch(tensor: Tensor | readonly Tensor[]): Tensor {
  if (!(tensor instanceof Tensor) && !Array.isArray(tensor)) {
    throw new TypeError(`tensor or list of tensors expected, got ${typeof tensor}`);
  }
  const wrong = tensor instanceof Tensor ? undefined : tensor.find((t) => !(t instanceof Tensor));
  if (wrong !== undefined) throw new TypeError(`tensor or list of tensors expected, got a list containing ${typeof wrong}`);
  let x = (tensor instanceof Tensor ? tensor : stack(tensor)).detach();
  if (x.ndim === 2) x = x.unsqueeze(0);
  if (x.ndim === 3) x = x.unsqueeze(0);
  return x.ndim === 4 && x.size(1) === 1 ? cat([x, x, x], 1) : x;
}

function normalized(pictures: Tensor, { normalize = false, valueRange, scaleEach = false }: GridOptions): Tensor {
  if (!normalize) return pictures;
  if (valueRange && !Array.isArray(valueRange)) {
    throw new TypeError('value_range has to be a tuple (min, max) if specified. min and max are numbers');
  }
  const scaled = (x: Tensor): Tensor => {
    if (valueRange) {
      const [low, high] = valueRange;
      return x.clamp(low, high).sub(low).div(Math.max(high - low, 1e-5));
    }
    const low = x.min(), high = x.max();
    return x.sub(low).div(high.sub(low).clampMin(1e-5));
  };
  return scaleEach ? stack(pictures.unbind(0).map(scaled)) : scaled(pictures);
}

export interface SaveImageOptions extends GridOptions {
  /** 'png' or 'jpeg'; default: as the path ends */
  readonly format?: string | undefined;
}

const FORMATS: Readonly<Record<string, (picture: Tensor) => Uint8Array>> = { png: pngBytes, jpeg: jpegBytes, jpg: jpegBytes };

/**
 * Writes pictures with values from 0 to 1 into a file, side by side as `makeGrid` puts them.
 * @param fp a path, or a function that takes the bytes
 * @throws ValueError for formats other than PNG and JPEG
 * @see https://pytorch.org/vision/0.14/generated/torchvision.utils.save_image.html
 * @example await utils.saveImage(torch.rand(8, 3, 32, 32), 'noise.png', { nrow: 4 })
 */
export async function saveImage(
  tensor: Tensor | readonly Tensor[], fp: string | ((bytes: Uint8Array) => unknown), options: SaveImageOptions = {},
): Promise<void> {
  const { format, ...rest } = checked('saveImage', options, 'format');
  const grid = makeGrid(tensor, rest);
  const bytes = await grid.mul(255).add_(0.5).clamp_(0, 255).to(uint8).cpu();
  const ending = typeof fp === 'string' ? fp.slice(fp.lastIndexOf('.') + 1) : 'png';
  const write = FORMATS[(format ?? ending).toLowerCase()];
  if (!write) throw new ValueError(`unknown file extension: ${format ?? ending}; pictures are written as png or jpeg`);
  if (typeof fp === 'string') builtin('node:fs', 'writing files').writeFileSync(fp, write(bytes));
  else await fp(write(bytes));
}
