import { between, inUnit, integers, mask, normal, positive, values } from '../draws.js';
import { row } from '../row.js';
import { unary } from './unary.js';

const inside = (...shape: number[]) => between(-0.95, 0.95, ...shape);
const beyondOne = (...shape: number[]) => between(1.1, 4, ...shape);
/** PyTorch's trigamma is right to nine digits. */
const trigamma = { tolerance: { float64: 1e-8 } } as const;

export const math = [
  ...unary('abs', normal), ...unary('sign', normal), ...unary('sgn', normal),
  ...unary('floor', normal), ...unary('ceil', normal), ...unary('trunc', normal), ...unary('round', normal), ...unary('frac', normal),
  ...unary('sqrt', positive), ...unary('rsqrt', positive), ...unary('square', normal), ...unary('reciprocal', positive),
  ...unary('exp', normal), ...unary('exp2', normal), ...unary('expm1', normal),
  ...unary('log', positive), ...unary('log2', positive), ...unary('log10', positive), ...unary('log1p', positive),
  ...unary('sin', normal), ...unary('cos', normal), ...unary('tan', inside),
  ...unary('asin', inside), ...unary('acos', inside), ...unary('atan', normal),
  ...unary('sinh', normal), ...unary('cosh', normal), ...unary('tanh', normal),
  // PyTorch 1.13 does not differentiate their in-place forms
  ...unary('asinh', normal, 'torch.asinh(x.clone())'), ...unary('acosh', beyondOne, 'torch.acosh(x.clone())'),
  ...unary('atanh', inside, 'torch.atanh(x.clone())'),
  ...unary('sigmoid', normal), ...unary('erf', normal), ...unary('erfc', normal), ...unary('erfinv', inside),
  ...unary('lgamma', positive), ...unary('digamma', positive, undefined, trigamma), ...unary('i0', normal), ...unary('sinc', normal),
  ...unary('deg2rad', normal), ...unary('rad2deg', normal), ...unary('logit', inUnit),

  row('abs', 'torch.abs(x)', ({ x }) => x.abs(), { x: values([0, -1, 2]) }, { gradcheck: false }),
  row('abs', 'torch.abs(x)', ({ x }) => x.abs(), { x: integers(-5, 5, 4) }),
  row('sqrt', 'torch.sqrt(x)', ({ x }) => x.sqrt(), { x: values([0, 4, -1]) }, { gradcheck: false }),
  row('exp', 'torch.exp(x)', ({ x }) => x.exp(), { x: integers(-3, 4, 5) }),
  row('exp', 'torch.exp(x)', ({ x }) => x.exp(), { x: mask(3) }),
  row('exp', 'torch.exp(x)', ({ x }) => x.exp(), { x: normal(2, 0) }),
  row('log', 'torch.log(x)', ({ x }) => x.log(), { x: values([0, -1, 1]) }, { gradcheck: false }),
  row('round', 'torch.round(x)', ({ x }) => x.round(),
    { x: values([-1.5, -0.5, 0.5, 1.5, 2.5]) }, { gradcheck: false }),
  row('round', 'torch.round(x, decimals=1)', ({ x }) => x.round({ decimals: 1 }), { x: normal(4) }),
  row('round', 'torch.round(x * 100, decimals=-1)', ({ x }) => x.mul(100).round({ decimals: -1 }), { x: normal(4) }),
  row('sinc', 'torch.sinc(x)', ({ x }) => x.sinc(), { x: values([0, 0.5, 1]) }, { gradcheck: false }),
  row('sigmoid', 'torch.sigmoid(x)', ({ x }) => x.sigmoid(), { x: values([-800, 0, 800]) }),
  row('tanh', 'torch.tanh(x)', ({ x }) => x.tanh(), { x: values([-800, 0, 800]) }),
  row('polygamma', 'torch.polygamma(1, x)', ({ x }) => x.polygamma(1), { x: positive(3) }, trigamma),
  row('logit', 'torch.logit(x, eps=0.2)', ({ x }) => x.logit({ eps: 0.2 }), { x: inUnit(2, 4) }),
  row('nanToNum', 'torch.nan_to_num(x)', ({ x }) => x.nanToNum(), { x: integers(-5, 5, 4) }),
  row('nanToNum', 'torch.nan_to_num(x)', ({ x }) => x.nanToNum(),
    { x: values([1.5, NaN, Infinity, -Infinity]) }, { gradcheck: false, float32: false }),
  row('nanToNum', 'torch.nan_to_num(x, nan=2.0, posinf=3.0, neginf=-4.0)', ({ x }) => x.nanToNum({ nan: 2, posinf: 3, neginf: -4 }),
    { x: values([1.5, NaN, Infinity, -Infinity]) }, { gradcheck: false }),

  row('clamp', 'torch.clamp(x, -0.5, 1)', ({ x }) => x.clamp(-0.5, 1), { x: normal(3, 4) }),
  row('clamp', 'torch.clamp(x, min=-0.5)', ({ x }) => x.clamp({ min: -0.5 }), { x: normal(3, 4) }),
  row('clamp', 'torch.clamp(x, max=0.5)', ({ x }) => x.clamp({ max: 0.5 }), { x: normal() }),
  row('clamp', 'torch.clamp(x, 0, 1)', ({ x }) => x.clamp(0, 1),
    { x: values([-1, 0, 0.5, 1, 2, NaN]) }, { gradcheck: false }),
  row('clamp', 'torch.clamp(x, y, z)', ({ x, y, z }) => x.clamp(y, z),
    { x: normal(3, 4), y: between(-1, 0, 4), z: between(0.25, 1, 3, 1) }),
  row('clamp', 'torch.clamp(x, min=y)', ({ x, y }) => x.clamp({ min: y }), { x: normal(3, 4), y: normal(4) }),
  row('clamp', 'torch.clamp(x, max=y)', ({ x, y }) => x.clamp({ max: y }), { x: normal(3, 4), y: normal(4) }),
  row('clamp', 'torch.clamp(x, -2, 3)', ({ x }) => x.clamp(-2, 3), { x: integers(-9, 9, 6) }),
  row('clamp_', 'x.clone().clamp_(-1, 1)', ({ x }) => x.clone().clamp_(-1, 1), { x: normal(3, 4) }),
  row('clampMin', 'torch.clamp_min(x, 0.25)', ({ x }) => x.clampMin(0.25), { x: normal(3, 4) }),
  row('clampMin_', 'x.clone().clamp_min_(0.25)', ({ x }) => x.clone().clampMin_(0.25), { x: normal(4) }),
  row('clampMin', 'torch.clamp_min(x, y)', ({ x, y }) => x.clampMin(y), { x: normal(3, 4), y: normal(4) }),
  row('clampMax', 'torch.clamp_max(x, 0.25)', ({ x }) => x.clampMax(0.25), { x: normal(3, 4) }),
  row('clampMax', 'torch.clamp_max(x, y)', ({ x, y }) => x.clampMax(y), { x: normal(3, 4), y: normal(4) }),
];
