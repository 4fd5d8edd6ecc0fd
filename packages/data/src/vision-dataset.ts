import { fromTypedArray, type Tensor } from '@sconce/tensor';
import { Dataset, wrapIndex } from './dataset.js';
import { Image } from './image/image.js';
import { describe, type TransformFunction } from './transforms/compose.js';

export interface VisionOptions<X, Y> {
  /** what is made of each picture; default: it stays an `Image` */
  readonly transform?: ((image: Image) => X) | undefined;
  /** what is made of each label; default: it stays a number */
  readonly targetTransform?: ((target: number) => Y) | undefined;
}

/** Gray pictures and their labels. @internal */
export interface Labelled {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/**
 * Gray pictures with labels, as torchvision's data sets: item `i` is `[image, target]`, each after its transform.
 * @see https://pytorch.org/vision/stable/datasets.html
 */
export abstract class VisionDataset<X, Y> extends Dataset<[image: X, target: Y]> {
  /** the pictures, uint8, of shape [N, height, width] */
  data: Tensor;
  /** the labels, int64, of shape [N] */
  targets: Tensor;
  readonly train: boolean;
  readonly transform: ((image: Image) => X) | undefined;
  readonly targetTransform: ((target: number) => Y) | undefined;
  abstract readonly classes: readonly string[];

  constructor(train: boolean, { pixels, labels, height, width }: Labelled, options: VisionOptions<X, Y>) {
    super();
    this.train = train;
    this.transform = options.transform;
    this.targetTransform = options.targetTransform;
    this.data = fromTypedArray(pixels, [labels.length, height, width]);
    this.targets = fromTypedArray(BigInt64Array.from(labels, BigInt), [labels.length]);
  }

  get length(): number { return this.data.size(0); }

  /** Each class with its number. */
  get classToIdx(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.classes.map((name, i) => [name, i]));
  }

  getItem(index: number): [image: X, target: Y] {
    const at = wrapIndex(index, this.length);
    const [, height, width] = this.data.shape as readonly [number, number, number];
    const pixels = this.data.contiguous().numpy() as Uint8Array;
    const area = height * width;
    const image = new Image({ width, height, channels: 1, data: pixels.subarray(at * area, (at + 1) * area) });
    const target = Number(this.targets.contiguous().numpy()[at]);
    return [
      this.transform ? this.transform(image) : image as X,
      this.targetTransform ? this.targetTransform(target) : target as Y,
    ];
  }

  /** Lines of the printed form, between the size and the transforms. */
  protected extraRepr(): readonly string[] { return [`Split: ${this.train ? 'Train' : 'Test'}`]; }

  override toString(): string {
    const body = [`Number of datapoints: ${this.length}`, ...this.extraRepr()];
    const transforms = [
      ...(this.transform ? hanging('Transform: ', this.transform) : []),
      ...(this.targetTransform ? hanging('Target transform: ', this.targetTransform) : []),
    ];
    if (transforms.length > 0) body.push('StandardTransform');
    return [`Dataset ${this.constructor.name}`, ...body.map((line) => `    ${line}`), ...transforms].join('\n');
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/** A transform behind its title, its further lines moved to the right of it. */
function hanging(title: string, transform: TransformFunction): string[] {
  return describe(transform).split('\n').map((line, i) => (i === 0 ? title : ' '.repeat(title.length)) + line);
}
