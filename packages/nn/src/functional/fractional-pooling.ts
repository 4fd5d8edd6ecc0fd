import { fromNumpy, rand, RuntimeError, ValueError, type SizeLike, type Tensor } from '@sconce/tensor';
import { checked, product } from '@sconce/tensor/internal';

export interface FractionalMaxPoolOptions {
  /** the size of the result */
  readonly outputSize?: SizeLike | null | undefined;
  /** or, what part of the input's size the result's is: between 0 and 1 */
  readonly outputRatio?: SizeLike | null | undefined;
  /** give the places of the maxima as well, default false */
  readonly returnIndices?: boolean | undefined;
  /** numbers of [0, 1), of shape [N, C, 2] or [N, C, 3], that say where windows begin; default: random ones */
  readonly randomSamples?: Tensor | null | undefined;
}

/** What it gives: the maxima, or with `returnIndices` maxima and places. */
export type FractionalMaxPool<O> = O extends { readonly returnIndices: true } ? [Tensor, Tensor] : Tensor;

const each = (size: SizeLike, dims: number): readonly number[] =>
  (typeof size === 'number' ? new Array<number>(dims).fill(size) : size);

/** The largest value of windows whose places are drawn at random. */
function fractionalMaxPool<O extends FractionalMaxPoolOptions>(
  dims: 2 | 3, input: Tensor, kernelSize: SizeLike, options: O,
): FractionalMaxPool<O> {
  const name = `fractional_max_pool${dims}d`;
  const { outputSize, outputRatio, returnIndices = false, randomSamples } = checked<FractionalMaxPoolOptions>(`fractionalMaxPool${dims}d`, options);
  if (outputSize == null && outputRatio == null) {
    throw new ValueError(`${name} requires specifying either an output_size or an output_ratio`);
  }
  const channels = input.size(-dims - 1), sizes = input.shape.slice(-dims), kernel = each(kernelSize, dims);
  const output = outputSize == null ? each(outputRatio!, dims).map((ratio, d) => Math.trunc(sizes[d] * ratio)) : each(outputSize, dims);
  const batch = input.dim() === dims + 1 ? 1 : input.size(0);
  const samples = randomSamples ?? rand([batch, channels, dims], { dtype: input.dtype });
  checkSizes(dims, input, sizes, kernel, output);

  const planes = batch * channels, windows = product(output), inside = product(kernel);
  const places = placesOf(samples.hostValues() as Float32Array, sizes, kernel, output);
  const index = fromNumpy(places, [planes, windows * inside]).to(input.device);
  const values = input.reshape(planes, product(sizes)).gather(1, index).view(planes, windows, inside);
  const [maxima, which] = values.max(-1);
  const shape = [...input.shape.slice(0, -dims), ...output];
  const result = maxima.view(shape);
  if (!returnIndices) return result as FractionalMaxPool<O>;
  const found = index.view(planes, windows, inside).gather(2, which.unsqueeze(2)).view(shape);
  return [result, found] as unknown as FractionalMaxPool<O>;
}

function checkSizes(
  dims: 2 | 3, input: Tensor, sizes: readonly number[], kernel: readonly number[], output: readonly number[],
): void {
  const name = dims === 2 ? 'fractional_max_pool2d()' : 'fractional_max_pool3d_out()';
  const { shape } = input;
  if (shape.length !== dims + 1 && shape.length !== dims + 2) {
    throw new RuntimeError(`${name}: Expected ${dims + 1}D or ${dims + 2}D tensor, but got: [${shape.join(', ')}]`);
  }
  const empty = shape.findIndex((n, d) => n === 0 && d >= shape.length - dims - 1);
  if (empty >= 0) {
    throw new RuntimeError(`${name}: Expected input to have non-zero size for non-batch dimensions, but got` +
      `[${shape.join(', ')}] with dimension ${empty} being empty.`);
  }
  const names = ['time', 'height', 'width'].slice(-dims);
  sizes.forEach((size, d) => {
    if (output[d] + kernel[d] - 1 <= size) return;
    throw new RuntimeError(`${name}: pool ${names[d]} ${kernel[d]} too large relative to input ${names[d]} ${size}`);
  });
}

/** Where the windows of a dimension begin, in float32 as PyTorch computes it. */
function starts(sample: number, size: number, kernel: number, count: number): number[] {
  const alpha = Math.fround((size - kernel) / (count - 1)), first = Math.trunc(Math.fround(sample * alpha));
  return Array.from({ length: count }, (_, i) =>
    (i === count - 1 ? size - kernel : Math.trunc(Math.fround(Math.fround(i + sample) * alpha)) - first));
}

/** The places in its plane of every value of every window: planes × windows × values. */
function placesOf(
  samples: Float32Array, sizes: readonly number[], kernel: readonly number[], output: readonly number[],
): BigInt64Array {
  const dims = sizes.length, planes = samples.length / dims;
  const places = new BigInt64Array(planes * product(output) * product(kernel));
  let at = 0;
  for (let plane = 0; plane < planes; plane++) {
    // in two dimensions, the first number is that of the last
    const begins = sizes.map((size, d) => starts(samples[plane * dims + (dims === 2 ? 1 - d : d)], size, kernel[d], output[d]));
    for (const window of grid(output)) {
      for (const inside of grid(kernel)) {
        places[at++] = BigInt(sizes.reduce((place, size, d) => place * size + begins[d][window[d]] + inside[d], 0));
      }
    }
  }
  return places;
}

/** All positions of a grid, the last dimension fastest. */
const grid = (sizes: readonly number[]): number[][] =>
  sizes.reduce<number[][]>((found, size) => found.flatMap((position) => Array.from({ length: size }, (_, i) => [...position, i])), [[]]);

/**
 * The largest value of each of `outputSize` windows of (N, C, H, W) or (C, H, W), whose places are drawn at random, so that
 * an image may become smaller by any factor.
 * @throws ValueError for neither a size nor a ratio; RuntimeError for windows that the input has no room for
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.fractional_max_pool2d.html
 * @see Graham 2014, "Fractional Max-Pooling"
 * @example F.fractionalMaxPool2d(torch.rand(1, 3, 50, 32), 3, { outputSize: [13, 12] }).shape // [1, 3, 13, 12]
 */
export const fractionalMaxPool2d = <const O extends FractionalMaxPoolOptions>(
  input: Tensor, kernelSize: SizeLike, options: O,
): FractionalMaxPool<O> => fractionalMaxPool(2, input, kernelSize, options);

/**
 * The same in three dimensions: (N, C, T, H, W) or (C, T, H, W).
 * @see https://pytorch.org/docs/1.13/generated/torch.nn.FractionalMaxPool3d.html
 */
export const fractionalMaxPool3d = <const O extends FractionalMaxPoolOptions>(
  input: Tensor, kernelSize: SizeLike, options: O,
): FractionalMaxPool<O> => fractionalMaxPool(3, input, kernelSize, options);
