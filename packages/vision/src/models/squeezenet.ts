import * as nn from '@sconce/nn';
import { cat, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

const relu = (): nn.ReLU => new nn.ReLU({ inplace: true });
const pool = (): nn.Module => new nn.MaxPool2d(3, { stride: 2, ceilMode: true });

/** Narrows to few channels, then widens by two convolutions side by side. */
export class Fire extends nn.Module {
  squeeze: nn.Conv2d;
  squeeze_activation: nn.ReLU;
  expand1x1: nn.Conv2d;
  expand1x1_activation: nn.ReLU;
  expand3x3: nn.Conv2d;
  expand3x3_activation: nn.ReLU;

  constructor(inplanes: number, squeezePlanes: number, expandPlanes: number) {
    super();
    this.squeeze = new nn.Conv2d(inplanes, squeezePlanes, 1);
    this.squeeze_activation = relu();
    this.expand1x1 = new nn.Conv2d(squeezePlanes, expandPlanes, 1);
    this.expand1x1_activation = relu();
    this.expand3x3 = new nn.Conv2d(squeezePlanes, expandPlanes, 3, { padding: 1 });
    this.expand3x3_activation = relu();
  }

  override forward(x: Tensor): Tensor {
    const narrow = this.squeeze_activation(this.squeeze(x));
    return cat([this.expand1x1_activation(this.expand1x1(narrow)), this.expand3x3_activation(this.expand3x3(narrow))], 1);
  }
}

export interface SqueezeNetOptions extends ModelOptions {
  /** the probability of dropout, default 0.5 */
  readonly dropout?: number | undefined;
}

const FEATURES: Record<string, () => nn.Module[]> = {
  '1_0': () => [
    new nn.Conv2d(3, 96, 7, { stride: 2 }), relu(), pool(),
    new Fire(96, 16, 64), new Fire(128, 16, 64), new Fire(128, 32, 128), pool(),
    new Fire(256, 32, 128), new Fire(256, 48, 192), new Fire(384, 48, 192), new Fire(384, 64, 256), pool(),
    new Fire(512, 64, 256),
  ],
  '1_1': () => [
    new nn.Conv2d(3, 64, 3, { stride: 2 }), relu(), pool(),
    new Fire(64, 16, 64), new Fire(128, 16, 64), pool(),
    new Fire(128, 32, 128), new Fire(256, 32, 128), pool(),
    new Fire(256, 48, 192), new Fire(384, 48, 192), new Fire(384, 64, 256), new Fire(512, 64, 256),
  ],
};

/** @see Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters" (2016) */
export class SqueezeNet extends nn.Module {
  features: nn.Sequential;
  classifier: nn.Sequential;

  constructor(version: '1_0' | '1_1' = '1_0', options: Omit<SqueezeNetOptions, 'weights'> = {}) {
    const { numClasses = 1000, dropout = 0.5 } = checked('SqueezeNet', options, 'numClasses');
    super();
    if (!Object.hasOwn(FEATURES, version)) {
      throw new ValueError(`Unsupported SqueezeNet version ${String(version)}: 1_0 or 1_1 expected`);
    }
    this.features = new nn.Sequential(...FEATURES[version]());
    const last = new nn.Conv2d(512, numClasses, 1);
    this.classifier = new nn.Sequential(new nn.Dropout(dropout), last, relu(), new nn.AdaptiveAvgPool2d([1, 1]));
    for (const m of this.modules()) {
      if (!(m instanceof nn.Conv2d)) continue;
      if (m === last) nn.init.normal_(m.weight, 0, 0.01);
      else nn.init.kaimingUniform_(m.weight);
      nn.init.zeros_(m.bias!);
    }
  }

  override forward(x: Tensor): Tensor { return this.classifier(this.features(x)).flatten(1); }
}

const squeezenet = (version: '1_0' | '1_1', options: SqueezeNetOptions): SqueezeNet =>
  withWeights(new SqueezeNet(version, { ...options, numClasses: classesOf('classifier.1.bias', options) }), options);

/** `SqueezeNet` 1.0. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.squeezenet1_0.html */
export const squeezenet10 = (options: SqueezeNetOptions = {}): SqueezeNet => squeezenet('1_0', options);
/** `SqueezeNet` 1.1. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.squeezenet1_1.html */
export const squeezenet11 = (options: SqueezeNetOptions = {}): SqueezeNet => squeezenet('1_1', options);
