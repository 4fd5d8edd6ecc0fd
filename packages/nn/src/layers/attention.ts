import { empty, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import { multiHeadAttention, type MultiHeadAttentionOptions } from '../functional/multi-head-attention.js';
import * as init from '../init.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { Linear, type FactoryOptions } from './linear.js';

export type { MultiHeadAttentionOptions };

export interface MultiheadAttentionOptions extends FactoryOptions {
  /** probability of a weight to be dropped, default 0 */
  readonly dropout?: number | undefined;
  /** default true */
  readonly bias?: boolean | undefined;
  /** add a learned key and value, default false */
  readonly addBiasKv?: boolean | undefined;
  /** add a key and a value of zeros, default false */
  readonly addZeroAttn?: boolean | undefined;
  /** size of keys, default embedDim */
  readonly kdim?: number | null | undefined;
  /** size of values, default embedDim */
  readonly vdim?: number | null | undefined;
  /** take and give (batch, length, size), default false */
  readonly batchFirst?: boolean | undefined;
}

/** A linear layer under the name that PyTorch prints for the output of attention. */
export class NonDynamicallyQuantizableLinear extends Linear {}

/**
 * Attention by several heads. Gives the result and, unless `needWeights` is false, the weights.
 * @throws ValueError for a size that cannot be divided among the heads
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
 * @example const [output, weights] = new nn.MultiheadAttention(8, 2)(x, x, x);
 */
export class MultiheadAttention extends Module {
  readonly kdim: number;
  readonly vdim: number;
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;
  // by PyTorch's names
  declare in_proj_weight: Parameter | null;
  declare q_proj_weight: Parameter | null;
  declare k_proj_weight: Parameter | null;
  declare v_proj_weight: Parameter | null;
  declare in_proj_bias: Parameter | null;
  declare bias_k: Parameter | null;
  declare bias_v: Parameter | null;
  declare out_proj: Linear;

  constructor(readonly embedDim: number, readonly numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    checkSizes(new.target.name, { embedDim, numHeads });
    const { dropout = 0, bias = true, addBiasKv = false, addZeroAttn = false, batchFirst = false } = checked('MultiheadAttention', options);
    const { kdim, vdim, device, dtype } = options;
    if (embedDim % numHeads !== 0) throw new ValueError('embed_dim must be divisible by num_heads');
    this.kdim = kdim ?? embedDim;
    this.vdim = vdim ?? embedDim;
    this.dropout = dropout;
    this.batchFirst = batchFirst;
    this.addZeroAttn = addZeroAttn;
    const same = this.kdim === embedDim && this.vdim === embedDim;
    const add = (name: string, wanted: boolean, ...shape: number[]): void =>
      this.registerParameter(name, wanted ? new Parameter(empty(shape, { device, dtype })) : null);
    add('q_proj_weight', !same, embedDim, embedDim);
    add('k_proj_weight', !same, embedDim, this.kdim);
    add('v_proj_weight', !same, embedDim, this.vdim);
    add('in_proj_weight', same, 3 * embedDim, embedDim);
    add('in_proj_bias', bias, 3 * embedDim);
    this.addModule('out_proj', new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias, device, dtype }));
    add('bias_k', addBiasKv, 1, 1, embedDim);
    add('bias_v', addBiasKv, 1, 1, embedDim);
    this.resetParameters();
  }

  /** Draws new projections as Glorot does; biases become 0. */
  resetParameters(): void {
    for (const weight of [this.in_proj_weight, this.q_proj_weight, this.k_proj_weight, this.v_proj_weight]) {
      if (weight) init.xavierUniform_(weight);
    }
    if (this.in_proj_bias) {
      init.zeros_(this.in_proj_bias);
      init.zeros_(this.out_proj.bias!);
    }
    for (const extra of [this.bias_k, this.bias_v]) if (extra) init.xavierNormal_(extra);
  }

  override forward(
    query: Tensor, key: Tensor, value: Tensor, options: MultiHeadAttentionOptions = {},
  ): [Tensor, Tensor | null] {
    const inProjWeight = this.in_proj_weight ?? [this.q_proj_weight!, this.k_proj_weight!, this.v_proj_weight!] as const;
    const turn = this.batchFirst && query.dim() === 3;
    const q = turn ? query.transpose(0, 1) : query;
    // self-attention stays recognisable
    const k = key === query ? q : turn ? key.transpose(0, 1) : key;
    const v = value === key ? k : turn ? value.transpose(0, 1) : value;
    const [output, weights] = multiHeadAttention(q, k, v, {
      numHeads: this.numHeads, inProjWeight, inProjBias: this.in_proj_bias, outProjWeight: this.out_proj.weight,
      outProjBias: this.out_proj.bias, biasK: this.bias_k, biasV: this.bias_v, addZeroAttn: this.addZeroAttn,
    }, { ...checked('MultiheadAttention', options, 'keyPaddingMask'), dropoutP: this.dropout, training: this.training });
    return [turn ? output.transpose(0, 1) : output, weights];
  }
}
