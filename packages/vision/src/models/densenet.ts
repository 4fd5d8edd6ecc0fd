import * as nn from '@sconce/nn';
import { cat, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

const relu = (): nn.ReLU => new nn.ReLU({ inplace: true });

interface LayerSettings { readonly growthRate: number; readonly bnSize: number; readonly dropRate: number }

/** Makes a few channels of all that were made before. */
class _DenseLayer extends nn.Module {
  norm1: nn.BatchNorm2d;
  relu1 = relu();
  conv1: nn.Conv2d;
  norm2: nn.BatchNorm2d;
  relu2 = relu();
  conv2: nn.Conv2d;
  readonly dropRate: number;

  constructor(channels: number, { growthRate, bnSize, dropRate }: LayerSettings) {
    super();
    this.norm1 = new nn.BatchNorm2d(channels);
    this.conv1 = new nn.Conv2d(channels, bnSize * growthRate, 1, { bias: false });
    this.norm2 = new nn.BatchNorm2d(bnSize * growthRate);
    this.conv2 = new nn.Conv2d(bnSize * growthRate, growthRate, 3, { padding: 1, bias: false });
    this.dropRate = dropRate;
  }

  /** The weights that torchvision offers are older than its names. */
  override _mendState(state: Map<string, unknown>, prefix: string): void {
    for (const [key, value] of state) {
      const [, name, rest] = /^(norm|conv)\.([12]\..*)$/.exec(key.startsWith(prefix) ? key.slice(prefix.length) : '') ?? [];
      if (name === undefined) continue;
      state.delete(key);
      state.set(`${prefix}${name}${rest}`, value);
    }
  }

  override forward(features: readonly Tensor[]): Tensor {
    const narrow = this.conv1(this.relu1(this.norm1(cat(features, 1)))), made = this.conv2(this.relu2(this.norm2(narrow)));
    return this.dropRate > 0 ? nn.functional.dropout(made, { p: this.dropRate, training: this.training }) : made;
  }
}

class _DenseBlock extends nn.ModuleDict<_DenseLayer> {
  constructor(layers: number, channels: number, settings: LayerSettings) {
    super();
    for (let i = 0; i < layers; i++) this.addModule(`denselayer${i + 1}`, new _DenseLayer(channels + i * settings.growthRate, settings));
  }

  override get _version(): number { return 2; }

  override forward(first: Tensor): Tensor {
    const features = [first];
    for (const layer of this.children()) features.push((layer as _DenseLayer)(features));
    return cat(features, 1);
  }
}

/** Half the channels, half the size. */
class _Transition extends nn.Sequential {
  constructor(channels: number, outputs: number) {
    super({
      norm: new nn.BatchNorm2d(channels), relu: relu(), conv: new nn.Conv2d(channels, outputs, 1, { bias: false }), pool: new nn.AvgPool2d(2, 2),
    });
  }
}

interface Structure {
  /** how many channels each layer adds, default 32 */
  readonly growthRate?: number | undefined;
  /** the layers of each block, default [6, 12, 24, 16] */
  readonly blockConfig?: readonly number[] | undefined;
  /** the channels before the first block, default 64 */
  readonly numInitFeatures?: number | undefined;
}

export interface DenseNetOptions extends ModelOptions {
  /** how many times as many channels as a layer adds it has inside, default 4 */
  readonly bnSize?: number | undefined;
  /** the probability of dropout behind each layer, default 0 */
  readonly dropRate?: number | undefined;
}

/** @see Huang et al., "Densely connected convolutional networks" (2016) */
export class DenseNet extends nn.Module {
  features: nn.Sequential;
  classifier: nn.Linear;

  constructor(options: Structure & Omit<DenseNetOptions, 'weights'> = {}) {
    const {
      growthRate = 32, blockConfig = [6, 12, 24, 16], numInitFeatures = 64, bnSize = 4, dropRate = 0, numClasses = 1000,
    } = checked('DenseNet', options, 'growthRate');
    super();
    this.features = new nn.Sequential({
      conv0: new nn.Conv2d(3, numInitFeatures, 7, { stride: 2, padding: 3, bias: false }), norm0: new nn.BatchNorm2d(numInitFeatures), relu0: relu(),
      pool0: new nn.MaxPool2d(3, { stride: 2, padding: 1 }),
    });
    let channels = numInitFeatures;
    blockConfig.forEach((layers, i) => {
      this.features.addModule(`denseblock${i + 1}`, new _DenseBlock(layers, channels, { growthRate, bnSize, dropRate }));
      channels += layers * growthRate;
      if (i === blockConfig.length - 1) return;
      const half = Math.floor(channels / 2);
      this.features.addModule(`transition${i + 1}`, new _Transition(channels, half));
      channels = half;
    });
    this.features.addModule('norm5', new nn.BatchNorm2d(channels));
    this.classifier = new nn.Linear(channels, numClasses);
    for (const m of this.modules()) {
      if (m instanceof nn.Conv2d) nn.init.kaimingNormal_(m.weight);
      else if (m instanceof nn.Linear) nn.init.zeros_(m.bias!);
    }
  }

  override forward(x: Tensor): Tensor {
    return this.classifier(nn.functional.adaptiveAvgPool2d(this.features(x).relu(), [1, 1]).flatten(1));
  }
}

function densenet(growthRate: number, blockConfig: readonly number[], numInitFeatures: number, options: DenseNetOptions): DenseNet {
  const { weights: _weights, ...rest } = options, numClasses = classesOf('classifier.bias', options);
  return withWeights(new DenseNet({ ...rest, growthRate, blockConfig, numInitFeatures, numClasses }), options);
}

/** `DenseNet` of 121 layers. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.densenet121.html */
export const densenet121 = (options: DenseNetOptions = {}): DenseNet => densenet(32, [6, 12, 24, 16], 64, options);
/** `DenseNet` of 161 layers. */
export const densenet161 = (options: DenseNetOptions = {}): DenseNet => densenet(48, [6, 12, 36, 24], 96, options);
/** `DenseNet` of 169 layers. */
export const densenet169 = (options: DenseNetOptions = {}): DenseNet => densenet(32, [6, 12, 32, 32], 64, options);
/** `DenseNet` of 201 layers. */
export const densenet201 = (options: DenseNetOptions = {}): DenseNet => densenet(32, [6, 12, 48, 32], 64, options);
