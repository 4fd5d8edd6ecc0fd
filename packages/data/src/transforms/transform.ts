import type { Picture, Pictured } from './functional/picture.js';

/**
 * An object that is called: its constructor gives a function that hands its arguments to `forward`, with the
 * prototype of the class that is constructed, so that fields, methods and `instanceof` are the class's.
 * Fields of this very class would land on the object that is thrown away; those of subclasses are fine.
 */
abstract class Callable {
  constructor() {
    // An arrow function has no own `prototype` or `arguments` to be in the way of a subclass's members.
    const call = (...args: readonly unknown[]): unknown => (call as unknown as ForwardOf).forward(...args);
    delete (call as { name?: string }).name;
    delete (call as { length?: number }).length;
    return Object.setPrototypeOf(call, new.target.prototype) as Callable;
  }
}

interface ForwardOf { forward(...args: readonly unknown[]): unknown }

/** What transforms of all kinds have, but for how they are called. */
abstract class Printed extends Callable {
  override toString(): string { return `${this.constructor.name}()`; }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/**
 * A step of a transformation that is called like a function: `transform(image)`. Subclasses define `forward`.
 * @see https://pytorch.org/vision/stable/transforms.html
 * @example
 * class Invert extends Transform {
 *   forward(x: Tensor) { return x.neg().add(1); }
 * }
 * const inverted = new Invert()(x);
 */
export abstract class Transform extends Printed {
  abstract forward(input: never): unknown;
}

export interface Transform {
  (...args: Parameters<this['forward']>): ReturnType<this['forward']>;
}

/**
 * A step that makes a tensor of a tensor of shape (…, C, H, W), and an `Image` of an image.
 * @example
 * class Mirror extends PictureTransform {
 *   forward<T extends Picture>(img: T) { return transforms.functional.hflip(img); }
 * }
 */
// a Transform, which TypeScript is not told: its call would stand beside the one below and hide what comes out
export abstract class PictureTransform extends (Transform as unknown as typeof Printed) {
  abstract forward<T extends Picture>(img: T): Pictured<T>;
}

export interface PictureTransform {
  <T extends Picture>(img: T): Pictured<T>;
}
