import * as nn from '@sconce/nn';
import type { Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

const conv3x3 = (inPlanes: number, outPlanes: number, stride = 1): nn.Conv2d =>
  new nn.Conv2d(inPlanes, outPlanes, 3, { stride, padding: 1, bias: false });
const conv1x1 = (inPlanes: number, outPlanes: number, stride = 1): nn.Conv2d =>
  new nn.Conv2d(inPlanes, outPlanes, 1, { stride, bias: false });

/** Two convolutions with a way around them. */
export class BasicBlock extends nn.Module {
  static readonly expansion: number = 1;
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  relu = new nn.ReLU({ inplace: true });
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  downsample: nn.Sequential | null;

  constructor(inplanes: number, planes: number, stride = 1, downsample: nn.Sequential | null = null) {
    super();
    this.conv1 = conv3x3(inplanes, planes, stride);
    this.bn1 = new nn.BatchNorm2d(planes);
    this.conv2 = conv3x3(planes, planes);
    this.bn2 = new nn.BatchNorm2d(planes);
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

  constructor(inplanes: number, planes: number, stride = 1, downsample: nn.Sequential | null = null) {
    super();
    this.conv1 = conv1x1(inplanes, planes);
    this.bn1 = new nn.BatchNorm2d(planes);
    this.conv2 = conv3x3(planes, planes, stride);
    this.bn2 = new nn.BatchNorm2d(planes);
    this.conv3 = conv1x1(planes, planes * Bottleneck.expansion);
    this.bn3 = new nn.BatchNorm2d(planes * Bottleneck.expansion);
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
}

/** @see He et al., "Deep residual learning for image recognition" (2015) */
export class ResNet extends nn.Module {
  conv1 = new nn.Conv2d(3, 64, 7, { stride: 2, padding: 3, bias: false });
  bn1 = new nn.BatchNorm2d(64);
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
    const { numClasses = 1000, zeroInitResidual = false } = checked('ResNet', options, 'numClasses');
    super();
    const { expansion } = block;
    this.layer1 = makeLayer(block, 64, 64, layers[0], 1);
    this.layer2 = makeLayer(block, 64 * expansion, 128, layers[1], 2);
    this.layer3 = makeLayer(block, 128 * expansion, 256, layers[2], 2);
    this.layer4 = makeLayer(block, 256 * expansion, 512, layers[3], 2);
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

function makeLayer(block: Block, inplanes: number, planes: number, blocks: number, stride: number): nn.Sequential {
  const outplanes = planes * block.expansion;
  const downsample = stride !== 1 || inplanes !== outplanes
    ? new nn.Sequential(conv1x1(inplanes, outplanes, stride), new nn.BatchNorm2d(outplanes)) : null;
  const first = new block(inplanes, planes, stride, downsample);
  return new nn.Sequential(first, ...Array.from({ length: blocks - 1 }, () => new block(outplanes, planes)));
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
