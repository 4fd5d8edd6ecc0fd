import { fromTypedArray, Tensor, uint8, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { colourOf, palette, type Colour } from './colours.js';
import { drawLetters, type Canvas } from './letters.js';

export interface BoxOptions {
  /** a text in each box */
  readonly labels?: readonly string[] | null | undefined;
  /** a colour for all boxes or a list of them, as 'red', '#ff0000' or [255, 0, 0]; default: one for each */
  readonly colors?: string | Colour | readonly (string | Colour)[] | null | undefined;
  /** fill the boxes, so that one sees through; default false */
  readonly fill?: boolean | undefined;
  /** of the lines, default 1 */
  readonly width?: number | undefined;
}

/** How much of a filled box's colour there is, of 255. */
const FILL_ALPHA = 100;

/**
 * Boxes on a picture.
 * @param image uint8, of shape [3, H, W] or [1, H, W]
 * @param boxes of shape [N, 4]: left, top, right and bottom of each
 * @returns uint8, of shape [3, H, W]
 * @throws ValueError for other shapes, or boxes whose right is left of their left
 * @see https://pytorch.org/vision/0.14/generated/torchvision.utils.draw_bounding_boxes.html
 * @example utils.drawBoundingBoxes(image, torch.tensor([[2, 3, 20, 15]]), { labels: ['cat'], colors: 'red' })
 */
export function drawBoundingBoxes(image: Tensor, boxes: Tensor, options: BoxOptions = {}): Tensor {
  const { labels, fill = false, width = 1 } = checked('drawBoundingBoxes', options, 'labels');
  if (!(image instanceof Tensor)) throw new TypeError(`Tensor expected, got ${typeof image}`);
  if (image.dtype !== uint8) throw new ValueError(`Tensor uint8 expected, got ${image.dtype}`);
  if (image.ndim !== 3) throw new ValueError('Pass individual images, not batches');
  if (image.size(0) !== 1 && image.size(0) !== 3) throw new ValueError('Only grayscale and RGB images are supported');
  const corners = Array.from(boxes.detach().hostValues(), Number);
  const count = boxes.size(0);
  const at = (i: number): readonly number[] => corners.slice(4 * i, 4 * i + 4).map(Math.trunc);
  for (let i = 0; i < corners.length; i += 4) {
    if (corners[i] > corners[i + 2] || corners[i + 1] > corners[i + 3]) {
      throw new ValueError(
        'Boxes need to be in (xmin, ymin, xmax, ymax) format. Use torchvision.ops.box_convert to convert them');
    }
  }
  if (count === 0) {
    console.warn("boxes doesn't contain any box. No box was drawn");
    return image;
  }
  if (labels && labels.length !== count) {
    throw new ValueError(`Number of boxes (${count}) and labels (${labels.length}) mismatch. Please specify labels for each box.`);
  }
  const colours = coloursOf(options.colors, count);
  const rgb = image.size(0) === 1 ? image.expand(3, image.size(1), image.size(2)) : image;
  const canvas: Canvas = { data: Uint8Array.from(rgb.detach().hostValues() as Uint8Array), height: image.size(1), width: image.size(2) };
  for (let i = 0; i < count; i++) {
    const box = at(i);
    if (fill) rectangle(canvas, box, colours[i], FILL_ALPHA);
    outline(canvas, box, colours[i], width);
    if (labels) drawLetters(canvas, box[0] + width + 1, box[1] + width + 1, labels[i], colours[i]);
  }
  return fromTypedArray(canvas.data, [3, canvas.height, canvas.width]);
}

function coloursOf(colors: BoxOptions['colors'], count: number): readonly Colour[] {
  if (colors === null || colors === undefined) return palette(count);
  if (typeof colors === 'string' || typeof colors[0] === 'number') {
    return new Array<Colour>(count).fill(colourOf(colors as string | Colour));
  }
  if (colors.length < count) {
    throw new ValueError(`Number of colors (${colors.length}) is less than number of boxes (${count}). `);
  }
  return (colors as readonly (string | Colour)[]).map(colourOf);
}

/** The pixels from corner to corner, both included; an alpha below 255 mixes. */
function rectangle(
  { data, width, height }: Canvas, [x0, y0, x1, y1]: readonly number[], colour: Colour, alpha = 255,
): void {
  for (let y = Math.max(y0, 0); y <= Math.min(y1, height - 1); y++) {
    for (let x = Math.max(x0, 0); x <= Math.min(x1, width - 1); x++) {
      for (let c = 0; c < 3; c++) {
        const i = (c * height + y) * width + x;
        const mixed = data[i] * (255 - alpha) + colour[c] * alpha + 128;
        data[i] = ((mixed >> 8) + mixed) >> 8;
      }
    }
  }
}

function outline(canvas: Canvas, [x0, y0, x1, y1]: readonly number[], colour: Colour, width: number): void {
  for (let i = 0; i < width; i++) {
    rectangle(canvas, [x0, y0 + i, x1, y0 + i], colour);
    rectangle(canvas, [x0, y1 - i, x1, y1 - i], colour);
    // these lines leave out where they end; in a flat box they go up instead of down
    const from = y0 + width, end = y1 - width + 1, top = Math.min(from, end + 1), bottom = Math.max(from, end - 1);
    if (from === end) continue;
    rectangle(canvas, [x1 - i, top, x1 - i, bottom], colour);
    rectangle(canvas, [x0 + i, top, x0 + i, bottom], colour);
  }
}
