import * as nn from '@sconce/nn';
import { cat, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

const relu = (): nn.ReLU => new nn.ReLU({ inplace: true });

const pointwise = (inputs: number, outputs: number): readonly nn.Module[] =>
  [new nn.Conv2d(inputs, outputs, 1, { bias: false }), new nn.BatchNorm2d(outputs), relu()];
const depthwise = (channels: number, stride: number): readonly nn.Module[] =>
  [new nn.Conv2d(channels, channels, 3, { stride, padding: 1, groups: channels, bias: false }), new nn.BatchNorm2d(channels)];

/** Convolves one half of the channels, or all of them in two ways where the size halves, and mixes both halves. */
class InvertedResidualShuffle extends nn.Module {
  // torchvision has three classes of this name, which one bundle cannot
  static override readonly name = 'InvertedResidual';
  readonly stride: number;
  branch1: nn.Sequential;
  branch2: nn.Sequential;

  constructor(inp: number, oup: number, stride: number) {
    super();
    if (!(stride >= 1 && stride <= 3)) throw new ValueError('illegal stride value');
    const half = Math.floor(oup / 2);
    if (stride === 1 && inp !== 2 * half) {
      throw new ValueError(`Invalid combination of stride ${stride}, inp ${inp} and oup ${oup} values. ` +
        'If stride == 1 then inp should be equal to oup // 2 << 1.');
    }
    this.stride = stride;
    this.branch1 = new nn.Sequential(...(stride > 1 ? [...depthwise(inp, stride), ...pointwise(inp, half)] : []));
    this.branch2 = new nn.Sequential(
      ...pointwise(stride > 1 ? inp : half, half), ...depthwise(half, stride), ...pointwise(half, half));
  }

  override forward(x: Tensor): Tensor {
    const [first, second] = this.stride === 1 ? x.chunk(2, 1) : [this.branch1(x), x];
    return shuffled(cat([first, this.branch2(second)], 1), 2);
  }
}

/** The channels in another order: the first of each group, then the second of each. */
function shuffled(x: Tensor, groups: number): Tensor {
  const [batch, channels, height, width] = x.shape;
  return x.view(batch, groups, Math.floor(channels / groups), height, width).transpose(1, 2).reshape(batch, -1, height, width);
}

export type ShuffleNetV2Options = ModelOptions;

/** @see Ma et al., "ShuffleNet V2: Practical guidelines for efficient CNN architecture design" (2018) */
export class ShuffleNetV2 extends nn.Module {
  conv1: nn.Sequential;
  maxpool = new nn.MaxPool2d(3, { stride: 2, padding: 1 });
  stage2: nn.Sequential;
  stage3: nn.Sequential;
  stage4: nn.Sequential;
  conv5: nn.Sequential;
  fc: nn.Linear;

  /**
   * @param stagesRepeats the blocks of each of three stages
   * @param stagesOutChannels the channels behind the first convolution, behind each stage, and behind the last convolution
   * @throws ValueError for other than three stages and five numbers of channels
   */
  constructor(stagesRepeats: readonly number[], stagesOutChannels: readonly number[], options: Omit<ShuffleNetV2Options, 'weights'> = {}) {
    const { numClasses = 1000 } = checked('ShuffleNetV2', options, 'numClasses');
    super();
    if (stagesRepeats.length !== 3) throw new ValueError('expected stages_repeats as list of 3 positive ints');
    if (stagesOutChannels.length !== 5) throw new ValueError('expected stages_out_channels as list of 5 positive ints');
    const [first, , , fourth, last] = stagesOutChannels;
    this.conv1 = new nn.Sequential(new nn.Conv2d(3, first, 3, { stride: 2, padding: 1, bias: false }), new nn.BatchNorm2d(first), relu());
    [this.stage2, this.stage3, this.stage4] = stagesRepeats.map((count, i) => {
      const [inputs, outputs] = stagesOutChannels.slice(i);
      return new nn.Sequential(...Array.from({ length: count }, (_, j) =>
        new InvertedResidualShuffle(j === 0 ? inputs : outputs, outputs, j === 0 ? 2 : 1)));
    }) as [nn.Sequential, nn.Sequential, nn.Sequential];
    this.conv5 = new nn.Sequential(...pointwise(fourth, last));
    this.fc = new nn.Linear(last, numClasses);
  }

  override forward(x: Tensor): Tensor {
    const features = this.stage4(this.stage3(this.stage2(this.maxpool(this.conv1(x)))));
    return this.fc(this.conv5(features).mean([2, 3]));
  }
}

function shufflenet(channels: readonly number[], options: ShuffleNetV2Options): ShuffleNetV2 {
  const { weights: _weights, ...rest } = options, numClasses = classesOf('fc.bias', options);
  return withWeights(new ShuffleNetV2([4, 8, 4], channels, { ...rest, numClasses }), options);
}

/** `ShuffleNetV2`, half as wide. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.shufflenet_v2_x0_5.html */
export const shufflenetV2X05 = (options: ShuffleNetV2Options = {}): ShuffleNetV2 => shufflenet([24, 48, 96, 192, 1024], options);
/** `ShuffleNetV2`, as wide as it was first. */
export const shufflenetV2X10 = (options: ShuffleNetV2Options = {}): ShuffleNetV2 => shufflenet([24, 116, 232, 464, 1024], options);
/** `ShuffleNetV2`, wider by half. */
export const shufflenetV2X15 = (options: ShuffleNetV2Options = {}): ShuffleNetV2 => shufflenet([24, 176, 352, 704, 1024], options);
/** `ShuffleNetV2`, twice as wide. */
export const shufflenetV2X20 = (options: ShuffleNetV2Options = {}): ShuffleNetV2 => shufflenet([24, 244, 488, 976, 2048], options);
