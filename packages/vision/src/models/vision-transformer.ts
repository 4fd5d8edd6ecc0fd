import * as nn from '@sconce/nn';
import { AssertionError, cat, empty, RuntimeError, ValueError, zeros, type Tensor } from '@sconce/tensor';
import { checked, shapeText } from '@sconce/tensor/internal';
import { Conv2dNormActivation } from '../ops/conv-norm-activation.js';
import { made, type ActivationLayer, type NormLayer } from '../ops/layers.js';
import { MLP } from '../ops/misc.js';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

const POSITIONS = 'encoder.pos_embedding';

/** @throws AssertionError with PyTorch's text */
function assert(test: boolean, text: string): void {
  if (!test) throw new AssertionError(text);
}

function assertSequences({ shape }: Tensor): void {
  assert(shape.length === 3, `Expected (batch_size, seq_length, hidden_dim) got torch.Size(${shapeText(shape)})`);
}

/** Widens and narrows each position for itself. */
class MLPBlock extends MLP {
  constructor(inDim: number, mlpDim: number, dropout: number) {
    super(inDim, [mlpDim, inDim], { activationLayer: () => new nn.GELU(), inplace: null, dropout });
    for (const m of this.modules()) {
      if (!(m instanceof nn.Linear)) continue;
      nn.init.xavierUniform_(m.weight);
      nn.init.normal_(m.bias!, { std: 1e-6 });
    }
  }

  override get _version(): number { return 2; }

  /** The layers had names once, as in the weights that torchvision offers. */
  override _mendState(state: Map<string, unknown>, prefix: string, version: number | undefined): void {
    if (version !== undefined && version >= 2) return;
    for (const [older, newer] of [['linear_1', '0'], ['linear_2', '3']]) {
      for (const kind of ['weight', 'bias']) {
        const key = `${prefix}${older}.${kind}`;
        if (!state.has(key)) continue;
        state.set(`${prefix}${newer}.${kind}`, state.get(key));
        state.delete(key);
      }
    }
  }
}

interface LayerSettings {
  readonly numHeads: number;
  readonly hiddenDim: number;
  readonly mlpDim: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly normLayer: NormLayer;
}

/** Positions look at each other, then each is computed for itself; with a way around both. */
class EncoderBlock extends nn.Module {
  // by PyTorch's names
  ln_1: nn.Layer;
  self_attention: nn.MultiheadAttention;
  dropout: nn.Dropout;
  ln_2: nn.Layer;
  mlp: MLPBlock;

  constructor({ numHeads, hiddenDim, mlpDim, dropout, attentionDropout, normLayer }: LayerSettings) {
    super();
    this.ln_1 = made<[number]>(normLayer, hiddenDim) as nn.Layer;
    this.self_attention = new nn.MultiheadAttention(hiddenDim, numHeads, { dropout: attentionDropout, batchFirst: true });
    this.dropout = new nn.Dropout(dropout);
    this.ln_2 = made<[number]>(normLayer, hiddenDim) as nn.Layer;
    this.mlp = new MLPBlock(hiddenDim, mlpDim, dropout);
  }

  override forward(input: Tensor): Tensor {
    assertSequences(input);
    const x = this.ln_1(input), [seen] = this.self_attention(x, x, x, { needWeights: false });
    const y = this.dropout(seen).add(input);
    return y.add(this.mlp(this.ln_2(y)));
  }
}

/** Tells positions apart and runs the blocks. */
class Encoder extends nn.Module {
  /** by PyTorch's name */
  pos_embedding: nn.Parameter;
  dropout: nn.Dropout;
  layers: nn.Sequential;
  ln: nn.Layer;

  constructor(seqLength: number, numLayers: number, settings: LayerSettings) {
    super();
    this.pos_embedding = new nn.Parameter(empty(1, seqLength, settings.hiddenDim).normal_(0, 0.02));
    this.dropout = new nn.Dropout(settings.dropout);
    this.layers = new nn.Sequential();
    for (let i = 0; i < numLayers; i++) this.layers.addModule(`encoder_layer_${i}`, new EncoderBlock(settings));
    this.ln = made<[number]>(settings.normLayer, settings.hiddenDim) as nn.Layer;
  }

  override forward(input: Tensor): Tensor {
    assertSequences(input);
    return this.ln(this.layers(this.dropout(input.add(this.pos_embedding))));
  }
}

/** One convolution of those that take the place of cutting into patches. */
export interface ConvStemConfig {
  readonly outChannels: number;
  readonly kernelSize: number;
  readonly stride: number;
  /** a class, as nn.BatchNorm2d (default), or a function of the channels */
  readonly normLayer?: NormLayer | undefined;
  /** a class, as nn.ReLU (default), or a function */
  readonly activationLayer?: ActivationLayer | undefined;
}

interface Settings {
  /** the probability of dropout behind layers, default 0 */
  readonly dropout?: number | undefined;
  /** the probability that a position does not look at another while training, default 0 */
  readonly attentionDropout?: number | undefined;
  /** the width of one more layer before the last; default null, none */
  readonly representationSize?: number | null | undefined;
  /** a class, as nn.LayerNorm, or a function of the width; default: with an eps of 1e-6 */
  readonly normLayer?: NormLayer | undefined;
  /** convolutions that make the patches together, as Xiao et al., "Early convolutions help transformers see better" (2021), have them */
  readonly convStemConfigs?: readonly ConvStemConfig[] | null | undefined;
}

export interface VisionTransformerSettings extends Settings {
  /** the height and width of pictures */
  readonly imageSize: number;
  readonly patchSize: number;
  readonly numLayers: number;
  readonly numHeads: number;
  /** the width of what each patch becomes */
  readonly hiddenDim: number;
  /** the width inside of blocks */
  readonly mlpDim: number;
  readonly numClasses?: number | undefined;
}

export interface VisionTransformerOptions extends ModelOptions, Settings {
  /** the height and width of pictures; default: what the weights are for, or 224 */
  readonly imageSize?: number | undefined;
}

const layerNorm = (width: number): nn.Module => new nn.LayerNorm(width, { eps: 1e-6 });

function stemOf(configs: readonly ConvStemConfig[], hiddenDim: number): nn.Sequential {
  const stem = new nn.Sequential();
  let channels = 3;
  configs.forEach(({ outChannels, kernelSize, stride, normLayer, activationLayer }, i) => {
    stem.addModule(`conv_bn_relu_${i}`, new Conv2dNormActivation(channels, outChannels, { kernelSize, stride, normLayer, activationLayer }));
    channels = outChannels;
  });
  stem.addModule('conv_last', new nn.Conv2d(channels, hiddenDim, 1));
  return stem;
}

/** Draws anew what makes patches; of what makes classes, the last layer gives nothing yet. */
function drawEnds(patches: nn.Conv2d | nn.Sequential, before: nn.Linear | null, head: nn.Linear): void {
  const last = patches instanceof nn.Conv2d ? patches : patches.at(-1) as nn.Conv2d, { weight } = last;
  if (last === patches) nn.init.truncNormal_(weight, { std: Math.sqrt(1 / (weight.numel() / weight.shape[0])) });
  else nn.init.normal_(weight, { std: Math.sqrt(2 / weight.shape[0]) });
  nn.init.zeros_(last.bias!);
  if (before) {
    nn.init.truncNormal_(before.weight, { std: Math.sqrt(1 / before.weight.shape[1]) });
    nn.init.zeros_(before.bias!);
  }
  nn.init.zeros_(head.weight);
  nn.init.zeros_(head.bias!);
}

/**
 * Cuts pictures into patches, which look at each other and at a token that stands for the class.
 * @throws AssertionError for a picture that patches do not fill, and in calls for one of another size
 * @see Dosovitskiy et al., "An image is worth 16x16 words: Transformers for image recognition at scale" (2020)
 * @example new models.VisionTransformer({ imageSize: 32, patchSize: 8, numLayers: 4, numHeads: 4, hiddenDim: 64, mlpDim: 128, numClasses: 10 })
 */
export class VisionTransformer extends nn.Module {
  readonly imageSize: number;
  readonly patchSize: number;
  readonly hiddenDim: number;
  readonly seqLength: number;
  // by PyTorch's names
  class_token: nn.Parameter;
  conv_proj: nn.Conv2d | nn.Sequential;
  encoder: Encoder;
  heads: nn.Sequential;

  constructor(settings: VisionTransformerSettings) {
    const {
      imageSize, patchSize, numLayers, numHeads, hiddenDim, mlpDim, dropout = 0, attentionDropout = 0, numClasses = 1000, representationSize,
      normLayer = layerNorm, convStemConfigs,
    } = checked('VisionTransformer', settings, 'imageSize');
    super();
    assert(imageSize % patchSize === 0, 'Input shape indivisible by patch size!');
    this.imageSize = imageSize;
    this.patchSize = patchSize;
    this.hiddenDim = hiddenDim;
    this.seqLength = Math.floor(imageSize / patchSize) ** 2 + 1;
    this.conv_proj = convStemConfigs ? stemOf(convStemConfigs, hiddenDim) : new nn.Conv2d(3, hiddenDim, patchSize, { stride: patchSize });
    this.class_token = new nn.Parameter(zeros(1, 1, hiddenDim));
    this.encoder = new Encoder(this.seqLength, numLayers, { numHeads, hiddenDim, mlpDim, dropout, attentionDropout, normLayer });
    const inner = representationSize ?? null, before = inner === null ? null : new nn.Linear(hiddenDim, inner);
    const head = new nn.Linear(inner ?? hiddenDim, numClasses);
    this.heads = new nn.Sequential(before === null ? { head } : { pre_logits: before, act: new nn.Tanh(), head });
    drawEnds(this.conv_proj, before, head);
  }

  override forward(x: Tensor): Tensor {
    const { imageSize, patchSize } = this, [n, , height, width] = x.shape;
    if (x.dim() > 4) throw new ValueError('too many values to unpack (expected 4)');
    if (x.dim() < 4) throw new ValueError(`not enough values to unpack (expected 4, got ${x.dim()})`);
    assert(height === imageSize, `Wrong image height! Expected ${imageSize} but got ${height}!`);
    assert(width === imageSize, `Wrong image width! Expected ${imageSize} but got ${width}!`);
    const patches = this.conv_proj(x).reshape(n, this.hiddenDim, Math.floor(height / patchSize) * Math.floor(width / patchSize)).permute(0, 2, 1);
    const seen = this.encoder(cat([this.class_token.expand(n, -1, -1), patches], 1));
    return this.heads(seen.select(1, 0));
  }
}

/** The size of pictures that a state is for. */
function imageSizeOf(patchSize: number, { weights, imageSize }: VisionTransformerOptions): number {
  if (!weights) return imageSize ?? 224;
  const positions = weights[POSITIONS]?.shape[1];
  if (positions === undefined) throw new RuntimeError(`the weights are of another network: they have no ${POSITIONS}`);
  const found = Math.floor(Math.sqrt(positions - 1)) * patchSize;
  if (imageSize !== undefined && imageSize !== found) {
    throw new ValueError(`The parameter 'image_size' expected value ${found} but got ${imageSize} instead.`);
  }
  return found;
}

type Form = readonly [patchSize: number, numLayers: number, numHeads: number, hiddenDim: number];

function vit([patchSize, numLayers, numHeads, hiddenDim]: Form, options: VisionTransformerOptions): VisionTransformer {
  const { weights: _weights, ...rest } = options, numClasses = classesOf('heads.head.bias', options), imageSize = imageSizeOf(patchSize, options);
  return withWeights(
    new VisionTransformer({ ...rest, imageSize, numClasses, patchSize, numLayers, numHeads, hiddenDim, mlpDim: 4 * hiddenDim }), options);
}

/**
 * `VisionTransformer` of 12 layers and patches of 16×16.
 * @throws ValueError for an `imageSize` that the weights are not for: see `interpolateEmbeddings`
 * @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.vit_b_16.html
 * @example models.vitB16({ imageSize: 96, numClasses: 10 })
 */
export const vitB16 = (options: VisionTransformerOptions = {}): VisionTransformer => vit([16, 12, 12, 768], options);
/** `VisionTransformer` of 12 layers and patches of 32×32. */
export const vitB32 = (options: VisionTransformerOptions = {}): VisionTransformer => vit([32, 12, 12, 768], options);
/** `VisionTransformer` of 24 layers and patches of 16×16. */
export const vitL16 = (options: VisionTransformerOptions = {}): VisionTransformer => vit([16, 24, 16, 1024], options);
/** `VisionTransformer` of 24 layers and patches of 32×32. */
export const vitL32 = (options: VisionTransformerOptions = {}): VisionTransformer => vit([32, 24, 16, 1024], options);
/** `VisionTransformer` of 32 layers and patches of 14×14. */
export const vitH14 = (options: VisionTransformerOptions = {}): VisionTransformer => vit([14, 32, 16, 1280], options);

export interface InterpolateEmbeddingsOptions {
  /** as `nn.functional.interpolate` has it, default 'bicubic' */
  readonly interpolationMode?: nn.functional.InterpolationMode | undefined;
  /** leave the last layers out where the size changes, default false */
  readonly resetHeads?: boolean | undefined;
}

/**
 * Brings what a `VisionTransformer`'s state knows of positions to pictures of another size, in the state itself.
 * @throws ValueError for positions that are no square
 * @see https://github.com/pytorch/vision/blob/v0.14.1/torchvision/models/vision_transformer.py
 * @example
 * const state = await models.ViTB16Weights.DEFAULT.getStateDict();
 * const net = models.vitB16({ weights: models.interpolateEmbeddings(384, 16, state) });
 */
export function interpolateEmbeddings(
  imageSize: number, patchSize: number, modelState: nn.StateDict, options: InterpolateEmbeddingsOptions = {},
): nn.StateDict {
  const { interpolationMode = 'bicubic', resetHeads = false } = checked('interpolateEmbeddings', options, 'interpolationMode');
  const positions = modelState[POSITIONS], [n, length, hidden] = positions.shape, size = Math.floor(imageSize / patchSize);
  if (n !== 1) throw new ValueError(`Unexpected position embedding shape: torch.Size(${shapeText(positions.shape)})`);
  if (size ** 2 + 1 === length) return modelState;
  const old = Math.floor(Math.sqrt(length - 1));
  if (old ** 2 !== length - 1) {
    throw new ValueError(
      `seq_length is not a perfect square! Instead got seq_length_1d * seq_length_1d = ${old ** 2} and seq_length = ${length - 1}`);
  }
  const grid = positions.narrow(1, 1, length - 1).permute(0, 2, 1).reshape(1, hidden, old, old);
  const scaled = nn.functional.interpolate(grid, { size, mode: interpolationMode, alignCorners: true });
  modelState[POSITIONS] = cat([positions.narrow(1, 0, 1), scaled.reshape(1, hidden, size ** 2).permute(0, 2, 1)], 1);
  return resetHeads ? Object.fromEntries(Object.entries(modelState).filter(([key]) => !key.startsWith('heads'))) : modelState;
}
