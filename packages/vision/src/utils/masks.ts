import { bool, fromTypedArray, Tensor, uint8, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { colourOf, palette, type Colour } from './colours.js';

export interface MaskOptions {
  /** how much of a mask's colour there is, from 0 to 1; default 0.8 */
  readonly alpha?: number | undefined;
  /** a colour for all masks or a list of them, as 'red', '#ff0000' or [255, 0, 0]; default: one for each */
  readonly colors?: string | Colour | readonly (string | Colour)[] | null | undefined;
}

/**
 * Masks on a picture, each in its colour, so that one sees through; where they overlap, the last one counts.
 * @param image uint8, of shape [3, H, W]
 * @param masks bool, of shape [N, H, W] or [H, W]
 * @returns uint8, of shape [3, H, W]
 * @throws ValueError for other shapes or dtypes, or fewer colours than masks
 * @see https://pytorch.org/vision/0.14/generated/torchvision.utils.draw_segmentation_masks.html
 * @example utils.drawSegmentationMasks(image, scores.gt(0.5), { colors: ['red', 'blue'] })
 */
export function drawSegmentationMasks(image: Tensor, masks: Tensor, options: MaskOptions = {}): Tensor {
  const { alpha = 0.8, colors } = checked('drawSegmentationMasks', options, 'alpha');
  if (!(image instanceof Tensor)) throw new TypeError(`The image must be a tensor, got ${typeof image}`);
  if (image.dtype !== uint8) throw new ValueError(`The image dtype must be uint8, got ${image.dtype}`);
  if (image.ndim !== 3) throw new ValueError('Pass individual images, not batches');
  if (image.size(0) !== 3) throw new ValueError('Pass an RGB image. Other Image formats are not supported');
  if (masks.ndim !== 2 && masks.ndim !== 3) throw new ValueError('masks must be of shape (H, W) or (batch_size, H, W)');
  if (masks.dtype !== bool) throw new ValueError(`The masks must be of dtype bool. Got ${masks.dtype}`);
  const [, height, width] = image.shape, size = height * width;
  if (masks.size(-2) !== height || masks.size(-1) !== width) throw new ValueError('The image and the masks must have the same height and width');
  const count = masks.ndim === 2 ? 1 : masks.size(0);
  if (count === 0) {
    console.warn("masks doesn't contain any mask. No mask was drawn");
    return image;
  }
  const colours = coloursOf(colors, count);
  const before = image.detach().hostValues() as Uint8Array, inside = masks.hostValues() as Uint8Array, drawn = Uint8Array.from(before);
  for (let mask = 0; mask < count; mask++) {
    for (let i = 0; i < size; i++) if (inside[mask * size + i]) for (let c = 0; c < 3; c++) drawn[c * size + i] = colours[mask][c];
  }
  // in float32, as the sum of two tensors
  const f = Math.fround, mine = f(alpha), others = f(1 - alpha);
  return fromTypedArray(drawn.map((value, i) => f(f(before[i] * others) + f(value * mine))), [3, height, width]);
}

function coloursOf(colors: MaskOptions['colors'], count: number): readonly Colour[] {
  if (colors === null || colors === undefined) return palette(count);
  if (typeof colors === 'string' || typeof colors[0] === 'number') {
    return new Array<Colour>(count).fill(colourOf(colors as string | Colour));
  }
  if (colors.length < count) throw new ValueError(`There are more masks (${count}) than colors (${colors.length})`);
  return (colors as readonly (string | Colour)[]).map(colourOf);
}
