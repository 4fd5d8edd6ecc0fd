import { runStructured } from '../dispatch.js';
import { int64 } from '../dtype.js';
import { NotImplementedError, RuntimeError, ValueError } from '../errors.js';
import { firstOf } from '../holders.js';
import { shapeText } from '../layout.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { averagePoolRecords, pooled, type AdaptivePoolAttrs } from './pooling-records.js';
import { mean } from './reduction.js';
import { squeeze, unsqueeze } from './views.js';

const maxRecord = (dims: number) => structuredOp<AdaptivePoolAttrs>({
  name: `adaptiveMaxPool${dims}d`,
  gradName: `AdaptiveMaxPool${dims}D`,
  meta: ([x], { outputSize }) => {
    const y = pooled(x, outputSize);
    return [y, { ...y, dtype: int64 }];
  },
});

const maxPools = { 2: maxRecord(2), 3: maxRecord(3) };
const averagePools = {
  2: averagePoolRecords<AdaptivePoolAttrs>('adaptiveAvgPool', 2), 3: averagePoolRecords<AdaptivePoolAttrs>('adaptiveAvgPool', 3),
};

/** Records of pooling to a size. */
export const adaptivePoolingOps = {
  adaptiveMaxPool2d: maxPools[2], adaptiveMaxPool3d: maxPools[3],
  adaptiveAvgPool2d: averagePools[2].pool, adaptiveAvgPool3d: averagePools[3].pool,
  adaptiveAvgPool2dBackward: averagePools[2].backward, adaptiveAvgPool3dBackward: averagePools[3].backward,
};

type Dims = 2 | 3;

/** The size to pool to: a number for all dimensions, or one per dimension; null keeps a size. */
export type AdaptiveSize = number | readonly (number | null)[];

function targetSize(name: string, x: Tensor, dims: Dims, size: AdaptiveSize): readonly number[] {
  if (typeof size === 'number') return new Array<number>(dims).fill(size);
  if (x.dim() <= size.length) throw new ValueError(`Input dimension should be at least ${size.length + 1}`);
  if (size.length !== dims) {
    throw new RuntimeError(name.includes('avg') ? `${name}: output_size must be ${dims}` : `${name}(): internal error: output_size.size() must be ${dims}`);
  }
  return size.map((n, i) => n ?? x.shape[x.dim() - dims + i]);
}

function checkDims(name: string, x: Tensor, dims: Dims, colon: string): void {
  if (x.dim() !== dims + 1 && x.dim() !== dims + 2) {
    throw new RuntimeError(`${name}(): Expected ${dims + 1}D or ${dims + 2}D tensor, but got${colon} ${shapeText(x.shape)}`);
  }
}

function checkFloat(name: string, x: Tensor): void {
  if (!x.dtype.isFloatingPoint) throw new NotImplementedError(`"${name}" not implemented for '${x.dtype.scalarType}'`);
}

const kernelName = (name: string, dims: Dims): string => (dims === 2 ? name : `${name}_cpu`);

function average(dims: Dims, x: Tensor, size: AdaptiveSize): Tensor {
  const name = `adaptive_avg_pool${dims}d`;
  const outputSize = targetSize(name, x, dims, size);
  if (outputSize.some((n) => n < 0)) {
    const list = dims === 2 ? outputSize.join(', ') : `${outputSize[0]}, ${outputSize[1]},${outputSize[2]}`;
    throw new RuntimeError(`adaptive_avg_pool2d: elements of output_size must be greater than or equal to 0 but received {${list}}`);
  }
  checkDims(name, x, dims, '');
  checkFloat(kernelName(name, dims), x);
  if (outputSize.every((n) => n === 1)) return mean(x, outputSize.map((_, i) => -1 - i), { keepdim: true });
  return runStructured(averagePools[dims].pool, [x], { inputSize: x.shape.slice(-dims), outputSize })[0];
}

function largest(dims: Dims, x: Tensor, size: AdaptiveSize): [Tensor, Tensor] {
  const name = `adaptive_max_pool${dims}d`;
  const outputSize = targetSize(name, x, dims, size);
  checkDims(name, x, dims, ':');
  const batch = x.dim() - dims - 1;
  const empty = x.shape.findIndex((n, i) => i > batch && n === 0);
  if (empty >= 0) {
    throw new RuntimeError(
      `${name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${shapeText(x.shape)} with dimension ${empty} being empty`);
  }
  const negative = outputSize.find((n) => n < 0);
  if (negative !== undefined) {
    throw new RuntimeError(`Trying to create tensor with negative dimension ${negative}: ${shapeText(pooled(x, outputSize).shape)}`);
  }
  checkFloat(kernelName(name, dims), x);
  return runStructured(maxPools[dims], [x], { inputSize: x.shape.slice(-dims), outputSize }) as [Tensor, Tensor];
}

/** A row as an image of height 1, and the size to pool it to. */
function asRow(name: string, x: Tensor, size: AdaptiveSize): [Tensor, readonly [number, number | null]] {
  const list = typeof size === 'number' ? [size] : size;
  if (list.length !== 1) throw new RuntimeError(`${name}() argument 'output_size' should contain one int (got ${list.length})`);
  if (x.dim() !== 2 && x.dim() !== 3) {
    throw new RuntimeError(`Expected 2 to 3 dimensions, but got ${x.dim()}-dimensional tensor for argument #1 'self' (while checking arguments for ${name})`);
  }
  return [unsqueeze(x, -2), [1, list[0]]];
}

/**
 * The means of (N, C, L) or (C, L) over `outputSize` windows.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool1d.html
 */
export function adaptiveAvgPool1d(input: Tensor, outputSize: AdaptiveSize): Tensor {
  const [rows, size] = asRow('adaptive_avg_pool1d', input, outputSize);
  return squeeze(average(2, rows, size), -2);
}

/**
 * The means of images (N, C, H, W) or (C, H, W) over a grid of windows of the given size.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html
 * @example torch.adaptiveAvgPool2d(torch.ones(1, 8, 7, 7), 1).shape // [1, 8, 1, 1]
 */
export const adaptiveAvgPool2d = (input: Tensor, outputSize: AdaptiveSize): Tensor => average(2, input, outputSize);

/**
 * The means of volumes (N, C, D, H, W) or (C, D, H, W) over a grid of windows of the given size.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool3d.html
 */
export const adaptiveAvgPool3d = (input: Tensor, outputSize: AdaptiveSize): Tensor => average(3, input, outputSize);

/** A max pooling to a size: its values, or with `returnIndices` also their places. */
export interface AdaptiveMaxPool {
  (input: Tensor, outputSize: AdaptiveSize, options: { readonly returnIndices: true }): [Tensor, Tensor];
  (input: Tensor, outputSize: AdaptiveSize, options?: { readonly returnIndices?: boolean }): Tensor;
}

const maxFunction = (run: (x: Tensor, size: AdaptiveSize) => [Tensor, Tensor]): AdaptiveMaxPool =>
  ((input: Tensor, outputSize: AdaptiveSize, options: { returnIndices?: boolean } = {}) => {
    const { returnIndices = false } = checked('adaptiveMaxPool', options, 'returnIndices');
    const result = run(input, outputSize);
    return returnIndices ? result : firstOf(result);
  }) as AdaptiveMaxPool;

/**
 * The largest values of (N, C, L) or (C, L) in `outputSize` windows.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool1d.html
 */
export const adaptiveMaxPool1d: AdaptiveMaxPool = maxFunction((x, outputSize) => {
  const [rows, size] = asRow('adaptive_max_pool1d', x, outputSize);
  const [values, indices] = largest(2, rows, size);
  return [squeeze(values, -2), squeeze(indices, -2)];
});

/**
 * The largest values of images (N, C, H, W) or (C, H, W) in a grid of windows of the given size.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html
 */
export const adaptiveMaxPool2d: AdaptiveMaxPool = maxFunction((x, outputSize) => largest(2, x, outputSize));

/**
 * The largest values of volumes (N, C, D, H, W) or (C, D, H, W) in a grid of windows of the given size.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool3d.html
 */
export const adaptiveMaxPool3d: AdaptiveMaxPool = maxFunction((x, outputSize) => largest(3, x, outputSize));
