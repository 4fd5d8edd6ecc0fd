/** Values of a picture, row by row, pixel by pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** gray, gray with alpha, colour, colour with alpha */
  readonly channels: number;
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array;
  /** red, green and blue of each colour, where the values are its indices, and alpha of the first of them, if some have any */
  readonly palette?: { readonly colours: Uint8Array; readonly alpha: Uint8Array | null } | undefined;
}
