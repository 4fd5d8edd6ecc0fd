import * as nn from '@sconce/nn';
import type { Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

export interface AlexNetOptions extends ModelOptions {
  /** the probability of dropout, default 0.5 */
  readonly dropout?: number | undefined;
}

const relu = (): nn.ReLU => new nn.ReLU({ inplace: true });

/** @see Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014) */
export class AlexNet extends nn.Module {
  features = new nn.Sequential(
    new nn.Conv2d(3, 64, 11, { stride: 4, padding: 2 }), relu(), new nn.MaxPool2d(3, 2),
    new nn.Conv2d(64, 192, 5, { padding: 2 }), relu(), new nn.MaxPool2d(3, 2),
    new nn.Conv2d(192, 384, 3, { padding: 1 }), relu(),
    new nn.Conv2d(384, 256, 3, { padding: 1 }), relu(),
    new nn.Conv2d(256, 256, 3, { padding: 1 }), relu(), new nn.MaxPool2d(3, 2));
  avgpool = new nn.AdaptiveAvgPool2d([6, 6]);
  classifier: nn.Sequential;

  constructor(options: Omit<AlexNetOptions, 'weights'> = {}) {
    const { numClasses = 1000, dropout = 0.5 } = checked('AlexNet', options, 'numClasses');
    super();
    this.classifier = new nn.Sequential(
      new nn.Dropout(dropout), new nn.Linear(256 * 6 * 6, 4096), relu(),
      new nn.Dropout(dropout), new nn.Linear(4096, 4096), relu(), new nn.Linear(4096, numClasses));
  }

  override forward(x: Tensor): Tensor { return this.classifier(this.avgpool(this.features(x)).flatten(1)); }
}

/** `AlexNet`. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.alexnet.html */
export function alexnet(options: AlexNetOptions = {}): AlexNet {
  return withWeights(new AlexNet({ ...options, numClasses: classesOf('classifier.6.bias', options) }), options);
}
