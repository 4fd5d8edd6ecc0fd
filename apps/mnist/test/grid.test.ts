import { PNG } from 'pngjs';
import { zeros } from 'sconce';
import { expect, it } from 'vitest';
import { drawGrid } from '../src/grid.js';

it('draws each digit with its prediction below: green where it is right, red where not', () => {
  const image = zeros(1, 28, 28);
  (image.numpy() as Float32Array)[28 * 10 + 5] = 1;
  const right = { image, target: 3, guess: 3 }, wrong = { image, target: 4, guess: 9 };
  const png = PNG.sync.read(drawGrid([right, wrong, right], 2));
  expect([png.width, png.height]).toEqual([3 * 2 * 32, 3 * 2 * 40]);
  /** Of the middle of the nine dots of a pixel. */
  const colorAt = (x: number, y: number): number[] => {
    const at = 4 * ((3 * y + 1) * png.width + 3 * x + 1);
    return [...png.data.subarray(at, at + 3)];
  };
  // ink is black on white paper
  expect(colorAt(2 + 5, 2 + 10)).toEqual([0, 0, 0]);
  expect(colorAt(2 + 6, 2 + 10)).toEqual([255, 255, 255]);
  const colorsBelow = (column: number, row: number): Set<string> => {
    const found = new Set<string>();
    for (let y = 31; y < 40; y++) for (let x = 0; x < 32; x++) found.add(colorAt(32 * column + x, 40 * row + y).join());
    return found;
  };
  expect(colorsBelow(0, 0)).toEqual(new Set(['255,255,255', '0,130,0']));
  expect(colorsBelow(1, 0)).toEqual(new Set(['255,255,255', '210,0,0', '120,120,120']));
  expect(colorsBelow(0, 1)).toEqual(new Set(['255,255,255', '0,130,0']));
  expect(colorsBelow(1, 1)).toEqual(new Set(['255,255,255']));
});
