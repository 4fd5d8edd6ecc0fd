import { transforms, type Image } from '@sconce/data';
import { Tensor } from '@sconce/tensor';

const { functional: F, Transform } = transforms;

export interface ImageClassificationOptions {
  readonly cropSize: number;
  /** the shorter edge before the middle is cut out; default 256 */
  readonly resizeSize?: number | undefined;
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
  readonly interpolation?: transforms.InterpolationMode | undefined;
}

const list = (values: readonly number[]): string => `[${values.join(', ')}]`;

/**
 * Brings a picture to what networks for ImageNet take: resized, its middle cut out, from 0 to 1, normalized.
 * @see https://pytorch.org/vision/0.14/models.html#using-the-pre-trained-models
 */
export class ImageClassification extends Transform {
  readonly cropSize: number;
  readonly resizeSize: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly interpolation: transforms.InterpolationMode;

  constructor({
    cropSize, resizeSize = 256, mean = [0.485, 0.456, 0.406], std = [0.229, 0.224, 0.225], interpolation = 'bilinear',
  }: ImageClassificationOptions) {
    super();
    this.cropSize = cropSize;
    this.resizeSize = resizeSize;
    this.mean = mean;
    this.std = std;
    this.interpolation = interpolation;
  }

  forward(img: Tensor | Image): Tensor {
    const resized: Tensor | Image = F.resize<Tensor | Image>(img, this.resizeSize, { interpolation: this.interpolation });
    const cropped: Tensor | Image = F.centerCrop<Tensor | Image>(resized, this.cropSize);
    const x = cropped instanceof Tensor ? cropped : F.pilToTensor(cropped);
    return F.normalize(F.convertImageDtype(x), this.mean, this.std);
  }

  override toString(): string {
    return `${this.constructor.name}(\n    crop_size=[${this.cropSize}]\n    resize_size=[${this.resizeSize}]\n` +
      `    mean=${list(this.mean)}\n    std=${list(this.std)}\n` +
      `    interpolation=InterpolationMode.${this.interpolation.toUpperCase()}\n)`;
  }
}
