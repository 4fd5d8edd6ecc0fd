import { checkTensor } from '../check-tensors.js';
import { runStructured } from '../dispatch.js';
import { int64 } from '../dtype.js';
import { NotImplementedError, RuntimeError } from '../errors.js';
import { firstOf } from '../holders.js';
import { shapeText } from '../layout.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import { Tensor } from '../tensor.js';
import { sizeList, type SizeLike } from './arguments.js';
import { averagePoolRecords, maxPoolBackwardOp, pooled, spatialSize, type AvgPoolAttrs, type MaxPoolAttrs } from './pooling-records.js';
import { squeeze, unsqueeze } from './views.js';

/** Gives the largest values and where each lies in its channel, counted row by row. */
const maxPoolRecord = (dims: number) => structuredOp<MaxPoolAttrs>({
  name: `maxPool${dims}d`,
  gradName: `MaxPool${dims}DWithIndices`,
  meta: ([x], { outputSize }) => {
    const y = pooled(x, outputSize);
    return [y, { ...y, dtype: int64 }];
  },
});

const maxPools = { 2: maxPoolRecord(2), 3: maxPoolRecord(3) };
const averagePools = { 2: averagePoolRecords<AvgPoolAttrs>('avgPool', 2), 3: averagePoolRecords<AvgPoolAttrs>('avgPool', 3) };

/** Records of pooling by windows of one size. */
export const poolingOps = {
  maxPool2d: maxPools[2], maxPool3d: maxPools[3], maxPoolBackward: maxPoolBackwardOp,
  avgPool2d: averagePools[2].pool, avgPool3d: averagePools[3].pool,
  avgPool2dBackward: averagePools[2].backward, avgPool3dBackward: averagePools[3].backward,
};

type Dims = 2 | 3;
const AXES = { 2: ['H', 'W'], 3: ['T', 'H', 'W'] };

interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

/** One entry per dimension. @throws RuntimeError with the text of the function that is called */
function perDimension(value: SizeLike, dims: Dims, message: string): readonly number[] {
  const list = sizeList(value);
  if (list.length === dims) return list;
  if (list.length !== 1) throw new RuntimeError(message);
  return new Array<number>(dims).fill(list[0]);
}

function windowOf(
  name: string, dims: Dims, kernelSize: SizeLike, stride: SizeLike | null | undefined, options: MaxPoolOptions,
): Window {
  const word = dims === 2 ? 'two' : 'three';
  // the words differ from function to function
  const must = name === 'avg_pool3d' ? 'must be' : name === 'max_pool2d' ? 'must be either be' : 'must either be';
  const list = (what: string, value: SizeLike, verb: string): readonly number[] =>
    perDimension(value, dims, `${name}: ${what} ${verb} a single int, or a tuple of ${word} ints`);
  const either = name === 'avg_pool3d' ? 'must be' : 'must either be';
  const kernel = list('kernel_size', kernelSize, either);
  const omitted = stride === undefined || stride === null || (Array.isArray(stride) && stride.length === 0);
  return {
    kernel,
    stride: omitted ? kernel : list('stride', stride, `${either} omitted,`),
    padding: list('padding', options.padding ?? 0, must),
    dilation: list('dilation', options.dilation ?? 1, 'must be either'),
  };
}

/** Sizes of the output, by PyTorch's rule: with `ceilMode` a last window may reach out, but must begin inside. */
function outputSize(
  sizes: readonly number[], { kernel, stride, padding, dilation }: Window, ceilMode: boolean,
): number[] {
  return sizes.map((n, i) => {
    if (stride[i] === 0) throw new RuntimeError('stride should not be zero');
    if (padding[i] < 0) throw new RuntimeError(`pad must be non-negative, but got pad: ${padding[i]}`);
    if (padding[i] > Math.trunc(kernel[i] / 2)) {
      throw new RuntimeError(`pad should be at most half of kernel size, but got pad=${padding[i]} and kernel_size=${kernel[i]}`);
    }
    const room = n + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1;
    const count = Math.floor((room + (ceilMode ? stride[i] - 1 : 0)) / stride[i]) + 1;
    return ceilMode && (count - 1) * stride[i] >= n + padding[i] ? count - 1 : count;
  });
}

const named = (prefix: string, dims: Dims, values: readonly number[]): string =>
  AXES[dims].map((axis, i) => `${prefix}${axis}: ${values[i]}`).join(' ');

/** PyTorch's `pool2d_shape_check` and `pool3d_shape_check`. */
function checkShapes(name: string, dims: Dims, x: Tensor, w: Window, size: readonly number[]): void {
  const { kernel, stride, dilation } = w;
  const positive = (list: readonly number[]): boolean => list.every((n) => n > 0);
  if (!positive(kernel)) throw new RuntimeError(`kernel size should be greater than zero, but got ${named('k', dims, kernel)}`);
  if (!positive(stride)) throw new RuntimeError(`stride should be greater than zero, but got ${named('d', dims, stride)}`);
  if (!positive(dilation)) throw new RuntimeError(`dilation should be greater than zero, but got ${named('dilation', dims, dilation)}`);
  const batch = x.dim() - dims - 1;
  const empty = x.shape.slice(Math.max(batch, 0)).findIndex((n) => n === 0);
  if (dims === 2 && (batch < 0 || batch > 1 || empty >= 0)) {
    throw new RuntimeError(`Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:${shapeText(x.shape)}`);
  }
  if (dims === 3 && empty >= 0) {
    const where = name === 'max_pool3d' ? 'max_pool3d_with_indices_out_cpu_template()' : `${name}()`;
    throw new RuntimeError(
      `${where}: Expected input's non-batch dimensions to have positive length, but input has a shape of ${shapeText(x.shape)} and non-batch dimension 0 has length zero!`);
  }
  const sizes = spatialSize(x, dims);
  if (name === 'avg_pool3d' && sizes.some((n, i) => n < kernel[i])) {
    throw new RuntimeError(`input image (${named('', 3, sizes)}) smaller than kernel size (${named('k', 3, kernel)})`);
  }
  if (size.some((n) => n < 1)) {
    const text = (list: readonly number[]): string => [x.shape[batch], ...list].join('x');
    throw new RuntimeError(`Given input size: (${text(sizes)}). Calculated output size: (${text(size)}). Output size is too small`);
  }
}

export interface AvgPoolOptions {
  /** zeros on both sides, default 0 */
  readonly padding?: SizeLike | undefined;
  /** whether a last window may reach beyond the end, default false */
  readonly ceilMode?: boolean | undefined;
  /** whether padding counts in the mean, default true */
  readonly countIncludePad?: boolean | undefined;
  /** what sums are divided by instead of the size of the window */
  readonly divisorOverride?: number | null | undefined;
}

export interface MaxPoolOptions {
  /** -∞ on both sides, default 0 */
  readonly padding?: SizeLike | undefined;
  /** distance between a window's elements, default 1 */
  readonly dilation?: SizeLike | undefined;
  /** whether a last window may reach beyond the end, default false */
  readonly ceilMode?: boolean | undefined;
  /** give the places of the values as well: `[values, indices]`, default false */
  readonly returnIndices?: boolean | undefined;
}

/** A stride (default: the kernel's size) and options, either of which may be left out; the stride may be an option. */
export type StrideAndOptions<O> =
  [stride: SizeLike | null | undefined, options?: O] | [options?: O & { readonly stride?: SizeLike | null | undefined }];

/** The two forms of `StrideAndOptions` brought into one. @internal */
export function strideAndOptions<O extends object>(
  name: string, rest: StrideAndOptions<O>,
): [SizeLike | null | undefined, Partial<O>] {
  const [first, second] = rest;
  const isOptions = typeof first === 'object' && first !== null && !Array.isArray(first);
  const options = checked<object>(name, (isOptions ? first : second ?? {}) as object, 'padding' as never) as O & { readonly stride?: SizeLike | null };
  return [(isOptions ? options.stride : first) as SizeLike | null | undefined, options];
}

function maxPool(
  dims: Dims, x: Tensor, kernelSize: SizeLike, rest: StrideAndOptions<MaxPoolOptions>,
): [Tensor, Tensor] {
  const name = `max_pool${dims}d`;
  checkTensor(x, name);
  const [stride, options] = strideAndOptions(name, rest);
  const window = windowOf(name, dims, kernelSize, stride, options);
  if (x.dim() !== dims + 1 && x.dim() !== dims + 2) {
    throw new RuntimeError(`non-empty ${dims + 1}D or ${dims + 2}D (batch mode) tensor expected for input`);
  }
  const size = outputSize(spatialSize(x, dims), window, options.ceilMode ?? false);
  checkShapes(name, dims, x, window, size);
  if (!x.dtype.isFloatingPoint) {
    throw new NotImplementedError(`"${dims === 2 ? 'max_pool2d' : 'max_pool3d_with_indices_cpu'}" not implemented for '${x.dtype.scalarType}'`);
  }
  const { kernel, padding, dilation } = window;
  const attrs: MaxPoolAttrs = { kernel, stride: window.stride, padding, dilation, outputSize: size };
  return runStructured(maxPools[dims], [x], attrs) as [Tensor, Tensor];
}

function avgPool(dims: Dims, x: Tensor, kernelSize: SizeLike, rest: StrideAndOptions<AvgPoolOptions>): Tensor {
  const name = `avg_pool${dims}d`;
  checkTensor(x, name);
  const [stride, options] = strideAndOptions(name, rest);
  const { kernel, stride: step, padding, dilation } = windowOf(name, dims, kernelSize, stride, { padding: options.padding });
  const { divisorOverride = null, ceilMode = false, countIncludePad = true } = options;
  if (divisorOverride === 0) throw new RuntimeError('divisor must be not zero');
  if (dims === 3 && x.dim() !== 4 && x.dim() !== 5) throw new RuntimeError('non-empty 4D or 5D (batch mode) tensor expected for input');
  const inputSize = spatialSize(x, dims), window = { kernel, stride: step, padding, dilation };
  const size = outputSize(inputSize, window, ceilMode);
  checkShapes(name, dims, x, window, size);
  if (!x.dtype.isFloatingPoint && x.dtype !== int64) {
    throw new NotImplementedError(`"${name}${dims === 3 ? '_out_frame' : ''}" not implemented for '${x.dtype.scalarType}'`);
  }
  return runStructured(averagePools[dims].pool, [x], {
    kernel, stride: step, padding, countIncludePad, divisorOverride, inputSize, outputSize: size,
  })[0];
}

/** A parameter of a 1-d function as that of the 2-d one that it is run by. */
function asRow(name: string, what: string, value: SizeLike, across: number): readonly number[] {
  const list = sizeList(value);
  if (list.length !== 1) {
    const kinds = what === 'stride' ? 'None, an int, list of ints,' : 'an int, list of ints';
    throw new RuntimeError(name === 'max_pool1d'
      ? `max_pool1d() ${what} must be ${kinds} or tuple of ints of size 1 but got size ${list.length}`
      : `${name}() argument '${what}' should contain one int (got ${list.length})`);
  }
  return [across, list[0]];
}

const given = (x: SizeLike | null | undefined): x is SizeLike => x !== null && x !== undefined;

type WithIndices = MaxPoolOptions & { readonly returnIndices: true };

/** A max pooling: its values, or with `returnIndices` also their places. */
export interface MaxPool {
  (input: Tensor, kernelSize: SizeLike, options: WithIndices & { readonly stride?: SizeLike | null }): [Tensor, Tensor];
  (input: Tensor, kernelSize: SizeLike, stride: SizeLike | null | undefined, options: WithIndices): [Tensor, Tensor];
  (input: Tensor, kernelSize: SizeLike, ...rest: StrideAndOptions<MaxPoolOptions>): Tensor;
}

const maxPoolFunction = (
  run: (x: Tensor, kernelSize: SizeLike, rest: StrideAndOptions<MaxPoolOptions>) => [Tensor, Tensor],
): MaxPool =>
  ((input: Tensor, kernelSize: SizeLike, ...rest: StrideAndOptions<MaxPoolOptions>) => {
    const result = run(input, kernelSize, rest);
    return strideAndOptions('max_pool', rest)[1].returnIndices ? result : firstOf(result);
  }) as MaxPool;

/**
 * The largest value of each window of (N, C, L) or (C, L).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_pool1d.html
 * @example torch.maxPool1d(torch.tensor([[1, 5, 2, 4]]), 2) // tensor([[5., 4.]])
 */
export const maxPool1d: MaxPool = maxPoolFunction((x, kernelSize, rest) => {
  const [stride, options] = strideAndOptions('max_pool1d', rest);
  const row = (what: string, value: SizeLike, across: number) => asRow('max_pool1d', what, value, across);
  const kernel = row('kernel_size', kernelSize, 1);
  if ((x.dim() !== 2 && x.dim() !== 3) || x.shape.slice(-2).includes(0)) {
    throw new RuntimeError(`max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:${shapeText(x.shape)}`);
  }
  const result = maxPool(2, unsqueeze(x, -2), kernel, [given(stride) ? row('stride', stride, 1) : null, {
    ...options, padding: row('padding', options.padding ?? 0, 0), dilation: row('dilation', options.dilation ?? 1, 1),
  }]);
  return [squeeze(result[0], -2), squeeze(result[1], -2)];
});

/**
 * The largest value of each window of images (N, C, H, W) or (C, H, W).
 * @throws RuntimeError with PyTorch's text for windows that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html
 * @example torch.maxPool2d(torch.arange(16).float().view(1, 4, 4), 2) // tensor([[[ 5.,  7.], [13., 15.]]])
 */
export const maxPool2d: MaxPool = maxPoolFunction((x, kernelSize, rest) => maxPool(2, x, kernelSize, rest));

/**
 * The largest value of each window of volumes (N, C, D, H, W) or (C, D, H, W).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.max_pool3d.html
 */
export const maxPool3d: MaxPool = maxPoolFunction((x, kernelSize, rest) => maxPool(3, x, kernelSize, rest));

/**
 * The mean of each window of (N, C, L) or (C, L).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool1d.html
 * @example torch.avgPool1d(torch.tensor([[1, 5, 2, 4]]), 2) // tensor([[3., 3.]])
 */
export function avgPool1d(
  input: Tensor, kernelSize: SizeLike, ...rest: StrideAndOptions<Omit<AvgPoolOptions, 'divisorOverride'>>
): Tensor {
  const [stride, options] = strideAndOptions('avg_pool1d', rest);
  if (input.dim() !== 2 && input.dim() !== 3) {
    throw new RuntimeError(`Expected 2 to 3 dimensions, but got ${input.dim()}-dimensional tensor for argument #1 'self' (while checking arguments for avg_pool1d)`);
  }
  const row = (what: string, value: SizeLike, across: number) => asRow('avg_pool1d', what, value, across);
  return squeeze(avgPool(2, unsqueeze(input, -2), row('kernel_size', kernelSize, 1), [
    given(stride) ? row('stride', stride, 1) : null, { ...options, padding: row('padding', options.padding ?? 0, 0) },
  ]), -2);
}

/**
 * The mean of each window of images (N, C, H, W) or (C, H, W).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html
 * @example torch.avgPool2d(torch.ones(1, 1, 4, 4), 2).shape // [1, 1, 2, 2]
 */
export const avgPool2d = (input: Tensor, kernelSize: SizeLike, ...rest: StrideAndOptions<AvgPoolOptions>): Tensor =>
  avgPool(2, input, kernelSize, rest);

/**
 * The mean of each window of volumes (N, C, D, H, W) or (C, D, H, W).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool3d.html
 */
export const avgPool3d = (input: Tensor, kernelSize: SizeLike, ...rest: StrideAndOptions<AvgPoolOptions>): Tensor =>
  avgPool(3, input, kernelSize, rest);
