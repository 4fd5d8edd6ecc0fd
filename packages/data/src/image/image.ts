import { ValueError } from '@sconce/tensor';
import { typeName } from '../type-name.js';
import { convertBytes } from './convert.js';

/** What transforms take for a picture: an `Image`, or a browser's `ImageData` (four channels). */
export interface ImageLike {
  readonly width: number;
  readonly height: number;
  /** values per pixel; where it is not given, as many as `data` holds */
  readonly channels?: number;
  /** what the channels are; default: 'L', 'LA', 'RGB' or 'RGBA', by their number */
  readonly mode?: ImageMode;
  /** height × width × channels bytes, row by row */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The names of each mode's channels. */
const BANDS = {
  L: ['L'], LA: ['L', 'A'], RGB: ['R', 'G', 'B'], RGBA: ['R', 'G', 'B', 'A'],
  BGR: ['B', 'G', 'R'], BGRA: ['B', 'G', 'R', 'A'], HSV: ['H', 'S', 'V'],
} as const;

/** Gray, colours in either order, each with alpha or without it, or hue, saturation and value. */
export type ImageMode = keyof typeof BANDS;

const DEFAULT_MODES = ['L', 'LA', 'RGB', 'RGBA'] as const;

/**
 * A picture of bytes, in the place of PIL's: height × width × channels values, row by row. Its mode says what the
 * channels are; a gray picture has one. It is not changed by transforms, which give new ones.
 * @throws ValueError if the data is not width × height × channels long, or the mode has another number of channels
 * @see https://pillow.readthedocs.io/en/stable/reference/Image.html
 * @example
 * const dot = new Image({ width: 1, height: 1, mode: 'RGB', data: new Uint8Array([255, 128, 0]) });
 * dot.convert('BGR').data; // Uint8Array [0, 128, 255]
 */
export class Image implements ImageLike {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly mode: ImageMode;
  readonly data: Uint8Array | Uint8ClampedArray;

  constructor({ width, height, channels, mode, data }: ImageLike) {
    const bands = mode === undefined ? undefined : BANDS[mode] as readonly string[] | undefined;
    if (mode !== undefined && !bands) throw new ValueError(`unrecognized image mode ${String(mode)}`);
    this.width = width;
    this.height = height;
    this.channels = channels ?? bands?.length ?? data.length / (width * height);
    this.mode = mode ?? DEFAULT_MODES[this.channels - 1];
    this.data = data;
    if (this.mode === undefined || width * height * this.channels !== data.length) {
      throw new ValueError(
        `an image of ${width}×${height} pixels and ${channels ?? '1 to 4'} channels cannot have ${data.length} bytes`);
    }
    if (bands && bands.length !== this.channels) {
      throw new ValueError(`an image of mode ${mode} has ${bands.length} channels, not ${this.channels}`);
    }
  }

  /** A picture of one colour: a number for all channels, or one for each. @example Image.full('RGB', 4, 2, [255, 0, 0]) */
  static full(mode: ImageMode, width: number, height: number, colour: number | readonly number[] = 0): Image {
    const channels = BANDS[mode].length;
    const data = new Uint8Array(width * height * channels);
    if (typeof colour === 'number') data.fill(colour);
    else for (let i = 0; i < data.length; i++) data[i] = colour[i % channels];
    return new Image({ width, height, mode, data });
  }

  /** Pictures of one channel side by side as the channels of one. @throws ValueError if they do not go together */
  static merge(mode: ImageMode, bands: readonly Image[]): Image {
    if (bands.length !== BANDS[mode].length) throw new ValueError('wrong number of bands');
    const [{ width, height }] = bands;
    for (const band of bands) {
      if (band.mode !== 'L') throw new ValueError('mode mismatch');
      if (band.width !== width || band.height !== height) throw new ValueError('size mismatch');
    }
    const data = new Uint8Array(width * height * bands.length);
    bands.forEach((band, c) => {
      for (let i = 0, to = c; i < band.data.length; i++, to += bands.length) data[to] = band.data[i];
    });
    return new Image({ width, height, mode, data });
  }

  /** `[width, height]`, as PIL has it. */
  get size(): [width: number, height: number] { return [this.width, this.height]; }

  /** The names of the channels: `['R', 'G', 'B']`. */
  getbands(): readonly string[] { return BANDS[this.mode]; }

  /** The channels, each as a gray picture. */
  split(): Image[] {
    return this.getbands().map((_, c) => {
      const data = new Uint8Array(this.width * this.height);
      for (let i = 0, from = c; i < data.length; i++, from += this.channels) data[i] = this.data[from];
      return new Image({ width: this.width, height: this.height, mode: 'L', data });
    });
  }

  /**
   * The same picture in another mode. Gray is 0.299 red + 0.587 green + 0.114 blue; alpha is dropped where the mode has
   * none, and full where the picture has none.
   * @example image.convert('BGR'), image.convert('L')
   */
  convert(mode: ImageMode): Image {
    if (!(mode in BANDS)) throw new ValueError(`conversion from ${this.mode} to ${String(mode)} not supported`);
    const { width, height } = this;
    return new Image({ width, height, mode, data: convertBytes(this.data, this.mode, mode) });
  }

  toString(): string { return `<Image mode=${this.mode} size=${this.width}x${this.height}>`; }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/** Whether a value has what a picture needs. @internal */
export function isImage(value: unknown): value is ImageLike {
  if (value instanceof Image) return true;
  const { data, width, height } = (value ?? {}) as Partial<ImageLike>;
  return (data instanceof Uint8Array || data instanceof Uint8ClampedArray) && width! > 0 && height! > 0 &&
    data.length % (width! * height!) === 0;
}

/** A picture as an `Image`. @throws TypeError for anything else. @internal */
export function asImage(value: ImageLike, name = 'img'): Image {
  if (value instanceof Image) return value;
  if (isImage(value)) return new Image(value);
  throw new TypeError(`${name} should be PIL Image or Tensor. Got ${typeName(value)}; give an Image or a Tensor`);
}
