import type { Glyph, Point } from './glyphs.js';
import { glyphs } from './glyphs.js';
import type { PictureRandom } from './random.js';

/** Pictures are `side`×`side` pixels, as MNIST's. */
export const side = 28;

/** How much the hand varies; the deviation of each change, in the units named. */
const hand = {
  point: .02, // of a stroke's points, in glyph boxes
  wobble: .4, // of the smooth bending of the whole picture, in pixels
  rotation: 0.11, // radians
  slant: 0.2,
  shift: 1.6, // pixels
} as const;

const stepsPerSpan = 5;

// One picture is drawn at a time: the scratch space is shared by all.
const ink = new Float32Array(side * side);
const path = new Float32Array(2 * 256);

/**
 * Draws a digit as a hand would: one of its variants, its points moved a little, turned, slanted, stretched, shifted
 * and bent as a whole, written with a pen of some width and darkness on slightly dirty paper.
 * @param out receives side² bytes at `offset`: 0 is paper, 255 full ink
 */
export function drawDigit(digit: number, random: PictureRandom, out: Uint8Array, offset: number): void {
  const variants = glyphs[digit]!;
  const glyph = variants[random.below(variants.length)]!;
  ink.fill(0);
  writeGlyph(glyph, random);
  const darkness = random.uniform(180, 255);
  const dirt = random.uniform(2, 12);
  const paper = random.uniform(0, 12);
  for (let i = 0; i < ink.length; i++) {
    const value = paper + ink[i]! * (darkness - paper) + dirt * random.bell();
    out[offset + i] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
}

function writeGlyph(glyph: Glyph, random: PictureRandom): void {
  const width = random.uniform(9.5, 16);
  const height = random.uniform(16, 21.5);
  const angle = hand.rotation * random.bell();
  const slant = hand.slant * random.bell();
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const centreX = side / 2 + hand.shift * random.bell();
  const centreY = side / 2 + hand.shift * random.bell();
  const bendX = hand.wobble * random.bell();
  const bendY = hand.wobble * random.bell();
  const phaseX = random.uniform(0, 2 * Math.PI);
  const phaseY = random.uniform(0, 2 * Math.PI);
  const radius = random.uniform(0.8, 1.6);

  for (const stroke of glyph) {
    const moved: Point[] = stroke.map(([x, y, corner]) => {
      const gx = x + hand.point * random.bell() - 0.5;
      const gy = y + hand.point * random.bell() - 0.5;
      const sx = width * (gx - slant * gy);
      const sy = height * gy;
      const px = centreX + cos * sx - sin * sy + bendX * Math.sin(0.3 * sy + phaseX);
      const py = centreY + sin * sx + cos * sy + bendY * Math.sin(0.3 * sx + phaseY);
      return [px, py, corner];
    });
    const count = smooth(moved);
    const end = radius * random.uniform(0.75, 1.15);
    for (let i = 1; i < count; i++) {
      const r = radius + (end - radius) * (i / count);
      drawSegment(path[2 * i - 2]!, path[2 * i - 1]!, path[2 * i]!, path[2 * i + 1]!, r);
    }
  }
}

/** Fills `path` with a Catmull-Rom curve through the points, broken at corners; returns the number of its points. */
function smooth(points: readonly Point[]): number {
  let count = 0;
  const last = points.length - 1;
  for (let i = 0; i < last; i++) {
    const p1 = points[i]!;
    const p2 = points[i + 1]!;
    const p0 = i === 0 || p1[2] ? p1 : points[i - 1]!;
    const p3 = i + 1 === last || p2[2] ? p2 : points[i + 2]!;
    for (let s = 0; s < stepsPerSpan; s++) {
      const t = s / stepsPerSpan;
      path[2 * count] = spline(p0[0], p1[0], p2[0], p3[0], t);
      path[2 * count + 1] = spline(p0[1], p1[1], p2[1], p3[1], t);
      count++;
    }
  }
  path[2 * count] = points[last]![0];
  path[2 * count + 1] = points[last]![1];
  return count + 1;
}

function spline(p0: number, p1: number, p2: number, p3: number, t: number): number {
  const a = 2 * p1;
  const b = p2 - p0;
  const c = 2 * p0 - 5 * p1 + 4 * p2 - p3;
  const d = 3 * (p1 - p2) + p3 - p0;
  return 0.5 * (a + t * (b + t * (c + t * d)));
}

/** Inks the pixels within `radius` of a segment, with an edge one pixel soft. */
function drawSegment(x0: number, y0: number, x1: number, y1: number, radius: number): void {
  const reach = radius + 0.5;
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
  const right = Math.min(side - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
  const bottom = Math.min(side - 1, Math.floor(Math.max(y0, y1) + reach));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const squared = dx * dx + dy * dy || 1;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / squared));
      const ex = x - x0 - t * dx;
      const ey = y - y0 - t * dy;
      const cover = reach - Math.sqrt(ex * ex + ey * ey);
      const at = y * side + x;
      if (cover > ink[at]!) ink[at] = cover < 1 ? cover : 1;
    }
  }
}
