import { multinomial, tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { floatList, floats } from '../python-text.js';
import { checkTransforms, describe, listed, runAll, type TransformFunction } from './compose.js';
import { chance, order } from './draws.js';
import type { Picture, Pictured } from './functional/picture.js';
import { PictureTransform } from './transform.js';

/**
 * Runs transforms of pictures, one after the other, with a probability.
 * @param options.p default 0.5
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomApply.html
 * @example new transforms.RandomApply([new transforms.GaussianBlur(3)], { p: 0.2 })
 */
export class RandomApply extends PictureTransform {
  readonly p: number;

  constructor(readonly transforms: readonly TransformFunction[], options: { readonly p?: number | undefined } = {}) {
    const { p = 0.5 } = checked('RandomApply', options, 'p');
    super();
    checkTransforms(transforms);
    this.p = p;
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    return (this.p < chance() ? img : runAll(this.transforms, img)) as Pictured<T>;
  }

  override toString(): string {
    return listed(this.constructor.name, [`p=${floats(this.p)}`, ...this.transforms.map(describe)]);
  }
}

/**
 * Runs transforms of pictures in random order. What is drawn comes from the default generator, where torchvision
 * takes Python's own.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomOrder.html
 */
export class RandomOrder extends PictureTransform {
  constructor(readonly transforms: readonly TransformFunction[]) {
    super();
    checkTransforms(transforms);
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    return runAll(order(this.transforms.length).map((i) => this.transforms[i]), img) as Pictured<T>;
  }

  override toString(): string { return listed(this.constructor.name, this.transforms.map(describe)); }
}

/**
 * Runs one of several transforms of pictures. What is drawn comes from the default generator, where torchvision takes
 * Python's own.
 * @param options.p how often each is taken; default: all alike
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.RandomChoice.html
 */
export class RandomChoice extends PictureTransform {
  readonly p: readonly number[] | null;

  constructor(readonly transforms: readonly TransformFunction[], options: { readonly p?: readonly number[] | null | undefined } = {}) {
    const { p } = checked('RandomChoice', options, 'p');
    super();
    checkTransforms(transforms);
    if (p !== null && p !== undefined && !Array.isArray(p)) throw new TypeError('Argument p should be a sequence');
    this.p = p ?? null;
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    const weights = tensor(this.p ?? this.transforms.map(() => 1));
    const chosen = Number(multinomial(weights, 1).numpy()[0]);
    return runAll([this.transforms[chosen]], img) as Pictured<T>;
  }

  override toString(): string {
    return `${listed(this.constructor.name, this.transforms.map(describe))}(p=${floatList(this.p)})`;
  }
}
