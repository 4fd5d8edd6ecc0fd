import { one, swag, swagOnly, two, type Entry, type Swag, type Swagged } from './trained-entries.js';

const four = (name: string, numParams: number, first: Entry, second: Entry, all: Swagged, last: Swagged): ReturnType<typeof two> & Swag =>
  ({ ...two(name, numParams, 1, first, second), ...swag(name, all, last) });

// torchvision's trained weights, with the numbers of its documentation
export const ShuffleNetV2X05Weights = /* @__PURE__ */ one('ShuffleNet_V2_X0_5', 1366792, 1,
  ['shufflenetv2_x0.5-f707e7126e', 60.552, 81.746, 'shufflenet']);
export const ShuffleNetV2X10Weights = /* @__PURE__ */ one('ShuffleNet_V2_X1_0', 2278604, 1,
  ['shufflenetv2_x1-5666bf0f80', 69.362, 88.316, 'shufflenet']);
export const ShuffleNetV2X15Weights = /* @__PURE__ */ one('ShuffleNet_V2_X1_5', 3503624, 1,
  ['shufflenetv2_x1_5-3c479a10', 72.996, 91.086, 'newerShufflenet', { cropSize: 224, resizeSize: 232 }]);
export const ShuffleNetV2X20Weights = /* @__PURE__ */ one('ShuffleNet_V2_X2_0', 7393996, 1,
  ['shufflenetv2_x2_0-8be3c8ee', 76.23, 93.006, 'newerShufflenet', { cropSize: 224, resizeSize: 232 }]);
export const MNASNet05Weights = /* @__PURE__ */ one('MNASNet0_5', 2218512, 1, ['mnasnet0.5_top1_67.823-3ffadce67e', 67.734, 87.49, 'mnasnet']);
export const MNASNet075Weights = /* @__PURE__ */ one('MNASNet0_75', 3170208, 1,
  ['mnasnet0_75-7090bc5f', 71.18, 90.496, 'newerMnasnet', { cropSize: 224, resizeSize: 232 }]);
export const MNASNet10Weights = /* @__PURE__ */ one('MNASNet1_0', 4383312, 1, ['mnasnet1.0_top1_73.512-f206786ef8', 73.456, 91.51, 'mnasnet']);
export const MNASNet13Weights = /* @__PURE__ */ one('MNASNet1_3', 6282256, 1,
  ['mnasnet1_3-a4c69d6f', 76.506, 93.522, 'newerMnasnet', { cropSize: 224, resizeSize: 232 }]);
export const RegNetY400MFWeights = /* @__PURE__ */ two('RegNet_Y_400MF', 4344144, 1,
  ['regnet_y_400mf-c65dace8', 74.046, 91.716, 'small'], ['regnet_y_400mf-e6988f5f', 75.804, 92.742, 'newer']);
export const RegNetY800MFWeights = /* @__PURE__ */ two('RegNet_Y_800MF', 6432512, 1,
  ['regnet_y_800mf-1b27b58c', 76.42, 93.136, 'small'], ['regnet_y_800mf-58fc7688', 78.828, 94.502, 'newer']);
export const RegNetY1_6GFWeights = /* @__PURE__ */ two('RegNet_Y_1_6GF', 11202430, 1,
  ['regnet_y_1_6gf-b11a554e', 77.95, 93.966, 'small'], ['regnet_y_1_6gf-0d7bc02a', 80.876, 95.444, 'newer']);
export const RegNetY3_2GFWeights = /* @__PURE__ */ two('RegNet_Y_3_2GF', 19436338, 1,
  ['regnet_y_3_2gf-b5a9779c', 78.948, 94.576, 'medium'], ['regnet_y_3_2gf-9180c971', 81.982, 95.972, 'newer']);
export const RegNetY8GFWeights = /* @__PURE__ */ two('RegNet_Y_8GF', 39381472, 1,
  ['regnet_y_8gf-d0d0e4a8', 80.032, 95.048, 'medium'], ['regnet_y_8gf-dc2b1b54', 82.828, 96.33, 'newer']);
export const RegNetY16GFWeights = /* @__PURE__ */ four('RegNet_Y_16GF', 83590140,
  ['regnet_y_16gf-9e6ed7dd', 80.424, 95.24, 'large'], ['regnet_y_16gf-3e4a00f9', 82.886, 96.328, 'newer'],
  [384, 1, 83590140, ['regnet_y_16gf_swag-43afe44d', 86.012, 98.054]], [224, 1, 83590140, ['regnet_y_16gf_lc_swag-f3ec0043', 83.976, 97.244]]);
export const RegNetY32GFWeights = /* @__PURE__ */ four('RegNet_Y_32GF', 145046770,
  ['regnet_y_32gf-4dee3f7a', 80.878, 95.34, 'large'], ['regnet_y_32gf-8db6d4b5', 83.368, 96.498, 'newer'],
  [384, 1, 145046770, ['regnet_y_32gf_swag-04fdfa75', 86.838, 98.362]], [224, 1, 145046770, ['regnet_y_32gf_lc_swag-e1583746', 84.622, 97.48]]);
export const RegNetY128GFWeights = /* @__PURE__ */ swagOnly('RegNet_Y_128GF',
  [384, 1, 644812894, ['regnet_y_128gf_swag-c8ce3e52', 88.228, 98.682]], [224, 1, 644812894, ['regnet_y_128gf_lc_swag-cbe8ce12', 86.068, 97.844]]);
export const RegNetX400MFWeights = /* @__PURE__ */ two('RegNet_X_400MF', 5495976, 1,
  ['regnet_x_400mf-adf1edd5', 72.834, 90.95, 'small'], ['regnet_x_400mf-62229a5f', 74.864, 92.322, 'newerSize']);
export const RegNetX800MFWeights = /* @__PURE__ */ two('RegNet_X_800MF', 7259656, 1,
  ['regnet_x_800mf-ad17e45c', 75.212, 92.348, 'small'], ['regnet_x_800mf-94a99ebd', 77.522, 93.826, 'newerSize']);
export const RegNetX1_6GFWeights = /* @__PURE__ */ two('RegNet_X_1_6GF', 9190136, 1,
  ['regnet_x_1_6gf-e3633e7f', 77.04, 93.44, 'small'], ['regnet_x_1_6gf-a12f2b72', 79.668, 94.922, 'newerSize']);
export const RegNetX3_2GFWeights = /* @__PURE__ */ two('RegNet_X_3_2GF', 15296552, 1,
  ['regnet_x_3_2gf-f342aeae', 78.364, 93.992, 'medium'], ['regnet_x_3_2gf-7071aa85', 81.196, 95.43, 'newer']);
export const RegNetX8GFWeights = /* @__PURE__ */ two('RegNet_X_8GF', 39572648, 1,
  ['regnet_x_8gf-03ceed89', 79.344, 94.686, 'medium'], ['regnet_x_8gf-2b70d774', 81.682, 95.678, 'newer']);
export const RegNetX16GFWeights = /* @__PURE__ */ two('RegNet_X_16GF', 54278536, 1,
  ['regnet_x_16gf-2007eb11', 80.058, 94.944, 'medium'], ['regnet_x_16gf-ba3796d7', 82.716, 96.196, 'newer']);
export const RegNetX32GFWeights = /* @__PURE__ */ two('RegNet_X_32GF', 107811560, 1,
  ['regnet_x_32gf-9d47f8d0', 80.622, 95.248, 'large'], ['regnet_x_32gf-6eb8fdc6', 83.014, 96.288, 'newer']);
export const GoogLeNetWeights = /* @__PURE__ */ one('GoogLeNet', 6624904, 15, ['googlenet-1378be20', 69.778, 89.53, 'googlenet']);
export const InceptionV3Weights = /* @__PURE__ */ one('Inception_V3', 27161264, 75,
  ['inception_v3_google-0cc3c7bd', 77.294, 93.45, 'inception', { cropSize: 299, resizeSize: 342 }]);
