import { cubic, one, swag, swagOnly } from './trained-entries.js';

// torchvision's trained weights, with the numbers of its documentation
export const ViTB16Weights = /* @__PURE__ */ (() => ({
  ...one('ViT_B_16', 86567656, 224, ['vit_b_16-c867db91', 81.072, 95.318, 'vitB16']),
  ...swag('ViT_B_16', [384, 384, 86859496, ['vit_b_16_swag-9ac1b537', 85.304, 97.65]], [224, 224, 86567656, ['vit_b_16_lc_swag-4e70ced5', 81.886, 96.18]]),
}))();
export const ViTB32Weights = /* @__PURE__ */ one('ViT_B_32', 88224232, 224, ['vit_b_32-d86f8d99', 75.912, 92.466, 'vitB32']);
export const ViTL16Weights = /* @__PURE__ */ (() => ({
  ...one('ViT_L_16', 304326632, 224, ['vit_l_16-852ce7e3', 79.662, 94.638, 'vitL16', { cropSize: 224, resizeSize: 242 }]),
  ...swag('ViT_L_16', [512, 512, 305174504, ['vit_l_16_swag-4f3808c9', 88.064, 98.512]], [224, 224, 304326632, ['vit_l_16_lc_swag-4d563306', 85.146, 97.422]]),
}))();
export const ViTL32Weights = /* @__PURE__ */ one('ViT_L_32', 306535400, 224, ['vit_l_32-c7638314', 76.972, 93.07, 'vitL32']);
export const ViTH14Weights = /* @__PURE__ */ swagOnly(
  'ViT_H_14', [518, 518, 633470440, ['vit_h_14_swag-80465313', 88.552, 98.694]], [224, 224, 632045800, ['vit_h_14_lc_swag-c1eb923e', 85.708, 97.73]]);
export const SwinTWeights = /* @__PURE__ */ one('Swin_T', 28288354, 224,
  ['swin_t-704ceda3', 81.474, 95.776, 'swin', /* @__PURE__ */ cubic(224, 232)]);
export const SwinSWeights = /* @__PURE__ */ one('Swin_S', 49606258, 224,
  ['swin_s-5e29d889', 83.196, 96.36, 'swin', /* @__PURE__ */ cubic(224, 246)]);
export const SwinBWeights = /* @__PURE__ */ one('Swin_B', 87768224, 224,
  ['swin_b-68c6b09e', 83.582, 96.64, 'swin', /* @__PURE__ */ cubic(224, 238)]);
export const SwinV2TWeights = /* @__PURE__ */ one('Swin_V2_T', 28351570, 256,
  ['swin_v2_t-b137f0e2', 82.072, 96.132, 'swinV2', /* @__PURE__ */ cubic(256, 260)]);
export const SwinV2SWeights = /* @__PURE__ */ one('Swin_V2_S', 49737442, 256,
  ['swin_v2_s-637d8ceb', 83.712, 96.816, 'swinV2', /* @__PURE__ */ cubic(256, 260)]);
export const SwinV2BWeights = /* @__PURE__ */ one('Swin_V2_B', 87930848, 256,
  ['swin_v2_b-781e5279', 84.112, 96.864, 'swinV2', /* @__PURE__ */ cubic(256, 272)]);
