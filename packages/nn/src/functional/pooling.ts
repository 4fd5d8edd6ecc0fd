import {
  avgPool1d, avgPool2d, avgPool3d, int64, maxPool1d, maxPool2d, maxPool3d, RuntimeError, Tensor, ValueError, zeros,
  type SizeLike, type StrideAndOptions,
} from '@sconce/tensor';
import { shapeText, strideAndOptions } from '@sconce/tensor/internal';

export {
  adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d, adaptiveMaxPool1d, adaptiveMaxPool2d, adaptiveMaxPool3d,
} from '@sconce/tensor';
export { avgPool1d, avgPool2d, avgPool3d, maxPool1d, maxPool2d, maxPool3d };

const each = (size: SizeLike, dims: number): readonly number[] =>
  (typeof size === 'number' ? new Array<number>(dims).fill(size) : size);

/** (Σ x^p)^(1/p) of windows, from their means; what is negative counts as nothing, as in PyTorch. */
function fromMeans(means: Tensor, count: number, normType: number): Tensor {
  return means.sign().mul(means.abs().relu()).mul(count).pow(1 / normType);
}

/**
 * The p-norm of each window of (N, C, L) or (C, L).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool1d.html
 */
export function lpPool1d(
  input: Tensor, normType: number, kernelSize: number,
  ...rest: StrideAndOptions<{ readonly ceilMode?: boolean | undefined }>
): Tensor {
  return fromMeans(avgPool1d(input.pow(normType), kernelSize, ...rest), kernelSize, normType);
}

/**
 * The p-norm of each window of (N, C, H, W) or (C, H, W).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool2d.html
 */
export function lpPool2d(
  input: Tensor, normType: number, kernelSize: SizeLike,
  ...rest: StrideAndOptions<{ readonly ceilMode?: boolean | undefined }>
): Tensor {
  const [h, w] = each(kernelSize, 2);
  return fromMeans(avgPool2d(input.pow(normType), kernelSize, ...rest), h * w, normType);
}

export interface UnpoolOptions {
  readonly padding?: SizeLike | undefined;
  /** the size before pooling, where several fit */
  readonly outputSize?: readonly number[] | null | undefined;
}

/** The size before pooling. @throws ValueError for one that the pooling cannot have come from */
function unpooledSize(
  x: Tensor, dims: number, kernel: readonly number[], stride: readonly number[], { padding = 0, outputSize }: UnpoolOptions,
): readonly number[] {
  const p = each(padding, dims);
  const usual = kernel.map((k, i) => (x.size(i - dims) - 1) * stride[i] + k - 2 * p[i]);
  if (!outputSize) return usual;
  const sizes = outputSize.length === dims + 2 ? outputSize.slice(2) : outputSize;
  if (sizes.length !== dims) {
    throw new ValueError(`output_size should be a sequence containing ${dims} or ${dims + 2} elements, but it has a length of '${outputSize.length}'`);
  }
  sizes.forEach((n, i) => {
    const least = usual[i] - stride[i], greatest = usual[i] + stride[i];
    if (n > least && n < greatest) return;
    throw new ValueError(`invalid output_size "(${sizes.join(', ')})" (dim ${i} must be between ${least} and ${greatest})`);
  });
  return sizes;
}

/** @throws RuntimeError for a place outside of the volume that values are put back to */
function checkPlaces(indices: Tensor, sizes: readonly number[]): void {
  const count = sizes.reduce((a, b) => a * b, 1);
  const wrong = Array.from(indices.hostValues() as BigInt64Array, Number).find((i) => i < 0 || i >= count);
  if (wrong === undefined) return;
  const volume = (sizes.length === 1 ? [...sizes, 1] : sizes).join('x');
  throw new RuntimeError(`Found an invalid max index: ${wrong} (output volumes are of size ${volume}`);
}

function unpool(
  dims: number, x: Tensor, indices: Tensor, kernelSize: SizeLike, rest: StrideAndOptions<UnpoolOptions>,
): Tensor {
  const [stride, options] = strideAndOptions<UnpoolOptions>(`max_unpool${dims}d`, rest);
  const kernel = each(kernelSize, dims);
  const sizes = unpooledSize(x, dims, kernel, each(stride ?? kernel, dims), options);
  if (indices.dtype !== int64) throw new RuntimeError(`elements in indices should be type int64 but got: ${indices.dtype.scalarType}`);
  if (indices.shape.join() !== x.shape.join()) {
    throw new RuntimeError(
      `Expected shape of indices to be same as that of the input tensor (${shapeText(x.shape)}) but got indices tensor with shape: ${shapeText(indices.shape)}`);
  }
  if (indices.device.type === 'cpu') checkPlaces(indices, sizes);
  const shape = [...x.shape.slice(0, -dims), ...sizes];
  const flat = zeros(shape, { dtype: x.dtype, device: x.device }).flatten(-dims);
  return flat.scatter(-1, indices.flatten(-dims), x.flatten(-dims)).view(shape);
}

/**
 * What `maxPool1d` undoes: values at their places, zeros elsewhere.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool1d.html
 */
export const maxUnpool1d = (
  input: Tensor, indices: Tensor, kernelSize: SizeLike, ...rest: StrideAndOptions<UnpoolOptions>
): Tensor =>
  unpool(1, input, indices, kernelSize, rest);

/** What `maxPool2d` undoes. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool2d.html */
export const maxUnpool2d = (
  input: Tensor, indices: Tensor, kernelSize: SizeLike, ...rest: StrideAndOptions<UnpoolOptions>
): Tensor =>
  unpool(2, input, indices, kernelSize, rest);

/** What `maxPool3d` undoes. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool3d.html */
export const maxUnpool3d = (
  input: Tensor, indices: Tensor, kernelSize: SizeLike, ...rest: StrideAndOptions<UnpoolOptions>
): Tensor =>
  unpool(3, input, indices, kernelSize, rest);
