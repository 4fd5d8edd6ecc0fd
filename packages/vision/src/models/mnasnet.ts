import * as nn from '@sconce/nn';
import { ValueError, type Tensor } from '@sconce/tensor';
import { checked, pythonFloat } from '@sconce/tensor/internal';
import { divisible, drawParameters } from './initial.js';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

/** The paper's 0.9997 is what remains of the old mean. */
const MOMENTUM = 1 - 0.9997;

const relu = (): nn.ReLU => new nn.ReLU({ inplace: true });

/** A convolution, or one of each channel, and its norm. */
function convNorm(inputs: number, outputs: number, kernel: number, stride = 1, groups = 1): readonly nn.Module[] {
  const conv = new nn.Conv2d(inputs, outputs, kernel, { stride, padding: Math.floor(kernel / 2), groups, bias: false });
  return [conv, new nn.BatchNorm2d(outputs, { momentum: MOMENTUM })];
}

/** Widens, convolves channel by channel, narrows; with a way around where the form stays. */
class _InvertedResidual extends nn.Module {
  readonly applyResidual: boolean;
  layers: nn.Sequential;

  constructor(inputs: number, outputs: number, kernel: number, stride: number, expansion: number) {
    super();
    const wide = inputs * expansion;
    this.applyResidual = inputs === outputs && stride === 1;
    this.layers = new nn.Sequential(
      ...convNorm(inputs, wide, 1), relu(), ...convNorm(wide, wide, kernel, stride, wide), relu(), ...convNorm(wide, outputs, 1));
  }

  override forward(input: Tensor): Tensor { return this.applyResidual ? this.layers(input).add(input) : this.layers(input); }
}

/** Of each stack of blocks: the kernel, the stride of the first, how much they widen, and their number. */
const STACKS = [[3, 2, 3, 3], [5, 2, 3, 3], [5, 2, 6, 3], [3, 1, 6, 2], [5, 2, 6, 4], [3, 1, 6, 1]] as const;

const stack = (inputs: number, outputs: number, [kernel, stride, expansion, count]: (typeof STACKS)[number]): nn.Sequential =>
  new nn.Sequential(...Array.from({ length: count }, (_, i) =>
    new _InvertedResidual(i === 0 ? inputs : outputs, outputs, kernel, i === 0 ? stride : 1, expansion)));

/** What comes before the stacks. */
const stem = (first: number, second: number): readonly nn.Module[] =>
  [...convNorm(3, first, 3, 2), relu(), ...convNorm(first, first, 3, 1, first), relu(), ...convNorm(first, second, 1)];

const depthsOf = (alpha: number): readonly number[] => [32, 16, 24, 40, 80, 96, 192, 320].map((depth) => divisible(depth * alpha));

export interface MNASNetOptions extends ModelOptions {
  /** the probability of dropout, default 0.2 */
  readonly dropout?: number | undefined;
}

/** @see Tan et al., "MnasNet: Platform-aware neural architecture search for mobile" (2018) */
export class MNASNet extends nn.Module {
  readonly alpha: number;
  layers: nn.Sequential;
  classifier: nn.Sequential;
  #version: 1 | 2 = 2;

  /** @param alpha how wide the layers are; @throws ValueError where that is nothing */
  constructor(alpha: number, options: Omit<MNASNetOptions, 'weights'> = {}) {
    const { numClasses = 1000, dropout = 0.2 } = checked('MNASNet', options, 'numClasses');
    super();
    if (alpha <= 0) throw new ValueError(`alpha should be greater than 0.0 instead of ${pythonFloat(alpha)}`);
    this.alpha = alpha;
    const depths = depthsOf(alpha);
    this.layers = new nn.Sequential(
      ...stem(depths[0], depths[1]), ...STACKS.map((setting, i) => stack(depths[i + 1], depths[i + 2], setting)),
      ...convNorm(depths[7], 1280, 1), relu());
    this.classifier = new nn.Sequential(new nn.Dropout(dropout, { inplace: true }), new nn.Linear(1280, numClasses));
    drawParameters(this, (weight) => nn.init.kaimingUniform_(weight, { mode: 'fan_out', nonlinearity: 'sigmoid' }));
  }

  override get _version(): number { return this.#version; }

  /** States of the first version are of networks that begin with the same widths, whatever `alpha`. */
  override _mendState(_state: Map<string, unknown>, _prefix: string, version: number | undefined): void {
    if (version !== 1 && version !== 2) throw new ValueError(`version shluld be set to 1 or 2 instead of ${version ?? 'None'}`);
    if (version === 2 || this.alpha === 1) return;
    [...stem(32, 16), stack(16, depthsOf(this.alpha)[2], STACKS[0])].forEach((layer, i) => { this.layers[i] = layer; });
    this.#version = 1;
    console.warn('A new version of MNASNet model has been implemented. Your checkpoint was saved using the previous version. This ' +
      'checkpoint will load and work as before, but you may want to upgrade by training a newer model or transfer learning from an ' +
      'updated ImageNet checkpoint.');
  }

  override forward(x: Tensor): Tensor { return this.classifier(this.layers(x).mean([2, 3])); }
}

function mnasnet(alpha: number, options: MNASNetOptions): MNASNet {
  const { weights: _weights, ...rest } = options, numClasses = classesOf('classifier.1.bias', options);
  return withWeights(new MNASNet(alpha, { ...rest, numClasses }), options);
}

/** `MNASNet`, half as wide. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.mnasnet0_5.html */
export const mnasnet05 = (options: MNASNetOptions = {}): MNASNet => mnasnet(0.5, options);
/** `MNASNet`, three quarters as wide. */
export const mnasnet075 = (options: MNASNetOptions = {}): MNASNet => mnasnet(0.75, options);
/** `MNASNet`, as wide as it was first. */
export const mnasnet10 = (options: MNASNetOptions = {}): MNASNet => mnasnet(1, options);
/** `MNASNet`, wider by three tenths. */
export const mnasnet13 = (options: MNASNetOptions = {}): MNASNet => mnasnet(1.3, options);
