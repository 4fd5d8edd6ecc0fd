import { float64, fromTypedArray, getDefaultDtype, type Tensor } from '@sconce/tensor';
import type { ImageLike } from '../image.js';
import { typeName } from '../type-name.js';
import { Transform } from './transform.js';

/**
 * Makes a float tensor of shape channels × height × width, with values from 0 to 1, from a picture of bytes.
 * @throws TypeError for anything else
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.ToTensor.html
 * @example
 * const x = new transforms.ToTensor()(image); // shape [1, 28, 28] for a digit of MNIST
 */
export class ToTensor extends Transform {
  forward(pic: ImageLike): Tensor {
    if (!isImage(pic)) throw new TypeError(`pic should be PIL Image or ndarray. Got ${typeName(pic)}; give an Image`);
    const { width, height, data } = pic;
    const area = width * height;
    const channels = data.length / area;
    const dtype = getDefaultDtype();
    const values = dtype === float64 ? new Float64Array(data.length) : new Float32Array(data.length);
    for (let c = 0, to = 0; c < channels; c++) {
      for (let from = c; from < data.length; from += channels) values[to++] = data[from]! / 255;
    }
    const picture = fromTypedArray(values, [channels, height, width]);
    return picture.dtype === dtype ? picture : picture.to(dtype);
  }
}

function isImage(value: unknown): value is ImageLike {
  const { data, width, height } = (value ?? {}) as Partial<ImageLike>;
  return (data instanceof Uint8Array || data instanceof Uint8ClampedArray) && width! > 0 && height! > 0 &&
    data.length % (width! * height!) === 0;
}
