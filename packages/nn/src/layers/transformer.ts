import { full, RuntimeError, type DeviceLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import { ModuleList } from '../containers.js';
import { deepcopy } from '../deepcopy.js';
import * as init from '../init.js';
import { Module, type Layer } from '../module.js';
import { LayerNorm } from './normalization.js';
import {
  TransformerDecoderLayer, TransformerEncoderLayer, type DecoderMasks, type EncoderLayerMasks, type TransformerLayerOptions,
} from './transformer-layers.js';

const clones = <M extends Module>(layer: M, count: number): ModuleList<M> =>
  new ModuleList(Array.from({ length: count }, () => deepcopy(layer)));

export interface EncoderMasks {
  readonly mask?: Tensor | null | undefined;
  readonly srcKeyPaddingMask?: Tensor | null | undefined;
}

/** A stack of copies of a layer. @see https://pytorch.org/docs/stable/generated/torch.nn.TransformerEncoder.html */
export class TransformerEncoder extends Module {
  readonly layers: ModuleList<TransformerEncoderLayer>;
  readonly norm: Layer | null;

  constructor(
    encoderLayer: TransformerEncoderLayer, readonly numLayers: number,
    options: { readonly norm?: Layer | null; /** without effect, as `maskCheck` */ readonly enableNestedTensor?: boolean; readonly maskCheck?: boolean } = {},
  ) {
    super();
    checkSizes(new.target.name, { numLayers });
    this.layers = clones(encoderLayer, numLayers);
    this.norm = checked(new.target.name, options).norm ?? null;
  }

  override forward(src: Tensor, options: EncoderMasks = {}): Tensor {
    const { mask, srcKeyPaddingMask } = checked('TransformerEncoder', options, 'mask');
    const masks: EncoderLayerMasks = { srcMask: mask, srcKeyPaddingMask };
    let x = src;
    for (const layer of this.layers) x = layer(x, masks);
    return this.norm ? this.norm(x) : x;
  }
}

/** A stack of copies of a layer. @see https://pytorch.org/docs/stable/generated/torch.nn.TransformerDecoder.html */
export class TransformerDecoder extends Module {
  readonly layers: ModuleList<TransformerDecoderLayer>;
  readonly norm: Layer | null;

  constructor(
    decoderLayer: TransformerDecoderLayer, readonly numLayers: number,
    options: { readonly norm?: Layer | null } = {},
  ) {
    super();
    checkSizes(new.target.name, { numLayers });
    this.layers = clones(decoderLayer, numLayers);
    this.norm = checked(new.target.name, options).norm ?? null;
  }

  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    let x = tgt;
    for (const layer of this.layers) x = layer(x, memory, masks);
    return this.norm ? this.norm(x) : x;
  }
}

type Encoder = Module & { forward(src: Tensor, masks?: EncoderMasks): Tensor };
type Decoder = Module & { forward(tgt: Tensor, memory: Tensor, masks?: DecoderMasks): Tensor };

export interface TransformerOptions extends TransformerLayerOptions {
  /** size of the tokens, default 512 */
  readonly dModel?: number | undefined;
  /** heads of the attention, default 8 */
  readonly nhead?: number | undefined;
  /** default 6 */
  readonly numEncoderLayers?: number | undefined;
  /** default 6 */
  readonly numDecoderLayers?: number | undefined;
  readonly customEncoder?: Encoder | null | undefined;
  readonly customDecoder?: Decoder | null | undefined;
}

export interface TransformerMasks extends DecoderMasks {
  readonly srcMask?: Tensor | null | undefined;
  readonly srcKeyPaddingMask?: Tensor | null | undefined;
}

/**
 * An encoder and a decoder.
 * @throws RuntimeError for batches or sizes that do not go together
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Transformer.html
 * @example new nn.Transformer({ dModel: 16, nhead: 4 })(torch.rand(10, 2, 16), torch.rand(20, 2, 16)).shape // [20, 2, 16]
 */
export class Transformer extends Module {
  readonly encoder: Encoder;
  readonly decoder: Decoder;
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;

  constructor(options: TransformerOptions = {}) {
    super();
    const { dModel = 512, nhead = 8, numEncoderLayers = 6, numDecoderLayers = 6, ...rest } = checked(new.target.name, options);
    const { customEncoder, customDecoder, ...layer } = rest;
    const { layerNormEps: eps = 1e-5, device, dtype } = layer;
    const encoder = (): Encoder => {
      const first = new TransformerEncoderLayer(dModel, nhead, layer);
      return new TransformerEncoder(first, numEncoderLayers, { norm: new LayerNorm(dModel, { eps, device, dtype }) });
    };
    const decoder = (): Decoder => {
      const first = new TransformerDecoderLayer(dModel, nhead, layer);
      return new TransformerDecoder(first, numDecoderLayers, { norm: new LayerNorm(dModel, { eps, device, dtype }) });
    };
    this.encoder = customEncoder ?? encoder();
    this.decoder = customDecoder ?? decoder();
    for (const p of this.parameters()) if (p.dim() > 1) init.xavierUniform_(p);
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = layer.batchFirst ?? false;
  }

  override forward(src: Tensor, tgt: Tensor, options: TransformerMasks = {}): Tensor {
    const { srcMask, srcKeyPaddingMask, ...masks } = checked('Transformer', options, 'srcMask');
    const batchDim = this.batchFirst ? 0 : 1;
    if (src.dim() === 3 && src.size(batchDim) !== tgt.size(batchDim)) throw new RuntimeError('the batch number of src and tgt must be equal');
    if (src.size(-1) !== this.dModel || tgt.size(-1) !== this.dModel) {
      throw new RuntimeError('the feature number of src and tgt must be equal to d_model');
    }
    return this.decoder(tgt, this.encoder(src, { mask: srcMask, srcKeyPaddingMask }), masks);
  }

  /** A mask with which each place looks at itself and those before it. */
  static generateSquareSubsequentMask(size: number, options: { readonly device?: DeviceLike } = {}): Tensor {
    const { device } = checked('generateSquareSubsequentMask', options, 'device');
    return full([size, size], -Infinity, { device }).triu(1);
  }
}
