import type { ImageClassificationOptions } from './image-classification.js';
import { Weights } from './weights.js';

const recipes = {
  alexnet: 'https://github.com/pytorch/vision/tree/main/references/classification#alexnet-and-vgg',
  resnet: 'https://github.com/pytorch/vision/tree/main/references/classification#resnet',
  mobilenet: 'https://github.com/pytorch/vision/tree/main/references/classification#mobilenetv2',
  squeezenet: 'https://github.com/pytorch/vision/pull/49#issuecomment-277560717',
  resnext: 'https://github.com/pytorch/vision/tree/main/references/classification#resnext',
  wider: 'https://github.com/pytorch/vision/pull/5935',
  wide: 'https://github.com/pytorch/vision/pull/912#issue-445437439',
  newerSize: 'https://github.com/pytorch/vision/issues/3995#new-recipe-with-fixres',
  newer: 'https://github.com/pytorch/vision/issues/3995#new-recipe',
  newer50: 'https://github.com/pytorch/vision/issues/3995#issuecomment-1013906621',
  mobilenetV3: 'https://github.com/pytorch/vision/tree/main/references/classification#mobilenetv3-large--small',
  convnext: 'https://github.com/pytorch/vision/tree/main/references/classification#convnext',
  densenet: 'https://github.com/pytorch/vision/pull/116',
  efficientnet: 'https://github.com/pytorch/vision/tree/main/references/classification#efficientnet-v1',
  efficientnetV2: 'https://github.com/pytorch/vision/tree/main/references/classification#efficientnet-v2',
  newerCrop: 'https://github.com/pytorch/vision/issues/3995#new-recipe-with-lr-wd-crop-tuning',
  newerMobilenet: 'https://github.com/pytorch/vision/issues/3995#new-recipe-with-reg-tuning',
  shufflenet: 'https://github.com/ericsun99/Shufflenet-v2-Pytorch',
  newerShufflenet: 'https://github.com/pytorch/vision/pull/5906',
  mnasnet: 'https://github.com/1e100/mnasnet_trainer',
  newerMnasnet: 'https://github.com/pytorch/vision/pull/6019',
  small: 'https://github.com/pytorch/vision/tree/main/references/classification#small-models',
  medium: 'https://github.com/pytorch/vision/tree/main/references/classification#medium-models',
  large: 'https://github.com/pytorch/vision/tree/main/references/classification#large-models',
  googlenet: 'https://github.com/pytorch/vision/tree/main/references/classification#googlenet',
  inception: 'https://github.com/pytorch/vision/tree/main/references/classification#inception-v3',
  vitB16: 'https://github.com/pytorch/vision/tree/main/references/classification#vit_b_16',
  vitB32: 'https://github.com/pytorch/vision/tree/main/references/classification#vit_b_32',
  vitL16: 'https://github.com/pytorch/vision/tree/main/references/classification#vit_l_16',
  vitL32: 'https://github.com/pytorch/vision/tree/main/references/classification#vit_l_32',
  swin: 'https://github.com/pytorch/vision/tree/main/references/classification#swintransformer',
  swinV2: 'https://github.com/pytorch/vision/tree/main/references/classification#swintransformer-v2',
  swag: 'https://github.com/facebookresearch/SWAG',
  swagLinear: 'https://github.com/pytorch/vision/pull/5793',
};
const SWAG_LICENSE = 'https://github.com/facebookresearch/SWAG/blob/main/LICENSE';

/** @internal */
export type Entry = readonly [file: string, acc1: number, acc5: number, recipe: keyof typeof recipes, presets?: ImageClassificationOptions];

/** Pictures that are resized by a curve. @internal */
export const cubic = (cropSize: number, resizeSize: number): ImageClassificationOptions => ({ cropSize, resizeSize, interpolation: 'bicubic' });

const weights = (name: string, version: string, numParams: number, least: number, [file, first, five, recipe, presets]: Entry): Weights =>
  new Weights(
    `${name}_Weights.IMAGENET1K_${version}`, `https://download.pytorch.org/models/${file}.pth`,
    presets ?? (version === 'V1' ? { cropSize: 224 } : { cropSize: 224, resizeSize: 232 }),
    {
      numParams, minSize: [least, least], metrics: { 'acc@1': first, 'acc@5': five }, recipe: recipes[recipe],
      ...(recipe.startsWith('swag') && { license: SWAG_LICENSE }),
    });

/** Weights of one version. @internal */
export function one(name: string, numParams: number, least: number, entry: Entry): {
  readonly IMAGENET1K_V1: Weights; readonly DEFAULT: Weights;
} {
  const IMAGENET1K_V1 = weights(name, 'V1', numParams, least, entry);
  return { IMAGENET1K_V1, DEFAULT: IMAGENET1K_V1 };
}

/** Weights of two versions. @internal */
export function two(name: string, numParams: number, least: number, first: Entry, second: Entry): {
  readonly IMAGENET1K_V1: Weights; readonly IMAGENET1K_V2: Weights; readonly DEFAULT: Weights;
} {
  const IMAGENET1K_V2 = weights(name, 'V2', numParams, least, second);
  return { IMAGENET1K_V1: weights(name, 'V1', numParams, least, first), IMAGENET1K_V2, DEFAULT: IMAGENET1K_V2 };
}

type Scores = readonly [file: string, acc1: number, acc5: number];

/** For pictures of which size weights are, the least that the network takes, its parameters, and how right it is. @internal */
export type Swagged = readonly [size: number, least: number, numParams: number, scores: Scores];

/** @internal */
export interface Swag { readonly IMAGENET1K_SWAG_E2E_V1: Weights; readonly IMAGENET1K_SWAG_LINEAR_V1: Weights }

/** Weights of networks that were trained on other pictures before: then all of them was trained on, or the last layer alone. @internal */
export function swag(name: string, all: Swagged, last: Swagged): Swag {
  const made = (kind: string, [size, least, numParams, scores]: Swagged, recipe: keyof typeof recipes): Weights =>
    weights(name, `SWAG_${kind}_V1`, numParams, least, [...scores, recipe, cubic(size, size)]);
  return { IMAGENET1K_SWAG_E2E_V1: made('E2E', all, 'swag'), IMAGENET1K_SWAG_LINEAR_V1: made('LINEAR', last, 'swagLinear') };
}

/** As `swag`, of networks too large to be trained on ImageNet alone. @internal */
export function swagOnly(name: string, all: Swagged, last: Swagged): Swag & { readonly DEFAULT: Weights } {
  const both = swag(name, all, last);
  return { ...both, DEFAULT: both.IMAGENET1K_SWAG_E2E_V1 };
}
