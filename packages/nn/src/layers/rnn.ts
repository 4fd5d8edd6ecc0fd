import { ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import type { PackedSequence } from '../utils/rnn.js';
import { RNNBase, type RecurrentOptions } from './rnn-base.js';

type NoProjection = Omit<RecurrentOptions, 'projSize'>;

export interface RNNOptions extends NoProjection {
  /** default 'tanh' */
  readonly nonlinearity?: 'tanh' | 'relu' | undefined;
}

export interface RNN {
  (input: Tensor, hx?: Tensor | null): [Tensor, Tensor];
  (input: PackedSequence, hx?: Tensor | null): [PackedSequence, Tensor];
}

function refuseProjection(options: RecurrentOptions): void {
  if (options.projSize !== undefined) throw new ValueError('proj_size argument is only supported for LSTM, not RNN or GRU');
}

/**
 * Elman's recurrent net. Takes (length, batch, inputSize) and gives `[output, hn]`: the hidden states of the last layer at
 * all steps, and those of all layers at the last step.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RNN.html
 * @example const [output, hn] = new nn.RNN(10, 20, { numLayers: 2 })(torch.randn(5, 3, 10));
 */
export class RNN extends RNNBase {
  readonly nonlinearity: 'tanh' | 'relu';
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    const { nonlinearity = 'tanh', ...rest } = checked(new.target.name, options, 'numLayers');
    refuseProjection(options);
    if (nonlinearity !== 'tanh' && nonlinearity !== 'relu') throw new ValueError(`Unknown nonlinearity '${nonlinearity as string}'`);
    super(nonlinearity === 'tanh' ? 'RNN_TANH' : 'RNN_RELU', inputSize, hiddenSize, rest);
    this.nonlinearity = nonlinearity;
  }
  override forward(input: PackedSequence, hx?: Tensor | null): [PackedSequence, Tensor];
  override forward(input: Tensor, hx?: Tensor | null): [Tensor, Tensor];
  override forward(input: Tensor | PackedSequence, hx?: Tensor | null): [Tensor | PackedSequence, Tensor] {
    const [output, [h]] = this.run(input, hx);
    return [output, h];
  }
}

export interface LSTM {
  (input: Tensor, hx?: readonly [Tensor, Tensor] | null): [Tensor, [Tensor, Tensor]];
  (input: PackedSequence, hx?: readonly [Tensor, Tensor] | null): [PackedSequence, [Tensor, Tensor]];
}

/**
 * Long short-term memory. Takes (length, batch, inputSize) and gives `[output, [hn, cn]]`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html
 * @example const [output, [hn, cn]] = new nn.LSTM(10, 20, { batchFirst: true })(torch.randn(3, 5, 10));
 */
export class LSTM extends RNNBase {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super('LSTM', inputSize, hiddenSize, options);
  }
  override forward(input: PackedSequence, hx?: readonly [Tensor, Tensor] | null): [PackedSequence, [Tensor, Tensor]];
  override forward(input: Tensor, hx?: readonly [Tensor, Tensor] | null): [Tensor, [Tensor, Tensor]];
  override forward(
    input: Tensor | PackedSequence, hx?: readonly [Tensor, Tensor] | null,
  ): [Tensor | PackedSequence, [Tensor, Tensor]] {
    const [output, [h, c]] = this.run(input, hx);
    return [output, [h, c]];
  }
}

export interface GRU {
  (input: Tensor, hx?: Tensor | null): [Tensor, Tensor];
  (input: PackedSequence, hx?: Tensor | null): [PackedSequence, Tensor];
}

/**
 * Gated recurrent units. Takes (length, batch, inputSize) and gives `[output, hn]`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GRU.html
 */
export class GRU extends RNNBase {
  constructor(inputSize: number, hiddenSize: number, options: NoProjection = {}) {
    refuseProjection(checked(new.target.name, options, 'numLayers'));
    super('GRU', inputSize, hiddenSize, options);
  }
  override forward(input: PackedSequence, hx?: Tensor | null): [PackedSequence, Tensor];
  override forward(input: Tensor, hx?: Tensor | null): [Tensor, Tensor];
  override forward(input: Tensor | PackedSequence, hx?: Tensor | null): [Tensor | PackedSequence, Tensor] {
    const [output, [h]] = this.run(input, hx);
    return [output, h];
  }
}
