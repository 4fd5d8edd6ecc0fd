import type { View } from '../backend.js';
import { checkTensor } from '../check-tensors.js';
import { runStructured } from '../dispatch.js';
import { NotImplementedError, RuntimeError, ValueError } from '../errors.js';
import { firstOf } from '../holders.js';
import { sameShape, shapeText, product } from '../layout.js';
import { imageOrder } from '../memory-order.js';
import { structuredOp, type Meta } from '../op.js';
import type { Tensor } from '../tensor.js';
import { sizeList, tensorsThenOptions, type SizeLike } from './arguments.js';
import { add, mul } from './arithmetic.js';
import { clone } from './conversion.js';
import { ones, zeros } from './creation.js';
import { select } from './views-windows.js';

type Shape4 = readonly [number, number, number, number];

/**
 * What is brought to mean 0 and variance 1, seen as four dimensions: the last two are reduced, and with `acrossBatch` the
 * first as well. Weight and bias have the shape `parameters`, which is broadcast.
 */
export interface NormalizationAttrs {
  readonly shape: Shape4;
  readonly parameters: Shape4;
  readonly acrossBatch: boolean;
  /** what is added to the variance, so that a constant has a finite result */
  readonly eps: number;
}

/** How many means and variances there are. */
const groupsOf = ({ shape: [a, b], acrossBatch }: NormalizationAttrs): number => (acrossBatch ? b : a * b);

const normalized = ({ layout, dtype }: View): Meta => ({ shape: layout.shape, dtype, order: imageOrder(layout) });

/** (x, weight, bias) gives (y, mean, variance): y = (x - mean) / √(variance + eps) · weight + bias. */
const record = (name: string, toResult: (x: View) => Meta) => structuredOp<NormalizationAttrs>({
  name,
  meta: ([x], attrs) => {
    const statistics = { shape: [groupsOf(attrs)], dtype: x.dtype };
    return [toResult(x), statistics, statistics];
  },
});

/** Records of normalisation, one name for each, and of their gradients. */
export const normalizationOps = {
  nativeBatchNorm: record('nativeBatchNorm', normalized),
  nativeLayerNorm: record('nativeLayerNorm', ({ layout: { shape }, dtype }) => ({ shape, dtype })),
  nativeGroupNorm: record('nativeGroupNorm', normalized),
  /** (x, weight, bias, mean, variance) gives y, with statistics that are not those of x */
  batchNormFixed: structuredOp<NormalizationAttrs>({
    name: 'batchNormFixed', gradName: 'NativeBatchNorm',
    meta: ([x]) => [normalized(x)],
  }),
  /** (gradient of y, x, weight, mean, variance) gives the gradient of x */
  backwardInput: structuredOp<NormalizationAttrs>({
    name: 'normalizationBackward',
    meta: ([, x]) => [normalized(x)],
  }),
  /** (gradient of y, x, mean, variance) gives the gradient of the weight */
  backwardWeight: structuredOp<NormalizationAttrs & { readonly weightShape: readonly number[] }>({
    name: 'normalizationBackwardWeight',
    meta: ([, x], { weightShape }) => [{ shape: weightShape, dtype: x.dtype }],
  }),
};

/** Runs `normalizationOps.backwardInput`. @internal */
export const normalizationBackward = (
  grad: Tensor, x: Tensor, weight: Tensor, mean: Tensor, variance: Tensor, attrs: NormalizationAttrs,
): Tensor => runStructured(normalizationOps.backwardInput, [grad, x, weight, mean, variance], attrs)[0];

/** Runs `normalizationOps.backwardWeight`. @internal */
export const normalizationBackwardWeight = (
  grad: Tensor, x: Tensor, mean: Tensor, variance: Tensor, attrs: NormalizationAttrs & { readonly weightShape: readonly number[] },
): Tensor => runStructured(normalizationOps.backwardWeight, [grad, x, mean, variance], attrs)[0];

function checkFloat(kernel: string, x: Tensor): void {
  if (!x.dtype.isFloatingPoint) throw new NotImplementedError(`"${kernel}" not implemented for '${x.dtype.scalarType}'`);
}

/** Weight and bias, ones and zeros in place of what is not there. */
function affine(x: Tensor, shape: readonly number[], weight: Tensor | null, bias: Tensor | null): [Tensor, Tensor] {
  const options = { dtype: x.dtype, device: x.device };
  return [weight ?? ones(shape, options), bias ?? zeros(shape, options)];
}

export interface BatchNormOptions {
  /** take the statistics of this batch and let the running ones follow, default false */
  readonly training?: boolean | undefined;
  /** how far the running statistics move towards those of the batch, default 0.1 */
  readonly momentum?: number | undefined;
  /** what is added to the variance, default 1e-5 */
  readonly eps?: number | undefined;
}

interface AffineOptions {
  /** what is multiplied by, where it is not given as an argument */
  readonly weight?: Tensor | null | undefined;
  /** what is added, where it is not given as an argument */
  readonly bias?: Tensor | null | undefined;
}
interface EpsOption { readonly eps?: number | undefined }

/** A weight, a bias and options, all of which may be left out. */
export type AffineAndOptions<O> = [weight?: Tensor | null, bias?: Tensor | null, options?: O]
  | [weight: Tensor | null, options?: O & AffineOptions] | [options?: O & AffineOptions];

/** @throws ValueError with PyTorch's text where there is nothing to take statistics of */
function checkBatch(shape: readonly number[]): void {
  if (product(shape) === shape[1]) {
    throw new ValueError(`Expected more than 1 value per channel when training, got input size torch.Size(${shapeText(shape)})`);
  }
}

/**
 * Each channel of (N, C, …) brought to mean 0 and variance 1: over the batch with `training`, which also moves the running
 * statistics in place, else by the running statistics.
 * @throws ValueError for a batch of one value per channel, RuntimeError for parameters of another size
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html
 */
export function batchNorm(
  input: Tensor, runningMean: Tensor | null, runningVar: Tensor | null, ...rest: AffineAndOptions<BatchNormOptions>
): Tensor {
  const [[weight, bias], options] = tensorsThenOptions<AffineOptions & BatchNormOptions>('batch_norm', rest, ['weight', 'bias']);
  checkTensor(input, 'batch_norm');
  const { training = false, momentum = 0.1, eps = 1e-5 } = options;
  if (training) checkBatch(input.shape);
  if (input.numel() === 0) return scaled(input, weight, bias);
  const channels = input.size(1);
  const check = (name: string, x: Tensor | null, required: boolean): void => {
    if (x && x.numel() !== channels) throw new RuntimeError(`${name} should contain ${channels} elements not ${x.numel()}`);
    if (!x && required) throw new RuntimeError(`${name} must be defined in evaluation mode`);
  };
  check('running_mean', runningMean, !training);
  check('running_var', runningVar, !training);
  check('weight', weight, false);
  check('bias', bias, false);
  checkFloat('batch_norm', input);
  const area = product(input.shape.slice(2));
  const attrs: NormalizationAttrs = {
    shape: [input.shape[0], channels, 1, area], parameters: [1, channels, 1, 1], acrossBatch: true, eps,
  };
  const [w, b] = affine(input, [channels], weight, bias);
  if (!training) return runStructured(normalizationOps.batchNormFixed, [input, w, b, runningMean!, runningVar!], attrs)[0];
  const outputs = runStructured(normalizationOps.nativeBatchNorm, [input, w, b], attrs), [, mean, variance] = outputs;
  const count = input.shape[0] * area;
  if (runningMean) follow(runningMean, mean, momentum);
  // the running variance is the unbiased one
  if (runningVar) follow(runningVar, variance.detach().mul(count / (count - 1)), momentum);
  return firstOf(outputs);
}

/** Nothing, but with gradients for what it would depend on. */
function scaled(input: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const product = weight ? mul(input, select(weight, 0, 0)) : clone(input);
  return bias ? add(product, select(bias, 0, 0)) : product;
}

/** Moves a running statistic towards that of the batch. */
function follow(running: Tensor, batch: Tensor, momentum: number): void {
  running.detach().mul_(1 - momentum).add_(batch.detach(), { alpha: momentum });
}

/**
 * The last dimensions, of the sizes `normalizedShape`, brought to mean 0 and variance 1.
 * @throws RuntimeError with PyTorch's text where the sizes are not those of the last dimensions
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
 * @example torch.layerNorm(torch.tensor([[1, 3]]), [2]) // tensor([[-1.0000,  1.0000]])
 */
export function layerNorm(
  input: Tensor, normalizedShape: SizeLike, ...rest: AffineAndOptions<EpsOption>
): Tensor {
  const [[weight, bias], { eps = 1e-5 }] = tensorsThenOptions<AffineOptions & EpsOption>('layer_norm', rest, ['weight', 'bias']);
  checkTensor(input, 'layer_norm');
  const size = sizeList(normalizedShape), text = shapeText(size);
  if (size.length === 0) {
    throw new RuntimeError('Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []');
  }
  for (const [name, x] of [['weight', weight], ['bias', bias]] as const) {
    if (x && !sameShape(x.shape, size)) {
      throw new RuntimeError(`Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${shapeText(x.shape)} and normalized_shape = ${text}`);
    }
  }
  const lead = input.dim() - size.length;
  if (lead < 0 || !sameShape(input.shape.slice(lead), size)) {
    throw new RuntimeError(`Given normalized_shape=${text}, expected input with shape [*, ${size.join(', ')}], but got input of size${shapeText(input.shape)}`);
  }
  checkFloat('LayerNormKernelImpl', input);
  const length = product(size);
  return firstOf(runStructured(normalizationOps.nativeLayerNorm, [input, ...affine(input, size, weight, bias)], {
    shape: [product(input.shape.slice(0, lead)), 1, 1, length], parameters: [1, 1, 1, length], acrossBatch: false, eps,
  }));
}

/**
 * Groups of the channels of (N, C, …) brought to mean 0 and variance 1, sample by sample.
 * @throws RuntimeError with PyTorch's text where the channels cannot be divided into as many groups
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.group_norm.html
 */
export function groupNorm(
  input: Tensor, numGroups: number, ...rest: AffineAndOptions<EpsOption>
): Tensor {
  const [[weight, bias], { eps = 1e-5 }] = tensorsThenOptions<AffineOptions & EpsOption>('group_norm', rest, ['weight', 'bias']);
  if (input.dim() < 2) throw new RuntimeError(`Expected at least 2 dimensions for input tensor but received ${input.dim()}`);
  if (numGroups <= 0) throw new RuntimeError(`Expected num groups to be greater than 0, got ${numGroups}`);
  const [batch, channels, ...sizes] = input.shape;
  checkBatch([Math.floor((batch * channels) / numGroups), numGroups, ...sizes]);
  if (channels % numGroups !== 0) {
    throw new RuntimeError(`Expected number of channels in input to be divisible by num_groups, but got input of shape ${shapeText(input.shape)} and num_groups=${numGroups}`);
  }
  for (const [name, x] of [['weight', weight], ['bias', bias]] as const) {
    if (x && (x.dim() !== 1 || x.numel() !== channels)) {
      throw new RuntimeError(`Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ${shapeText(x.shape)} and input of shape ${shapeText(input.shape)}`);
    }
  }
  checkFloat('GroupNormKernelImpl', input);
  const each = channels / numGroups;
  return firstOf(runStructured(normalizationOps.nativeGroupNorm, [input, ...affine(input, [channels], weight, bias)], {
    shape: [batch, numGroups, each, product(sizes)], parameters: [1, numGroups, each, 1], acrossBatch: false, eps,
  }));
}
