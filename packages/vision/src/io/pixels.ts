/** Values of a picture, row by row, pixel by pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** gray, gray with alpha, colour, colour with alpha (or cyan, magenta, yellow and black) */
  readonly channels: number;
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array;
  /** whether four values are cyan, magenta, yellow and black */
  readonly cmyk?: boolean | undefined;
  /** red, green and blue of each colour, where the values are its indices, and alpha of the first of them, if some have any */
  readonly palette?: { readonly colours: Uint8Array; readonly alpha: Uint8Array | null } | undefined;
}
