/** `torchvision.models`. */
export { AlexNet, alexnet, type AlexNetOptions } from './alexnet.js';
export { ConvNeXt, convnextBase, convnextLarge, convnextSmall, convnextTiny, type ConvNeXtOptions } from './convnext.js';
export { DenseNet, densenet121, densenet161, densenet169, densenet201, type DenseNetOptions } from './densenet.js';
export {
  EfficientNet, efficientnetB0, efficientnetB1, efficientnetB2, efficientnetB3, efficientnetB4, efficientnetB5, efficientnetB6, efficientnetB7,
  efficientnetV2L, efficientnetV2M, efficientnetV2S, type EfficientNetOptions,
} from './efficientnet.js';
export { GoogLeNet, googlenet, type GoogLeNetOptions, type GoogLeNetOutputs } from './googlenet.js';
export { ImageClassification, type ImageClassificationOptions } from './image-classification.js';
export { Inception3, inceptionV3, type Inception3Options, type InceptionOutputs } from './inception-v3.js';
export { LeNet, lenet, type LeNetOptions } from './lenet.js';
export { MNASNet, mnasnet05, mnasnet075, mnasnet10, mnasnet13, type MNASNetOptions } from './mnasnet.js';
export { MobileNetV2, mobilenetV2, type MobileNetV2Options } from './mobilenet-v2.js';
export { MobileNetV3, mobilenetV3Large, mobilenetV3Small, type MobileNetV3Options } from './mobilenet-v3.js';
export {
  BlockParams, RegNet, regnetX16gf, regnetX1_6gf, regnetX32gf, regnetX3_2gf, regnetX400mf, regnetX800mf, regnetX8gf, regnetY128gf, regnetY16gf,
  regnetY1_6gf, regnetY32gf, regnetY3_2gf, regnetY400mf, regnetY800mf, regnetY8gf, type BlockParamsOptions, type RegNetOptions,
} from './regnet.js';
export { getModel, getModelBuilder, getModelWeights, getWeight, listModels, type ModelName } from './registry.js';
export {
  BasicBlock, Bottleneck, ResNet, resnet101, resnet152, resnet18, resnet34, resnet50, resnext10132x8d, resnext10164x4d, resnext5032x4d,
  wideResnet1012, wideResnet502, type BlockOptions, type ResNetOptions,
} from './resnet.js';
export {
  ShuffleNetV2, shufflenetV2X05, shufflenetV2X10, shufflenetV2X15, shufflenetV2X20, type ShuffleNetV2Options,
} from './shufflenet-v2.js';
export { SqueezeNet, squeezenet10, squeezenet11, type SqueezeNetOptions } from './squeezenet.js';
export {
  PatchMerging, PatchMergingV2, swinB, swinS, swinT, SwinTransformer, SwinTransformerBlock, SwinTransformerBlockV2, swinV2B, swinV2S, swinV2T,
  type SwinBlockSettings, type SwinTransformerOptions, type SwinTransformerSettings,
} from './swin-transformer.js';
export * from './trained.js';
export * from './trained-networks.js';
export * from './trained-transformers.js';
export { VGG, vgg11, vgg11Bn, vgg13, vgg13Bn, vgg16, vgg16Bn, vgg19, vgg19Bn, type VGGOptions } from './vgg.js';
export {
  interpolateEmbeddings, VisionTransformer, vitB16, vitB32, vitH14, vitL16, vitL32, type ConvStemConfig, type InterpolateEmbeddingsOptions,
  type VisionTransformerOptions, type VisionTransformerSettings,
} from './vision-transformer.js';
export { Weights, type ModelOptions, type WeightsMeta } from './weights.js';
