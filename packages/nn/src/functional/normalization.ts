import { groupNorm, layerNorm, RuntimeError, Tensor, ValueError } from '@sconce/tensor';
import { batchNorm, checked, shapeText, product } from '@sconce/tensor/internal';
import { avgPool2d, avgPool3d } from './pooling.js';
import { pad } from './padding.js';

export { batchNorm, groupNorm, layerNorm };

export interface InstanceNormOptions {
  readonly runningMean?: Tensor | null | undefined;
  readonly runningVar?: Tensor | null | undefined;
  readonly weight?: Tensor | null | undefined;
  readonly bias?: Tensor | null | undefined;
  /** take the statistics of each sample, not the running ones; default true */
  readonly useInputStats?: boolean | undefined;
  /** how far the running statistics move, default 0.1 */
  readonly momentum?: number | undefined;
  readonly eps?: number | undefined;
}

/**
 * Each channel of each sample of (N, C, …) brought to mean 0 and variance 1.
 * @throws ValueError where a channel has one element
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.instance_norm.html
 */
export function instanceNorm(input: Tensor, options: InstanceNormOptions = {}): Tensor {
  const { runningMean = null, runningVar = null, weight, bias, useInputStats = true, momentum = 0.1, eps = 1e-5 } = checked('instanceNorm', options, 'runningMean');
  const [batch, channels, ...sizes] = input.shape;
  if (useInputStats && product(sizes) === 1) {
    throw new ValueError(`Expected more than 1 spatial element when training, got input size torch.Size(${shapeText(input.shape)})`);
  }
  if (!useInputStats && !(runningMean && runningVar)) {
    throw new RuntimeError('Expected running_mean and running_var to be defined when use_input_stats is false');
  }
  // every channel of every sample is a channel of one sample
  const repeated = (x: Tensor | null | undefined): Tensor | null => x?.repeat(batch) ?? null;
  const mean = repeated(runningMean), variance = repeated(runningVar);
  const result = batchNorm(
    input.contiguous().view(1, batch * channels, ...sizes), mean, variance, repeated(weight), repeated(bias),
    { training: useInputStats, momentum, eps });
  if (useInputStats) {
    runningMean?.detach().copy_(mean!.view(batch, channels).mean(0));
    runningVar?.detach().copy_(variance!.view(batch, channels).mean(0));
  }
  return result.view(input.shape);
}

export interface LocalResponseNormOptions {
  readonly alpha?: number | undefined;
  readonly beta?: number | undefined;
  readonly k?: number | undefined;
}

/**
 * Each element divided by (k + α · mean of squares over `size` neighbouring channels)^β.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.local_response_norm.html
 */
export function localResponseNorm(
  input: Tensor, size: number, options: LocalResponseNormOptions = {},
): Tensor {
  const { alpha = 1e-4, beta = 0.75, k = 1 } = checked('localResponseNorm', options, 'alpha');
  const dims = input.dim();
  if (dims < 3) throw new ValueError(`Expected 3D or higher dimensionality input (got ${dims} dimensions)`);
  if (input.numel() === 0) return input;
  const before = Math.floor(size / 2), after = Math.floor((size - 1) / 2);
  const squares = input.mul(input).unsqueeze(1);
  let mean: Tensor;
  if (dims === 3) mean = avgPool2d(pad(squares, [0, 0, before, after]), [size, 1], { stride: 1 }).squeeze(1);
  else {
    const [n, channels, height] = input.shape;
    const volumes = pad(squares.reshape(n, 1, channels, height, -1), [0, 0, 0, 0, before, after]);
    mean = avgPool3d(volumes, [size, 1, 1], { stride: 1 }).squeeze(1).view(input.shape);
  }
  return input.div(mean.mul(alpha).add(k).pow(beta));
}

export interface NormalizeOptions {
  /** the exponent of the norm, default 2 */
  readonly p?: number | undefined;
  /** default 1 */
  readonly dim?: number | undefined;
  /** the least norm to divide by, default 1e-12 */
  readonly eps?: number | undefined;
}

/**
 * Vectors along a dimension divided by their norm.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html
 * @example F.normalize(torch.tensor([[3, 4]])) // tensor([[0.6000, 0.8000]])
 */
export function normalize(input: Tensor, options: NormalizeOptions = {}): Tensor {
  const { p = 2, dim = 1, eps = 1e-12 } = checked('normalize', options, 'p');
  return input.div(input.norm(p, dim, { keepdim: true }).clampMin(eps).expandAs(input));
}
