import { RuntimeError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import { gelu, relu } from '../functional/activation.js';
import { Module, type Layer } from '../module.js';
import { MultiheadAttention } from './attention.js';
import { Dropout } from './dropout.js';
import { Linear, type FactoryOptions } from './linear.js';
import { LayerNorm } from './normalization.js';

type Activation = 'relu' | 'gelu' | Layer | ((x: Tensor) => Tensor);

export interface TransformerLayerOptions extends FactoryOptions {
  /** size between the two linear layers, default 2048 */
  readonly dimFeedforward?: number | undefined;
  /** default 0.1 */
  readonly dropout?: number | undefined;
  /** default 'relu' */
  readonly activation?: Activation | undefined;
  /** default 1e-5 */
  readonly layerNormEps?: number | undefined;
  /** take and give (batch, length, size), default false */
  readonly batchFirst?: boolean | undefined;
  /** normalise before attention and feed-forward, not after; default false */
  readonly normFirst?: boolean | undefined;
}

function activationOf(activation: Activation): (x: Tensor) => Tensor {
  if (typeof activation !== 'string') return activation as (x: Tensor) => Tensor;
  if (activation !== 'relu' && activation !== 'gelu') throw new RuntimeError(`activation should be relu/gelu, not ${activation as string}`);
  return activation === 'relu' ? (x) => relu(x) : (x) => gelu(x);
}

/** Which keys a query may look at. */
interface Masks { readonly attnMask?: Tensor | null | undefined; readonly keyPaddingMask?: Tensor | null | undefined }

export interface EncoderLayerMasks {
  readonly srcMask?: Tensor | null | undefined;
  readonly srcKeyPaddingMask?: Tensor | null | undefined;
}

/**
 * Self-attention and a feed-forward net, each with a residual and a layer norm.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html
 * @see https://arxiv.org/abs/1706.03762
 */
export class TransformerEncoderLayer extends Module {
  // children by PyTorch's names, in its order
  readonly self_attn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly activation: (x: Tensor) => Tensor;
  readonly normFirst: boolean;

  constructor(readonly dModel: number, readonly nhead: number, options: TransformerLayerOptions = {}) {
    super();
    checkSizes(new.target.name, { dModel, nhead });
    const { dimFeedforward = 2048, dropout = 0.1, activation = 'relu', layerNormEps: eps = 1e-5 } = checked(this.constructor.name, options);
    const { batchFirst = false, normFirst = false, device, dtype } = options, factory = { device, dtype };
    this.self_attn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...factory });
    this.linear1 = new Linear(dModel, dimFeedforward, factory);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, factory);
    this.norm1 = new LayerNorm(dModel, { eps, ...factory });
    this.norm2 = new LayerNorm(dModel, { eps, ...factory });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.activation = activationOf(activation);
    this.normFirst = normFirst;
  }

  override forward(
    src: Tensor, options: EncoderLayerMasks = {},
  ): Tensor {
    const { srcMask: attnMask, srcKeyPaddingMask: keyPaddingMask } = checked('TransformerEncoderLayer', options, 'srcMask');
    const masks: Masks = { attnMask, keyPaddingMask };
    if (this.normFirst) {
      const x = src.add(this.attend(this.norm1(src), masks));
      return x.add(this.feedForward(this.norm2(x)));
    }
    const x = this.norm1(src.add(this.attend(src, masks)));
    return this.norm2(x.add(this.feedForward(x)));
  }

  private attend(x: Tensor, masks: Masks): Tensor {
    return this.dropout1(this.self_attn(x, x, x, { ...masks, needWeights: false })[0]);
  }
  private feedForward(x: Tensor): Tensor {
    return this.dropout2(this.linear2(this.dropout(this.activation(this.linear1(x)))));
  }
}

export interface DecoderMasks {
  readonly tgtMask?: Tensor | null | undefined;
  readonly memoryMask?: Tensor | null | undefined;
  readonly tgtKeyPaddingMask?: Tensor | null | undefined;
  readonly memoryKeyPaddingMask?: Tensor | null | undefined;
}

/**
 * Self-attention, attention to the encoder's output and a feed-forward net, each with a residual and a layer norm.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.TransformerDecoderLayer.html
 */
export class TransformerDecoderLayer extends Module {
  // children by PyTorch's names, in its order
  readonly self_attn: MultiheadAttention;
  readonly multihead_attn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly dropout3: Dropout;
  readonly activation: (x: Tensor) => Tensor;
  readonly normFirst: boolean;

  constructor(readonly dModel: number, readonly nhead: number, options: TransformerLayerOptions = {}) {
    super();
    checkSizes(new.target.name, { dModel, nhead });
    const { dimFeedforward = 2048, dropout = 0.1, activation = 'relu', layerNormEps: eps = 1e-5 } = checked(this.constructor.name, options);
    const { batchFirst = false, normFirst = false, device, dtype } = options, factory = { device, dtype };
    this.self_attn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...factory });
    this.multihead_attn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...factory });
    this.linear1 = new Linear(dModel, dimFeedforward, factory);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, factory);
    this.norm1 = new LayerNorm(dModel, { eps, ...factory });
    this.norm2 = new LayerNorm(dModel, { eps, ...factory });
    this.norm3 = new LayerNorm(dModel, { eps, ...factory });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
    this.activation = activationOf(activation);
    this.normFirst = normFirst;
  }

  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const { tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask } = checked('TransformerDecoderLayer', masks, 'tgtMask');
    const own: Masks = { attnMask: tgtMask, keyPaddingMask: tgtKeyPaddingMask };
    const other: Masks = { attnMask: memoryMask, keyPaddingMask: memoryKeyPaddingMask };
    let x = tgt;
    if (this.normFirst) {
      x = x.add(this.attend(this.norm1(x), own));
      x = x.add(this.attendTo(this.norm2(x), memory, other));
      return x.add(this.feedForward(this.norm3(x)));
    }
    x = this.norm1(x.add(this.attend(x, own)));
    x = this.norm2(x.add(this.attendTo(x, memory, other)));
    return this.norm3(x.add(this.feedForward(x)));
  }

  private attend(x: Tensor, masks: Masks): Tensor {
    return this.dropout1(this.self_attn(x, x, x, { ...masks, needWeights: false })[0]);
  }
  private attendTo(x: Tensor, memory: Tensor, masks: Masks): Tensor {
    return this.dropout2(this.multihead_attn(x, memory, memory, { ...masks, needWeights: false })[0]);
  }
  private feedForward(x: Tensor): Tensor {
    return this.dropout3(this.linear2(this.dropout(this.activation(this.linear1(x)))));
  }
}
