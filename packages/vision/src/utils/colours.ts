import { ValueError } from '@sconce/tensor';

/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [number, number, number];

// CSS's names, as Pillow knows them
const NAMES =
  'aliceblue f0f8ff,antiquewhite faebd7,aqua 00ffff,aquamarine 7fffd4,azure f0ffff,beige f5f5dc,bisque ffe4c4,' +
  'black 000000,blanchedalmond ffebcd,blue 0000ff,blueviolet 8a2be2,brown a52a2a,burlywood deb887,' +
  'cadetblue 5f9ea0,chartreuse 7fff00,chocolate d2691e,coral ff7f50,cornflowerblue 6495ed,cornsilk fff8dc,' +
  'crimson dc143c,cyan 00ffff,darkblue 00008b,darkcyan 008b8b,darkgoldenrod b8860b,darkgray a9a9a9,' +
  'darkgrey a9a9a9,darkgreen 006400,darkkhaki bdb76b,darkmagenta 8b008b,darkolivegreen 556b2f,' +
  'darkorange ff8c00,darkorchid 9932cc,darkred 8b0000,darksalmon e9967a,darkseagreen 8fbc8f,' +
  'darkslateblue 483d8b,darkslategray 2f4f4f,darkslategrey 2f4f4f,darkturquoise 00ced1,darkviolet 9400d3,' +
  'deeppink ff1493,deepskyblue 00bfff,dimgray 696969,dimgrey 696969,dodgerblue 1e90ff,firebrick b22222,' +
  'floralwhite fffaf0,forestgreen 228b22,fuchsia ff00ff,gainsboro dcdcdc,ghostwhite f8f8ff,gold ffd700,' +
  'goldenrod daa520,gray 808080,grey 808080,green 008000,greenyellow adff2f,honeydew f0fff0,hotpink ff69b4,' +
  'indianred cd5c5c,indigo 4b0082,ivory fffff0,khaki f0e68c,lavender e6e6fa,lavenderblush fff0f5,' +
  'lawngreen 7cfc00,lemonchiffon fffacd,lightblue add8e6,lightcoral f08080,lightcyan e0ffff,' +
  'lightgoldenrodyellow fafad2,lightgreen 90ee90,lightgray d3d3d3,lightgrey d3d3d3,lightpink ffb6c1,' +
  'lightsalmon ffa07a,lightseagreen 20b2aa,lightskyblue 87cefa,lightslategray 778899,lightslategrey 778899,' +
  'lightsteelblue b0c4de,lightyellow ffffe0,lime 00ff00,limegreen 32cd32,linen faf0e6,magenta ff00ff,' +
  'maroon 800000,mediumaquamarine 66cdaa,mediumblue 0000cd,mediumorchid ba55d3,mediumpurple 9370db,' +
  'mediumseagreen 3cb371,mediumslateblue 7b68ee,mediumspringgreen 00fa9a,mediumturquoise 48d1cc,' +
  'mediumvioletred c71585,midnightblue 191970,mintcream f5fffa,mistyrose ffe4e1,moccasin ffe4b5,' +
  'navajowhite ffdead,navy 000080,oldlace fdf5e6,olive 808000,olivedrab 6b8e23,orange ffa500,orangered ff4500,' +
  'orchid da70d6,palegoldenrod eee8aa,palegreen 98fb98,paleturquoise afeeee,palevioletred db7093,' +
  'papayawhip ffefd5,peachpuff ffdab9,peru cd853f,pink ffc0cb,plum dda0dd,powderblue b0e0e6,purple 800080,' +
  'rebeccapurple 663399,red ff0000,rosybrown bc8f8f,royalblue 4169e1,saddlebrown 8b4513,salmon fa8072,' +
  'sandybrown f4a460,seagreen 2e8b57,seashell fff5ee,sienna a0522d,silver c0c0c0,skyblue 87ceeb,' +
  'slateblue 6a5acd,slategray 708090,slategrey 708090,snow fffafa,springgreen 00ff7f,steelblue 4682b4,' +
  'tan d2b48c,teal 008080,thistle d8bfd8,tomato ff6347,turquoise 40e0d0,violet ee82ee,wheat f5deb3,' +
  'white ffffff,whitesmoke f5f5f5,yellow ffff00,yellowgreen 9acd32';

/** A colour for each of so many things. @internal */
export const palette = (count: number): Colour[] =>
  Array.from({ length: count }, (_, i) => [2 ** 25 - 1, 2 ** 15 - 1, 2 ** 21 - 1].map((p) => (i * p) % 255) as unknown as Colour);

/** @internal */
export const colourOf = (colour: string | Colour): Colour => (typeof colour === 'string' ? getrgb(colour) : colour);

let named: ReadonlyMap<string, string> | undefined;

/**
 * The colour of a text: a name of CSS, '#f00', '#ff0000', 'rgb(255, 0, 0)', 'rgb(100%, 0%, 0%)', 'hsl(0, 100%, 50%)' or
 * 'hsv(0, 100%, 100%)'; an alpha is read and left out.
 * @throws ValueError for other texts
 * @see https://pillow.readthedocs.io/en/stable/reference/ImageColor.html
 */
export function getrgb(colour: string): Colour {
  named ??= new Map(NAMES.split(',').map((entry) => entry.split(' ') as [string, string]));
  const text = colour.toLowerCase(), hex = named.get(text) ?? /^#((?:[0-9a-f]{3,4}){1,2})$/.exec(text)?.[1];
  if (hex !== undefined) {
    const digits = hex.length <= 4 ? hex.replace(/./g, '$&$&') : hex;
    return [0, 2, 4].map((i) => parseInt(digits.slice(i, i + 2), 16)) as unknown as Colour;
  }
  const [, kind, inside] = /^(rgba?|hsl|hsv|hsb)\((.*)\)$/.exec(text) ?? [];
  const parts = (inside ?? '').split(',').map((part) => part.trim()), numbers = parts.map(parseFloat);
  const are = (...forms: readonly RegExp[]): boolean => forms.length === parts.length && forms.every((form, i) => form.test(parts[i]));
  if ((kind === 'rgb' && are(WHOLE, WHOLE, WHOLE)) || (kind === 'rgba' && are(WHOLE, WHOLE, WHOLE, WHOLE))) {
    return numbers.slice(0, 3) as unknown as Colour;
  }
  if (kind === 'rgb' && are(PERCENT, PERCENT, PERCENT)) return bytes(numbers.map((x) => x / 100));
  if (kind !== 'rgb' && kind !== undefined && are(NUMBER, PERCENT, PERCENT)) {
    const [hue, saturation, last] = [numbers[0] / 60, numbers[1] / 100, numbers[2] / 100];
    const chroma = saturation * (kind === 'hsl' ? 1 - Math.abs(2 * last - 1) : last), most = kind === 'hsl' ? last + chroma / 2 : last;
    // how far each of red, green and blue is from the hue, around the circle
    return bytes([5, 3, 1].map((offset) => {
      const place = (hue + offset) % 6;
      return most - chroma * Math.max(0, Math.min(place, 4 - place, 1));
    }));
  }
  throw new ValueError(`unknown color specifier: '${colour}'`);
}

const WHOLE = /^\d+$/, NUMBER = /^\d+\.?\d*$/, PERCENT = /^\d+\.?\d*%$/;
const bytes = (parts: readonly number[]): Colour => parts.map((x) => Math.floor(x * 255 + 0.5)) as unknown as Colour;
