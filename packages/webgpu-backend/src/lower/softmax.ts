import { softmaxOps } from '@sconce/tensor/internal';
import { LARGEST, launchRows, rowsAlong, rowsOver, SUM } from '../kernels/rows.js';
import { entry, type Lowering } from './entry.js';

const each = (statement: string): string => `for (var j = first; j < p.length; j += step) { let k = base + j * p.inner; ${statement} }`;

const shifted = `var v = -inf_();
${each('v = max_(v, x(k));')}
let shift = largest(v);
var s = 0.0;
${each('s += exp_(x(k) - shift);')}
`;

const BODIES = {
  softmax: `${shifted}let scale = 1.0 / sum(s);
${each('out[k] = exp_(x(k) - shift) * scale;')}`,
  logSoftmax: `${shifted}let log_sum = log_(sum(s));
${each('out[k] = (x(k) - shift) - log_sum;')}`,
  softmaxBackward: `var s = 0.0;
${each('s += x(k) * y(k);')}
let dot = sum(s);
${each('out[k] = y(k) * (x(k) - dot);')}`,
  logSoftmaxBackward: `var s = 0.0;
${each('s += x(k);')}
let total = sum(s);
${each('out[k] = x(k) - exp_(y(k)) * total;')}`,
} as const;

// Inf - Inf would be NaN
const LOGSUMEXP = `var v = -inf_();
${each('v = max_(v, x(k));')}
let top = largest(v);
let shift = select(top, 0.0, isinf_(top));
var s = 0.0;
${each('s += exp_(x(k) - shift);')}
let all = sum(s);
if (first == 0u) { out[row] = shift + log_(all); }`;

/** softmax, logSoftmax and their gradients, and logsumexp. */
export const lowerSoftmax: Lowering = (engine) => [
  ...(Object.keys(BODIES) as (keyof typeof BODIES)[]).map((name) =>
    entry(softmaxOps[name], ([x, y], [out], { dim }) => launchRows(engine, {
      name, inputs: y ? { x, y } : { x }, outputs: { out }, rows: rowsAlong(out.layout, dim), folds: { largest: LARGEST, sum: SUM }, body: BODIES[name],
    }))),
  entry(softmaxOps.logsumexp, ([input], [out], { dims }) => {
    const { rows, view } = rowsOver(input, dims);
    launchRows(engine, {
      name: 'logsumexp', inputs: { x: view }, outputs: { out }, rows, folds: { largest: LARGEST, sum: SUM }, body: LOGSUMEXP,
    });
  }),
];
