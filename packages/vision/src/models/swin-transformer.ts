import * as nn from '@sconce/nn';
import { RuntimeError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { made, type NormLayer } from '../ops/layers.js';
import { MLP, Permute } from '../ops/misc.js';
import { StochasticDepth } from '../ops/stochastic-depth.js';
import { ShiftedWindowAttention, ShiftedWindowAttentionV2, type Pair, type WindowSettings } from './swin-attention.js';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

/** Each four pixels beside each other as one of four times the channels: (N, H, W, C) to (N, H/2, W/2, 4C). */
function joined(x: Tensor): Tensor {
  const [n, height, width, channels] = x.shape, h = Math.ceil(height / 2), w = Math.ceil(width / 2);
  const even = nn.functional.pad(x, [0, 0, 0, width % 2, 0, height % 2]);
  return even.view(n, h, 2, w, 2, channels).permute(0, 1, 3, 4, 2, 5).reshape(n, h, w, 4 * channels);
}

/** Half the size, twice the channels. @see Liu et al., "Swin transformer" (2021) */
export class PatchMerging extends nn.Module {
  reduction: nn.Linear;
  norm: nn.Layer;

  constructor(dim: number, normLayer: NormLayer = nn.LayerNorm as NormLayer) {
    super();
    this.reduction = new nn.Linear(4 * dim, 2 * dim, { bias: false });
    this.norm = made<[number]>(normLayer, this.normalized(dim)) as nn.Layer;
  }

  /** Of how many channels the norm is. */
  protected normalized(dim: number): number { return 4 * dim; }

  override forward(x: Tensor): Tensor { return this.reduction(this.norm(joined(x))); }
}

/** Half the size, twice the channels, which the norm comes behind. @see Liu et al., "Swin transformer V2" (2022) */
export class PatchMergingV2 extends PatchMerging {
  protected override normalized(dim: number): number { return 2 * dim; }

  override forward(x: Tensor): Tensor { return this.norm(this.reduction(joined(x))); }
}

/** What a block is made with. */
export interface SwinBlockSettings extends WindowSettings {
  /** how many times as wide it is inside */
  readonly mlpRatio: number;
  /** the probability of being left out while training */
  readonly stochasticDepthProb: number;
  readonly normLayer: NormLayer;
}

/** Positions of a window look at each other, then each is computed for itself; with a way around both. */
export class SwinTransformerBlock extends nn.Module {
  norm1: nn.Layer;
  attn: nn.Layer;
  /** by PyTorch's name */
  stochastic_depth: StochasticDepth;
  norm2: nn.Layer;
  mlp: MLP;

  constructor(dim: number, settings: SwinBlockSettings, attention: new (dim: number, settings: WindowSettings) => nn.Layer = ShiftedWindowAttention) {
    super();
    const { mlpRatio, dropout, stochasticDepthProb, normLayer } = settings;
    this.norm1 = made<[number]>(normLayer, dim) as nn.Layer;
    this.attn = new attention(dim, settings);
    this.stochastic_depth = new StochasticDepth(stochasticDepthProb, 'row');
    this.norm2 = made<[number]>(normLayer, dim) as nn.Layer;
    this.mlp = new MLP(dim, [Math.trunc(dim * mlpRatio), dim], { activationLayer: () => new nn.GELU(), inplace: null, dropout });
    for (const m of this.mlp.modules()) {
      if (!(m instanceof nn.Linear)) continue;
      nn.init.xavierUniform_(m.weight);
      nn.init.normal_(m.bias!, { std: 1e-6 });
    }
  }

  override forward(x: Tensor): Tensor {
    const y = x.add(this.stochastic_depth(this.attn(this.norm1(x))));
    return y.add(this.stochastic_depth(this.mlp(this.norm2(y))));
  }
}

/** The same with norms behind, and attention by cosines. */
export class SwinTransformerBlockV2 extends SwinTransformerBlock {
  constructor(dim: number, settings: SwinBlockSettings) { super(dim, settings, ShiftedWindowAttentionV2); }

  override forward(x: Tensor): Tensor {
    const y = x.add(this.stochastic_depth(this.norm1(this.attn(x))));
    return y.add(this.stochastic_depth(this.norm2(this.mlp(y))));
  }
}

interface LayerOptions {
  /** how many times as wide blocks are inside, default 4 */
  readonly mlpRatio?: number | undefined;
  /** the probability of dropout behind layers, default 0; as in torchvision, attention's is not only while training */
  readonly dropout?: number | undefined;
  /** the probability that a position does not look at another, default 0; as in torchvision, not only while training */
  readonly attentionDropout?: number | undefined;
  /** a class, as nn.LayerNorm (default), or a function of the channels */
  readonly normLayer?: NormLayer | null | undefined;
}

export interface SwinTransformerSettings extends LayerOptions {
  readonly patchSize: Pair;
  /** the channels of the first stage; each other has twice as many as the one before */
  readonly embedDim: number;
  /** of each stage how many blocks there are */
  readonly depths: readonly number[];
  /** of each stage how many heads attention has */
  readonly numHeads: readonly number[];
  readonly windowSize: Pair;
  /** with which probability the last block is left out while training, default 0.1 */
  readonly stochasticDepthProb?: number | undefined;
  readonly numClasses?: number | undefined;
  /** default SwinTransformerBlock */
  readonly block?: (new (dim: number, settings: SwinBlockSettings) => nn.Module) | null | undefined;
  /** what goes from a stage to the next, default PatchMerging */
  readonly downsampleLayer?: (new (dim: number, normLayer: NormLayer) => nn.Module) | undefined;
}

export interface SwinTransformerOptions extends ModelOptions, LayerOptions {}

/**
 * Cuts pictures into patches, which look at each other within windows that move from block to block.
 * @throws ValueError for windows that are not of two sizes, RuntimeError for a single block
 * @see Liu et al., "Swin transformer: Hierarchical vision transformer using shifted windows" (2021)
 * @see Liu et al., "Swin transformer V2: Scaling up capacity and resolution" (2022)
 * @example new models.SwinTransformer({ patchSize: [2, 2], embedDim: 48, depths: [2, 2], numHeads: [3, 6], windowSize: [4, 4], numClasses: 10 })
 */
export class SwinTransformer extends nn.Module {
  features: nn.Sequential;
  norm: nn.Layer;
  permute = new Permute([0, 3, 1, 2]);
  avgpool = new nn.AdaptiveAvgPool2d(1);
  flatten = new nn.Flatten(1);
  head: nn.Linear;

  constructor(settings: SwinTransformerSettings) {
    const {
      patchSize: [tall, wide], embedDim, depths, numHeads, windowSize, mlpRatio = 4, dropout = 0, attentionDropout = 0, stochasticDepthProb = 0.1,
      numClasses = 1000, normLayer: norm, block, downsampleLayer = PatchMerging,
    } = checked('SwinTransformer', settings, 'patchSize');
    super();
    const normLayer = norm ?? nn.LayerNorm as NormLayer, Block = block ?? SwinTransformerBlock;
    const total = depths.reduce((sum, depth) => sum + depth, 0);
    if (total === 1) throw new RuntimeError('ZeroDivisionError: float division by zero');
    this.features = new nn.Sequential(new nn.Sequential(
      new nn.Conv2d(3, embedDim, [tall, wide], { stride: [tall, wide] }), new Permute([0, 2, 3, 1]), made<[number]>(normLayer, embedDim)));
    let place = 0;
    depths.forEach((depth, stage) => {
      const dim = embedDim * 2 ** stage, shared = { numHeads: numHeads[stage], windowSize, mlpRatio, dropout, attentionDropout, normLayer };
      this.features.append(new nn.Sequential(...Array.from({ length: depth }, (_, i) => new Block(dim, {
        ...shared, shiftSize: windowSize.map((size) => (i % 2 === 0 ? 0 : Math.floor(size / 2))) as unknown as Pair,
        stochasticDepthProb: (stochasticDepthProb * place++) / (total - 1),
      }))));
      if (stage < depths.length - 1) this.features.append(new downsampleLayer(dim, normLayer));
    });
    const last = embedDim * 2 ** (depths.length - 1);
    this.norm = made<[number]>(normLayer, last) as nn.Layer;
    this.head = new nn.Linear(last, numClasses);
    for (const m of this.modules()) {
      if (!(m instanceof nn.Linear)) continue;
      nn.init.truncNormal_(m.weight, { std: 0.02 });
      if (m.bias) nn.init.zeros_(m.bias);
    }
  }

  override forward(x: Tensor): Tensor { return this.head(this.flatten(this.avgpool(this.permute(this.norm(this.features(x)))))); }
}

/** How wide the network is in the beginning, and how deep in the third stage. */
type Form = readonly [width: number, third: number, stochasticDepthProb: number];

function swin(second: boolean, [width, third, stochasticDepthProb]: Form, options: SwinTransformerOptions): SwinTransformer {
  const { weights: _weights, ...rest } = options, numClasses = classesOf('head.bias', options);
  const windowSize: Pair = second ? [8, 8] : [7, 7], heads = width / 32;
  return withWeights(new SwinTransformer({
    ...rest, stochasticDepthProb, numClasses, windowSize, patchSize: [4, 4], embedDim: width, depths: [2, 2, third, 2],
    numHeads: [heads, 2 * heads, 4 * heads, 8 * heads], ...(second && { block: SwinTransformerBlockV2, downsampleLayer: PatchMergingV2 }),
  }), options);
}

/** `SwinTransformer`, the smallest one. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.swin_t.html */
export const swinT = (options: SwinTransformerOptions = {}): SwinTransformer => swin(false, [96, 6, 0.2], options);
/** `SwinTransformer`, three times as deep in the third stage. */
export const swinS = (options: SwinTransformerOptions = {}): SwinTransformer => swin(false, [96, 18, 0.3], options);
/** `SwinTransformer`, as deep and wider. */
export const swinB = (options: SwinTransformerOptions = {}): SwinTransformer => swin(false, [128, 18, 0.5], options);
/** The smallest `SwinTransformer` of 2022. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.swin_v2_t.html */
export const swinV2T = (options: SwinTransformerOptions = {}): SwinTransformer => swin(true, [96, 6, 0.2], options);
/** The `SwinTransformer` of 2022, three times as deep in the third stage. */
export const swinV2S = (options: SwinTransformerOptions = {}): SwinTransformer => swin(true, [96, 18, 0.3], options);
/** The `SwinTransformer` of 2022, as deep and wider. */
export const swinV2B = (options: SwinTransformerOptions = {}): SwinTransformer => swin(true, [128, 18, 0.5], options);
