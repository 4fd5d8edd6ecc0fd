import { linspace, Tensor } from '@sconce/tensor';
import { integer } from './draws.js';
import {
  adjustBrightness, adjustContrast, adjustSaturation, adjustSharpness, autocontrast, equalize, invert, posterize, solarize,
} from './functional/color.js';
import { getDimensions, roundHalfEven, type InterpolationMode, type Picture } from './functional/picture.js';
import { affine, rotate } from './functional/warp.js';

/** What lies outside of a picture, as the augmentations of this folder take it. @internal */
export type AugmentFill = number | readonly number[] | null;

/** How a step makes what comes from outside, and from between pixels. @internal */
export interface StepOptions {
  readonly interpolation: InterpolationMode;
  readonly fill: AugmentFill;
}

type Step = (img: Picture, magnitude: number, options: StepOptions) => Picture;

const degrees = (tangent: number): number => Math.atan(tangent) * 180 / Math.PI;
const shear = (of: (angle: number) => readonly number[]): Step => (img, magnitude, options) =>
  affine(img, 0, [0, 0], 1, of(degrees(magnitude)), { ...options, center: [0, 0] });
const shift = (of: (pixels: number) => readonly number[]): Step => (img, magnitude, options) =>
  affine(img, 0, of(Math.trunc(magnitude)), 1, [0, 0], options);

const STEPS = {
  Identity: (img) => img,
  ShearX: shear((angle) => [angle, 0]),
  ShearY: shear((angle) => [0, angle]),
  TranslateX: shift((pixels) => [pixels, 0]),
  TranslateY: shift((pixels) => [0, pixels]),
  Rotate: (img, magnitude, options) => rotate(img, magnitude, options),
  Brightness: (img, magnitude) => adjustBrightness(img, 1 + magnitude),
  Color: (img, magnitude) => adjustSaturation(img, 1 + magnitude),
  Contrast: (img, magnitude) => adjustContrast(img, 1 + magnitude),
  Sharpness: (img, magnitude) => adjustSharpness(img, 1 + magnitude),
  Posterize: (img, magnitude) => posterize(img, Math.trunc(magnitude)),
  Solarize: (img, magnitude) => solarize(img, magnitude),
  AutoContrast: (img) => autocontrast(img),
  Equalize: (img) => equalize(img),
  Invert: (img) => invert(img),
} as const satisfies Record<string, Step>;

/** @internal */
export type StepName = keyof typeof STEPS;

/** A step done to a picture. @internal */
export const runStep = (img: Picture, name: StepName, magnitude: number, options: StepOptions): Picture =>
  (STEPS[name] as Step)(img, magnitude, options);

/** Steps in the order that they are drawn by, each with the most that it does; null for those that have no measure. @internal */
export type Space = Readonly<Partial<Record<StepName, Most>>>;

/** From `from` to `to`; `signed` ones also in the other direction; or bits left of `from`, of which `to` at most are taken. */
interface Most {
  readonly from: number;
  readonly to: number;
  readonly signed?: boolean;
  readonly bits?: boolean;
}

/** A step without a measure. @internal */
export const NONE: Most = { from: 0, to: 0 };
const upTo = (to: number): Most => ({ from: 0, to, signed: true });

/**
 * The steps that methods choose from.
 * @param width of the farthest shift to the sides @param height of the farthest shift up and down @internal
 */
export function spaceOf(
  { shear: shears = 0.3, width, height, turn = 30, colour = 0.9, from = 8, bits = 4 }:
  { shear?: number; width: number; height: number; turn?: number; colour?: number; from?: number; bits?: number },
): { readonly shapes: Space; readonly colours: Space; readonly values: Space } {
  return {
    shapes: { ShearX: upTo(shears), ShearY: upTo(shears), TranslateX: upTo(width), TranslateY: upTo(height), Rotate: upTo(turn) },
    colours: { Brightness: upTo(colour), Color: upTo(colour), Contrast: upTo(colour), Sharpness: upTo(colour) },
    values: { Posterize: { from, to: bits, bits: true }, Solarize: { from: 255, to: 0 }, AutoContrast: NONE, Equalize: NONE },
  };
}

/** Whether there are magnitudes to choose from. @internal */
export const isMeasured = (most: Most): boolean => most !== NONE;

/** Number `bin` of `bins` magnitudes, in float32. @internal */
export function magnitudeAt({ from, to, bits }: Most, bins: number, bin: number): number {
  if (bits) return from - roundHalfEven(Math.fround(bin / Math.fround((bins - 1) / to)));
  return Number(linspace(from, to, bins, { device: 'cpu' }).numpy()[bin]);
}

/** The name of a step, drawn. @internal */
export function drawStep(space: Space): StepName {
  const names = Object.keys(space) as StepName[];
  return names[integer(0, names.length)];
}

/** A magnitude with its sign, drawn where the step has two directions. @internal */
export const drawSign = (most: Most, magnitude: number): number => (most.signed && integer(0, 2) === 1 ? -magnitude : magnitude);

/** One number per channel, as tensors take it. @internal */
export function fillFor(img: Picture, fill: AugmentFill): AugmentFill {
  return img instanceof Tensor && typeof fill === 'number' ? new Array<number>(getDimensions(img)[0]).fill(fill) : fill;
}
