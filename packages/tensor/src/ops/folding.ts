/** The functions over whole dimensions that are methods as well: products, reductions, scans and orders. */
export * from './matmul.js';
export * from './reduction.js';
export * from './reduction-extrema.js';
export * from './scan.js';
export * from './softmax.js';
export * from './sorting.js';
export * from './statistics.js';
