import { transforms, type Image } from '@sconce/data';

/** Colours of 24 bits, the 216 of xterm's cube, or none. */
export type TerminalColours = 'true' | '256' | 'none';

/** From dark to bright. */
const SHADES = ' .:-=+*#%@';

/**
 * A picture as text, not wider than so many columns: two pixels above each other in each place, the upper as the colour
 * of a half block, the lower as its background. Without colours a place is a letter as dark as its pixels.
 */
export function terminalPicture(image: Image, columns: number, colours: TerminalColours): string {
  const width = Math.max(1, Math.min(image.width, columns));
  const height = Math.max(1, Math.round((image.height * width) / image.width));
  const small = transforms.functional.resize(image, [colours === 'none' ? Math.ceil(height / 2) : height, width]).convert('RGB');
  const pixel = (x: number, y: number): Uint8Array => Uint8Array.from(small.data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));
  const lines: string[] = [];
  for (let y = 0; y < small.height; y += colours === 'none' ? 1 : 2) {
    let line = '';
    for (let x = 0; x < width; x++) {
      const upper = pixel(x, y);
      if (colours === 'none') line += shade(upper);
      else {
        const below = y + 1 < small.height ? `\x1b[48;${code(pixel(x, y + 1), colours)}m` : '';
        line += `\x1b[38;${code(upper, colours)}m${below}▀`;
      }
    }
    lines.push(colours === 'none' ? line.trimEnd() : `${line}\x1b[0m`);
  }
  return lines.join('\n');
}

const shade = ([r, g, b]: Uint8Array): string =>
  SHADES[Math.min(Math.floor(((0.299 * r + 0.587 * g + 0.114 * b) / 256) * SHADES.length), SHADES.length - 1)];

function code([r, g, b]: Uint8Array, colours: TerminalColours): string {
  if (colours === 'true') return `2;${r};${g};${b}`;
  const level = (value: number): number => Math.round((value / 255) * 5);
  return `5;${16 + 36 * level(r) + 6 * level(g) + level(b)}`;
}
