import * as nn from '@sconce/nn';
import { ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { Conv2dNormActivation } from '../ops/conv-norm-activation.js';
import type { NormLayer } from '../ops/layers.js';
import { SqueezeExcitation } from '../ops/misc.js';
import { divisible, drawParameters } from './initial.js';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

/** A block: its channels, kernel, channels inside, channels behind, whether it scales channels, its activation, stride and dilation. */
type Setting = readonly [
  inputs: number, kernel: number, expanded: number, outputs: number, squeezes: boolean, activation: 'HS' | 'RE', stride: number, dilation: number,
];

/** Widens, convolves channel by channel, scales channels, narrows; with a way around where the form stays. */
class InvertedResidualV3 extends nn.Module {
  // torchvision has two classes of this name, which one bundle cannot
  static override readonly name = 'InvertedResidual';
  block: nn.Sequential;
  readonly useResConnect: boolean;

  constructor([inputs, kernelSize, expanded, outputs, squeezes, activation, stride, dilation]: Setting, normLayer: NormLayer) {
    super();
    if (stride < 1 || stride > 2) throw new ValueError('illegal stride value');
    this.useResConnect = stride === 1 && inputs === outputs;
    const shared = { normLayer, activationLayer: activation === 'HS' ? nn.Hardswish : nn.ReLU };
    this.block = new nn.Sequential(
      ...(expanded === inputs ? [] : [new Conv2dNormActivation(inputs, expanded, { ...shared, kernelSize: 1 })]),
      new Conv2dNormActivation(expanded, expanded, { ...shared, kernelSize, stride: dilation > 1 ? 1 : stride, dilation, groups: expanded }),
      ...(squeezes ? [new SqueezeExcitation(expanded, divisible(Math.floor(expanded / 4)), { scaleActivation: nn.Hardsigmoid })] : []),
      new Conv2dNormActivation(expanded, outputs, { normLayer, kernelSize: 1, activationLayer: null }));
  }

  override forward(input: Tensor): Tensor {
    const result = this.block(input);
    return this.useResConnect ? result.add_(input) : result;
  }
}

export interface MobileNetV3Options extends ModelOptions {
  /** the probability of dropout, default 0.2 */
  readonly dropout?: number | undefined;
  /** how wide the layers are, default 1 */
  readonly widthMult?: number | undefined;
  /** half the channels in the last blocks, default false */
  readonly reducedTail?: boolean | undefined;
  /** dilated last blocks, which keep the size, as for segmentation; default false */
  readonly dilated?: boolean | undefined;
}

/** What torchvision has in place of its usual norm. */
const usualNorm: NormLayer = (channels: number) => new nn.BatchNorm2d(channels, { eps: 0.001, momentum: 0.01 });

/** @see Howard et al., "Searching for MobileNetV3" (2019) */
export class MobileNetV3 extends nn.Module {
  features: nn.Sequential;
  avgpool = new nn.AdaptiveAvgPool2d(1);
  classifier: nn.Sequential;

  /** @param setting of each block; @param lastChannel the width before the last layer */
  constructor(
    setting: readonly Setting[], lastChannel: number,
    options: { readonly numClasses?: number | undefined; readonly dropout?: number | undefined; readonly normLayer?: NormLayer | undefined } = {},
  ) {
    const { numClasses = 1000, dropout = 0.2, normLayer = usualNorm } = checked('MobileNetV3', options, 'numClasses');
    super();
    if (setting.length === 0) throw new ValueError('The inverted_residual_setting should not be empty');
    const shared = { normLayer, activationLayer: nn.Hardswish }, last = setting.at(-1)![3];
    this.features = new nn.Sequential(
      new Conv2dNormActivation(3, setting[0][0], { ...shared, kernelSize: 3, stride: 2 }),
      ...setting.map((block) => new InvertedResidualV3(block, normLayer)),
      new Conv2dNormActivation(last, 6 * last, { ...shared, kernelSize: 1 }));
    this.classifier = new nn.Sequential(
      new nn.Linear(6 * last, lastChannel), new nn.Hardswish({ inplace: true }), new nn.Dropout(dropout, { inplace: true }),
      new nn.Linear(lastChannel, numClasses));
    drawParameters(this);
  }

  override forward(x: Tensor): Tensor { return this.classifier(this.avgpool(this.features(x)).flatten(1)); }
}

// the last three blocks follow from the width of the last: see `settingOf`
const LARGE: readonly Setting[] = [
  [16, 3, 16, 16, false, 'RE', 1, 1], [16, 3, 64, 24, false, 'RE', 2, 1], [24, 3, 72, 24, false, 'RE', 1, 1], [24, 5, 72, 40, true, 'RE', 2, 1],
  [40, 5, 120, 40, true, 'RE', 1, 1], [40, 5, 120, 40, true, 'RE', 1, 1], [40, 3, 240, 80, false, 'HS', 2, 1], [80, 3, 200, 80, false, 'HS', 1, 1],
  [80, 3, 184, 80, false, 'HS', 1, 1], [80, 3, 184, 80, false, 'HS', 1, 1], [80, 3, 480, 112, true, 'HS', 1, 1], [112, 3, 672, 112, true, 'HS', 1, 1],
];
const SMALL: readonly Setting[] = [
  [16, 3, 16, 16, true, 'RE', 2, 1], [16, 3, 72, 24, false, 'RE', 2, 1], [24, 3, 88, 24, false, 'RE', 1, 1], [24, 5, 96, 40, true, 'HS', 2, 1],
  [40, 5, 240, 40, true, 'HS', 1, 1], [40, 5, 240, 40, true, 'HS', 1, 1], [40, 5, 120, 48, true, 'HS', 1, 1], [48, 5, 144, 48, true, 'HS', 1, 1],
];

/** The blocks: those given, and three more. */
function settingOf(
  first: readonly Setting[], expanded: number, width: number, { widthMult = 1, reducedTail = false, dilated = false }: MobileNetV3Options,
): readonly Setting[] {
  const part = reducedTail ? 2 : 1, dilation = dilated ? 2 : 1, wide = width / part, last: Setting = [wide, 5, 6 * wide, wide, true, 'HS', 1, dilation];
  const all: readonly Setting[] = [...first, [first.at(-1)![3], 5, expanded, wide, true, 'HS', 2, dilation], last, last];
  return all.map(([inputs, kernel, inside, outputs, ...rest]) =>
    [divisible(inputs * widthMult), kernel, divisible(inside * widthMult), divisible(outputs * widthMult), ...rest]);
}

function mobilenetV3(setting: readonly Setting[], channels: number, options: MobileNetV3Options): MobileNetV3 {
  const { dropout, widthMult = 1, reducedTail = false } = options, lastChannel = divisible((channels / (reducedTail ? 2 : 1)) * widthMult);
  return withWeights(new MobileNetV3(setting, lastChannel, { dropout, numClasses: classesOf('classifier.3.bias', options) }), options);
}

/** `MobileNetV3`, the large one. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.mobilenet_v3_large.html */
export const mobilenetV3Large = (options: MobileNetV3Options = {}): MobileNetV3 =>
  mobilenetV3(settingOf(LARGE, 672, 160, options), 1280, options);

/** `MobileNetV3`, the small one. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.mobilenet_v3_small.html */
export const mobilenetV3Small = (options: MobileNetV3Options = {}): MobileNetV3 =>
  mobilenetV3(settingOf(SMALL, 288, 96, options), 1024, options);
