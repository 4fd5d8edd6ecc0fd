import { cat, empty, RuntimeError, stack, Tensor, ValueError, zeros } from '@sconce/tensor';
import { checked, warnOnce } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import { dropout } from '../functional/dropout.js';
import { linear } from '../functional/linear.js';
import * as init from '../init.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { bool, float, tuple } from '../python-text.js';
import { PackedSequence } from '../utils/rnn.js';
import type { FactoryOptions } from './linear.js';
import { kinds, type Kind, type State } from './rnn-steps.js';

export interface RecurrentOptions extends FactoryOptions {
  /** layers on top of one another, default 1 */
  readonly numLayers?: number | undefined;
  /** default true */
  readonly bias?: boolean | undefined;
  /** take and give (batch, length, …) instead of (length, batch, …), default false */
  readonly batchFirst?: boolean | undefined;
  /** dropout between layers, default 0 */
  readonly dropout?: number | undefined;
  /** run from both ends, default false */
  readonly bidirectional?: boolean | undefined;
  /** size that LSTM's hidden state is projected to, default 0: none */
  readonly projSize?: number | undefined;
}

/** Sequences in packed form: elements step by step, and how many sequences have each step. */
interface Packed { readonly data: Tensor; readonly sizes: readonly number[] }

const asState = (hx: Tensor | readonly Tensor[]): State => (hx instanceof Tensor ? [hx] : hx);

/** Recurrent layers. Their parameters are the properties `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, … */
export abstract class RNNBase extends Module {
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;

  constructor(
    private readonly kind: Kind, readonly inputSize: number, readonly hiddenSize: number, options: RecurrentOptions,
  ) {
    super();
    checkSizes(new.target.name, { inputSize, hiddenSize });
    const { numLayers = 1, bias = true, batchFirst = false, dropout: p = 0, bidirectional = false } = checked(this.constructor.name, options, 'numLayers');
    const { projSize = 0, device, dtype } = options;
    if (typeof p !== 'number' || !(p >= 0 && p <= 1)) throw new ValueError('dropout should be a number in range [0, 1] representing the probability of an element being zeroed');
    if (!(Number.isInteger(numLayers) && numLayers > 0)) throw new ValueError(`num_layers must be a positive integer, but got ${String(numLayers)}`);
    if (p > 0 && numLayers === 1) {
      warnOnce('dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater than 1, but got ' +
        `dropout=${p} and num_layers=1`);
    }
    if (projSize < 0) throw new ValueError('proj_size should be a positive integer or zero to disable projections');
    if (projSize >= hiddenSize) throw new ValueError('proj_size has to be smaller than hidden_size');
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = p;
    this.bidirectional = bidirectional;
    this.projSize = projSize;
    const gates = kinds[kind].gates * hiddenSize, size = projSize || hiddenSize;
    for (let layer = 0; layer < numLayers; layer++) {
      for (const suffix of this.suffixes(layer)) {
        const add = (name: string, shape: readonly number[]): void =>
          this.registerParameter(`${name}_l${suffix}`, new Parameter(empty(shape, { device, dtype })));
        add('weight_ih', [gates, layer === 0 ? inputSize : size * this.directions]);
        add('weight_hh', [gates, size]);
        if (bias) {
          add('bias_ih', [gates]);
          add('bias_hh', [gates]);
        }
        if (projSize > 0) add('weight_hr', [projSize, hiddenSize]);
      }
    }
    this.resetParameters();
  }

  private get directions(): number { return this.bidirectional ? 2 : 1; }
  private suffixes(layer: number): string[] {
    return this.bidirectional ? [`${layer}`, `${layer}_reverse`] : [`${layer}`];
  }
  private weight(name: string, suffix: string): Tensor | null {
    return ((this as unknown as Record<string, unknown>)[`${name}_l${suffix}`] as Tensor | undefined) ?? null;
  }

  /** The parameters of each layer and direction. */
  get allWeights(): Parameter[][] {
    const names = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh', 'weight_hr'];
    return Array.from({ length: this.numLayers }, (_, layer) => this.suffixes(layer)).flat()
      .map((suffix) => names.map((name) => this.weight(name, suffix)).filter((x) => x !== null) as Parameter[]);
  }

  /** Draws new parameters, uniform within ±1 / √hiddenSize. */
  resetParameters(): void {
    const bound = this.hiddenSize > 0 ? 1 / Math.sqrt(this.hiddenSize) : 0;
    for (const p of this.parameters()) init.uniform_(p, -bound, bound);
  }

  /** Runs over a batch of sequences, one sequence, or a packed one. Gives the outputs and the last state. */
  protected run(
    input: Tensor | PackedSequence, hx: Tensor | readonly Tensor[] | null | undefined,
  ): [Tensor | PackedSequence, State] {
    const state = hx ? asState(hx) : null;
    if (input instanceof PackedSequence) return this.runPacked(input, state);
    if (input.dim() !== 2 && input.dim() !== 3) this.checkInput(input, 3);
    const batched = input.dim() === 3, batchDim = this.batchFirst ? 0 : 1;
    this.checkDims(state, batched);
    const full = batched ? input : input.unsqueeze(batchDim);
    this.checkInput(full, 3);
    const steps = this.batchFirst ? full.transpose(0, 1) : full;
    const [length, batch] = steps.shape;
    if (length === 0) throw new RuntimeError('Expected sequence length to be larger than 0 in RNN');
    const initial = this.initial(full, batch, batched ? state : state?.map((x) => x.unsqueeze(1)) ?? null);
    const sizes = new Array<number>(length).fill(batch);
    const [flat, last] = this.layers({ data: steps.reshape(length * batch, this.inputSize), sizes }, initial);
    const output = flat.view(length, batch, flat.size(1));
    const placed = this.batchFirst ? output.transpose(0, 1) : output;
    return batched ? [placed, last] : [placed.squeeze(batchDim), last.map((x) => x.squeeze(1))];
  }

  private runPacked(input: PackedSequence, state: State | null): [PackedSequence, State] {
    const { data, batchSizes, sortedIndices, unsortedIndices } = input;
    const sizes = Array.from(batchSizes.hostValues() as ArrayLike<number | bigint>, Number);
    this.checkInput(data, 2);
    const ordered = (list: State, order: Tensor | null): State =>
      (order ? list.map((x) => x.indexSelect(1, order)) : list);
    const initial = this.initial(data, sizes[0], state && ordered(state, sortedIndices));
    const [output, last] = this.layers({ data, sizes }, initial);
    return [new PackedSequence(output, batchSizes, sortedIndices, unsortedIndices), ordered(last, unsortedIndices)];
  }

  private checkInput(input: Tensor, dims: number): void {
    if (input.dim() !== dims) throw new RuntimeError(`input must have ${dims} dimensions, got ${input.dim()}`);
    if (input.size(-1) !== this.inputSize) {
      throw new RuntimeError(`input.size(-1) must be equal to input_size. Expected ${this.inputSize}, got ${input.size(-1)}`);
    }
  }

  private checkDims(state: State | null, batched: boolean): void {
    const dims = batched ? 3 : 2;
    if (!state || state.every((x) => x.dim() === dims)) return;
    const kind = batched ? 'batched 3-D' : 'unbatched 2-D', list = state.map((x) => `${x.dim()}-D`).join(', ');
    throw new RuntimeError(state.length > 1
      ? `For ${kind} input, hx and cx should also be ${dims}-D but got (${list}) tensors`
      : `For ${kind} input, hx should also be ${dims}-D but got ${list} tensor`);
  }

  /** The state to begin with, zeros where none was given. */
  private initial(input: Tensor, batch: number, given: State | null): State {
    const count = this.numLayers * this.directions;
    const shapes = [[count, batch, this.projSize || this.hiddenSize]];
    if (this.kind === 'LSTM') shapes.push([count, batch, this.hiddenSize]);
    return shapes.map((shape, i) => {
      const x = given?.[i];
      if (!given) return zeros(shape, { dtype: input.dtype, device: input.device });
      if (x?.shape.join() !== shape.join()) {
        throw new RuntimeError(`Expected hidden${shapes.length > 1 ? `[${i}]` : ''} size ${tuple(shape)}, got [${x?.shape.join(', ') ?? ''}]`);
      }
      return x;
    });
  }

  private layers({ data, sizes }: Packed, initial: State): [Tensor, State] {
    let output = data;
    const last: State[] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      const outputs = this.suffixes(layer).map((suffix, direction) => {
        const first = initial.map((x) => x.select(0, layer * this.directions + direction));
        const [y, state] = this.direction({ data: output, sizes }, first, suffix, direction === 1);
        last.push(state);
        return y;
      });
      output = outputs.length > 1 ? cat(outputs, 1) : outputs[0];
      if (layer < this.numLayers - 1) output = dropout(output, { p: this.dropout, training: this.training });
    }
    return [output, initial.map((_, i) => stack(last.map((state) => state[i])))];
  }

  /** One layer in one direction. Sequences end at different steps: backward, they begin at different steps. */
  private direction({ data, sizes }: Packed, first: State, suffix: string, reverse: boolean): [Tensor, State] {
    const { step } = kinds[this.kind];
    const weights = {
      hh: this.weight('weight_hh', suffix)!, bias: this.weight('bias_hh', suffix), hr: this.weight('weight_hr', suffix),
    };
    // what the input adds to the gates does not depend on the state: all steps at once
    const gates = linear(data, this.weight('weight_ih', suffix)!, this.weight('bias_ih', suffix)).split([...sizes]);
    const order = reverse ? sizes.map((_, t) => sizes.length - 1 - t) : sizes.map((_, t) => t);
    const outputs = new Array<Tensor>(sizes.length), ended: State[] = [];
    let state: State = first.map((x) => x.narrow(0, 0, sizes[order[0]]));
    for (const t of order) {
      const count = state[0].shape[0], n = sizes[t];
      if (n < count) {
        ended.unshift(state.map((x) => x.narrow(0, n, count - n)));
        state = state.map((x) => x.narrow(0, 0, n));
      } else if (n > count) state = state.map((x, i) => cat([x, first[i].narrow(0, count, n - count)]));
      state = step(gates[t], state, weights);
      outputs[t] = state[0];
    }
    const last = ended.length ? state.map((x, i) => cat([x, ...ended.map((list) => list[i])])) : state;
    return [cat(outputs), last];
  }

  override extraRepr(): string {
    return [
      `${this.inputSize}, ${this.hiddenSize}`, this.projSize !== 0 && `proj_size=${this.projSize}`,
      this.numLayers !== 1 && `num_layers=${this.numLayers}`, !this.bias && `bias=${bool(false)}`,
      this.batchFirst && `batch_first=${bool(true)}`, this.dropout !== 0 && `dropout=${float(this.dropout)}`,
      this.bidirectional && `bidirectional=${bool(true)}`,
    ].filter(Boolean).join(', ');
  }
}
