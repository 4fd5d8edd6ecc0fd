/** `torchvision.transforms`. */
export { AutoAugment, AutoAugmentPolicy, RandAugment, TrivialAugmentWide } from './augment.js';
export type { AugmentOptions, RandAugmentOptions } from './augment.js';
export { AugMix, type AugMixOptions } from './augmix.js';
export {
  RandomAdjustSharpness, RandomAutocontrast, RandomEqualize, RandomGrayscale, RandomHorizontalFlip, RandomInvert,
  RandomPosterize, RandomSolarize, RandomVerticalFlip,
} from './chances.js';
export { ColorJitter, GaussianBlur, Grayscale, LinearTransformation } from './colors.js';
export type { ColorJitterOptions, JitterRange } from './colors.js';
export { Compose, Lambda, type TransformFunction } from './compose.js';
export { ConvertImageDtype, PILToTensor, ToPILImage, ToTensor } from './convert.js';
export { RandomErasing, type RandomErasingOptions } from './erasing.js';
export * as functional from './functional/index.js';
export { InterpolationMode, type Picture, type Pictured } from './functional/picture.js';
export { Normalize } from './normalize.js';
export { RandomApply, RandomChoice, RandomOrder } from './random-transforms.js';
export { CenterCrop, FiveCrop, Pad, RandomCrop, RandomResizedCrop, Resize, TenCrop } from './sizes.js';
export type { RandomCropOptions, RandomResizedCropOptions, SizeOption } from './sizes.js';
export { PictureTransform, Transform } from './transform.js';
export { ElasticTransform, RandomAffine, RandomPerspective, RandomRotation } from './warps.js';
export type { ElasticTransformOptions, RandomAffineOptions, RandomPerspectiveOptions } from './warps.js';
