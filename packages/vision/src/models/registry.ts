import type * as nn from '@sconce/nn';
import { ValueError } from '@sconce/tensor';
import { alexnet } from './alexnet.js';
import { convnextBase, convnextLarge, convnextSmall, convnextTiny } from './convnext.js';
import { densenet121, densenet161, densenet169, densenet201 } from './densenet.js';
import {
  efficientnetB0, efficientnetB1, efficientnetB2, efficientnetB3, efficientnetB4, efficientnetB5, efficientnetB6, efficientnetB7,
  efficientnetV2L, efficientnetV2M, efficientnetV2S,
} from './efficientnet.js';
import { googlenet } from './googlenet.js';
import { inceptionV3 } from './inception-v3.js';
import { mnasnet05, mnasnet075, mnasnet10, mnasnet13 } from './mnasnet.js';
import { mobilenetV2 } from './mobilenet-v2.js';
import { mobilenetV3Large, mobilenetV3Small } from './mobilenet-v3.js';
import {
  regnetX16gf, regnetX1_6gf, regnetX32gf, regnetX3_2gf, regnetX400mf, regnetX800mf, regnetX8gf, regnetY128gf, regnetY16gf, regnetY1_6gf,
  regnetY32gf, regnetY3_2gf, regnetY400mf, regnetY800mf, regnetY8gf,
} from './regnet.js';
import {
  resnet101, resnet152, resnet18, resnet34, resnet50, resnext10132x8d, resnext10164x4d, resnext5032x4d, wideResnet1012, wideResnet502,
} from './resnet.js';
import { shufflenetV2X05, shufflenetV2X10, shufflenetV2X15, shufflenetV2X20 } from './shufflenet-v2.js';
import { squeezenet10, squeezenet11 } from './squeezenet.js';
import { swinB, swinS, swinT, swinV2B, swinV2S, swinV2T } from './swin-transformer.js';
import {
  AlexNetWeights, ConvNeXtBaseWeights, ConvNeXtLargeWeights, ConvNeXtSmallWeights, ConvNeXtTinyWeights, DenseNet121Weights,
  DenseNet161Weights, DenseNet169Weights, DenseNet201Weights, EfficientNetB0Weights, EfficientNetB1Weights, EfficientNetB2Weights,
  EfficientNetB3Weights, EfficientNetB4Weights, EfficientNetB5Weights, EfficientNetB6Weights, EfficientNetB7Weights,
  EfficientNetV2LWeights, EfficientNetV2MWeights, EfficientNetV2SWeights, MobileNetV2Weights, MobileNetV3LargeWeights,
  MobileNetV3SmallWeights, ResNeXt10132X8DWeights, ResNeXt10164X4DWeights, ResNeXt5032X4DWeights, ResNet101Weights, ResNet152Weights,
  ResNet18Weights, ResNet34Weights, ResNet50Weights, SqueezeNet10Weights, SqueezeNet11Weights, VGG11BNWeights, VGG11Weights,
  VGG13BNWeights, VGG13Weights, VGG16BNWeights, VGG16Weights, VGG19BNWeights, VGG19Weights, WideResNet1012Weights, WideResNet502Weights,
} from './trained.js';
import {
  GoogLeNetWeights, InceptionV3Weights, MNASNet05Weights, MNASNet075Weights, MNASNet10Weights, MNASNet13Weights, RegNetX16GFWeights,
  RegNetX1_6GFWeights, RegNetX32GFWeights, RegNetX3_2GFWeights, RegNetX400MFWeights, RegNetX800MFWeights, RegNetX8GFWeights,
  RegNetY128GFWeights, RegNetY16GFWeights, RegNetY1_6GFWeights, RegNetY32GFWeights, RegNetY3_2GFWeights, RegNetY400MFWeights,
  RegNetY800MFWeights, RegNetY8GFWeights, ShuffleNetV2X05Weights, ShuffleNetV2X10Weights, ShuffleNetV2X15Weights, ShuffleNetV2X20Weights,
} from './trained-networks.js';
import {
  SwinBWeights, SwinSWeights, SwinTWeights, SwinV2BWeights, SwinV2SWeights, SwinV2TWeights, ViTB16Weights, ViTB32Weights, ViTH14Weights,
  ViTL16Weights, ViTL32Weights,
} from './trained-transformers.js';
import { vgg11, vgg11Bn, vgg13, vgg13Bn, vgg16, vgg16Bn, vgg19, vgg19Bn } from './vgg.js';
import { vitB16, vitB32, vitH14, vitL16, vitL32 } from './vision-transformer.js';
import type { ModelOptions, Weights } from './weights.js';

/** torchvision's names of networks: what makes each, and its trained weights. */
const MODELS = {
  alexnet: [alexnet, AlexNetWeights],
  convnext_base: [convnextBase, ConvNeXtBaseWeights],
  convnext_large: [convnextLarge, ConvNeXtLargeWeights],
  convnext_small: [convnextSmall, ConvNeXtSmallWeights],
  convnext_tiny: [convnextTiny, ConvNeXtTinyWeights],
  densenet121: [densenet121, DenseNet121Weights],
  densenet161: [densenet161, DenseNet161Weights],
  densenet169: [densenet169, DenseNet169Weights],
  densenet201: [densenet201, DenseNet201Weights],
  efficientnet_b0: [efficientnetB0, EfficientNetB0Weights],
  efficientnet_b1: [efficientnetB1, EfficientNetB1Weights],
  efficientnet_b2: [efficientnetB2, EfficientNetB2Weights],
  efficientnet_b3: [efficientnetB3, EfficientNetB3Weights],
  efficientnet_b4: [efficientnetB4, EfficientNetB4Weights],
  efficientnet_b5: [efficientnetB5, EfficientNetB5Weights],
  efficientnet_b6: [efficientnetB6, EfficientNetB6Weights],
  efficientnet_b7: [efficientnetB7, EfficientNetB7Weights],
  efficientnet_v2_l: [efficientnetV2L, EfficientNetV2LWeights],
  efficientnet_v2_m: [efficientnetV2M, EfficientNetV2MWeights],
  efficientnet_v2_s: [efficientnetV2S, EfficientNetV2SWeights],
  googlenet: [googlenet, GoogLeNetWeights],
  inception_v3: [inceptionV3, InceptionV3Weights],
  mnasnet0_5: [mnasnet05, MNASNet05Weights],
  mnasnet0_75: [mnasnet075, MNASNet075Weights],
  mnasnet1_0: [mnasnet10, MNASNet10Weights],
  mnasnet1_3: [mnasnet13, MNASNet13Weights],
  mobilenet_v2: [mobilenetV2, MobileNetV2Weights],
  mobilenet_v3_large: [mobilenetV3Large, MobileNetV3LargeWeights],
  mobilenet_v3_small: [mobilenetV3Small, MobileNetV3SmallWeights],
  regnet_x_16gf: [regnetX16gf, RegNetX16GFWeights],
  regnet_x_1_6gf: [regnetX1_6gf, RegNetX1_6GFWeights],
  regnet_x_32gf: [regnetX32gf, RegNetX32GFWeights],
  regnet_x_3_2gf: [regnetX3_2gf, RegNetX3_2GFWeights],
  regnet_x_400mf: [regnetX400mf, RegNetX400MFWeights],
  regnet_x_800mf: [regnetX800mf, RegNetX800MFWeights],
  regnet_x_8gf: [regnetX8gf, RegNetX8GFWeights],
  regnet_y_128gf: [regnetY128gf, RegNetY128GFWeights],
  regnet_y_16gf: [regnetY16gf, RegNetY16GFWeights],
  regnet_y_1_6gf: [regnetY1_6gf, RegNetY1_6GFWeights],
  regnet_y_32gf: [regnetY32gf, RegNetY32GFWeights],
  regnet_y_3_2gf: [regnetY3_2gf, RegNetY3_2GFWeights],
  regnet_y_400mf: [regnetY400mf, RegNetY400MFWeights],
  regnet_y_800mf: [regnetY800mf, RegNetY800MFWeights],
  regnet_y_8gf: [regnetY8gf, RegNetY8GFWeights],
  resnet101: [resnet101, ResNet101Weights],
  resnet152: [resnet152, ResNet152Weights],
  resnet18: [resnet18, ResNet18Weights],
  resnet34: [resnet34, ResNet34Weights],
  resnet50: [resnet50, ResNet50Weights],
  resnext101_32x8d: [resnext10132x8d, ResNeXt10132X8DWeights],
  resnext101_64x4d: [resnext10164x4d, ResNeXt10164X4DWeights],
  resnext50_32x4d: [resnext5032x4d, ResNeXt5032X4DWeights],
  shufflenet_v2_x0_5: [shufflenetV2X05, ShuffleNetV2X05Weights],
  shufflenet_v2_x1_0: [shufflenetV2X10, ShuffleNetV2X10Weights],
  shufflenet_v2_x1_5: [shufflenetV2X15, ShuffleNetV2X15Weights],
  shufflenet_v2_x2_0: [shufflenetV2X20, ShuffleNetV2X20Weights],
  squeezenet1_0: [squeezenet10, SqueezeNet10Weights],
  squeezenet1_1: [squeezenet11, SqueezeNet11Weights],
  swin_b: [swinB, SwinBWeights],
  swin_s: [swinS, SwinSWeights],
  swin_t: [swinT, SwinTWeights],
  swin_v2_b: [swinV2B, SwinV2BWeights],
  swin_v2_s: [swinV2S, SwinV2SWeights],
  swin_v2_t: [swinV2T, SwinV2TWeights],
  vgg11: [vgg11, VGG11Weights],
  vgg11_bn: [vgg11Bn, VGG11BNWeights],
  vgg13: [vgg13, VGG13Weights],
  vgg13_bn: [vgg13Bn, VGG13BNWeights],
  vgg16: [vgg16, VGG16Weights],
  vgg16_bn: [vgg16Bn, VGG16BNWeights],
  vgg19: [vgg19, VGG19Weights],
  vgg19_bn: [vgg19Bn, VGG19BNWeights],
  vit_b_16: [vitB16, ViTB16Weights],
  vit_b_32: [vitB32, ViTB32Weights],
  vit_h_14: [vitH14, ViTH14Weights],
  vit_l_16: [vitL16, ViTL16Weights],
  vit_l_32: [vitL32, ViTL32Weights],
  wide_resnet101_2: [wideResnet1012, WideResNet1012Weights],
  wide_resnet50_2: [wideResnet502, WideResNet502Weights],
} as const;

/** A name of torchvision's, such as 'resnet18' or 'vit_b_16'. */
export type ModelName = keyof typeof MODELS;

/** What all networks take, and what some do. */
type Config = ModelOptions & Readonly<Record<string, unknown>>;
type Builder = (options?: ModelOptions) => nn.Module;
type Trained = Readonly<Record<string, Weights>>;
const entries: Readonly<Record<string, readonly [Builder, Trained]>> = MODELS as never;

function entryOf(name: string): readonly [Builder, Trained] {
  const key = name.toLowerCase();
  if (!Object.hasOwn(MODELS, key)) throw new ValueError(`Unknown model ${key}`);
  return entries[key];
}

/**
 * The names of all networks.
 * @see https://pytorch.org/vision/0.14/models.html#listing-and-retrieving-available-models
 * @example models.listModels().length // 79
 */
export const listModels = (): ModelName[] => Object.keys(MODELS).sort() as ModelName[];

/**
 * What makes the network of a name.
 * @throws ValueError for a name that there is none of
 */
export function getModelBuilder<N extends ModelName>(name: N): (typeof MODELS)[N][0];
export function getModelBuilder(name: string): Builder;
export function getModelBuilder(name: string): Builder {
  return entryOf(name)[0];
}

/**
 * The network of a name, whose case does not matter.
 * @param options what its own function takes
 * @throws ValueError for a name that there is none of
 * @see https://pytorch.org/vision/0.14/models.html#listing-and-retrieving-available-models
 * @example models.getModel('resnet18', { numClasses: 10 })
 */
export function getModel<N extends ModelName>(name: N, options?: Config): ReturnType<(typeof MODELS)[N][0]>;
export function getModel(name: string, options?: Config): nn.Module;
export function getModel(name: string, options?: Config): nn.Module {
  return entryOf(name)[0](options);
}

/**
 * The trained weights of a network, given by its name or by what makes it.
 * @throws ValueError for a name that there is none of, and for a function without trained weights
 * @example models.getModelWeights('resnet18').DEFAULT // ResNet18_Weights.IMAGENET1K_V1
 */
export function getModelWeights<N extends ModelName>(name: N): (typeof MODELS)[N][1];
export function getModelWeights(name: string | Builder): Trained;
export function getModelWeights(name: string | Builder): object {
  const entry = typeof name === 'string' ? entryOf(name) : Object.values(entries).find(([builder]) => builder === name);
  if (!entry) throw new ValueError("The WeightsEnum class for the specific method couldn't be retrieved. Make sure the typing info is correct.");
  return entry[1];
}

/**
 * Trained weights by their full name.
 * @throws ValueError for a name that there is none of
 * @see https://pytorch.org/vision/0.14/models.html#listing-and-retrieving-available-models
 * @example models.getWeight('ResNet50_Weights.IMAGENET1K_V2').url
 */
export function getWeight(name: string): Weights {
  const [family, value, ...rest] = name.split('.');
  if (value === undefined || rest.length > 0) throw new ValueError(`Invalid weight name provided: '${name}'.`);
  const entry = Object.values(entries).find(([, { DEFAULT }]) => DEFAULT.name.split('.')[0] === family);
  if (!entry) throw new ValueError(`The weight enum '${family}' for the specific method couldn't be retrieved.`);
  if (!Object.hasOwn(entry[1], value)) throw new ValueError(`Unknown value '${value}' for ${family}.`);
  return entry[1][value];
}
