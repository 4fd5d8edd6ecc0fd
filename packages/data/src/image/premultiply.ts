import { Image } from './image.js';

/**
 * Runs `work`, which mixes pixels, on colours that have been multiplied by their alpha, and divides them by it
 * afterwards: what cannot be seen then adds no colour. Pictures without alpha are taken as they are. @internal
 */
export function withoutAlpha(image: Image, work: (image: Image) => Image): Image {
  if (!image.getbands().includes('A')) return work(image);
  return mapColours(work(mapColours(image, multiplied)), divided);
}

/** a · b / 255, rounded, without dividing. */
function multiplied(colour: number, alpha: number): number {
  const product = colour * alpha + 128;
  return ((product >> 8) + product) >> 8;
}

const divided = (colour: number, alpha: number): number =>
  (alpha === 255 || alpha === 0 ? colour : Math.min(Math.trunc((255 * colour) / alpha), 255));

function mapColours(image: Image, map: (colour: number, alpha: number) => number): Image {
  const { width, height, mode, channels, data } = image;
  const out = Uint8Array.from(data);
  for (let i = 0; i < data.length; i += channels) {
    const alpha = data[i + channels - 1];
    for (let c = i; c < i + channels - 1; c++) out[c] = map(data[c], alpha);
  }
  return new Image({ width, height, mode, data: out });
}
