import { typeName } from '../type-name.js';
import { Transform } from './transform.js';

/** Anything that is called with one value: a `Transform`, or a plain function. */
export type TransformFunction = (input: never) => unknown;

type InputOf<T extends readonly unknown[]> =
  T extends readonly [(input: infer I) => unknown, ...unknown[]] ? I : unknown;
type OutputOf<T extends readonly unknown[]> =
  T extends readonly [...unknown[], (input: never) => infer O] ? O : unknown;

/**
 * Runs transforms one after the other.
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.Compose.html
 * @example
 * const t = new transforms.Compose([new transforms.ToTensor(), new transforms.Normalize([0.5], [0.5])]);
 * console.log(t);
 * // Compose(
 * //     ToTensor()
 * //     Normalize(mean=[0.5], std=[0.5])
 * // )
 */
export class Compose<const T extends readonly TransformFunction[]> extends Transform {
  constructor(readonly transforms: T) { super(); }

  forward(input: InputOf<T>): OutputOf<T> {
    let value: unknown = input;
    for (const transform of this.transforms) value = (transform as (input: unknown) => unknown)(value);
    return value as OutputOf<T>;
  }

  override toString(): string {
    const lines = this.transforms.map((transform) => `\n    ${describe(transform)}`);
    return `${this.constructor.name}(${lines.join('')}\n)`;
  }
}

/**
 * Makes a transform of a function.
 * @throws TypeError if it is none
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.Lambda.html
 * @example new transforms.Lambda((x: Tensor) => x.flatten())
 */
export class Lambda<I, O> extends Transform {
  constructor(readonly lambd: (input: I) => O) {
    super();
    if (typeof lambd !== 'function') {
      throw new TypeError(`Argument lambd should be callable, got '${typeName(lambd)}'`);
    }
  }

  forward(input: I): O { return this.lambd(input); }
}

/** A transform as it prints; a plain function by its name. @internal */
export function describe(transform: TransformFunction): string {
  return transform instanceof Transform ? transform.toString() : `<function ${transform.name || '<lambda>'}>`;
}
