import { cubic, one, two } from './trained-entries.js';

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
export const MobileNetV3LargeWeights = /* @__PURE__ */ two('MobileNet_V3_Large', 5483032, 1,
  ['mobilenet_v3_large-8738ca79', 74.042, 91.34, 'mobilenetV3'], ['mobilenet_v3_large-5c1a4163', 75.274, 92.566, 'newerMobilenet']);
export const MobileNetV3SmallWeights = /* @__PURE__ */ one(
  'MobileNet_V3_Small', 2542856, 1, ['mobilenet_v3_small-047dcff4', 67.668, 87.402, 'mobilenetV3']);
export const DenseNet121Weights = /* @__PURE__ */ one('DenseNet121', 7978856, 29, ['densenet121-a639ec97', 74.434, 91.972, 'densenet']);
export const DenseNet161Weights = /* @__PURE__ */ one('DenseNet161', 28681000, 29, ['densenet161-8d451a50', 77.138, 93.56, 'densenet']);
export const DenseNet169Weights = /* @__PURE__ */ one('DenseNet169', 14149480, 29, ['densenet169-b2777c0a', 75.6, 92.806, 'densenet']);
export const DenseNet201Weights = /* @__PURE__ */ one('DenseNet201', 20013928, 29, ['densenet201-c1103571', 76.896, 93.37, 'densenet']);

export const EfficientNetB0Weights = /* @__PURE__ */ one('EfficientNet_B0', 5288548, 1,
  ['efficientnet_b0_rwightman-3dd342df', 77.692, 93.532, 'efficientnet', /* @__PURE__ */ cubic(224, 256)]);
export const EfficientNetB1Weights = /* @__PURE__ */ two('EfficientNet_B1', 7794184, 1,
  ['efficientnet_b1_rwightman-533bc792', 78.642, 94.186, 'efficientnet', /* @__PURE__ */ cubic(240, 256)],
  ['efficientnet_b1-c27df63c', 79.838, 94.934, 'newerCrop', { cropSize: 240, resizeSize: 255 }]);
export const EfficientNetB2Weights = /* @__PURE__ */ one('EfficientNet_B2', 9109994, 1,
  ['efficientnet_b2_rwightman-bcdf34b7', 80.608, 95.31, 'efficientnet', /* @__PURE__ */ cubic(288, 288)]);
export const EfficientNetB3Weights = /* @__PURE__ */ one('EfficientNet_B3', 12233232, 1,
  ['efficientnet_b3_rwightman-cf984f9c', 82.008, 96.054, 'efficientnet', /* @__PURE__ */ cubic(300, 320)]);
export const EfficientNetB4Weights = /* @__PURE__ */ one('EfficientNet_B4', 19341616, 1,
  ['efficientnet_b4_rwightman-7eb33cd5', 83.384, 96.594, 'efficientnet', /* @__PURE__ */ cubic(380, 384)]);
export const EfficientNetB5Weights = /* @__PURE__ */ one('EfficientNet_B5', 30389784, 1,
  ['efficientnet_b5_lukemelas-b6417697', 83.444, 96.628, 'efficientnet', /* @__PURE__ */ cubic(456, 456)]);
export const EfficientNetB6Weights = /* @__PURE__ */ one('EfficientNet_B6', 43040704, 1,
  ['efficientnet_b6_lukemelas-c76e70fd', 84.008, 96.916, 'efficientnet', /* @__PURE__ */ cubic(528, 528)]);
export const EfficientNetB7Weights = /* @__PURE__ */ one('EfficientNet_B7', 66347960, 1,
  ['efficientnet_b7_lukemelas-dcc49843', 84.122, 96.908, 'efficientnet', /* @__PURE__ */ cubic(600, 600)]);
export const EfficientNetV2SWeights = /* @__PURE__ */ one('EfficientNet_V2_S', 21458488, 33,
  ['efficientnet_v2_s-dd5fe13b', 84.228, 96.878, 'efficientnetV2', { cropSize: 384, resizeSize: 384 }]);
export const EfficientNetV2MWeights = /* @__PURE__ */ one('EfficientNet_V2_M', 54139356, 33,
  ['efficientnet_v2_m-dc08266a', 85.112, 97.156, 'efficientnetV2', { cropSize: 480, resizeSize: 480 }]);
export const EfficientNetV2LWeights = /* @__PURE__ */ one('EfficientNet_V2_L', 118515272, 33,
  ['efficientnet_v2_l-59c71312', 85.808, 97.788, 'efficientnetV2',
    { cropSize: 480, resizeSize: 480, interpolation: 'bicubic', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }]);
export const ResNeXt5032X4DWeights = /* @__PURE__ */ two('ResNeXt50_32X4D', 25028904, 1,
  ['resnext50_32x4d-7cdf4587', 77.618, 93.698, 'resnext'], ['resnext50_32x4d-1a0047aa', 81.198, 95.34, 'newer']);
export const ResNeXt10132X8DWeights = /* @__PURE__ */ two('ResNeXt101_32X8D', 88791336, 1,
  ['resnext101_32x8d-8ba56ff5', 79.312, 94.526, 'resnext'], ['resnext101_32x8d-110c445d', 82.834, 96.228, 'newerSize']);
export const ResNeXt10164X4DWeights = /* @__PURE__ */ one('ResNeXt101_64X4D', 83455272, 1,
  ['resnext101_64x4d-173b62eb', 83.246, 96.454, 'wider', { cropSize: 224, resizeSize: 232 }]);
export const WideResNet502Weights = /* @__PURE__ */ two('Wide_ResNet50_2', 68883240, 1,
  ['wide_resnet50_2-95faca4d', 78.468, 94.086, 'wide'], ['wide_resnet50_2-9ba9bcbe', 81.602, 95.758, 'newerSize']);
export const WideResNet1012Weights = /* @__PURE__ */ two('Wide_ResNet101_2', 126886696, 1,
  ['wide_resnet101_2-32ee1156', 78.848, 94.284, 'wide'], ['wide_resnet101_2-d733dc28', 82.51, 96.02, 'newer']);
export const ConvNeXtTinyWeights = /* @__PURE__ */ one('ConvNeXt_Tiny', 28589128, 32,
  ['convnext_tiny-983f1562', 82.52, 96.146, 'convnext', { cropSize: 224, resizeSize: 236 }]);
export const ConvNeXtSmallWeights = /* @__PURE__ */ one('ConvNeXt_Small', 50223688, 32,
  ['convnext_small-0c510722', 83.616, 96.65, 'convnext', { cropSize: 224, resizeSize: 230 }]);
export const ConvNeXtBaseWeights = /* @__PURE__ */ one('ConvNeXt_Base', 88591464, 32,
  ['convnext_base-6075fbad', 84.062, 96.87, 'convnext', { cropSize: 224, resizeSize: 232 }]);
export const ConvNeXtLargeWeights = /* @__PURE__ */ one('ConvNeXt_Large', 197767336, 32,
  ['convnext_large-ea097f82', 84.414, 96.976, 'convnext', { cropSize: 224, resizeSize: 232 }]);
