import * as nn from '@sconce/nn';
import { ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { Conv2dNormActivation } from '../ops/conv-norm-activation.js';
import type { NormLayer } from '../ops/layers.js';
import { SqueezeExcitation } from '../ops/misc.js';
import { StochasticDepth } from '../ops/stochastic-depth.js';
import { divisible, drawParameters } from './initial.js';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

/** A stage: how much its blocks widen, their kernel, the stride of the first, channels before and behind, and how many there are. */
type Stage = readonly [expand: number, kernel: number, stride: number, inputs: number, outputs: number, count: number, fused?: 'fused'];

/** What blocks share: a way around where the form stays, while training not always with what they compute. */
abstract class Residual extends nn.Module {
  declare block: nn.Sequential;
  /** by PyTorch's name */
  declare stochastic_depth: StochasticDepth;
  readonly useResConnect: boolean;

  constructor([, , stride, inputs, outputs]: Stage, layers: readonly nn.Module[], probability: number) {
    super();
    if (stride < 1 || stride > 2) throw new ValueError('illegal stride value');
    this.useResConnect = stride === 1 && inputs === outputs;
    this.block = new nn.Sequential(...layers);
    this.stochastic_depth = new StochasticDepth(probability, 'row');
  }

  override forward(input: Tensor): Tensor {
    const result = this.block(input);
    return this.useResConnect ? this.stochastic_depth(result).add_(input) : result;
  }
}

/** Widens, convolves channel by channel, scales channels, narrows. */
class MBConv extends Residual {
  constructor(stage: Stage, probability: number, normLayer: NormLayer) {
    const [expand, kernelSize, stride, inputs, outputs] = stage, wide = divisible(inputs * expand);
    const shared = { normLayer, activationLayer: nn.SiLU };
    super(stage, [
      ...(wide === inputs ? [] : [new Conv2dNormActivation(inputs, wide, { ...shared, kernelSize: 1 })]),
      new Conv2dNormActivation(wide, wide, { ...shared, kernelSize, stride, groups: wide }),
      new SqueezeExcitation(wide, Math.max(1, Math.floor(inputs / 4)), { activation: () => new nn.SiLU({ inplace: true }) }),
      new Conv2dNormActivation(wide, outputs, { normLayer, kernelSize: 1, activationLayer: null }),
    ], probability);
  }
}

/** Widens with the convolution itself, narrows. */
class FusedMBConv extends Residual {
  constructor(stage: Stage, probability: number, normLayer: NormLayer) {
    const [expand, kernelSize, stride, inputs, outputs] = stage, wide = divisible(inputs * expand);
    const shared = { normLayer, activationLayer: nn.SiLU, kernelSize, stride };
    super(stage, wide === inputs ? [new Conv2dNormActivation(inputs, outputs, shared)] : [
      new Conv2dNormActivation(inputs, wide, shared),
      new Conv2dNormActivation(wide, outputs, { normLayer, kernelSize: 1, activationLayer: null }),
    ], probability);
  }
}

interface LayerOptions {
  /** the probability of dropout before the last layer; default: as the model was published */
  readonly dropout?: number | undefined;
  /** with which probability the last block is left out while training, default 0.2 */
  readonly stochasticDepthProb?: number | undefined;
  /** a class, as nn.BatchNorm2d, or a function of the channels */
  readonly normLayer?: NormLayer | undefined;
}

export interface EfficientNetOptions extends ModelOptions, LayerOptions {}

/**
 * @see Tan and Le, "EfficientNet: Rethinking model scaling for convolutional neural networks" (2019)
 * @see Tan and Le, "EfficientNetV2: Smaller models and faster training" (2021)
 */
export class EfficientNet extends nn.Module {
  features: nn.Sequential;
  avgpool = new nn.AdaptiveAvgPool2d(1);
  classifier: nn.Sequential;

  constructor(
    stages: readonly Stage[], options: LayerOptions & { readonly numClasses?: number | undefined; readonly lastChannel?: number | undefined } = {},
  ) {
    const {
      dropout = 0, stochasticDepthProb = 0.2, numClasses = 1000, normLayer = nn.BatchNorm2d as NormLayer, lastChannel,
    } = checked('EfficientNet', options, 'dropout');
    super();
    if (stages.length === 0) throw new ValueError('The inverted_residual_setting should not be empty');
    const shared = { normLayer, activationLayer: nn.SiLU }, total = stages.reduce((sum, stage) => sum + stage[5], 0);
    this.features = new nn.Sequential(new Conv2dNormActivation(3, stages[0][3], { ...shared, kernelSize: 3, stride: 2 }));
    let place = 0;
    for (const [expand, kernel, stride, inputs, outputs, count, fused] of stages) {
      const Block = fused ? FusedMBConv : MBConv;
      this.features.append(new nn.Sequential(...Array.from({ length: count }, (_, i) => {
        const stage: Stage = [expand, kernel, i === 0 ? stride : 1, i === 0 ? inputs : outputs, outputs, 1];
        return new Block(stage, (stochasticDepthProb * place++) / total, normLayer);
      })));
    }
    const last = stages.at(-1)![4], width = lastChannel ?? 4 * last;
    this.features.append(new Conv2dNormActivation(last, width, { ...shared, kernelSize: 1 }));
    this.classifier = new nn.Sequential(new nn.Dropout(dropout, { inplace: true }), new nn.Linear(width, numClasses));
    drawParameters(this, (weight) => nn.init.uniform_(weight, -1 / Math.sqrt(numClasses), 1 / Math.sqrt(numClasses)));
  }

  override forward(x: Tensor): Tensor { return this.classifier(this.avgpool(this.features(x)).flatten(1)); }
}

const FIRST: readonly Stage[] = [
  [1, 3, 1, 32, 16, 1], [6, 3, 2, 16, 24, 2], [6, 5, 2, 24, 40, 2], [6, 3, 2, 40, 80, 3], [6, 5, 1, 80, 112, 3], [6, 5, 2, 112, 192, 4], [6, 3, 1, 192, 320, 1],
];
const V2S: readonly Stage[] = [
  [1, 3, 1, 24, 24, 2, 'fused'], [4, 3, 2, 24, 48, 4, 'fused'], [4, 3, 2, 48, 64, 4, 'fused'], [4, 3, 2, 64, 128, 6], [6, 3, 1, 128, 160, 9], [6, 3, 2, 160, 256, 15],
];
const V2M: readonly Stage[] = [
  [1, 3, 1, 24, 24, 3, 'fused'], [4, 3, 2, 24, 48, 5, 'fused'], [4, 3, 2, 48, 80, 5, 'fused'], [4, 3, 2, 80, 160, 7], [6, 3, 1, 160, 176, 14],
  [6, 3, 2, 176, 304, 18], [6, 3, 1, 304, 512, 5],
];
const V2L: readonly Stage[] = [
  [1, 3, 1, 32, 32, 4, 'fused'], [4, 3, 2, 32, 64, 7, 'fused'], [4, 3, 2, 64, 96, 7, 'fused'], [4, 3, 2, 96, 192, 10], [6, 3, 1, 192, 224, 19],
  [6, 3, 2, 224, 384, 25], [6, 3, 1, 384, 640, 7],
];

const norm = (eps: number, momentum: number): NormLayer => (channels: number) => new nn.BatchNorm2d(channels, { eps, momentum });

function efficientnet(
  stages: readonly Stage[], options: EfficientNetOptions, usual: LayerOptions & { readonly lastChannel?: number | undefined },
): EfficientNet {
  const { weights: _weights, dropout = usual.dropout, normLayer = usual.normLayer, ...rest } = options;
  const numClasses = classesOf('classifier.1.bias', options);
  return withWeights(new EfficientNet(stages, { ...rest, lastChannel: usual.lastChannel, dropout, normLayer, numClasses }), options);
}

/** The first ones, wider and deeper. */
const scaled = (width: number, depth: number, dropout: number, normLayer?: NormLayer) => (options: EfficientNetOptions = {}): EfficientNet => {
  const stages = FIRST.map(([expand, kernel, stride, inputs, outputs, count]): Stage =>
    [expand, kernel, stride, divisible(inputs * width), divisible(outputs * width), Math.ceil(count * depth)]);
  return efficientnet(stages, options, { dropout, normLayer });
};
const second = (stages: readonly Stage[], dropout: number) => (options: EfficientNetOptions = {}): EfficientNet =>
  efficientnet(stages, options, { dropout, normLayer: norm(0.001, 0.1), lastChannel: 1280 });

/** `EfficientNet`, for pictures of 224×224. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.efficientnet_b0.html */
export const efficientnetB0 = /* @__PURE__ */ scaled(1, 1, 0.2);
/** `EfficientNet`, for pictures of 240×240. */
export const efficientnetB1 = /* @__PURE__ */ scaled(1, 1.1, 0.2);
/** `EfficientNet`, for pictures of 288×288. */
export const efficientnetB2 = /* @__PURE__ */ scaled(1.1, 1.2, 0.3);
/** `EfficientNet`, for pictures of 300×300. */
export const efficientnetB3 = /* @__PURE__ */ scaled(1.2, 1.4, 0.3);
/** `EfficientNet`, for pictures of 380×380. */
export const efficientnetB4 = /* @__PURE__ */ scaled(1.4, 1.8, 0.4);
/** `EfficientNet`, for pictures of 456×456. */
export const efficientnetB5 = /* @__PURE__ */ scaled(1.6, 2.2, 0.4, /* @__PURE__ */ norm(0.001, 0.01));
/** `EfficientNet`, for pictures of 528×528. */
export const efficientnetB6 = /* @__PURE__ */ scaled(1.8, 2.6, 0.5, /* @__PURE__ */ norm(0.001, 0.01));
/** `EfficientNet`, for pictures of 600×600. */
export const efficientnetB7 = /* @__PURE__ */ scaled(2, 3.1, 0.5, /* @__PURE__ */ norm(0.001, 0.01));
/** The small `EfficientNet` of 2021. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.efficientnet_v2_s.html */
export const efficientnetV2S = /* @__PURE__ */ second(V2S, 0.2);
/** The middle `EfficientNet` of 2021. */
export const efficientnetV2M = /* @__PURE__ */ second(V2M, 0.3);
/** The large `EfficientNet` of 2021. */
export const efficientnetV2L = /* @__PURE__ */ second(V2L, 0.4);
