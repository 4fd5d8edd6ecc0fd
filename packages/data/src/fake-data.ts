import { Generator, randint, randn } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { wrapIndex } from './dataset.js';
import type { Image } from './image/image.js';
import { toPilImage } from './transforms/functional/conversion.js';
import { VisionDataset, type VisionOptions } from './vision-dataset.js';

export interface FakeDataOptions<X, Y> extends VisionOptions<X, Y> {
  /** how many, default 1000 */
  readonly size?: number | undefined;
  /** `[channels, height, width]`, default [3, 224, 224] */
  readonly imageSize?: readonly number[] | undefined;
  /** default 10 */
  readonly numClasses?: number | undefined;
  /** added to an item's index to seed what is drawn; default 0 */
  readonly randomOffset?: number | undefined;
}

/**
 * Noise with labels, the same for the same index: for trying out what needs pictures.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.datasets.FakeData.html
 * @example new FakeData({ size: 100, imageSize: [3, 32, 32], transform: new transforms.ToTensor() })
 */
export class FakeData<X = Image, Y = number> extends VisionDataset<X, Y> {
  readonly length: number;
  readonly imageSize: readonly number[];
  readonly numClasses: number;
  readonly randomOffset: number;

  constructor(options: FakeDataOptions<X, Y> = {}) {
    super(checked('FakeData', options, 'size'));
    const { size = 1000, imageSize = [3, 224, 224], numClasses = 10, randomOffset = 0 } = options;
    this.length = size;
    this.imageSize = imageSize;
    this.numClasses = numClasses;
    this.randomOffset = randomOffset;
  }

  getItem(index: number): [image: X, target: Y] {
    const generator = new Generator().manualSeed(wrapIndex(index, this.length) + this.randomOffset);
    const image = randn(...this.imageSize, { generator });
    const target = randint(0, this.numClasses, [1], { generator });
    return this.item(toPilImage(image), Number(target.numpy()[0]));
  }
}
