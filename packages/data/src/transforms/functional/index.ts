/** `torchvision.transforms.functional`: each transform as a function, with what it does said by its arguments. */
export {
  adjustBrightness, adjustContrast, adjustGamma, adjustHue, adjustSaturation, adjustSharpness, autocontrast, equalize,
  gaussianBlur, invert, posterize, rgbToGrayscale, solarize, toGrayscale,
} from './color.js';
export { convertImageDtype, normalize, pilToTensor, toPilImage, toTensor } from './conversion.js';
export { centerCrop, crop, erase, fiveCrop, hflip, pad, resize, resizedCrop, tenCrop, vflip } from './geometry.js';
export type { AntialiasOptions, PaddingMode, PadOptions, ResizeOptions } from './geometry.js';
export { getDimensions, getImageNumChannels, getImageSize, InterpolationMode } from './picture.js';
export type { Picture, Pictured } from './picture.js';
export { affine, elasticTransform, perspective, rotate } from './warp.js';
export type { CenterOptions, RotateOptions, WarpOptions } from './warp.js';
