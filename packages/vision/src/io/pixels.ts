/** Values of a picture, row by row, pixel by pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** gray, gray with alpha, colour, colour with alpha */
  readonly channels: number;
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array;
}
