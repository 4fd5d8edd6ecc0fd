import { scanOps } from '@sconce/tensor/internal';
import { best, product, scan, sum } from '../kernels/scan.js';
import { wordOf } from '../wgsl/render.js';
import { entry, type Lowering } from './entry.js';

/** Folds along a dimension that keep each step. */
export const lowerScan: Lowering = (engine) => [
  entry(scanOps.cumsum, ([x], outs, { dim }) => scan(engine, 'cumsum', x, outs, dim, sum(wordOf(x.dtype)))),
  entry(scanOps.cumprod, ([x], outs, { dim }) => scan(engine, 'cumprod', x, outs, dim, product(wordOf(x.dtype)))),
  entry(scanOps.cummax, ([x], outs, { dim }) => scan(engine, 'cummax', x, outs, dim, best(wordOf(x.dtype), '>='))),
  entry(scanOps.cummin, ([x], outs, { dim }) => scan(engine, 'cummin', x, outs, dim, best(wordOf(x.dtype), '<='))),
];
