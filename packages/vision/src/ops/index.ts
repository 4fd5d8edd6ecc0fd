/** `torchvision.ops`. */
export { boxConvert, type BoxConvertOptions, type BoxFormat } from './box-convert.js';
export {
  boxArea, boxIou, clipBoxesToImage, completeBoxIou, distanceBoxIou, generalizedBoxIou, masksToBoxes, type EpsOption,
} from './boxes.js';
export {
  Conv2dNormActivation, Conv3dNormActivation, ConvNormActivation, type ConvNormActivationOptions,
} from './conv-norm-activation.js';
export { DeformConv2d, deformConv2d, type DeformConv2dFunctionOptions, type DeformConv2dOptions } from './deform-conv.js';
export { DropBlock2d, dropBlock2d, DropBlock3d, dropBlock3d, type DropBlockOptions } from './drop-block.js';
export {
  ExtraFPNBlock, FeaturePyramidNetwork, LastLevelMaxPool, LastLevelP6P7, type FeatureMaps, type FeaturePyramidNetworkOptions,
} from './feature-pyramid-network.js';
export type { ActivationLayer, LayerFactory, NormLayer } from './layers.js';
export {
  completeBoxIouLoss, distanceBoxIouLoss, generalizedBoxIouLoss, sigmoidFocalLoss, type BoxLossOptions, type FocalLossOptions,
} from './losses.js';
export {
  FrozenBatchNorm2d, MLP, Permute, SqueezeExcitation, type MLPOptions, type SqueezeExcitationOptions,
} from './misc.js';
export { MultiScaleRoIAlign, type MultiScaleRoIAlignOptions } from './multi-scale-roi-align.js';
export { batchedNms, batchedNmsAsync, nms, nmsAsync, removeSmallBoxes, removeSmallBoxesAsync } from './nms.js';
export type { Regions, RegionSize } from './regions.js';
export { PSRoIAlign, psRoiAlign, psRoiAlignAsync, RoIAlign, roiAlign, roiAlignAsync, type PSRoIAlignOptions, type RoIAlignOptions } from './roi-align.js';
export { PSRoIPool, psRoiPool, psRoiPoolAsync, RoIPool, roiPool, roiPoolAsync, type RoIPoolOptions } from './roi-pool.js';
export { StochasticDepth, stochasticDepth, type StochasticDepthMode, type StochasticDepthOptions } from './stochastic-depth.js';
