import { fromTypedArray, type Tensor } from '@sconce/tensor';
import { Dataset, wrapIndex } from './dataset.js';
import { Image } from './image/image.js';
import { describe, type TransformFunction } from './transforms/compose.js';

export interface VisionOptions<X, Y, I = Image> {
  /** what is made of each picture; default: it stays an `Image` */
  readonly transform?: ((image: I) => X) | undefined;
  /** what is made of each label; default: it stays a number */
  readonly targetTransform?: ((target: number) => Y) | undefined;
}

/**
 * Pictures with labels, as torchvision's data sets: item `i` is `[image, target]`, each after its transform.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.datasets.VisionDataset.html
 */
export abstract class VisionDataset<X, Y, I = Image> extends Dataset<[image: X, target: Y]> {
  readonly transform: ((image: I) => X) | undefined;
  readonly targetTransform: ((target: number) => Y) | undefined;

  constructor(options: VisionOptions<X, Y, I>) {
    super();
    this.transform = options.transform;
    this.targetTransform = options.targetTransform;
  }

  /** A picture and its label after their transforms. */
  protected item(image: I, target: number): [image: X, target: Y] {
    return [
      this.transform ? this.transform(image) : image as unknown as X,
      this.targetTransform ? this.targetTransform(target) : target as Y,
    ];
  }

  /** Lines of the printed form, between the size and the transforms. */
  protected extraRepr(): readonly string[] { return []; }

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

/** Pictures of one size, row by row, pixel by pixel, and their labels. @internal */
export interface Labelled {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  /** what items have in place of their labels, of shape [N, …], int64 */
  readonly targets?: Tensor;
  readonly height: number;
  readonly width: number;
  /** 1 for gray (default), 3 for colour */
  readonly channels?: 1 | 3;
}

/** A data set whose pictures are of one size and in memory, as MNIST and CIFAR. */
export abstract class PixelDataset<X, Y> extends VisionDataset<X, Y> {
  /** the pictures, uint8, of shape [N, height, width], or [N, height, width, 3] for colour */
  data: Tensor;
  /** the labels, int64, of shape [N] */
  targets: Tensor;
  readonly train: boolean;
  abstract readonly classes: readonly string[];

  constructor(train: boolean, { pixels, labels, targets, height, width, channels = 1 }: Labelled, options: VisionOptions<X, Y>) {
    super(options);
    this.train = train;
    this.data = fromTypedArray(pixels, [labels.length, height, width, ...(channels === 1 ? [] : [channels])]);
    this.targets = targets ?? fromTypedArray(BigInt64Array.from(labels, BigInt), [labels.length]);
  }

  get length(): number { return this.data.size(0); }

  /** Each class with its number. */
  get classToIdx(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.classes.map((name, i) => [name, i]));
  }

  getItem(index: number): [image: X, target: Y] {
    const at = wrapIndex(index, this.length);
    const [, height, width, channels = 1] = this.data.shape;
    const pixels = this.data.contiguous().numpy() as Uint8Array;
    const size = height * width * channels;
    const image = new Image({ width, height, channels, data: pixels.subarray(at * size, (at + 1) * size) });
    return this.item(image, this.targetAt(at));
  }

  /** The label of an item. */
  protected targetAt(at: number): number { return Number(this.targets.contiguous().numpy()[at]); }

  protected override extraRepr(): readonly string[] { return [`Split: ${this.splitName()}`]; }
  protected splitName(): string { return this.train ? 'Train' : 'Test'; }
}
