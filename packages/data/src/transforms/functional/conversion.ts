import {
  float32, float64, fromTypedArray, getDefaultDtype, int16, int32, int64, int8, RuntimeError, Tensor, tensor, uint8,
  ValueError, type DType,
} from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { Image, asImage, isImage, type ImageLike, type ImageMode } from '../../image/image.js';
import { typeName } from '../../type-name.js';
import { checkTensor } from './picture.js';

/** What each byte is from 0 to 1: looked up in half the time that a division takes. */
const UNIT = Float64Array.from({ length: 256 }, (_, byte) => byte / 255), UNIT_FLOATS = Float32Array.from(UNIT);

/** Pictures of so few bytes share buffers of so many: making a buffer for each takes as long as filling it. */
const SMALL = 4096, SHARED = 65536;
let shared = new ArrayBuffer(0), used = 0;

/** Room for so many numbers. */
function room<T>(type: { new (length: number): T; new (buffer: ArrayBuffer, from: number, length: number): T; readonly BYTES_PER_ELEMENT: number }, length: number): T {
  const nbytes = length * type.BYTES_PER_ELEMENT;
  if (nbytes > SMALL) return new type(length);
  if (used + nbytes > shared.byteLength) [shared, used] = [new ArrayBuffer(SHARED), 0];
  const from = used;
  used += Math.ceil(nbytes / 8) * 8; // where numbers of 8 bytes may begin
  return new type(shared, from, length);
}

/**
 * A float tensor of shape [channels, height, width], with values from 0 to 1, of a picture of bytes.
 * @throws TypeError for anything else
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.to_tensor.html
 */
export function toTensor(pic: ImageLike): Tensor {
  if (!isImage(pic)) throw new TypeError(`pic should be PIL Image or ndarray. Got ${typeName(pic)}; give an Image`);
  const { width, height, data } = pic;
  const channels = data.length / (width * height);
  const dtype = getDefaultDtype(), wide = dtype === float64;
  const values = wide ? room(Float64Array, data.length) : room(Float32Array, data.length), unit = wide ? UNIT : UNIT_FLOATS;
  for (let c = 0, to = 0; c < channels; c++) {
    let from = c;
    // four in a row take half the time
    for (; from < data.length - 3 * channels; from += 4 * channels, to += 4) {
      values[to] = unit[data[from]];
      values[to + 1] = unit[data[from + channels]];
      values[to + 2] = unit[data[from + 2 * channels]];
      values[to + 3] = unit[data[from + 3 * channels]];
    }
    for (; from < data.length; from += channels) values[to++] = unit[data[from]];
  }
  const picture = fromTypedArray(values, [channels, height, width]);
  return picture.dtype === dtype ? picture : picture.to(dtype);
}

/**
 * A uint8 tensor of shape [channels, height, width] with a copy of a picture's bytes.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.pil_to_tensor.html
 */
export function pilToTensor(pic: ImageLike): Tensor {
  if (!isImage(pic)) throw new TypeError(`pic should be PIL Image. Got ${typeName(pic)}; give an Image`);
  const { width, height, channels, data } = asImage(pic);
  return fromTypedArray(Uint8Array.from(data), [height, width, channels]).permute(2, 0, 1);
}

const MODES: readonly (readonly ImageMode[])[] = [['L'], ['LA'], ['RGB', 'BGR', 'HSV'], ['RGBA', 'BGRA']];

/**
 * An `Image` of a tensor of shape [C, H, W] or [H, W] with up to four channels: floats from 0 to 1, or uint8.
 * @param options.mode what the channels are; default: 'L', 'LA', 'RGB' or 'RGBA', by their number
 * @throws ValueError for other shapes, or modes that do not go with them; TypeError for other dtypes
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.to_pil_image.html
 * @example transforms.functional.toPilImage(torch.rand(3, 4, 5)) // <Image mode=RGB size=5x4>
 */
export function toPilImage(pic: Tensor, options: { readonly mode?: ImageMode | null | undefined } = {}): Image {
  const { mode } = checked('toPilImage', options, 'mode');
  if (!(pic instanceof Tensor)) throw new TypeError(`pic should be Tensor or ndarray. Got ${typeName(pic)}.`);
  if (pic.ndim !== 2 && pic.ndim !== 3) throw new ValueError(`pic should be 2/3 dimensional. Got ${pic.ndim} dimensions.`);
  const chw = pic.ndim === 2 ? pic.unsqueeze(0) : pic;
  const [channels, height, width] = chw.shape;
  if (channels > 4) throw new ValueError(`pic should not have > 4 channels. Got ${channels} channels.`);
  const bytes = chw.isFloatingPoint() ? chw.mul(255).to(uint8) : chw;
  if (bytes.dtype !== uint8) throw new TypeError(`Input type ${pic.dtype} is not supported`);
  const permitted = MODES[channels - 1];
  if (mode && !permitted.includes(mode)) {
    throw new ValueError(channels === 1 ? `Incorrect mode (${mode}) supplied for input type uint8. Should be L`
      : `Only modes [${permitted.map((m) => `'${m}'`).join(', ')}] are supported for ${channels}D inputs`);
  }
  const data = Uint8Array.from(bytes.detach().permute(1, 2, 0).hostValues() as Uint8Array);
  return new Image({ width, height, mode: mode ?? permitted[0], data });
}

const LARGEST = new Map<DType, number>([[uint8, 255], [int8, 127], [int16, 32767], [int32, 2147483647], [int64, 2 ** 63]]);

/**
 * A tensor in another dtype, its values scaled so that white stays white: 1 for floats, the largest for integers.
 * @param dtype default float32
 * @throws RuntimeError for floats to integers that they cannot hold
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.convert_image_dtype.html
 * @example transforms.functional.convertImageDtype(torch.tensor([0, 51, 255], { dtype: torch.uint8 })) // tensor([0.0000, 0.2000, 1.0000])
 */
export function convertImageDtype(image: Tensor, dtype: DType = float32): Tensor {
  if (!(image instanceof Tensor)) throw new TypeError('Input img should be Tensor Image');
  if (image.dtype === dtype) return image;
  if (image.isFloatingPoint()) {
    if (dtype.isFloatingPoint) return image.to(dtype);
    const unsafe = image.dtype === float32 ? [int32, int64] : image.dtype === float64 ? [int64] : [];
    if (unsafe.includes(dtype)) {
      throw new RuntimeError(`The cast from ${image.dtype} to ${dtype} cannot be performed safely.`);
    }
    // a little less than one more: all integers then stand for ranges of the same width
    return image.mul((LARGEST.get(dtype) ?? 1) + 1 - 1e-3).to(dtype);
  }
  const most = LARGEST.get(image.dtype) ?? 1, target = LARGEST.get(dtype) ?? 1;
  if (dtype.isFloatingPoint) return image.to(dtype).div(most);
  if (most > target) return image.div(Math.floor((most + 1) / (target + 1)), { roundingMode: 'floor' }).to(dtype);
  return image.to(dtype).mul(Math.floor((target + 1) / (most + 1)));
}

/** @throws what `Normalize` throws for a tensor that it does not take. @internal */
export function checkNormalized(picture: Tensor): void {
  if (!(picture instanceof Tensor)) throw new TypeError(`img should be Tensor Image. Got ${typeName(picture)}`);
  checkTensor(picture);
  if (!picture.isFloatingPoint()) throw new TypeError(`Input tensor should be a float tensor. Got ${picture.dtype}.`);
  if (picture.ndim < 3) {
    throw new ValueError('Expected tensor to be a tensor image of size (..., C, H, W). ' +
      `Got tensor.size() = torch.Size([${picture.shape.join(', ')}])`);
  }
}

/** A mean or a deviation as a tensor that goes with a picture. @internal */
export function constantFor(values: readonly number[] | number, { dtype }: Tensor): Tensor {
  const constant = tensor(values, { dtype });
  return constant.ndim === 1 ? constant.view(-1, 1, 1) : constant;
}

/** @throws ValueError for a deviation of zero. @internal */
export function checkDeviation(std: Tensor): void {
  if ((std.hostValues() as Float32Array).includes(0)) {
    throw new ValueError(`std evaluated to zero after conversion to ${std.dtype}, leading to division by zero.`);
  }
}

/**
 * `(x - mean) / std`, channel by channel, of a float tensor of shape (…, C, H, W).
 * @param options.inplace change the tensor itself; default false
 * @throws TypeError for what is not a float tensor; ValueError for fewer than three dimensions, or a std of zero
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.normalize.html
 */
export function normalize(
  picture: Tensor, mean: readonly number[] | number, std: readonly number[] | number,
  options: { readonly inplace?: boolean | undefined } = {},
): Tensor {
  const { inplace = false } = checked('normalize', options, 'inplace');
  checkNormalized(picture);
  const [means, stds] = [constantFor(mean, picture), constantFor(std, picture)];
  checkDeviation(stds);
  return (inplace ? picture : picture.clone()).sub_(means.to(picture.device)).div_(stds.to(picture.device));
}
