import { Weights } from './weights.js';

const recipes = {
  alexnet: 'https://github.com/pytorch/vision/tree/main/references/classification#alexnet-and-vgg',
  resnet: 'https://github.com/pytorch/vision/tree/main/references/classification#resnet',
  mobilenet: 'https://github.com/pytorch/vision/tree/main/references/classification#mobilenetv2',
  squeezenet: 'https://github.com/pytorch/vision/pull/49#issuecomment-277560717',
  newer: 'https://github.com/pytorch/vision/issues/3995#new-recipe',
  newer50: 'https://github.com/pytorch/vision/issues/3995#issuecomment-1013906621',
  newerMobilenet: 'https://github.com/pytorch/vision/issues/3995#new-recipe-with-reg-tuning',
};

type Entry = readonly [file: string, acc1: number, acc5: number, recipe: keyof typeof recipes];

const weights = (name: string, version: 1 | 2, numParams: number, least: number, [file, first, five, recipe]: Entry): Weights =>
  new Weights(
    `${name}_Weights.IMAGENET1K_V${version}`, `https://download.pytorch.org/models/${file}.pth`,
    version === 1 ? { cropSize: 224 } : { cropSize: 224, resizeSize: 232 },
    { numParams, minSize: [least, least], metrics: { 'acc@1': first, 'acc@5': five }, recipe: recipes[recipe] });

function one(name: string, numParams: number, least: number, entry: Entry): {
  readonly IMAGENET1K_V1: Weights; readonly DEFAULT: Weights;
} {
  const IMAGENET1K_V1 = weights(name, 1, numParams, least, entry);
  return { IMAGENET1K_V1, DEFAULT: IMAGENET1K_V1 };
}

function two(name: string, numParams: number, least: number, first: Entry, second: Entry): {
  readonly IMAGENET1K_V1: Weights; readonly IMAGENET1K_V2: Weights; readonly DEFAULT: Weights;
} {
  const IMAGENET1K_V2 = weights(name, 2, numParams, least, second);
  return { IMAGENET1K_V1: weights(name, 1, numParams, least, first), IMAGENET1K_V2, DEFAULT: IMAGENET1K_V2 };
}

// torchvision's trained weights, with the numbers of its documentation
export const AlexNetWeights = /* @__PURE__ */ one('AlexNet', 61100840, 63, ['alexnet-owt-7be5be79', 56.522, 79.066, 'alexnet']);
export const VGG11Weights = /* @__PURE__ */ one('VGG11', 132863336, 32, ['vgg11-8a719046', 69.02, 88.628, 'alexnet']);
export const VGG11BNWeights = /* @__PURE__ */ one('VGG11_BN', 132868840, 32, ['vgg11_bn-6002323d', 70.37, 89.81, 'alexnet']);
export const VGG13Weights = /* @__PURE__ */ one('VGG13', 133047848, 32, ['vgg13-19584684', 69.928, 89.246, 'alexnet']);
export const VGG13BNWeights = /* @__PURE__ */ one('VGG13_BN', 133053736, 32, ['vgg13_bn-abd245e5', 71.586, 90.374, 'alexnet']);
export const VGG16Weights = /* @__PURE__ */ one('VGG16', 138357544, 32, ['vgg16-397923af', 71.592, 90.382, 'alexnet']);
export const VGG16BNWeights = /* @__PURE__ */ one('VGG16_BN', 138365992, 32, ['vgg16_bn-6c64b313', 73.36, 91.516, 'alexnet']);
export const VGG19Weights = /* @__PURE__ */ one('VGG19', 143667240, 32, ['vgg19-dcbb9e9d', 72.376, 90.876, 'alexnet']);
export const VGG19BNWeights = /* @__PURE__ */ one('VGG19_BN', 143678248, 32, ['vgg19_bn-c79401a0', 74.218, 91.842, 'alexnet']);
export const ResNet18Weights = /* @__PURE__ */ one('ResNet18', 11689512, 1, ['resnet18-f37072fd', 69.758, 89.078, 'resnet']);
export const ResNet34Weights = /* @__PURE__ */ one('ResNet34', 21797672, 1, ['resnet34-b627a593', 73.314, 91.42, 'resnet']);
export const ResNet50Weights = /* @__PURE__ */ two('ResNet50', 25557032, 1,
  ['resnet50-0676ba61', 76.13, 92.862, 'resnet'], ['resnet50-11ad3fa6', 80.858, 95.434, 'newer50']);
export const ResNet101Weights = /* @__PURE__ */ two('ResNet101', 44549160, 1,
  ['resnet101-63fe2227', 77.374, 93.546, 'resnet'], ['resnet101-cd907fc2', 81.886, 95.78, 'newer']);
export const ResNet152Weights = /* @__PURE__ */ two('ResNet152', 60192808, 1,
  ['resnet152-394f9c45', 78.312, 94.046, 'resnet'], ['resnet152-f82ba261', 82.284, 96.002, 'newer']);
export const MobileNetV2Weights = /* @__PURE__ */ two('MobileNet_V2', 3504872, 1,
  ['mobilenet_v2-b0353104', 71.878, 90.286, 'mobilenet'], ['mobilenet_v2-7ebf99e0', 72.154, 90.822, 'newerMobilenet']);
export const SqueezeNet10Weights = /* @__PURE__ */ one(
  'SqueezeNet1_0', 1248424, 21, ['squeezenet1_0-b66bff10', 58.092, 80.42, 'squeezenet']);
export const SqueezeNet11Weights = /* @__PURE__ */ one(
  'SqueezeNet1_1', 1235496, 17, ['squeezenet1_1-b8a52dc0', 58.178, 80.624, 'squeezenet']);
