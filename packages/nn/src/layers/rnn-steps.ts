import type { Tensor } from '@sconce/tensor';
import { linear } from '../functional/linear.js';

/** What a recurrent net keeps from step to step: the hidden state, and for LSTM the cell state. */
export type State = readonly Tensor[];

/** Weights of the hidden state: of the gates, and of LSTM's projection. */
export interface HiddenWeights { readonly hh: Tensor; readonly bias: Tensor | null; readonly hr: Tensor | null }

/** One step, from what the input adds to the gates. */
export type Step = (gates: Tensor, state: State, weights: HiddenWeights) => State;

const simple = (activation: (x: Tensor) => Tensor): Step =>
  (gates, [h], { hh, bias }) => [activation(gates.add(linear(h, hh, bias)))];

/** Hochreiter & Schmidhuber: Long short-term memory, 1997 */
const lstm: Step = (gates, [h, c], { hh, bias, hr }) => {
  const [input, forget, candidate, output] = gates.add(linear(h, hh, bias)).chunk(4, 1);
  const cell = forget.sigmoid().mul(c).add(input.sigmoid().mul(candidate.tanh()));
  const hidden = output.sigmoid().mul(cell.tanh());
  return [hr ? hidden.matmul(hr.t()) : hidden, cell];
};

/** Cho et al., https://arxiv.org/abs/1406.1078, with the reset gate after the product as cuDNN has it. */
const gru: Step = (gates, [h], { hh, bias }) => {
  const [inputReset, inputUpdate, inputNew] = gates.chunk(3, 1);
  const [hiddenReset, hiddenUpdate, hiddenNew] = linear(h, hh, bias).chunk(3, 1);
  const reset = inputReset.add(hiddenReset).sigmoid(), update = inputUpdate.add(hiddenUpdate).sigmoid();
  const candidate = inputNew.add(reset.mul(hiddenNew)).tanh();
  return [h.sub(candidate).mul(update).add(candidate)];
};

/** The kinds of recurrent nets: their step, and how many gates it has. */
export const kinds = {
  RNN_TANH: { step: simple((x) => x.tanh()), gates: 1 },
  RNN_RELU: { step: simple((x) => x.relu()), gates: 1 },
  LSTM: { step: lstm, gates: 4 },
  GRU: { step: gru, gates: 3 },
} satisfies Record<string, { step: Step; gates: number }>;

export type Kind = keyof typeof kinds;
