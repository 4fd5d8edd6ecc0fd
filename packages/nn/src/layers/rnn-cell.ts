import { empty, RuntimeError, ValueError, zeros, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import { linear } from '../functional/linear.js';
import * as init from '../init.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import type { BiasOption, FactoryOptions } from './linear.js';
import { kinds, type Kind, type State } from './rnn-steps.js';

/** One step of a recurrent net: weights of its input and of its hidden state, for `numChunks` gates. */
export abstract class RNNCellBase extends Module {
  // by PyTorch's names
  weight_ih: Parameter;
  weight_hh: Parameter;
  bias_ih: Parameter | null;
  bias_hh: Parameter | null;

  constructor(
    readonly inputSize: number, readonly hiddenSize: number, readonly bias: boolean, numChunks: number, options: FactoryOptions = {},
  ) {
    super();
    checkSizes(new.target.name, { inputSize, hiddenSize });
    const factory = checked(new.target.name, options, 'device'), gates = numChunks * hiddenSize;
    const parameter = (...shape: number[]): Parameter => new Parameter(empty(shape, factory));
    this.weight_ih = parameter(gates, inputSize);
    this.weight_hh = parameter(gates, hiddenSize);
    this.bias_ih = bias ? parameter(gates) : null;
    this.bias_hh = bias ? parameter(gates) : null;
    this._noteParameters('weight_ih', 'weight_hh', 'bias_ih', 'bias_hh');
    this.resetParameters();
  }

  /** Draws new parameters, uniform within ±1 / √hiddenSize. */
  resetParameters(): void {
    const bound = this.hiddenSize > 0 ? 1 / Math.sqrt(this.hiddenSize) : 0;
    for (const p of this.parameters()) init.uniform_(p, -bound, bound);
  }

  protected step(kind: Kind, input: Tensor, state: State | null): State {
    if (input.dim() !== 1 && input.dim() !== 2) {
      throw new ValueError(`${this.constructor.name}: Expected input to be 1-D or 2-D but received ${input.dim()}-D tensor`);
    }
    const batched = input.dim() === 2, x = batched ? input : input.unsqueeze(0);
    if (x.shape[1] !== this.inputSize) {
      throw new RuntimeError(`input has inconsistent input_size: got ${x.shape[1]} expected ${this.inputSize}`);
    }
    const size = [x.shape[0], this.hiddenSize], nothing = (): Tensor => zeros(size, { dtype: x.dtype, device: x.device });
    const before = state?.map((s) => (batched ? s : s.unsqueeze(0))) ?? (kind === 'LSTM' ? [nothing(), nothing()] : [nothing()]);
    before.forEach((s, i) => {
      if (s.shape[0] !== size[0]) throw new RuntimeError(`Input batch size ${size[0]} doesn't match hidden${i} batch size ${s.shape[0]}`);
      if (s.shape[1] !== size[1]) throw new RuntimeError(`hidden${i} has inconsistent hidden_size: got ${s.shape[1]}, expected ${size[1]}`);
    });
    const after = kinds[kind].step(
      linear(x, this.weight_ih, this.bias_ih), before, { hh: this.weight_hh, bias: this.bias_hh, hr: null });
    return batched ? after : after.map((s) => s.squeeze(0));
  }

  override extraRepr(): string { return `${this.inputSize}, ${this.hiddenSize}${this.bias ? '' : ', bias=False'}`; }
}

export interface RNNCellOptions extends BiasOption {
  /** default 'tanh' */
  readonly nonlinearity?: 'tanh' | 'relu' | undefined;
}

/** One step of Elman's net. @see https://pytorch.org/docs/stable/generated/torch.nn.RNNCell.html */
export class RNNCell extends RNNCellBase {
  readonly nonlinearity: 'tanh' | 'relu';
  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    const { nonlinearity = 'tanh', bias = true, ...factory } = checked(new.target.name, options, 'bias');
    if (nonlinearity !== 'tanh' && nonlinearity !== 'relu') throw new RuntimeError(`Unknown nonlinearity: ${nonlinearity as string}`);
    super(inputSize, hiddenSize, bias, kinds.RNN_TANH.gates, factory);
    this.nonlinearity = nonlinearity;
  }
  override forward(input: Tensor, hx?: Tensor | null): Tensor {
    return this.step(this.nonlinearity === 'tanh' ? 'RNN_TANH' : 'RNN_RELU', input, hx ? [hx] : null)[0];
  }
  override extraRepr(): string {
    return super.extraRepr() + (this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`);
  }
}

/**
 * One step of an LSTM; gives the hidden and the cell state.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html
 */
export class LSTMCell extends RNNCellBase {
  constructor(inputSize: number, hiddenSize: number, options: BiasOption = {}) {
    const { bias = true, ...factory } = checked(new.target.name, options, 'bias');
    super(inputSize, hiddenSize, bias, kinds.LSTM.gates, factory);
  }
  override forward(input: Tensor, hx?: readonly [Tensor, Tensor] | null): [Tensor, Tensor] {
    const [h, c] = this.step('LSTM', input, hx ?? null);
    return [h, c];
  }
}

/** One step of a GRU. @see https://pytorch.org/docs/stable/generated/torch.nn.GRUCell.html */
export class GRUCell extends RNNCellBase {
  constructor(inputSize: number, hiddenSize: number, options: BiasOption = {}) {
    const { bias = true, ...factory } = checked(new.target.name, options, 'bias');
    super(inputSize, hiddenSize, bias, kinds.GRU.gates, factory);
  }
  override forward(input: Tensor, hx?: Tensor | null): Tensor { return this.step('GRU', input, hx ? [hx] : null)[0]; }
}
