import { statisticsOps } from '@sconce/tensor/internal';
import { launchRows, rowsOver, SUM } from '../kernels/rows.js';
import { entry, type Lowering } from './entry.js';

const loop = (statement: string): string => `for (var j = first; j < p.length; j += step) { let value = x(base + j * p.inner); ${statement} }`;

/** Variance in two passes, which loses no digits. */
const SPREAD = (root: boolean, withMean: boolean): string => `var s = 0.0;
${loop('s += value;')}
let average = sum(s) / f32(p.length);
var q = 0.0;
${loop('q += (value - average) * (value - average);')}
let squares = sum(q);
let degrees = max(f32(p.length) - p.correction, 0.0);
var v = squares / degrees;
if (degrees == 0.0) { v = select(nan_(), inf_(), squares > 0.0); }
if (first == 0u) { y[row] = ${root ? 'sqrt(v)' : 'v'}; ${withMean ? 'mean[row] = average;' : ''} }`;

/** Variances and standard deviations, with or without their means. */
export const lowerStatistics: Lowering = (engine) =>
  ([['var', 'varMean', false], ['std', 'stdMean', true]] as const).flatMap(([plain, both, root]) => [plain, both].map((name) =>
    entry(statisticsOps[name], ([x], [y, mean], { dims, correction }) => {
      const { rows, view } = rowsOver(x, dims);
      launchRows(engine, {
        name, inputs: { x: view }, outputs: mean ? { y, mean } : { y }, floats: { correction }, rows, folds: { sum: SUM }, body: SPREAD(root, mean !== undefined),
      });
    })));
