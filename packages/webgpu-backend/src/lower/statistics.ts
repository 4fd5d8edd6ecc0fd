import { normOps, statisticsOps } from '@sconce/tensor/internal';
import { launchRows, LARGEST, rowsOver, SUM, type Fold } from '../kernels/rows.js';
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

interface Norm { readonly name: string; readonly start: string; readonly step: string; readonly fold: Fold; readonly finish: string }

/** How magnitudes `a` are folded into a norm of an order. */
function normOf(ord: number): Norm {
  const plain = { start: '0.0', fold: SUM, finish: 'whole' };
  switch (ord) {
    case 0: return { ...plain, name: '0', step: 'v + select(0.0, 1.0, nonzero_(a))' };
    case 1: return { ...plain, name: '1', step: 'v + a' };
    case 2: return { ...plain, name: '2', step: 'v + a * a', finish: 'sqrt(whole)' };
    case Infinity: return { ...plain, name: 'inf', step: 'max_(v, a)', fold: LARGEST };
    case -Infinity: return { ...plain, name: '-inf', start: 'inf_()', step: 'min_(v, a)', fold: { type: 'f32', combine: 'min_(a, b)' } };
    default: return { ...plain, name: 'p', step: 'v + pow_(a, p.ord)', finish: 'pow_(whole, 1.0 / p.ord)' };
  }
}

/** Variances and norms. */
export const lowerStatistics: Lowering = (engine) => [
  ...([['var', 'varMean', false], ['std', 'stdMean', true]] as const).flatMap(([plain, both, root]) => [plain, both].map((name) =>
    entry(statisticsOps[name], ([x], [y, mean], { dims, correction }) => {
      const { rows, view } = rowsOver(x, dims);
      launchRows(engine, {
        name, inputs: { x: view }, outputs: mean ? { y, mean } : { y }, floats: { correction }, rows, folds: { sum: SUM }, body: SPREAD(root, mean !== undefined),
      });
    }))),
  ...[normOps.norm, normOps.vectorNorm].map((op) => entry(op, ([x], [y], { ord, dims }) => {
    const { rows, view } = rowsOver(x, dims), { name, start, step, fold, finish } = normOf(ord);
    launchRows(engine, {
      name: `norm ${name}`, inputs: { x: view }, outputs: { y }, floats: { ord: Number.isFinite(ord) ? ord : 0 }, rows, folds: { together: fold },
      body: `var v = ${start};\n${loop(`let a = abs(value); v = ${step};`)}\nlet whole = together(v);\nif (first == 0u) { y[row] = ${finish}; }`,
    });
  })),
];
