import { normalizationOps, type NormalizationAttrs } from '@sconce/tensor/internal';
import { launchRows, SUM, type Rows } from '../kernels/rows.js';
import { entry, type Lowering } from './entry.js';

/** The elements that share a mean and a variance; of the four dimensions the last two, or also the first, are theirs. */
const groupsOf = ({ shape: [a, b, c, d], acrossBatch }: NormalizationAttrs): Rows => ({
  count: acrossBatch ? b : a * b, length: (acrossBatch ? a : 1) * c * d, inner: 1,
});

const geometry = ({ shape: [, b, c, d], parameters: [, pb, pc, pd] }: NormalizationAttrs) => ({
  plane: c * d, channels: b, width: d, stride_b: pb === 1 ? 0 : pc * pd, stride_c: pc === 1 ? 0 : pd, stride_d: pd === 1 ? 0 : 1,
});

// element j of a group, and its parameter
const PLACES = `fn place(group: u32, j: u32) -> u32 { return (j / p.plane * p.channels + group) * p.plane + j % p.plane; }
fn parameter(group: u32, j: u32) -> u32 {
  let within = j % p.plane;
  return group % p.channels * p.stride_b + within / p.width * p.stride_c + within % p.width * p.stride_d;
}`;

const each = (statement: string): string => `for (var j = first; j < p.length; j += step) { let k = place(row, j); ${statement} }`;

const scaled = (mean: string, scale: string): string =>
  each(`let q = parameter(row, j); out[k] = (x(k) - ${mean}) * ${scale} * weight(q) + bias(q);`);

const FORWARD = `var s = 0.0;
${each('s += x(k);')}
let m = sum(s) / f32(p.length);
s = 0.0;
${each('let c = x(k) - m; s += c * c;')}
let v = sum(s) / f32(p.length);
let scale = inverseSqrt(v + p.eps);
${scaled('m', 'scale')}
if (first == 0u) { mean[row] = m; variance[row] = v; }`;

const FIXED = `let m = mean(row);
let scale = inverseSqrt(variance(row) + p.eps);
${scaled('m', 'scale')}`;

// dx = r (h - E h - x̂ E[h x̂]) with h = g · weight, r = 1 / √(variance + eps), x̂ = (x - mean) r
const BACKWARD_INPUT = `let m = mean(row);
let r = inverseSqrt(variance(row) + p.eps);
var s = 0.0;
var d = 0.0;
${each('let h = g(k) * weight(parameter(row, j)); s += h; d += h * (x(k) - m);')}
let mean_h = sum(s) / f32(p.length);
let slope = sum(d) / f32(p.length) * r * r;
${each('out[k] = r * (g(k) * weight(parameter(row, j)) - mean_h - (x(k) - m) * slope);')}`;

// A row is what shares a weight. Its elements are counted over the batch and the dimensions along which the weight is one.
const BACKWARD_WEIGHT = `let at_b = row / (p.pc * p.pd);
let at_c = row / p.pd % p.pc;
let at_d = row % p.pd;
var s = 0.0;
for (var j = first; j < p.length; j += step) {
  let d = j % p.free_d + at_d;
  let c = j / p.free_d % p.free_c + at_c;
  let bc = j / (p.free_d * p.free_c);
  let b = bc % p.free_b + at_b;
  let a = bc / p.free_b;
  let k = ((a * p.channels + b) * p.height + c) * p.width + d;
  let group = select(a * p.channels + b, b, p.across == 1u);
  s += g(k) * (x(k) - mean(group)) * inverseSqrt(variance(group) + p.eps);
}
let total = sum(s);
if (first == 0u) { out[row] = total; }`;

/** Batch, layer and group normalisation and their gradients. */
export const lowerNormalization: Lowering = (engine) => {
  const common = (attrs: NormalizationAttrs) => ({
    rows: groupsOf(attrs), folds: { sum: SUM }, params: geometry(attrs), floats: { eps: attrs.eps }, declarations: PLACES,
  });
  return [
    ...[normalizationOps.nativeBatchNorm, normalizationOps.nativeLayerNorm, normalizationOps.nativeGroupNorm].map((op) =>
      entry(op, ([x, weight, bias], [out, mean, variance], attrs) => launchRows(engine, {
        ...common(attrs), name: 'normalize', inputs: { x, weight, bias }, outputs: { out, mean, variance }, body: FORWARD,
      }))),
    entry(normalizationOps.batchNormFixed, ([x, weight, bias, mean, variance], [out], attrs) => launchRows(engine, {
      ...common(attrs), name: 'normalizeFixed', inputs: { x, weight, bias, mean, variance }, outputs: { out }, body: FIXED,
    })),
    entry(normalizationOps.backwardInput, ([g, x, weight, mean, variance], [out], attrs) => launchRows(engine, {
      ...common(attrs), name: 'normalizeBackwardInput', inputs: { g, x, weight, mean, variance }, outputs: { out }, body: BACKWARD_INPUT,
    })),
    entry(normalizationOps.backwardWeight, ([g, x, mean, variance], [out], attrs) => {
      const { shape: [a, b, c, d], parameters: [, pb, pc, pd], acrossBatch, eps } = attrs;
      const free = { free_b: pb === 1 ? b : 1, free_c: pc === 1 ? c : 1, free_d: pd === 1 ? d : 1 };
      launchRows(engine, {
        name: 'normalizeBackwardWeight', inputs: { g, x, mean, variance }, outputs: { out }, folds: { sum: SUM }, floats: { eps },
        rows: { count: pb * pc * pd, length: a * free.free_b * free.free_c * free.free_d, inner: 1 },
        params: { ...free, pc, pd, channels: b, height: c, width: d, across: acrossBatch ? 1 : 0 }, body: BACKWARD_WEIGHT,
      });
    }),
  ];
};
