/** `torchvision.models`. */
export { AlexNet, alexnet, type AlexNetOptions } from './alexnet.js';
export { ConvNeXt, convnextBase, convnextLarge, convnextSmall, convnextTiny, type ConvNeXtOptions } from './convnext.js';
export { DenseNet, densenet121, densenet161, densenet169, densenet201, type DenseNetOptions } from './densenet.js';
export {
  EfficientNet, efficientnetB0, efficientnetB1, efficientnetB2, efficientnetB3, efficientnetB4, efficientnetB5, efficientnetB6, efficientnetB7,
  efficientnetV2L, efficientnetV2M, efficientnetV2S, type EfficientNetOptions,
} from './efficientnet.js';
export { ImageClassification, type ImageClassificationOptions } from './image-classification.js';
export { LeNet, lenet, type LeNetOptions } from './lenet.js';
export { MobileNetV2, mobilenetV2, type MobileNetV2Options } from './mobilenet-v2.js';
export { MobileNetV3, mobilenetV3Large, mobilenetV3Small, type MobileNetV3Options } from './mobilenet-v3.js';
export {
  BasicBlock, Bottleneck, ResNet, resnet101, resnet152, resnet18, resnet34, resnet50, resnext10132x8d, resnext10164x4d, resnext5032x4d,
  wideResnet1012, wideResnet502, type BlockOptions, type ResNetOptions,
} from './resnet.js';
export { SqueezeNet, squeezenet10, squeezenet11, type SqueezeNetOptions } from './squeezenet.js';
export * from './trained.js';
export { VGG, vgg11, vgg11Bn, vgg13, vgg13Bn, vgg16, vgg16Bn, vgg19, vgg19Bn, type VGGOptions } from './vgg.js';
export { Weights, type ModelOptions, type WeightsMeta } from './weights.js';
