import * as nn from '@sconce/nn';
import { NotImplementedError, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { made, type NormLayer } from '../ops/layers.js';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

const conv3x3 = (inPlanes: number, outPlanes: number, stride = 1, groups = 1, dilation = 1): nn.Conv2d =>
  new nn.Conv2d(inPlanes, outPlanes, 3, { stride, padding: dilation, groups, dilation, bias: false });
const conv1x1 = (inPlanes: number, outPlanes: number, stride = 1): nn.Conv2d =>
  new nn.Conv2d(inPlanes, outPlanes, 1, { stride, bias: false });

export interface BlockOptions {
  /** of the middle convolution, default 1 */
  readonly groups?: number | undefined;
  /** the channels of each group are this many 64ths of the usual, default 64 */
  readonly baseWidth?: number | undefined;
  /** of the middle convolution, default 1 */
  readonly dilation?: number | undefined;
  /** a class, as nn.BatchNorm2d (default) or ops.FrozenBatchNorm2d, or a function of the channels */
  readonly normLayer?: NormLayer | null | undefined;
}

/** A norm; the type is that of the usual one, for those who look at its statistics. */
const normOf = (layer: NormLayer | null | undefined) => (channels: number): nn.BatchNorm2d =>
  made<[number]>(layer ?? nn.BatchNorm2d, channels) as nn.BatchNorm2d;

/** Two convolutions with a way around them. */
export class BasicBlock extends nn.Module {
  static readonly expansion: number = 1;
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  relu = new nn.ReLU({ inplace: true });
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  downsample: nn.Sequential | null;

  constructor(inplanes: number, planes: number, stride = 1, downsample: nn.Sequential | null = null, options: BlockOptions = {}) {
    const { groups = 1, baseWidth = 64, dilation = 1, normLayer } = checked('BasicBlock', options, 'groups'), norm = normOf(normLayer);
    super();
    if (groups !== 1 || baseWidth !== 64) throw new ValueError('BasicBlock only supports groups=1 and base_width=64');
    if (dilation > 1) throw new NotImplementedError('Dilation > 1 not supported in BasicBlock');
    this.conv1 = conv3x3(inplanes, planes, stride);
    this.bn1 = norm(planes);
    this.conv2 = conv3x3(planes, planes);
    this.bn2 = norm(planes);
    this.downsample = downsample;
  }

  override forward(x: Tensor): Tensor {
    const out = this.bn2(this.conv2(this.relu(this.bn1(this.conv1(x)))));
    return this.relu(out.add_(this.downsample ? this.downsample(x) : x));
  }
}

/** Three convolutions, narrow in the middle, with a way around them. */
export class Bottleneck extends nn.Module {
  static readonly expansion: number = 4;
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  conv3: nn.Conv2d;
  bn3: nn.BatchNorm2d;
  relu = new nn.ReLU({ inplace: true });
  downsample: nn.Sequential | null;

  constructor(inplanes: number, planes: number, stride = 1, downsample: nn.Sequential | null = null, options: BlockOptions = {}) {
    const { groups = 1, baseWidth = 64, dilation = 1, normLayer } = checked('Bottleneck', options, 'groups'), norm = normOf(normLayer);
    const width = Math.floor(planes * (baseWidth / 64)) * groups;
    super();
    this.conv1 = conv1x1(inplanes, width);
    this.bn1 = norm(width);
    this.conv2 = conv3x3(width, width, stride, groups, dilation);
    this.bn2 = norm(width);
    this.conv3 = conv1x1(width, planes * Bottleneck.expansion);
    this.bn3 = norm(planes * Bottleneck.expansion);
    this.downsample = downsample;
  }

  override forward(x: Tensor): Tensor {
    const inner = this.relu(this.bn2(this.conv2(this.relu(this.bn1(this.conv1(x))))));
    return this.relu(this.bn3(this.conv3(inner)).add_(this.downsample ? this.downsample(x) : x));
  }
}

type Block = typeof BasicBlock | typeof Bottleneck;

export interface ResNetOptions extends ModelOptions {
  /** let each block begin as its way around; default false */
  readonly zeroInitResidual?: boolean | undefined;
  /** of the middle convolution of each bottleneck, default 1 */
  readonly groups?: number | undefined;
  /** the channels of each group, default 64 */
  readonly widthPerGroup?: number | undefined;
  /** whether the second, third and fourth layers keep the size and look further instead, as for segmentation; default: none does */
  readonly replaceStrideWithDilation?: readonly boolean[] | null | undefined;
  /** a class, as nn.BatchNorm2d (default) or ops.FrozenBatchNorm2d, or a function of the channels */
  readonly normLayer?: NormLayer | null | undefined;
}

/** @see He et al., "Deep residual learning for image recognition" (2015) */
export class ResNet extends nn.Module {
  conv1 = new nn.Conv2d(3, 64, 7, { stride: 2, padding: 3, bias: false });
  bn1: nn.BatchNorm2d;
  relu = new nn.ReLU({ inplace: true });
  maxpool = new nn.MaxPool2d(3, { stride: 2, padding: 1 });
  layer1: nn.Sequential;
  layer2: nn.Sequential;
  layer3: nn.Sequential;
  layer4: nn.Sequential;
  avgpool: nn.AdaptiveAvgPool2d;
  fc: nn.Linear;

  constructor(
    block: Block, layers: readonly number[],
    options: Omit<ResNetOptions, 'weights'> = {},
  ) {
    const {
      numClasses = 1000, zeroInitResidual = false, groups, widthPerGroup: baseWidth, replaceStrideWithDilation: dilated, normLayer,
    } = checked('ResNet', options, 'numClasses');
    super();
    if (dilated && dilated.length !== 3) {
      throw new ValueError(`replace_stride_with_dilation should be None or a 3-element tuple, got (${dilated.map((x) => (x ? 'True' : 'False')).join(', ')})`);
    }
    const { expansion } = block;
    this.bn1 = normOf(normLayer)(64);
    let inplanes = 64, dilation = 1;
    const [layer1, layer2, layer3, layer4] = layers.map((blocks, i) => {
      const stride = i === 0 ? 1 : 2, dilates = i > 0 && dilated?.[i - 1], planes = 64 * 2 ** i, before = dilation;
      if (dilates) dilation *= stride;
      const layer = makeLayer(block, inplanes, planes, blocks, dilates ? 1 : stride, before, { groups, baseWidth, dilation, normLayer });
      inplanes = planes * expansion;
      return layer;
    });
    this.layer1 = layer1;
    this.layer2 = layer2;
    this.layer3 = layer3;
    this.layer4 = layer4;
    this.avgpool = new nn.AdaptiveAvgPool2d([1, 1]);
    this.fc = new nn.Linear(512 * expansion, numClasses);
    for (const m of this.modules()) draw(m);
    if (!zeroInitResidual) return;
    for (const m of this.modules()) {
      if (m instanceof Bottleneck) nn.init.zeros_(m.bn3.weight!);
      else if (m instanceof BasicBlock) nn.init.zeros_(m.bn2.weight!);
    }
  }

  override forward(x: Tensor): Tensor {
    x = this.maxpool(this.relu(this.bn1(this.conv1(x))));
    x = this.layer4(this.layer3(this.layer2(this.layer1(x))));
    return this.fc(this.avgpool(x).flatten(1));
  }
}

function draw(m: nn.Module): void {
  if (m instanceof nn.Conv2d) {
    nn.init.kaimingNormal_(m.weight, { mode: 'fan_out', nonlinearity: 'relu' });
  } else if (m instanceof nn.BatchNorm2d) {
    nn.init.ones_(m.weight!);
    nn.init.zeros_(m.bias!);
  }
}

/** @param before the dilation of the first block */
function makeLayer(
  block: Block, inplanes: number, planes: number, blocks: number, stride: number, before: number, options: BlockOptions,
): nn.Sequential {
  const outplanes = planes * block.expansion;
  const downsample = stride !== 1 || inplanes !== outplanes
    ? new nn.Sequential(conv1x1(inplanes, outplanes, stride), normOf(options.normLayer)(outplanes)) : null;
  const first = new block(inplanes, planes, stride, downsample, { ...options, dilation: before });
  return new nn.Sequential(first, ...Array.from({ length: blocks - 1 }, () => new block(outplanes, planes, 1, null, options)));
}

const resnet = (block: Block, layers: readonly number[], options: ResNetOptions): ResNet =>
  withWeights(new ResNet(block, layers, { ...options, numClasses: classesOf('fc.bias', options) }), options);

/** `ResNet` of 18 layers. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.resnet18.html */
export const resnet18 = (options: ResNetOptions = {}): ResNet => resnet(BasicBlock, [2, 2, 2, 2], options);
/** `ResNet` of 34 layers. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.resnet34.html */
export const resnet34 = (options: ResNetOptions = {}): ResNet => resnet(BasicBlock, [3, 4, 6, 3], options);
/** `ResNet` of 50 layers. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.resnet50.html */
export const resnet50 = (options: ResNetOptions = {}): ResNet => resnet(Bottleneck, [3, 4, 6, 3], options);
/** `ResNet` of 101 layers. */
export const resnet101 = (options: ResNetOptions = {}): ResNet => resnet(Bottleneck, [3, 4, 23, 3], options);
/** `ResNet` of 152 layers. */
export const resnet152 = (options: ResNetOptions = {}): ResNet => resnet(Bottleneck, [3, 8, 36, 3], options);
/** `ResNet` of 50 layers, its middle convolutions in 32 groups. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.resnext50_32x4d.html */
export const resnext5032x4d = (options: ResNetOptions = {}): ResNet => resnet50({ ...options, groups: 32, widthPerGroup: 4 });
/** `ResNet` of 101 layers, its middle convolutions in 32 groups. */
export const resnext10132x8d = (options: ResNetOptions = {}): ResNet => resnet101({ ...options, groups: 32, widthPerGroup: 8 });
/** `ResNet` of 101 layers, its middle convolutions in 64 groups. */
export const resnext10164x4d = (options: ResNetOptions = {}): ResNet => resnet101({ ...options, groups: 64, widthPerGroup: 4 });
/** `ResNet` of 50 layers, twice as wide in the middle. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.wide_resnet50_2.html */
export const wideResnet502 = (options: ResNetOptions = {}): ResNet => resnet50({ ...options, widthPerGroup: 128 });
/** `ResNet` of 101 layers, twice as wide in the middle. */
export const wideResnet1012 = (options: ResNetOptions = {}): ResNet => resnet101({ ...options, widthPerGroup: 128 });
