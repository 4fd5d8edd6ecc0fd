import { PNG } from 'pngjs';
import type { Tensor } from 'sconce';

/** A test digit and what the network took it for. */
export interface Prediction {
  /** [1, 28, 28], from 0 to 1 */
  readonly image: Tensor;
  readonly target: number;
  readonly guess: number;
}

const SIDE = 28, MARGIN = 2, LABEL = 8;

/** dots of the picture per pixel of a digit */
const ZOOM = 3;

// digits in a 3×5 raster, a row per three bits, to write the predictions with
const FONT = [
  '111101101101111', '010110010010111', '111001111100111', '111001111001111', '101101111001001',
  '111100111001111', '111100111101111', '111001010010010', '111101111101111', '111101111001111',
];

/** A PNG of digits in rows, each with its prediction below: green where it is right, red (before the truth) where not. */
export function drawGrid(predictions: readonly Prediction[], columns = 10): Buffer {
  const rows = Math.ceil(predictions.length / columns);
  const cell = { width: SIDE + 2 * MARGIN, height: SIDE + LABEL + 2 * MARGIN };
  const png = new PNG({ width: ZOOM * columns * cell.width, height: ZOOM * rows * cell.height });
  png.data.fill(255);
  const dot = (x: number, y: number, [r, g, b]: readonly number[]): void => {
    for (let dy = 0; dy < ZOOM; dy++) {
      for (let dx = 0; dx < ZOOM; dx++) png.data.set([r, g, b, 255], 4 * ((ZOOM * y + dy) * png.width + ZOOM * x + dx));
    }
  };
  const write = (digit: number, x: number, y: number, color: readonly number[]): void => {
    for (let i = 0; i < 15; i++) if (FONT[digit][i] === '1') dot(x + (i % 3), y + Math.floor(i / 3), color);
  };
  predictions.forEach(({ image, target, guess }, i) => {
    const left = (i % columns) * cell.width + MARGIN, top = Math.floor(i / columns) * cell.height + MARGIN;
    const pixels = image.contiguous().numpy() as Float32Array;
    for (let p = 0; p < SIDE * SIDE; p++) {
      const gray = Math.round(255 * (1 - pixels[p]));
      dot(left + (p % SIDE), top + Math.floor(p / SIDE), [gray, gray, gray]);
    }
    const middle = left + SIDE / 2, base = top + SIDE + 2;
    if (guess === target) write(guess, middle - 1, base, [0, 130, 0]);
    else {
      write(guess, middle - 4, base, [210, 0, 0]);
      write(target, middle + 2, base, [120, 120, 120]);
    }
  });
  return PNG.sync.write(png);
}
