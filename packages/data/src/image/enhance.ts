import { Image } from './image.js';

const f = Math.fround;

/** `from` + `factor` · (`to` - `from`), byte by byte, cut at 0 and 255. @see Pillow, src/libImaging/Blend.c */
function blend(from: Image, to: Image, factor: number): Image {
  const { width, height, mode } = to, by = f(factor);
  const out = new Uint8Array(to.data.length);
  for (let i = 0; i < out.length; i++) {
    const value = f(from.data[i] + f(by * (to.data[i] - from.data[i])));
    out[i] = value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
  }
  return new Image({ width, height, mode, data: out });
}

/** The picture with another's alpha, where it has any. */
function withAlphaOf(image: Image, source: Image): Image {
  const { width, height, mode, channels } = image;
  if (!image.getbands().includes('A')) return image;
  const data = Uint8Array.from(image.data);
  for (let i = channels - 1; i < data.length; i += channels) data[i] = source.data[i];
  return new Image({ width, height, mode, data });
}

/** Between black and the picture, or beyond. @see Pillow, ImageEnhance.Brightness @internal */
export const brightened = (image: Image, factor: number): Image =>
  blend(withAlphaOf(Image.full(image.mode, image.width, image.height), image), image, factor);

/** Between its mean gray and the picture, or beyond. @see Pillow, ImageEnhance.Contrast @internal */
export function contrasted(image: Image, factor: number): Image {
  const gray = image.convert('L').data;
  let sum = 0;
  for (const value of gray) sum += value;
  const mean = Math.trunc(sum / gray.length + 0.5);
  const flat = Image.full('L', image.width, image.height, mean).convert(image.mode);
  return blend(withAlphaOf(flat, image), image, factor);
}

/** Between the picture in gray and the picture, or beyond. @see Pillow, ImageEnhance.Color @internal */
export const saturated = (image: Image, factor: number): Image =>
  blend(image.convert(image.getbands().includes('A') ? 'LA' : 'L').convert(image.mode), image, factor);

/** Between the picture smoothed and the picture, or beyond. @see Pillow, ImageEnhance.Sharpness @internal */
export const sharpened = (image: Image, factor: number): Image => blend(withAlphaOf(smoothed(image), image), image, factor);

/** Each pixel with its neighbours, 5 to 1; the outermost stay as they are. */
function smoothed(image: Image): Image {
  const { width, height, mode, channels, data } = image;
  const line = width * channels, out = Uint8Array.from(data);
  // every weight is rounded to float32 by itself, as Pillow's are
  const one = f(1 / 13), five = f(5 / 13);
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * line + channels; i < (y + 1) * line - channels; i++) {
      let sum = 0.5;
      for (const row of [i + line, i, i - line]) {
        const middle = row === i ? five : one;
        sum = f(sum + f(f(f(data[row - channels] * one) + f(data[row] * middle)) + f(data[row + channels] * one)));
      }
      out[i] = Math.min(Math.max(Math.trunc(sum), 0), 255);
    }
  }
  return new Image({ width, height, mode, data: out });
}

/** Every byte of each channel but alpha replaced by what its table says. @internal */
export function lookedUp(image: Image, tableOf: (channel: number) => ArrayLike<number>): Image {
  const { width, height, mode, channels, data } = image;
  const tables = image.getbands().map((band, c) => (band === 'A' ? table((x) => x) : tableOf(c)));
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = tables[i % channels][data[i]];
  return new Image({ width, height, mode, data: out });
}

/** How often each value occurs in a channel. @internal */
export function histogram({ channels, data }: Image, channel: number): Int32Array {
  const counts = new Int32Array(256);
  for (let i = channel; i < data.length; i += channels) counts[data[i]]++;
  return counts;
}

/** A table of 256 values. @internal */
export const table = (at: (x: number) => number): Uint8Array => Uint8Array.from({ length: 256 }, (_, x) => at(x));

/** Each channel's values spread from 0 to 255. @see Pillow, ImageOps.autocontrast @internal */
export function autocontrasted(image: Image): Image {
  return lookedUp(image, (channel) => {
    const counts = histogram(image, channel);
    const low = counts.findIndex((n) => n > 0), high = counts.findLastIndex((n) => n > 0);
    if (high <= low) return table((x) => x);
    const scale = 255 / (high - low), offset = -low * scale;
    return table((x) => Math.min(Math.max(Math.trunc(x * scale + offset), 0), 255));
  });
}

/** Each channel's values spread so that all are about as frequent. @see Pillow, ImageOps.equalize @internal */
export function equalized(image: Image): Image {
  return lookedUp(image, (channel) => {
    const counts = histogram(image, channel), used = counts.filter((n) => n > 0);
    const step = Math.floor((used.reduce((sum, n) => sum + n, 0) - used[used.length - 1]) / 255);
    if (used.length <= 1 || step === 0) return table((x) => x);
    let sum = Math.floor(step / 2);
    return table((x) => {
      const value = Math.floor(sum / step);
      sum += counts[x];
      return Math.min(value, 255);
    });
  });
}
