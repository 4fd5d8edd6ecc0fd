import { runStructured } from '../dispatch.js';
import { structuredOp, type StructuredOp } from '../op.js';
import type { Tensor } from '../tensor.js';
import { pooled } from './pooling-records.js';

/** How values between those of the input are made, along each dimension by itself. */
export type UpsampleMode = 'nearest' | 'nearest-exact' | 'linear' | 'cubic';

export interface UpsampleAttrs {
  readonly mode: UpsampleMode;
  /** whether the first and the last elements of input and output coincide, or the borders of the whole */
  readonly alignCorners: boolean;
  /** widen the filter where the output is smaller than the input */
  readonly antialias: boolean;
  /** per dimension, output size divided by input size where it was given as such: then it is exact */
  readonly scales: readonly (number | null)[];
  readonly inputSize: readonly number[];
  readonly outputSize: readonly number[];
}

// A record per name of PyTorch's nodes; what they do is in the attributes.
const record = (name: string, gradName: string): StructuredOp<UpsampleAttrs> => structuredOp<UpsampleAttrs>({
  name, gradName: `${gradName}Backward1`,
  meta: ([x], { outputSize }) => [pooled(x, outputSize)],
});

/** Records of resampling. */
export const upsampleOps = {
  upsampleNearest1d: record('upsampleNearest1d', 'UpsampleNearest1D'),
  upsampleNearest2d: record('upsampleNearest2d', 'UpsampleNearest2D'),
  upsampleNearest3d: record('upsampleNearest3d', 'UpsampleNearest3D'),
  upsampleNearestExact1d: record('upsampleNearestExact1d', 'UpsampleNearestExact1D'),
  upsampleNearestExact2d: record('upsampleNearestExact2d', 'UpsampleNearestExact2D'),
  upsampleNearestExact3d: record('upsampleNearestExact3d', 'UpsampleNearestExact3D'),
  upsampleLinear1d: record('upsampleLinear1d', 'UpsampleLinear1D'),
  upsampleBilinear2d: record('upsampleBilinear2d', 'UpsampleBilinear2D'),
  upsampleTrilinear3d: record('upsampleTrilinear3d', 'UpsampleTrilinear3D'),
  upsampleBicubic2d: record('upsampleBicubic2d', 'UpsampleBicubic2D'),
  upsampleBilinear2dAa: record('upsampleBilinear2dAa', 'UpsampleBilinear2DAa'),
  upsampleBicubic2dAa: record('upsampleBicubic2dAa', 'UpsampleBicubic2DAa'),
};

/** The adjoint of all of them. */
export const upsampleBackwardOp = structuredOp<UpsampleAttrs>({
  name: 'upsampleBackward',
  meta: ([g], { inputSize }) => [pooled(g, inputSize)],
});

const recordOf = ({ mode, antialias, outputSize: { length } }: UpsampleAttrs): StructuredOp<UpsampleAttrs> => {
  const names = {
    nearest: 'upsampleNearest', 'nearest-exact': 'upsampleNearestExact', cubic: 'upsampleBicubic',
    linear: ['upsampleLinear', 'upsampleBilinear', 'upsampleTrilinear'][length - 1],
  };
  return upsampleOps[`${names[mode]}${length}d${antialias ? 'Aa' : ''}` as keyof typeof upsampleOps];
};

/** Resamples the last dimensions of (N, C, …). @internal `interpolate` checks the arguments */
export const upsample = (x: Tensor, attrs: UpsampleAttrs): Tensor => runStructured(recordOf(attrs), [x], attrs)[0];

/** Runs `upsampleBackwardOp`. @internal */
export const upsampleBackward = (g: Tensor, attrs: UpsampleAttrs): Tensor =>
  runStructured(upsampleBackwardOp, [g], attrs)[0];
