import { float32, getDefaultDtype, type Tensor } from '@sconce/tensor';
import { isImage, type Image } from '../image/image.js';
import { typeName } from '../type-name.js';
import { ToTensor } from './convert.js';
import { Normalize } from './normalize.js';
import { PictureTransform, Transform } from './transform.js';

/** Anything that is called with one value: a `Transform`, or a plain function. */
export type TransformFunction = (input: never) => unknown;

type InputOf<T extends readonly unknown[]> =
  T extends readonly [(input: infer I) => unknown, ...unknown[]] ? I : unknown;

/** What comes out at the end, when `I` goes in: steps for pictures of any kind keep the kind. */
type OutputOf<T extends readonly unknown[], I> =
  T extends readonly [infer First, ...infer Rest] ? OutputOf<Rest, StepOf<First, I>> : I;
type StepOf<F, I> =
  F extends PictureTransform ? (I extends Tensor ? Tensor : Image)
  : F extends (input: never) => infer O ? O : unknown;

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
  constructor(readonly transforms: T) {
    super();
    checkTransforms(transforms);
  }

  forward(input: InputOf<T>): OutputOf<T, InputOf<T>> {
    return runAll(this.transforms, input) as OutputOf<T, InputOf<T>>;
  }

  override toString(): string { return listed(this.constructor.name, this.transforms.map(describe)); }
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

/** @throws TypeError for anything but an array of functions. @internal */
export function checkTransforms(transforms: unknown): void {
  if (!Array.isArray(transforms)) throw new TypeError('Argument transforms should be a sequence');
  const wrong = transforms.find((transform) => typeof transform !== 'function') as unknown;
  if (wrong !== undefined) throw new TypeError(`'${typeName(wrong)}' object is not callable`);
}

/** A value through transforms, one after the other. @internal */
export function runAll(transforms: readonly TransformFunction[], input: unknown): unknown {
  let value = input;
  for (let i = 0; i < transforms.length; i++) {
    const step = transforms[i] as (input: unknown) => unknown, next = transforms[i + 1] as unknown;
    if (step.constructor === ToTensor && next?.constructor === Normalize && isImage(value) && getDefaultDtype() === float32) {
      // this pair is what a loader spends its time with
      value = (next as Normalize).ofBytes(value);
      i++;
    } else {
      value = step(value);
    }
  }
  return value;
}

/** A transform as it prints; a plain function by its name. @internal */
export function describe(transform: TransformFunction): string {
  return transform instanceof Transform ? transform.toString() : `<function ${transform.name || '<lambda>'}>`;
}

/** A name with lines in brackets behind it. @internal */
export const listed = (name: string, lines: readonly string[]): string =>
  `${name}(${lines.map((line) => `\n    ${line}`).join('')}\n)`;
