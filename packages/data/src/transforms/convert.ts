import { float32, type DType, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import type { Image, ImageLike, ImageMode } from '../image/image.js';
import { convertImageDtype, pilToTensor, toPilImage, toTensor } from './functional/conversion.js';
import { Transform } from './transform.js';

/**
 * Makes a float tensor of shape channels × height × width, with values from 0 to 1, from a picture of bytes.
 * @throws TypeError for anything else
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.ToTensor.html
 * @example
 * const x = new transforms.ToTensor()(image); // shape [1, 28, 28] for a digit of MNIST
 */
export class ToTensor extends Transform {
  forward(pic: ImageLike): Tensor { return toTensor(pic); }
}

/**
 * Makes a uint8 tensor of shape channels × height × width from a picture of bytes.
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.PILToTensor.html
 */
export class PILToTensor extends Transform {
  forward(pic: ImageLike): Tensor { return pilToTensor(pic); }
}

/**
 * Makes an `Image` of a tensor of shape [C, H, W] or [H, W]: floats from 0 to 1, or uint8.
 * @param mode what the channels are; default: 'L', 'LA', 'RGB' or 'RGBA', by their number
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.ToPILImage.html
 */
export class ToPILImage extends Transform {
  readonly mode: ImageMode | null;

  constructor(mode: ImageMode | null | { readonly mode?: ImageMode | null } = null) {
    super();
    this.mode = typeof mode === 'object' && mode !== null ? checked('ToPILImage', mode, 'mode').mode ?? null : mode;
  }

  forward(pic: Tensor): Image { return toPilImage(pic, { mode: this.mode }); }

  override toString(): string { return `${this.constructor.name}(${this.mode === null ? '' : `mode=${this.mode}`})`; }
}

/**
 * Brings a tensor to another dtype, with values scaled so that white stays white.
 * @param dtype default float32
 * @throws RuntimeError for floats to integers that they cannot hold
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.ConvertImageDtype.html
 */
export class ConvertImageDtype extends Transform {
  constructor(readonly dtype: DType = float32) { super(); }

  forward(image: Tensor): Tensor { return convertImageDtype(image, this.dtype); }
}
