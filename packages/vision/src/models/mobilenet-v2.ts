import * as nn from '@sconce/nn';
import { ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { Conv2dNormActivation, type ConvNormActivationOptions } from '../ops/conv-norm-activation.js';
import { divisible, drawParameters } from './initial.js';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

const convNorm = (inChannels: number, outChannels: number, options: ConvNormActivationOptions): Conv2dNormActivation =>
  new Conv2dNormActivation(inChannels, outChannels, { ...options, activationLayer: nn.ReLU6 });

/** Widens, convolves channel by channel, narrows; with a way around where the form stays. */
export class InvertedResidual extends nn.Module {
  conv: nn.Sequential;
  readonly useResConnect: boolean;

  constructor(inp: number, oup: number, stride: number, expandRatio: number) {
    super();
    if (stride !== 1 && stride !== 2) throw new ValueError(`stride should be 1 or 2 insted of ${stride}`);
    const hidden = Math.round(inp * expandRatio);
    this.useResConnect = stride === 1 && inp === oup;
    this.conv = new nn.Sequential(
      ...(expandRatio === 1 ? [] : [convNorm(inp, hidden, { kernelSize: 1 })]),
      convNorm(hidden, hidden, { stride, groups: hidden }),
      new nn.Conv2d(hidden, oup, 1, { bias: false }), new nn.BatchNorm2d(oup));
  }

  override forward(x: Tensor): Tensor { return this.useResConnect ? x.add(this.conv(x)) : this.conv(x); }
}

export interface MobileNetV2Options extends ModelOptions {
  /** how wide the layers are, default 1 */
  readonly widthMult?: number | undefined;
  /** the probability of dropout, default 0.2 */
  readonly dropout?: number | undefined;
}

/** Of each group of blocks: how much they widen, their channels, their number, the stride of the first. */
const SETTING = [
  [1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1],
] as const;

/** @see Sandler et al., "MobileNetV2: Inverted residuals and linear bottlenecks" (2018) */
export class MobileNetV2 extends nn.Module {
  features: nn.Sequential;
  classifier: nn.Sequential;

  constructor(options: Omit<MobileNetV2Options, 'weights'> = {}) {
    const { numClasses = 1000, widthMult = 1, dropout = 0.2 } = checked('MobileNetV2', options, 'numClasses');
    super();
    let channels = divisible(32 * widthMult);
    const last = divisible(1280 * Math.max(1, widthMult));
    const layers: nn.Module[] = [convNorm(3, channels, { stride: 2 })];
    for (const [expand, base, count, stride] of SETTING) {
      const width = divisible(base * widthMult);
      for (let i = 0; i < count; i++, channels = width) {
        layers.push(new InvertedResidual(channels, width, i === 0 ? stride : 1, expand));
      }
    }
    layers.push(convNorm(channels, last, { kernelSize: 1 }));
    this.features = new nn.Sequential(...layers);
    this.classifier = new nn.Sequential(new nn.Dropout(dropout), new nn.Linear(last, numClasses));
    drawParameters(this);
  }

  override forward(x: Tensor): Tensor {
    return this.classifier(nn.functional.adaptiveAvgPool2d(this.features(x), [1, 1]).flatten(1));
  }
}

/** `MobileNetV2`. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.mobilenet_v2.html */
export const mobilenetV2 = (options: MobileNetV2Options = {}): MobileNetV2 =>
  withWeights(new MobileNetV2({ ...options, numClasses: classesOf('classifier.1.bias', options) }), options);
