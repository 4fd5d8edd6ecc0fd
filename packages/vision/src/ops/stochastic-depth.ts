import * as nn from '@sconce/nn';
import { ValueError, type Tensor } from '@sconce/tensor';
import { checked, pythonFloat } from '@sconce/tensor/internal';

/** Whether all of a batch goes or stays together, or each of its rows for itself. */
export type StochasticDepthMode = 'batch' | 'row';

export interface StochasticDepthOptions {
  /** whether anything is dropped, default true */
  readonly training?: boolean | undefined;
}

/**
 * Zeroes a whole batch or rows of it at random and scales what is left, so that the mean stays: for residual branches.
 * @param input of shape (N, …)
 * @param p the probability of being zeroed
 * @throws ValueError for another mode, or a probability outside of 0 to 1
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.stochastic_depth.html
 * @example x.add(ops.stochasticDepth(branch(x), 0.2, 'row', { training: net.training }))
 */
export function stochasticDepth(input: Tensor, p: number, mode: StochasticDepthMode, options: StochasticDepthOptions = {}): Tensor {
  const { training = true } = checked('stochasticDepth', options, 'training');
  if (!(p >= 0 && p <= 1)) throw new ValueError(`drop probability has to be between 0 and 1, but got ${p}`);
  if (mode !== 'batch' && mode !== 'row') throw new ValueError(`mode has to be either 'batch' or 'row', but got ${String(mode)}`);
  if (!training || p === 0) return input;
  const noise = input.detach().newEmpty(input.shape.map((n, i) => (i === 0 && mode === 'row' ? n : 1))).bernoulli_(1 - p);
  if (p < 1) noise.div_(1 - p);
  return input.mul(noise);
}

/** `stochasticDepth` as a module. @see https://pytorch.org/vision/0.14/generated/torchvision.ops.StochasticDepth.html */
export class StochasticDepth extends nn.Module {
  constructor(readonly p: number, readonly mode: StochasticDepthMode) { super(); }

  override forward(input: Tensor): Tensor { return stochasticDepth(input, this.p, this.mode, { training: this.training }); }
  override extraRepr(): string { return `p=${pythonFloat(this.p)}, mode=${this.mode}`; }
}
