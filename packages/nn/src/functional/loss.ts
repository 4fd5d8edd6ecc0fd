export type { Reduction, ReductionOption } from './reduction.js';
export {
  gaussianNllLoss, huberLoss, l1Loss, mseLoss, poissonNllLoss, smoothL1Loss, softMarginLoss,
} from './loss-regression.js';
export type { GaussianNllOptions, HuberOptions, PoissonNllOptions, SmoothL1Options } from './loss-regression.js';
export { binaryCrossEntropy, binaryCrossEntropyWithLogits, crossEntropy, klDiv, nllLoss } from './loss-classification.js';
export type {
  BinaryCrossEntropyOptions, CrossEntropyOptions, KlDivOptions, NllLossOptions, WithLogitsOptions,
} from './loss-classification.js';
export * from './loss-margin.js';
export * from './loss-ctc.js';
