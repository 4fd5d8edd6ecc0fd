import { ImageFormatError } from './errors.js';

/** What the markers of a JPEG file say of it. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 for gray, 3 for colour */
  readonly components: number;
}

export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/**
 * Every block of 8×8 pixels takes at least one bit, for its mean; colours take more. Beyond this many pixels per byte, and
 * a million (which the codec has room for anyway), a header is not believed.
 */
const MAX_PIXELS_PER_BYTE = 512;
const BELIEVED_PIXELS = 1 << 20;

/**
 * Reads markers up to the frame's header, and looks for the end of the picture.
 * @throws ImageFormatError for what is no whole JPEG file, or one that tells of more pixels than it can hold
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) throw new ImageFormatError('the JPEG file is broken: there is no marker where one should be');
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++;
      continue;
    }
    // SOF0 to SOF15, but for the markers of tables that lie among them
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) return frame(bytes, at);
    if (marker === 0xd9 || marker === 0xda) break;
    at += 2 + (bytes[at + 2] << 8 | bytes[at + 3]);
  }
  throw new ImageFormatError('the JPEG file is broken: it has no header of a frame');
}

function frame(bytes: Uint8Array, at: number): JpegHeader {
  const height = bytes[at + 5] << 8 | bytes[at + 6], width = bytes[at + 7] << 8 | bytes[at + 8], components = bytes[at + 9];
  if (width === 0 || height === 0) throw new ImageFormatError(`the JPEG file is broken: ${width}×${height} pixels`);
  if (components !== 1 && components !== 3) {
    const kind = components === 4 ? ' (CMYK)' : '';
    throw new ImageFormatError(`JPEG files of ${components} components${kind} are not supported, only gray and colour ones`);
  }
  if (width * height > Math.max(BELIEVED_PIXELS, MAX_PIXELS_PER_BYTE * bytes.length)) {
    throw new ImageFormatError(
      `the JPEG file is truncated, or its header lies: ${width}×${height} pixels cannot be in ${bytes.length} bytes`);
  }
  if (!endsWell(bytes)) throw new ImageFormatError('the JPEG file is truncated');
  return { width, height, components };
}

/** Whether the marker of the end is there; other bytes may follow it. */
function endsWell(bytes: Uint8Array): boolean {
  for (let i = bytes.length - 2; i > 0; i--) if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return true;
  return false;
}
