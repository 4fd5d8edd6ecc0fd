import {
  adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d, NotImplementedError, RuntimeError, Tensor, ValueError,
} from '@sconce/tensor';
import { checked, shapeText, upsample as resample, type UpsampleMode } from '@sconce/tensor/internal';

/** Modes of `interpolate`. */
export type InterpolationMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear' | 'area';

export interface InterpolateOptions {
  /** the size of the result: one for all dimensions, or one per dimension */
  readonly size?: number | readonly number[] | null | undefined;
  /** or how many times as large the result is */
  readonly scaleFactor?: number | readonly number[] | null | undefined;
  /** default 'nearest' */
  readonly mode?: InterpolationMode | undefined;
  /** whether the outermost elements of input and output coincide, not the borders; for the linear and cubic modes */
  readonly alignCorners?: boolean | null | undefined;
  /** take the scale from the sizes, not as given */
  readonly recomputeScaleFactor?: boolean | null | undefined;
  /** widen the filter where the result is smaller; for 'bilinear' and 'bicubic' */
  readonly antialias?: boolean | undefined;
}

const list = (x: number | readonly number[], count: number): readonly number[] =>
  (typeof x === 'number' ? new Array<number>(count).fill(x) : x);

/** Sizes of the result, and the scales where they are to be kept as given. */
function sizesAndScales(
  input: Tensor, { size, scaleFactor, mode, recomputeScaleFactor }: InterpolateOptions,
): [readonly number[], readonly (number | null)[]] {
  const spatial = input.shape.slice(2), dims = input.dim() - 2;
  const tuple = (x: readonly number[]): string => (x.length === 1 ? `(${x[0]},)` : `(${x.join(', ')})`);
  const hasSize = size !== null && size !== undefined, hasScale = scaleFactor !== null && scaleFactor !== undefined;
  if (hasSize && hasScale) throw new ValueError('only one of size or scale_factor should be defined');
  if (hasSize) {
    if (typeof size !== 'number' && size.length !== dims) {
      throw new ValueError(
        `Input and output must have the same number of spatial dimensions, but got input with spatial dimensions of ${shapeText(spatial)} and output size of ${tuple(size)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format.`);
    }
    if (recomputeScaleFactor) throw new ValueError('recompute_scale_factor is not meaningful with an explicit size.');
    return [list(size, dims), spatial.map(() => null)];
  }
  if (!hasScale) throw new ValueError('either size or scale_factor should be defined');
  if (typeof scaleFactor !== 'number' && scaleFactor.length !== dims) {
    throw new ValueError(
      `Input and scale_factor must have the same number of spatial dimensions, but got input with spatial dimensions of ${shapeText(spatial)} and scale_factor of shape ${tuple(scaleFactor)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format.`);
  }
  const scales = list(scaleFactor, dims);
  const sizes = spatial.map((n, i) => Math.floor(n * scales[i]));
  return [sizes, recomputeScaleFactor || mode === 'area' ? spatial.map(() => null) : scales];
}

/** How each mode goes along a dimension, and for how many dimensions it is. */
const MODES: Record<Exclude<InterpolationMode, 'area'>, readonly [UpsampleMode, readonly number[]]> = {
  nearest: ['nearest', [1, 2, 3]], 'nearest-exact': ['nearest-exact', [1, 2, 3]], linear: ['linear', [1]], bilinear: ['linear', [2]],
  trilinear: ['linear', [3]], bicubic: ['cubic', [2]],
};

/**
 * (N, C, …) in another size.
 * @throws ValueError for options that contradict each other, NotImplementedError for a mode of other dimensions
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 * @example F.interpolate(torch.ones(1, 1, 2, 2), { scaleFactor: 2 }).shape // [1, 1, 4, 4]
 */
export function interpolate(input: Tensor, options: InterpolateOptions = {}): Tensor {
  const { mode = 'nearest', antialias = false } = checked('interpolate', options, 'size');
  const plain = mode === 'nearest' || mode === 'nearest-exact' || mode === 'area';
  if (plain && options.alignCorners !== null && options.alignCorners !== undefined) {
    throw new ValueError('align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear');
  }
  const [outputSize, scales] = sizesAndScales(input, { ...options, mode });
  const dims = input.dim() - 2;
  if (antialias && !((mode === 'bilinear' || mode === 'bicubic') && dims === 2)) {
    throw new ValueError('Anti-alias option is only supported for bilinear and bicubic modes');
  }
  if (mode === 'area' && dims >= 1 && dims <= 3) {
    return [adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d][dims - 1](input, outputSize);
  }
  const [way, allowed] = mode === 'area' ? ['nearest' as const, []] : MODES[mode] ?? ['nearest', []];
  if (!allowed.includes(dims)) throw wrongMode(input, mode, allowed);
  const inputSize = input.shape.slice(2);
  if ([...inputSize, ...outputSize].some((n) => n <= 0)) {
    throw new RuntimeError(
      `Input and output sizes should be greater than 0, but got input (${sizesText(inputSize)}) output (${sizesText(outputSize)})`);
  }
  return resample(input, {
    mode: way, alignCorners: options.alignCorners ?? false, antialias, scales, inputSize, outputSize,
  });
}

const sizesText = (sizes: readonly number[]): string =>
  ['D', 'H', 'W'].slice(3 - sizes.length).map((axis, i) => `${axis}: ${sizes[i]}`).join(', ');

function wrongMode(input: Tensor, mode: string, allowed: readonly number[]): NotImplementedError {
  if (allowed.length === 1 && input.dim() >= 3 && input.dim() <= 5 && mode !== 'bicubic') {
    return new NotImplementedError(`Got ${input.dim()}D input, but ${mode} mode needs ${allowed[0] + 2}D input`);
  }
  return new NotImplementedError(
    `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${input.dim()}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode})`);
}

/** As `interpolate`. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.upsample.html */
export const upsample = interpolate;
