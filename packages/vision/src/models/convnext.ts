import * as nn from '@sconce/nn';
import { ones, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { Conv2dNormActivation } from '../ops/conv-norm-activation.js';
import { Permute } from '../ops/misc.js';
import { StochasticDepth } from '../ops/stochastic-depth.js';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

/** A norm of the channels of each pixel. */
class LayerNorm2d extends nn.LayerNorm {
  override forward(x: Tensor): Tensor { return super.forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2); }
}

/** Convolves channel by channel, widens, narrows; with a way around. */
class CNBlock extends nn.Module {
  /** by PyTorch's name */
  layer_scale: nn.Parameter;
  block: nn.Sequential;
  stochastic_depth: StochasticDepth;

  constructor(dim: number, layerScale: number, probability: number) {
    super();
    this.block = new nn.Sequential(
      new nn.Conv2d(dim, dim, 7, { padding: 3, groups: dim }), new Permute([0, 2, 3, 1]), new nn.LayerNorm(dim, { eps: 1e-6 }),
      new nn.Linear(dim, 4 * dim), new nn.GELU(), new nn.Linear(4 * dim, dim), new Permute([0, 3, 1, 2]));
    this.layer_scale = new nn.Parameter(ones(dim, 1, 1).mul(layerScale));
    this.stochastic_depth = new StochasticDepth(probability, 'row');
  }

  override forward(input: Tensor): Tensor {
    return this.stochastic_depth(this.layer_scale.mul(this.block(input))).add_(input);
  }
}

interface LayerOptions {
  /** with which probability the last block is left out while training; default: as the model was published */
  readonly stochasticDepthProb?: number | undefined;
  /** how much blocks count in the beginning, default 1e-6 */
  readonly layerScale?: number | undefined;
}

export interface ConvNeXtOptions extends ModelOptions, LayerOptions {}

/** Of each stage the channels and how many blocks there are. */
type Stage = readonly [channels: number, count: number];

/** @see Liu et al., "A ConvNet for the 2020s" (2022) */
export class ConvNeXt extends nn.Module {
  features: nn.Sequential;
  avgpool = new nn.AdaptiveAvgPool2d(1);
  classifier: nn.Sequential;

  constructor(stages: readonly Stage[], options: LayerOptions & { readonly numClasses?: number | undefined } = {}) {
    const { stochasticDepthProb = 0, layerScale = 1e-6, numClasses = 1000 } = checked('ConvNeXt', options, 'stochasticDepthProb');
    super();
    if (stages.length === 0) throw new ValueError('The block_setting should not be empty');
    const norm = (channels: number): nn.Module => new LayerNorm2d(channels, { eps: 1e-6 }), total = stages.reduce((sum, [, count]) => sum + count, 0);
    this.features = new nn.Sequential(new Conv2dNormActivation(3, stages[0][0], {
      kernelSize: 4, stride: 4, padding: 0, normLayer: norm, activationLayer: null, bias: true,
    }));
    let place = 0;
    stages.forEach(([channels, count], i) => {
      const blocks = Array.from({ length: count }, () => new CNBlock(channels, layerScale, (stochasticDepthProb * place++) / (total - 1)));
      this.features.append(new nn.Sequential(...blocks));
      if (i < stages.length - 1) this.features.append(new nn.Sequential(norm(channels), new nn.Conv2d(channels, stages[i + 1][0], 2, { stride: 2 })));
    });
    const last = stages.at(-1)![0];
    this.classifier = new nn.Sequential(norm(last), new nn.Flatten(1), new nn.Linear(last, numClasses));
    for (const m of this.modules()) {
      if (!(m instanceof nn.Conv2d || m instanceof nn.Linear)) continue;
      nn.init.truncNormal_(m.weight, { std: 0.02 });
      if (m.bias) nn.init.zeros_(m.bias);
    }
  }

  override forward(x: Tensor): Tensor { return this.classifier(this.avgpool(this.features(x))); }
}

function convnext(width: number, third: number, stochasticDepthProb: number, options: ConvNeXtOptions): ConvNeXt {
  const { weights: _weights, ...rest } = options, numClasses = classesOf('classifier.2.bias', options);
  const stages: readonly Stage[] = [[width, 3], [2 * width, 3], [4 * width, third], [8 * width, 3]];
  return withWeights(new ConvNeXt(stages, { stochasticDepthProb, ...rest, numClasses }), options);
}

/** `ConvNeXt`, the smallest one. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.convnext_tiny.html */
export const convnextTiny = (options: ConvNeXtOptions = {}): ConvNeXt => convnext(96, 9, 0.1, options);
/** `ConvNeXt`, three times as deep in the third stage. */
export const convnextSmall = (options: ConvNeXtOptions = {}): ConvNeXt => convnext(96, 27, 0.4, options);
/** `ConvNeXt`, as deep and wider. */
export const convnextBase = (options: ConvNeXtOptions = {}): ConvNeXt => convnext(128, 27, 0.5, options);
/** `ConvNeXt`, twice as wide as the small one. */
export const convnextLarge = (options: ConvNeXtOptions = {}): ConvNeXt => convnext(192, 27, 0.5, options);
