import { RuntimeError, Tensor, zeros } from '@sconce/tensor';
import { checked, checkTensor, passOn, warnOnce } from '@sconce/tensor/internal';
import { checkProbability } from './probability.js';

export interface DropoutOptions {
  /** probability of an element (or a channel) to be dropped, default 0.5 */
  readonly p?: number | undefined;
  /** whether anything is dropped */
  readonly training?: boolean | undefined;
  /** write the result over the input, default false */
  readonly inplace?: boolean | undefined;
}

/** One element of noise per channel. */
function channelNoise(x: Tensor): Tensor {
  if (x.dim() < 2) throw new RuntimeError('Feature dropout requires at least 2 dimensions in the input');
  return x.detach().newEmpty(x.shape.map((n, i) => (i < 2 ? n : 1)));
}

/** What SELU tends to for very negative numbers, without the sign. */
const ALPHA = 1.7580993408473766;

function drop(
  x: Tensor, { p = 0.5, training, inplace = false }: DropoutOptions, channels: boolean, alpha: boolean,
): Tensor {
  checkProbability(p);
  checkTensor(x, 'dropout');
  if (p === 0 || !training || x.numel() === 0) return x;
  const times = (factor: Tensor): Tensor => (inplace ? x.mul_(factor) : x.mul(factor));
  if (p === 1) return times(zeros([], { dtype: x.dtype, device: x.device }));
  // drawn in the order of the elements, however they lie in memory
  const noise = channels ? channelNoise(x) : x.detach().newEmpty(x.shape);
  noise.bernoulli_(1 - p);
  if (!alpha) return passOn(noise.div_(1 - p), times);
  const a = 1 / Math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p));
  const shift = noise.add(-1).mul_(ALPHA * a).add_(ALPHA * a * p);
  const scaled = times(noise.mul_(a));
  return inplace ? scaled.add_(shift) : scaled.add(shift);
}

/**
 * Zeroes elements at random and scales the others up, so that the mean stays.
 * @throws ValueError for a probability outside of 0 to 1
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html
 * @example F.dropout(torch.ones(3), { p: 0.5, training: false }) // tensor([1., 1., 1.])
 */
export const dropout = (input: Tensor, options: DropoutOptions = {}): Tensor =>
  drop(input, { training: true, ...checked('dropout', options, 'p') }, false, false);

/**
 * Dropout that keeps mean and variance of SELU's outputs.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.alpha_dropout.html
 */
export const alphaDropout = (input: Tensor, options: DropoutOptions = {}): Tensor =>
  drop(input, checked('alphaDropout', options, 'p'), false, true);

/**
 * `alphaDropout` of whole channels.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.feature_alpha_dropout.html
 */
export const featureAlphaDropout = (input: Tensor, options: DropoutOptions = {}): Tensor =>
  drop(input, checked('featureAlphaDropout', options, 'p'), true, true);

function warnOfDims(name: string, input: Tensor, spatial: number): void {
  const dims = input.dim();
  if (dims === spatial + 1 || dims === spatial + 2) return;
  warnOnce(`${name}: Received a ${dims}-D input to ${name}, which is deprecated and will result in an error in a future release. To retain the ` +
    `behavior and silence this warning, please use dropout instead. Note that ${name} exists to provide channel-wise dropout on inputs with ` +
    `${spatial} spatial dimensions, a channel dimension, and an optional batch dimension (i.e. ${spatial + 1}D or ${spatial + 2}D inputs).`);
}

/** Runs with a batch dimension where there is none. */
const batched = (x: Tensor, dims: number, run: (x: Tensor) => Tensor): Tensor =>
  (x.dim() === dims ? run(x) : run(x.unsqueeze(0)).squeeze(0));

/**
 * Dropout of whole channels of (N, C, L) or (C, L).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout1d.html
 */
export function dropout1d(input: Tensor, options: DropoutOptions = {}): Tensor {
  checkProbability(checked('dropout1d', options, 'p').p ?? 0.5);
  if (input.dim() !== 2 && input.dim() !== 3) {
    throw new RuntimeError(
      `dropout1d: Expected 2D or 3D input, but received a ${input.dim()}D input. Note that dropout1d exists to provide channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs).`);
  }
  return batched(input, 3, (x) => drop(x, { training: true, ...options }, true, false));
}

/**
 * Dropout of whole channels of (N, C, H, W).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout2d.html
 */
export function dropout2d(input: Tensor, options: DropoutOptions = {}): Tensor {
  warnOfDims('dropout2d', input, 2);
  if (input.dim() === 3) {
    warnOnce('dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired - input is ' +
      'interpreted as shape (N, C, L), where C is the channel dim. This behavior will change in a future release to interpret the input as ' +
      'one without a batch dimension, i.e. shape (C, H, W). To maintain the 1D channel-wise dropout behavior, please switch to using dropout1d instead.');
  }
  return drop(input, { training: true, ...checked('dropout2d', options, 'p') }, true, false);
}

/**
 * Dropout of whole channels of (N, C, D, H, W) or (C, D, H, W).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout3d.html
 */
export function dropout3d(input: Tensor, options: DropoutOptions = {}): Tensor {
  warnOfDims('dropout3d', input, 3);
  return batched(input, 5, (x) => drop(x, { training: true, ...checked('dropout3d', options, 'p') }, true, false));
}
