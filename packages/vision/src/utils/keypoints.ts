import { fromTypedArray, IndexError, Tensor, uint8, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { colourOf, type Colour } from './colours.js';
import type { Canvas } from './letters.js';
import { circle, line, type Point } from './shapes.js';

export interface KeypointOptions {
  /** which points of an instance a line joins, as pairs of their numbers */
  readonly connectivity?: readonly (readonly [from: number, to: number])[] | null | undefined;
  /** of the points, as 'red', '#ff0000' or [255, 0, 0]; default: points are not drawn; lines are white */
  readonly colors?: string | Colour | null | undefined;
  /** of the points, default 2 */
  readonly radius?: number | undefined;
  /** of the lines, default 3 */
  readonly width?: number | undefined;
}

const WHITE: Colour = [255, 255, 255];

/**
 * Points on a picture, and lines between them.
 * @param image uint8, of shape [3, H, W]
 * @param keypoints of shape [instances, K, 2]: x and y of each
 * @returns uint8, of shape [3, H, W]
 * @throws ValueError for other shapes or dtypes, IndexError for a line to a point that there is not
 * @see https://pytorch.org/vision/0.14/generated/torchvision.utils.draw_keypoints.html
 * @example utils.drawKeypoints(image, torch.tensor([[[3, 4], [9, 7]]]), { connectivity: [[0, 1]], colors: 'red' })
 */
export function drawKeypoints(image: Tensor, keypoints: Tensor, options: KeypointOptions = {}): Tensor {
  const { connectivity, colors, radius = 2, width = 3 } = checked('drawKeypoints', options, 'connectivity');
  if (!(image instanceof Tensor)) throw new TypeError(`The image must be a tensor, got ${typeof image}`);
  if (image.dtype !== uint8) throw new ValueError(`The image dtype must be uint8, got ${image.dtype}`);
  if (image.ndim !== 3) throw new ValueError('Pass individual images, not batches');
  if (image.size(0) !== 3) throw new ValueError('Pass an RGB image. Other Image formats are not supported');
  if (keypoints.ndim !== 3 || keypoints.size(2) !== 2) throw new ValueError('keypoints must be of shape (num_instances, K, 2)');
  const canvas: Canvas = { data: Uint8Array.from(image.detach().hostValues() as Uint8Array), height: image.size(1), width: image.size(2) };
  const values = Array.from(keypoints.detach().hostValues(), Number).map(Math.trunc), [instances, count] = keypoints.shape;
  const colour = colors === null || colors === undefined ? null : colourOf(colors);
  for (let i = 0; i < instances; i++) {
    const points = Array.from({ length: count }, (_, k): Point => [values[2 * (i * count + k)], values[2 * (i * count + k) + 1]]);
    if (colour) for (const point of points) circle(canvas, point, radius, colour);
    for (const pair of connectivity ?? []) {
      const [from, to] = pair.map((k) => points.at(k));
      if (!from || !to) throw new IndexError('list index out of range');
      line(canvas, from, to, width, WHITE);
    }
  }
  return fromTypedArray(canvas.data, [3, canvas.height, canvas.width]);
}
