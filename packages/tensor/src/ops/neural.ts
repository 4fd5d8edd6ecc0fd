/** The ops of neural networks that have kernels of their own; everything else of torch.nn is composed of other ops. */
export * from './adaptive-pooling.js';
export * from './convolution.js';
export * from './loss.js';
export * from './normalization.js';
export * from './pooling.js';
export { maxPoolBackward } from './pooling-records.js';
export type { AdaptivePoolAttrs, AvgPoolAttrs, MaxPoolAttrs, MaxPoolBackwardAttrs } from './pooling-records.js';
export * from './upsample.js';
export { numbersThenOptions, sizeList, tensorsThenOptions } from './arguments.js';
export { dimAndOptions } from './reduction-arguments.js';
export type { SizeLike } from './arguments.js';
