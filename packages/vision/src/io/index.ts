/** `torchvision.io`, the part for pictures. */
export {
  decodeImage, decodeJpeg, decodePng, decodeToImage, encodeJpeg, encodePng, ImageReadMode,
} from './codec.js';
export type { DecodeOptions, EncodedImage, JpegOptions, PngOptions } from './codec.js';
export { ImageFormatError } from './errors.js';
export { openImage, readFile, readImage, writeFile, writeJpeg, writePng } from './files.js';
export { useJpegCodec } from './jpeg.js';
