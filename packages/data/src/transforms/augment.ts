import { rand, randint, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { asImage } from '../image/image.js';
import { text } from '../python-text.js';
import {
  drawSign, drawStep, fillFor, isMeasured, magnitudeAt, NONE, runStep, spaceOf, type AugmentFill, type Space, type StepOptions,
} from './augment-steps.js';
import { integer } from './draws.js';
import { getDimensions, onPicture, type InterpolationMode, type Picture, type Pictured } from './functional/picture.js';
import { POLICIES, type Policy } from './policies.js';
import { PictureTransform } from './transform.js';

/** What the augmentations that choose by themselves have in common. */
export interface AugmentOptions {
  /** of what is turned, moved and sheared; default 'nearest' */
  readonly interpolation?: InterpolationMode | undefined;
  /** what comes from outside: a number, or one per channel; default: black */
  readonly fill?: AugmentFill | undefined;
}

/** As torchvision prints it. @internal */
export const modeText = (mode: InterpolationMode): string => `InterpolationMode.${mode.replace('-', '_').toUpperCase()}`;

/** @internal */
export abstract class Augmentation extends PictureTransform {
  readonly interpolation: InterpolationMode;
  readonly fill: AugmentFill;

  constructor({ interpolation = 'nearest', fill = null }: AugmentOptions) {
    super();
    this.interpolation = interpolation;
    this.fill = fill;
  }

  protected optionsFor(img: Picture): StepOptions {
    return { interpolation: this.interpolation, fill: fillFor(img, this.fill) };
  }
}

/** How far a picture is moved at most: as many parts of it as of the pictures that the policies were found on. */
const farthest = (size: number): number => 150 / 331 * size;

/**
 * The data sets that the policies of `AutoAugment` were found on.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.AutoAugmentPolicy.html
 */
export const AutoAugmentPolicy = { IMAGENET: 'imagenet', CIFAR10: 'cifar10', SVHN: 'svhn' } as const;
export type AutoAugmentPolicy = typeof AutoAugmentPolicy[keyof typeof AutoAugmentPolicy];

/**
 * Changes pictures by one of 25 pairs of steps, drawn from a policy that was found by searching. Tensors should be of uint8.
 * @param policy default 'imagenet'
 * @throws ValueError for a policy that there is not
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.AutoAugment.html, https://arxiv.org/abs/1805.09501
 * @example new transforms.AutoAugment('cifar10')(image)
 */
export class AutoAugment extends Augmentation {
  readonly policy: AutoAugmentPolicy;

  constructor(...args: [policy?: AutoAugmentPolicy, options?: AugmentOptions] | [options: AugmentOptions & { readonly policy?: AutoAugmentPolicy }]) {
    const [first = 'imagenet', second = {}] = args;
    const options = checked('AutoAugment', typeof first === 'string' ? { ...second, policy: first } : first, 'policy');
    super(options);
    this.policy = options.policy ?? 'imagenet';
    if (!Object.hasOwn(POLICIES, this.policy)) throw new ValueError(`The provided policy ${this.policy} is not recognized.`);
  }

  /** Draws the number of a pair, and for each of its steps whether it is done and in which direction. */
  static getParams(count: number): [pair: number, probabilities: number[], signs: number[]] {
    const cpu = { device: 'cpu' } as const;
    return [integer(0, count), Array.from(rand(2, cpu).numpy(), Number), Array.from(randint(0, 2, [2], cpu).numpy(), Number)];
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    const [, height, width] = getDimensions(img), options = this.optionsFor(img), policy: Policy = POLICIES[this.policy];
    const [pair, probabilities, signs] = AutoAugment.getParams(policy.length);
    const { shapes, colours, values } = spaceOf({ width: farthest(width), height: farthest(height) });
    const space: Space = { ...shapes, ...colours, ...values };
    let picture: Picture = onPicture<Picture>(img, (x) => x, asImage);
    policy[pair].forEach(([name, p, bin], i) => {
      if (probabilities[i] > Math.fround(p)) return;
      const most = space[name], magnitude = most && bin !== undefined ? magnitudeAt(most, 10, bin) : 0;
      picture = runStep(picture, name, most?.signed && signs[i] === 0 ? -magnitude : magnitude, options);
    });
    return picture as Pictured<T>;
  }

  override toString(): string {
    return `${this.constructor.name}(policy=AutoAugmentPolicy.${this.policy.toUpperCase()}, fill=${text(this.fill)})`;
  }
}

export interface RandAugmentOptions extends AugmentOptions {
  /** steps for each picture, default 2 */
  readonly numOps?: number | undefined;
  /** how much each does: the number of a bin, default 9 */
  readonly magnitude?: number | undefined;
  /** bins of magnitudes, default 31 */
  readonly numMagnitudeBins?: number | undefined;
}

/** @throws ValueError unless a bin is one of so many. */
function checkBin(magnitude: number, bins: number): void {
  if (Number.isInteger(magnitude) && magnitude >= 0 && magnitude < bins) return;
  throw new ValueError(`magnitude should be an integer from 0 to ${bins - 1}, one less than numMagnitudeBins, but got ${magnitude}`);
}

/**
 * Changes pictures by several steps, all of the same magnitude, which are drawn for each. Tensors should be of uint8.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandAugment.html, https://arxiv.org/abs/1909.13719
 * @example new transforms.RandAugment({ numOps: 2, magnitude: 9 })(image)
 */
export class RandAugment extends Augmentation {
  readonly numOps: number;
  readonly magnitude: number;
  readonly numMagnitudeBins: number;

  constructor(options: RandAugmentOptions = {}) {
    const { numOps = 2, magnitude = 9, numMagnitudeBins = 31 } = checked('RandAugment', options, 'numOps');
    super(options);
    checkBin(magnitude, numMagnitudeBins);
    this.numOps = numOps;
    this.magnitude = magnitude;
    this.numMagnitudeBins = numMagnitudeBins;
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    const [, height, width] = getDimensions(img), options = this.optionsFor(img);
    const { shapes, colours, values } = spaceOf({ width: farthest(width), height: farthest(height) });
    const space: Space = { Identity: NONE, ...shapes, ...colours, ...values };
    let picture: Picture = onPicture<Picture>(img, (x) => x, asImage);
    for (let i = 0; i < this.numOps; i++) {
      const name = drawStep(space), most = space[name]!;
      const magnitude = isMeasured(most) ? magnitudeAt(most, this.numMagnitudeBins, this.magnitude) : 0;
      picture = runStep(picture, name, drawSign(most, magnitude), options);
    }
    return picture as Pictured<T>;
  }

  override toString(): string {
    return `${this.constructor.name}(num_ops=${this.numOps}, magnitude=${this.magnitude}, ` +
      `num_magnitude_bins=${this.numMagnitudeBins}, interpolation=${modeText(this.interpolation)}, fill=${text(this.fill)})`;
  }
}

/**
 * Changes pictures by one step of a magnitude, both drawn. Tensors should be of uint8.
 * @param options.numMagnitudeBins bins of magnitudes, default 31
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.TrivialAugmentWide.html, https://arxiv.org/abs/2103.10158
 */
export class TrivialAugmentWide extends Augmentation {
  readonly numMagnitudeBins: number;

  constructor(options: AugmentOptions & { readonly numMagnitudeBins?: number | undefined } = {}) {
    const { numMagnitudeBins = 31 } = checked('TrivialAugmentWide', options, 'numMagnitudeBins');
    super(options);
    this.numMagnitudeBins = numMagnitudeBins;
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    const { shapes, colours, values } = spaceOf({ shear: 0.99, width: 32, height: 32, turn: 135, colour: 0.99, bits: 6 });
    const space: Space = { Identity: NONE, ...shapes, ...colours, ...values };
    const name = drawStep(space), most = space[name]!, bins = this.numMagnitudeBins;
    const magnitude = isMeasured(most) ? magnitudeAt(most, bins, integer(0, bins)) : 0;
    const picture = runStep(onPicture<Picture>(img, (x) => x, asImage), name, drawSign(most, magnitude), this.optionsFor(img));
    return picture as Pictured<T>;
  }

  override toString(): string {
    return `${this.constructor.name}(num_magnitude_bins=${this.numMagnitudeBins}, ` +
      `interpolation=${modeText(this.interpolation)}, fill=${text(this.fill)})`;
  }
}
