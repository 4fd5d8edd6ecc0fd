import * as nn from '@sconce/nn';
import { arange, pow, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { Conv2dNormActivation } from '../ops/conv-norm-activation.js';
import { activation as made, type ActivationLayer, type NormLayer } from '../ops/layers.js';
import { SqueezeExcitation } from '../ops/misc.js';
import { divisible } from './initial.js';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

/** The nearest integer, of two the even one, as Python rounds. */
function rounded(x: number): number {
  const below = Math.floor(x), rest = x - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}

/** What blocks of a stage share. */
interface BlockSettings {
  readonly groupWidth: number; readonly bottleneckMultiplier: number; readonly seRatio: number | null;
  readonly normLayer: NormLayer; readonly activationLayer: ActivationLayer;
}

class SimpleStemIN extends Conv2dNormActivation {
  constructor(inputs: number, outputs: number, normLayer: NormLayer, activationLayer: ActivationLayer) {
    super(inputs, outputs, { kernelSize: 3, stride: 2, normLayer, activationLayer });
  }
}

/** Convolves pixel by pixel, in groups, scales channels in `regnetY…`, and convolves pixel by pixel. */
class BottleneckTransform extends nn.Sequential {
  constructor(inputs: number, outputs: number, stride: number, settings: BlockSettings) {
    const { groupWidth, bottleneckMultiplier, seRatio, normLayer, activationLayer } = settings;
    const inside = rounded(outputs * bottleneckMultiplier), shared = { normLayer, activationLayer };
    super();
    this.addModule('a', new Conv2dNormActivation(inputs, inside, { ...shared, kernelSize: 1 }));
    this.addModule('b', new Conv2dNormActivation(inside, inside, { ...shared, stride, groups: Math.floor(inside / groupWidth) }));
    if (seRatio) this.addModule('se', new SqueezeExcitation(inside, rounded(seRatio * inputs), { activation: activationLayer }));
    this.addModule('c', new Conv2dNormActivation(inside, outputs, { normLayer, kernelSize: 1, activationLayer: null }));
  }
}

/** The transform, with a way around. */
class ResBottleneckBlock extends nn.Module {
  proj: Conv2dNormActivation | null;
  f: BottleneckTransform;
  activation: nn.Layer;

  constructor(inputs: number, outputs: number, stride: number, settings: BlockSettings) {
    const { normLayer, activationLayer } = settings;
    super();
    this.proj = inputs === outputs && stride === 1
      ? null : new Conv2dNormActivation(inputs, outputs, { kernelSize: 1, stride, normLayer, activationLayer: null });
    this.f = new BottleneckTransform(inputs, outputs, stride, settings);
    this.activation = made(activationLayer, true) as nn.Layer;
  }

  override forward(x: Tensor): Tensor { return this.activation((this.proj ? this.proj(x) : x).add(this.f(x))); }
}

/** Blocks, the first of which halves the size. */
class AnyStage extends nn.Sequential {
  constructor(place: number, inputs: number, outputs: number, stride: number, depth: number, settings: BlockSettings) {
    super();
    for (let i = 0; i < depth; i++) {
      this.addModule(`block${place}-${i}`, new ResBottleneckBlock(i === 0 ? inputs : outputs, outputs, i === 0 ? stride : 1, settings));
    }
  }
}

export interface BlockParamsOptions {
  /** how many times as many channels as a block gives it has inside, default 1 */
  readonly bottleneckMultiplier?: number | undefined;
  /** how many channels decide how channels are scaled, of all; default null, they are not scaled */
  readonly seRatio?: number | null | undefined;
}

/**
 * The stages of a `RegNet`: of each its blocks, its channels, those of a group, what multiplies those inside, and the stride.
 * @example new models.RegNet(models.BlockParams.fromInitParams(16, 48, 27.89, 2.09, 8, { seRatio: 0.25 }), { numClasses: 10 })
 */
export class BlockParams {
  constructor(
    readonly depths: readonly number[], readonly widths: readonly number[], readonly groupWidths: readonly number[],
    readonly bottleneckMultipliers: readonly number[], readonly strides: readonly number[], readonly seRatio: number | null = null,
  ) {}

  /**
   * Of a number of blocks whose widths grow from `w0` by `wA` each, and are then those powers of `wM` times `w0` that are nearest.
   * @throws ValueError for widths that do not grow, or a first one that 8 does not divide
   */
  static fromInitParams(depth: number, w0: number, wA: number, wM: number, groupWidth: number, options: BlockParamsOptions = {}): BlockParams {
    const { bottleneckMultiplier = 1, seRatio = null } = checked('BlockParams.fromInitParams', options, 'bottleneckMultiplier');
    if (wA < 0 || w0 <= 0 || wM <= 1 || w0 % 8 !== 0) throw new ValueError('Invalid RegNet settings');
    const capacity = arange(depth, { device: 'cpu' }).mul(wA).add(w0).div(w0).log().div(Math.log(wM)).round();
    const blocks = Array.from(pow(wM, capacity).mul(w0).div(8).round().mul(8).hostValues(), Number);
    const starts = blocks.flatMap((width, i) => (width === blocks[i - 1] ? [] : [i]));
    const depths = starts.map((start, i) => (starts[i + 1] ?? depth) - start), each = <T>(value: T): readonly T[] => starts.map(() => value);
    const inside = starts.map((start) => Math.trunc(blocks[start] * bottleneckMultiplier));
    const groupWidths = inside.map((width) => Math.min(groupWidth, width));
    const widths = inside.map((width, i) => Math.trunc(divisible(width, groupWidths[i]) / bottleneckMultiplier));
    return new BlockParams(depths, widths, groupWidths, each(bottleneckMultiplier), each(2), seRatio);
  }
}

export interface RegNetOptions extends ModelOptions {
  /** the channels of the first convolution, default 32 */
  readonly stemWidth?: number | undefined;
  /** a class, as nn.BatchNorm2d (default), or a function of the channels */
  readonly normLayer?: NormLayer | null | undefined;
  /** a class, as nn.ReLU (default), or a function */
  readonly activation?: ActivationLayer | null | undefined;
}

/** @see Radosavovic et al., "Designing network design spaces" (2020) */
export class RegNet extends nn.Module {
  stem: Conv2dNormActivation;
  /** by PyTorch's name */
  trunk_output: nn.Sequential;
  avgpool = new nn.AdaptiveAvgPool2d([1, 1]);
  fc: nn.Linear;

  constructor(blockParams: BlockParams, options: Omit<RegNetOptions, 'weights'> = {}) {
    const { numClasses = 1000, stemWidth = 32, normLayer, activation } = checked('RegNet', options, 'numClasses');
    const shared = { normLayer: normLayer ?? nn.BatchNorm2d as NormLayer, activationLayer: activation ?? nn.ReLU };
    super();
    this.stem = new SimpleStemIN(3, stemWidth, shared.normLayer, shared.activationLayer);
    this.trunk_output = new nn.Sequential();
    const { depths, widths, groupWidths, bottleneckMultipliers, strides, seRatio } = blockParams;
    let channels = stemWidth;
    widths.forEach((width, i) => {
      const settings = { ...shared, groupWidth: groupWidths[i], bottleneckMultiplier: bottleneckMultipliers[i], seRatio };
      this.trunk_output.addModule(`block${i + 1}`, new AnyStage(i + 1, channels, width, strides[i], depths[i], settings));
      channels = width;
    });
    this.fc = new nn.Linear(channels, numClasses);
    for (const m of this.modules()) draw(m);
  }

  get trunkOutput(): nn.Sequential { return this.trunk_output; }

  override forward(x: Tensor): Tensor { return this.fc(this.avgpool(this.trunk_output(this.stem(x))).flatten(1)); }
}

function draw(m: nn.Module): void {
  if (m instanceof nn.Conv2d) {
    const [outputs, , height, width] = m.weight.shape;
    nn.init.normal_(m.weight, 0, Math.sqrt(2 / (height * width * outputs)));
  } else if (m instanceof nn.BatchNorm2d) {
    nn.init.ones_(m.weight!);
    nn.init.zeros_(m.bias!);
  } else if (m instanceof nn.Linear) {
    nn.init.normal_(m.weight, 0, 0.01);
    nn.init.zeros_(m.bias!);
  }
}

type Settings = readonly [depth: number, w0: number, wA: number, wM: number, groupWidth: number];

const regnet = (settings: Settings, seRatio: number | null) => (options: RegNetOptions = {}): RegNet => {
  const { weights: _weights, ...rest } = options, numClasses = classesOf('fc.bias', options);
  return withWeights(new RegNet(BlockParams.fromInitParams(...settings, { seRatio }), { ...rest, numClasses }), options);
};
const regnetX = (...settings: Settings): (options?: RegNetOptions) => RegNet => regnet(settings, null);
const regnetY = (...settings: Settings): (options?: RegNetOptions) => RegNet => regnet(settings, 0.25);

/**
 * `RegNet` that scales channels, of 0.4 billion multiplications.
 * @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.regnet_y_400mf.html
 */
export const regnetY400mf = /* @__PURE__ */ regnetY(16, 48, 27.89, 2.09, 8);
/** `RegNet` that scales channels, of 0.8 billion multiplications. */
export const regnetY800mf = /* @__PURE__ */ regnetY(14, 56, 38.84, 2.4, 16);
// without the underscore, these two would have the names of those of ten times as many
/** `RegNet` that scales channels, of 1.6 billion multiplications. */
export const regnetY1_6gf = /* @__PURE__ */ regnetY(27, 48, 20.71, 2.65, 24);
/** `RegNet` that scales channels, of 3.2 billion multiplications. */
export const regnetY3_2gf = /* @__PURE__ */ regnetY(21, 80, 42.63, 2.66, 24);
/** `RegNet` that scales channels, of 8 billion multiplications. */
export const regnetY8gf = /* @__PURE__ */ regnetY(17, 192, 76.82, 2.19, 56);
/** `RegNet` that scales channels, of 16 billion multiplications. */
export const regnetY16gf = /* @__PURE__ */ regnetY(18, 200, 106.23, 2.48, 112);
/** `RegNet` that scales channels, of 32 billion multiplications. */
export const regnetY32gf = /* @__PURE__ */ regnetY(20, 232, 115.89, 2.53, 232);
/** `RegNet` that scales channels, of 128 billion multiplications. */
export const regnetY128gf = /* @__PURE__ */ regnetY(27, 456, 160.83, 2.52, 264);
/** `RegNet` of 0.4 billion multiplications. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.regnet_x_400mf.html */
export const regnetX400mf = /* @__PURE__ */ regnetX(22, 24, 24.48, 2.54, 16);
/** `RegNet` of 0.8 billion multiplications. */
export const regnetX800mf = /* @__PURE__ */ regnetX(16, 56, 35.73, 2.28, 16);
/** `RegNet` of 1.6 billion multiplications. */
export const regnetX1_6gf = /* @__PURE__ */ regnetX(18, 80, 34.01, 2.25, 24);
/** `RegNet` of 3.2 billion multiplications. */
export const regnetX3_2gf = /* @__PURE__ */ regnetX(25, 88, 26.31, 2.25, 48);
/** `RegNet` of 8 billion multiplications. */
export const regnetX8gf = /* @__PURE__ */ regnetX(23, 80, 49.56, 2.88, 120);
/** `RegNet` of 16 billion multiplications. */
export const regnetX16gf = /* @__PURE__ */ regnetX(22, 216, 55.59, 2.1, 128);
/** `RegNet` of 32 billion multiplications. */
export const regnetX32gf = /* @__PURE__ */ regnetX(23, 320, 69.86, 2, 168);
