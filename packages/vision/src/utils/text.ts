import { fromTypedArray, Tensor, uint8, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { colourOf, type Colour } from './colours.js';
import { drawLetters } from './letters.js';

export interface TextOptions {
  /** the left upper corner of the first letter, default [0, 0] */
  readonly at?: readonly [x: number, y: number] | undefined;
  /** as 'red', '#ff0000' or [255, 0, 0]; default black */
  readonly color?: string | Colour | undefined;
}

/**
 * A picture with a line of text on it, in small letters of 6×8 pixels each; what lies outside is cut off.
 * @param image uint8, of shape [3, H, W]
 * @throws ValueError for other pictures
 * @example utils.drawText(picture, 'cat', { at: [2, 2], color: 'white' })
 */
export function drawText(image: Tensor, text: string, options: TextOptions = {}): Tensor {
  const { at: [x, y] = [0, 0], color = 'black' } = checked('drawText', options, 'at');
  if (!(image instanceof Tensor)) throw new TypeError(`Tensor expected, got ${typeof image}`);
  if (image.dtype !== uint8) throw new ValueError(`Tensor uint8 expected, got ${image.dtype}`);
  if (image.ndim !== 3 || image.size(0) !== 3) throw new ValueError('Pass an RGB image. Other Image formats are not supported');
  const [, height, width] = image.shape;
  const data = Uint8Array.from(image.detach().hostValues() as Uint8Array);
  drawLetters({ data, width, height }, x, y, text, colourOf(color));
  return fromTypedArray(data, [3, height, width]);
}
