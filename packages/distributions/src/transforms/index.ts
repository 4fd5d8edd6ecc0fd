/** `torch.distributions.transforms` */
export { ComposeTransform, identityTransform, IndependentTransform } from './compose.js';
export {
  AbsTransform, AffineTransform, CumulativeDistributionTransform, ExpTransform, PowerTransform, SigmoidTransform, SoftplusTransform,
  TanhTransform,
} from './elementwise.js';
export { CatTransform, StackTransform } from './joining.js';
export { Transform } from './transform.js';
export {
  CorrCholeskyTransform, LowerCholeskyTransform, ReshapeTransform, SoftmaxTransform, StickBreakingTransform,
} from './vectors.js';
export type { AffineOptions } from './elementwise.js';
export type { CatOptions, JoinOptions } from './joining.js';
export type { TransformOptions } from './transform.js';
