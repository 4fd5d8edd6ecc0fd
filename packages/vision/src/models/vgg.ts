import * as nn from '@sconce/nn';
import type { Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { drawParameters } from './initial.js';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

export interface VGGOptions extends ModelOptions {
  /** draw the parameters anew; default true, but where weights are given */
  readonly initWeights?: boolean | undefined;
  /** the probability of dropout, default 0.5 */
  readonly dropout?: number | undefined;
}

const relu = (): nn.ReLU => new nn.ReLU({ inplace: true });

/** @see Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition" (2014) */
export class VGG extends nn.Module {
  avgpool: nn.AdaptiveAvgPool2d;
  classifier: nn.Sequential;

  constructor(readonly features: nn.Module, options: Omit<VGGOptions, 'weights'> = {}) {
    const { numClasses = 1000, initWeights = true, dropout = 0.5 } = checked('VGG', options, 'numClasses');
    super();
    this.avgpool = new nn.AdaptiveAvgPool2d([7, 7]);
    this.classifier = new nn.Sequential(
      new nn.Linear(512 * 7 * 7, 4096), relu(), new nn.Dropout(dropout),
      new nn.Linear(4096, 4096), relu(), new nn.Dropout(dropout), new nn.Linear(4096, numClasses));
    if (initWeights) drawParameters(this);
  }

  override forward(x: Tensor): Tensor {
    return this.classifier(this.avgpool((this.features as nn.Layer)(x)).flatten(1));
  }
}

/** Convolutions in each block; a pooling follows each. */
const BLOCKS = { A: [1, 1, 2, 2, 2], B: [2, 2, 2, 2, 2], D: [2, 2, 3, 3, 3], E: [2, 2, 4, 4, 4] };
const WIDTHS = [64, 128, 256, 512, 512];

function features(blocks: readonly number[], batchNorm: boolean): nn.Sequential {
  let channels = 3;
  const layers = blocks.flatMap((count, block) => {
    const width = WIDTHS[block], convolutions: nn.Module[] = [];
    for (let i = 0; i < count; i++, channels = width) {
      convolutions.push(
        new nn.Conv2d(channels, width, 3, { padding: 1 }), ...(batchNorm ? [new nn.BatchNorm2d(width)] : []), relu());
    }
    return [...convolutions, new nn.MaxPool2d(2, 2)];
  });
  return new nn.Sequential(...layers);
}

function vgg(configuration: keyof typeof BLOCKS, batchNorm: boolean, options: VGGOptions): VGG {
  const numClasses = classesOf('classifier.6.bias', options), { initWeights = !options.weights } = options;
  return withWeights(new VGG(features(BLOCKS[configuration], batchNorm), { ...options, numClasses, initWeights }), options);
}

/** `VGG` of 11 layers. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.vgg11.html */
export const vgg11 = (options: VGGOptions = {}): VGG => vgg('A', false, options);
/** `VGG` of 11 layers, batches normalised. */
export const vgg11Bn = (options: VGGOptions = {}): VGG => vgg('A', true, options);
/** `VGG` of 13 layers. */
export const vgg13 = (options: VGGOptions = {}): VGG => vgg('B', false, options);
/** `VGG` of 13 layers, batches normalised. */
export const vgg13Bn = (options: VGGOptions = {}): VGG => vgg('B', true, options);
/** `VGG` of 16 layers. @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.vgg16.html */
export const vgg16 = (options: VGGOptions = {}): VGG => vgg('D', false, options);
/** `VGG` of 16 layers, batches normalised. */
export const vgg16Bn = (options: VGGOptions = {}): VGG => vgg('D', true, options);
/** `VGG` of 19 layers. */
export const vgg19 = (options: VGGOptions = {}): VGG => vgg('E', false, options);
/** `VGG` of 19 layers, batches normalised. */
export const vgg19Bn = (options: VGGOptions = {}): VGG => vgg('E', true, options);
