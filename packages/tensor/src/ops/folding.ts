/** The functions over whole dimensions that are methods as well: products, reductions, scans and orders. */
export * from './contraction.js';
export * from './covariance.js';
export { histc, histogram, histogramOps } from './histogram.js';
export type { HistcAttrs, HistcOptions, HistogramOptions } from './histogram.js';
export * from './linalg-methods.js';
export * from './matmul.js';
export * from './quantile.js';
export * from './reduction.js';
export * from './reduction-extrema.js';
export * from './reduction-nan.js';
export * from './reduction-norm.js';
export * from './scan.js';
export * from './softmax.js';
export * from './sorting.js';
export * from './statistics.js';
export { istft, stft } from './stft.js';
