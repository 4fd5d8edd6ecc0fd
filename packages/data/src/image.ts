import { ValueError } from '@sconce/tensor';

/** What transforms take for a picture: an `Image`, or a browser's `ImageData` (four channels). */
export interface ImageLike {
  readonly width: number;
  readonly height: number;
  /** values per pixel; where it is not given, as many as `data` holds */
  readonly channels?: number;
  /** height × width × channels bytes, row by row */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * A picture of bytes, in the place of PIL's: gray (1 channel), gray with alpha (2), RGB (3) or RGBA (4).
 * @throws ValueError if the data is not width × height × channels long
 * @example new Image({ width: 2, height: 1, channels: 1, data: new Uint8Array([0, 255]) })
 */
export class Image implements ImageLike {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array | Uint8ClampedArray;

  constructor({ width, height, channels, data }: ImageLike) {
    this.width = width;
    this.height = height;
    this.channels = channels ?? data.length / (width * height);
    this.data = data;
    if (![1, 2, 3, 4].includes(this.channels) || width * height * this.channels !== data.length) {
      throw new ValueError(
        `an image of ${width}×${height} pixels and ${channels ?? '1 to 4'} channels cannot have ${data.length} bytes`);
    }
  }

  /** PIL's name for the channels: 'L', 'LA', 'RGB' or 'RGBA'. */
  get mode(): string { return ['L', 'LA', 'RGB', 'RGBA'][this.channels - 1]!; }

  toString(): string { return `<Image mode=${this.mode} size=${this.width}x${this.height}>`; }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}
