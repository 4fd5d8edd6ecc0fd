import type { Colour } from './colours.js';
import type { Canvas } from './letters.js';

/** x and y, whole numbers. @internal */
export type Point = readonly [x: number, y: number];

/** The pixels of a row from x to x, both included, as far as they are on the canvas. */
function row({ data, width, height }: Canvas, y: number, from: number, to: number, colour: Colour): void {
  if (y < 0 || y >= height) return;
  for (let x = Math.max(from, 0); x <= Math.min(to, width - 1); x++) {
    for (let c = 0; c < 3; c++) data[(c * height + y) * width + x] = colour[c];
  }
}

/** A filled circle with the pixels that Pillow's has; none for a radius of 0. @internal */
export function circle(canvas: Canvas, [x, y]: Point, radius: number, colour: Colour): void {
  const rows = (dx: number, dy: number): void => {
    for (const at of dy === 0 ? [y] : [y - dy, y + dy]) row(canvas, at, x - dx, x + dx, colour);
  };
  if (radius < 1) return;
  rows(radius, 0);
  // along the border from the right to the top: of the three pixels that come next, the one nearest to the circle
  for (let dx = radius, dy = 0; dy < radius;) {
    const off = (a: number, b: number): number => Math.abs(a * a + b * b - radius * radius);
    const up = off(dx, dy + 1), both = off(dx - 1, dy + 1), left = off(dx - 1, dy), least = Math.min(up, both, left);
    if (dx > 0 && least !== up) dx--;
    if (least === left && least !== both && least !== up) continue;
    rows(dx, ++dy);
  }
}

/** Rounded, halves away from zero. */
const outward = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
/** Rounded, halves towards zero. */
const inward = (x: number): number => Math.sign(x) * Math.ceil(Math.abs(x) - 0.5);

/** A line with the pixels that Pillow's has. @internal */
export function line(canvas: Canvas, from: Point, to: Point, width: number, colour: Colour): void {
  const [x0, y0] = from, [x1, y1] = to, dx = x1 - x0, dy = y1 - y0;
  if ((dx === 0 && dy === 0) || width <= 1) {
    thin(canvas, from, to, colour);
    return;
  }
  // a rectangle of whole corners; of an even width, one side is further away
  const length = Math.hypot(dx, dy), half = (width - 1) / 2, more = outward(half) / length, less = inward(half) / length;
  const [left, right] = [inward(less * dy), inward(more * dy)], [above, below] = [outward(less * dx), outward(more * dx)];
  const corners: readonly Point[] = [[x0 - left, y0 + below], [x1 - left, y1 + below], [x1 + right, y1 - above], [x0 + right, y0 - above]];
  const ys = corners.map(([, y]) => y);
  for (let y = Math.max(Math.min(...ys), 0); y <= Math.min(Math.max(...ys), canvas.height - 1); y++) {
    const crossings = corners.flatMap((corner, i) => crossing(corner, corners[(i + 1) % 4], y));
    row(canvas, y, outward(Math.min(...crossings)), inward(Math.max(...crossings)), colour);
  }
}

/** Where a row meets an edge, computed in float32 as Pillow does. */
function crossing([x0, y0]: Point, [x1, y1]: Point, y: number): readonly number[] {
  if (y < Math.min(y0, y1) || y > Math.max(y0, y1)) return [];
  if (y0 === y1) return [x0, x1];
  const slope = Math.fround((x1 - x0) / (y1 - y0));
  return [Math.fround(Math.fround((y - y0) * slope) + x0)];
}

/** Bresenham's line. */
function thin(canvas: Canvas, [x0, y0]: Point, [x1, y1]: Point, colour: Colour): void {
  const across = Math.abs(x1 - x0), down = Math.abs(y1 - y0), steep = down > across, most = Math.max(across, down);
  let error = 2 * Math.min(across, down) - most;
  for (let i = 0, x = x0, y = y0; i <= most; i++) {
    row(canvas, y, x, x, colour);
    if (error >= 0) {
      if (steep) x += Math.sign(x1 - x0);
      else y += Math.sign(y1 - y0);
      error -= 2 * most;
    }
    error += 2 * Math.min(across, down);
    if (steep) y += Math.sign(y1 - y0);
    else x += Math.sign(x1 - x0);
  }
}
