import type { ImageMode } from './image.js';

type Bytes = Uint8Array | Uint8ClampedArray;
/** The modes that the others are converted by way of. */
type Plain = 'L' | 'LA' | 'RGB' | 'RGBA';

const PLAIN: Record<ImageMode, Plain> = { L: 'L', LA: 'LA', RGB: 'RGB', RGBA: 'RGBA', BGR: 'RGB', BGRA: 'RGBA', HSV: 'RGB' };
const CHANNELS: Record<Plain, number> = { L: 1, LA: 2, RGB: 3, RGBA: 4 };

/** Bytes of one mode in another, with Pillow's arithmetic. @see Pillow, src/libImaging/Convert.c @internal */
export function convertBytes(data: Bytes, from: ImageMode, to: ImageMode): Uint8Array {
  const plain = betweenPlain(toPlain(data, from), PLAIN[from], PLAIN[to]);
  if (to === 'HSV') return mapPixels(plain, rgbToHsv);
  return to === 'BGR' || to === 'BGRA' ? swapped(plain, to.length) : plain;
}

function toPlain(data: Bytes, from: ImageMode): Uint8Array {
  if (from === 'HSV') return mapPixels(data, hsvToRgb);
  return from === 'BGR' || from === 'BGRA' ? swapped(data, from.length) : Uint8Array.from(data);
}

/** The first and the third of each pixel's channels in each other's place. */
function swapped(data: Bytes, channels: number): Uint8Array {
  const out = Uint8Array.from(data);
  for (let i = 0; i < data.length; i += channels) {
    out[i] = data[i + 2];
    out[i + 2] = data[i];
  }
  return out;
}

function betweenPlain(data: Uint8Array, from: Plain, to: Plain): Uint8Array {
  if (from === to) return data;
  const step = CHANNELS[from], width = CHANNELS[to];
  const gray = step <= 2, toGray = width <= 2, alphaAt = step % 2 === 0 ? step - 1 : -1, toAlpha = width % 2 === 0;
  const out = new Uint8Array((data.length / step) * width);
  for (let i = 0, o = 0; i < data.length; i += step, o += width) {
    if (toGray) {
      out[o] = gray ? data[i] : luma(data[i], data[i + 1], data[i + 2]);
    } else {
      out[o] = data[i];
      out[o + 1] = data[gray ? i : i + 1];
      out[o + 2] = data[gray ? i : i + 2];
    }
    if (toAlpha) out[o + width - 1] = alphaAt < 0 ? 255 : data[i + alphaAt];
  }
  return out;
}

/** Gray of a colour: ITU-R 601-2, in 16 bits after the point. */
const luma = (r: number, g: number, b: number): number => (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;

const clip8 = (x: number): number => (x <= 0 ? 0 : x >= 255 ? 255 : x);

/** Hue and saturation are computed in float32, as in C. */
const f = Math.fround;

type Pixel = (a: number, b: number, c: number, out: Uint8Array, at: number) => void;

function mapPixels(data: Bytes, map: Pixel): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) map(data[i], data[i + 1], data[i + 2], out, i);
  return out;
}

function rgbToHsv(r: number, g: number, b: number, out: Uint8Array, at: number): void {
  const max = Math.max(r, g, b), min = Math.min(r, g, b);
  out[at + 2] = max;
  if (max === min) return;
  const range = max - min;
  const rc = f((max - r) / range), gc = f((max - g) / range), bc = f((max - b) / range);
  const h = f(r === max ? f(bc - gc) : g === max ? 2 + rc - bc : 4 + gc - rc);
  out[at] = clip8(Math.trunc(f((h / 6 + 1) % 1) * 255));
  out[at + 1] = clip8(Math.trunc(f(range / max) * 255));
}

function hsvToRgb(h: number, s: number, v: number, out: Uint8Array, at: number): void {
  if (s === 0) return void out.fill(v, at, at + 3);
  const sector = Math.floor((h * 6) / 255), rest = f((h * 6) / 255 - sector), saturation = f(s / 255);
  const p = clip8(Math.round(v * (1 - saturation)));
  const q = clip8(Math.round(v * (1 - saturation * rest)));
  const t = clip8(Math.round(v * (1 - saturation * (1 - rest))));
  out.set([[v, t, p], [q, v, p], [p, v, t], [p, q, v], [t, p, v], [v, p, q]][sector % 6], at);
}
