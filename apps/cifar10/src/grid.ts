import { cat, ones, torchvision, uint8, type Tensor } from 'sconce';

const { utils } = torchvision;

/** A test picture and what the network took it for. */
export interface Prediction {
  /** [3, 32, 32], from -1 to 1 */
  readonly image: Tensor;
  readonly target: string;
  readonly guess: string;
}

/** dots of the grid per pixel of a picture */
const ZOOM = 3;

/** dots below each picture for two lines of text */
const LABELS = 20;

/** Pictures in rows as a uint8 tensor, the guess below each: green where it is right, red above the truth where not. */
export function drawGrid(predictions: readonly Prediction[], nrow = 6): Tensor {
  return utils.makeGrid(predictions.map(cell), { nrow, padding: 4, padValue: 255 });
}

function cell({ image, target, guess }: Prediction): Tensor {
  const pixels = image.mul(0.5).add(0.5).mul(255).round().to(uint8);
  const large = pixels.repeatInterleave(ZOOM, 1).repeatInterleave(ZOOM, 2);
  const labels = ones(3, LABELS, large.size(2)).mul(255).to(uint8);
  const top = large.size(1) + 2;
  const right = guess === target;
  const named = utils.drawText(cat([large, labels], 1), guess, { at: [1, top], color: right ? 'green' : 'red' });
  return right ? named : utils.drawText(named, target, { at: [1, top + 9], color: 'dimgray' });
}
