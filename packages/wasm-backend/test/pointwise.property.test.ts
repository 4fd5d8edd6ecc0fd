import * as torch from '@sconce/tensor';
import type { DType, Tensor } from '@sconce/tensor';
import { activations } from '@sconce/tensor/internal';
import { property } from './support/property.js';

const { bfloat16, bool, float16, float32, float64, int16, int32, int64, int8, uint8 } = torch;
const every = [bool, uint8, int8, int16, int32, int64, float16, float32, float64] as const;
const numbers = [uint8, int8, int16, int32, int64, float32, float64] as const;
const floats = [float32, float64] as const;

/** Two units in the last place of float32. */
const CLOSE = 2.4e-7;
const TINY = 1.5e-45;
/** Four units in the last place of float64, of which the oracle's own error is up to one. */
const CLOSE_DOUBLE = 8.9e-16;

interface Options { rtol?: number; atol?: number; range?: [number, number]; dtypes?: readonly DType[]; count?: number }

/** A function of one tensor. float64 is computed by the same operations, so its tolerance is 0 for what is exact in float32. */
function unary(name: string, fn: (x: Tensor) => Tensor, { rtol = 0, atol = 0, range, dtypes = [float32], count = 30 }: Options = {}): void {
  property(name, count, (r) => {
    const dtype = r.pick(dtypes), shape = r.shape(), x = r.input(dtype, shape, { special: true, ...(range && { range }) });
    return { run: () => fn(x()), rtol, atol, note: [dtype.name, shape] };
  });
}

function binary(name: string, fn: (x: Tensor, y: Tensor) => Tensor, { rtol = 0, atol = 0, range, dtypes = numbers, count = 30 }: Options = {}): void {
  property(name, count, (r) => {
    const shape = r.shape(), options = { special: true, ...(range && { range }) }, dtype = r.pick(dtypes), other = r.chance(0.8) ? dtype : r.pick(dtypes);
    const x = r.input(dtype, shape, options), y = r.input(other, r.broadcastable(shape), options);
    return { run: () => fn(x(), y()), rtol, atol, note: [dtype.name, other.name, shape] };
  });
}

unary('neg', torch.neg, { dtypes: numbers });
unary('abs', torch.abs, { dtypes: numbers });
unary('sign', torch.sign, { dtypes: numbers });
unary('floor', torch.floor, { dtypes: floats });
unary('ceil', torch.ceil, { dtypes: floats });
unary('trunc', torch.trunc, { dtypes: floats });
unary('round', torch.round, { dtypes: floats });
unary('sqrt', torch.sqrt, { dtypes: floats });
unary('relu', torch.relu, { dtypes: numbers });
unary('logicalNot', torch.logicalNot, { dtypes: every });
unary('bitwiseNot', torch.bitwiseNot, { dtypes: [bool, uint8, int8, int16, int32, int64] });
unary('isnan', torch.isnan, { dtypes: every });
unary('clamp', (x) => x.clamp(-1, 2), { dtypes: numbers });
unary('exp', torch.exp, { rtol: CLOSE, atol: TINY, range: [-110, 90] });
unary('exp2', torch.exp2, { rtol: CLOSE, atol: TINY, range: [-150, 130] });
unary('expm1', torch.expm1, { rtol: CLOSE, range: [-20, 20] });
unary('expm1 of small numbers', torch.expm1, { rtol: CLOSE, range: [-1e-5, 1e-5] });
unary('log', torch.log, { rtol: CLOSE, range: [0, 4] });
unary('log of large numbers', torch.log, { rtol: CLOSE, range: [0, 1e30] });
unary('log2', torch.log2, { rtol: CLOSE, range: [0, 4] });
unary('log10', torch.log10, { rtol: CLOSE, range: [0, 4000] });
unary('log1p', torch.log1p, { rtol: CLOSE, range: [-1, 4] });
unary('log1p of small numbers', torch.log1p, { rtol: CLOSE, range: [-1e-4, 1e-4] });
unary('tanh', torch.tanh, { rtol: CLOSE });
unary('sigmoid', torch.sigmoid, { rtol: CLOSE, range: [-60, 60] });
unary('sin', torch.sin, { rtol: CLOSE, atol: 1e-14, range: [-10, 10] });
unary('sin of large numbers', torch.sin, { rtol: CLOSE, range: [-3e6, 3e6] });
unary('sin of huge numbers', torch.sin, { rtol: CLOSE, range: [-3e38, 3e38] });
unary('cos', torch.cos, { rtol: CLOSE, atol: 1e-14, range: [-10, 10] });
unary('cos of huge numbers', torch.cos, { rtol: CLOSE, range: [-1e12, 1e12] });
unary('tan', torch.tan, { rtol: CLOSE, range: [-10, 10] });
unary('erf', torch.erf, { rtol: CLOSE });
unary('erfc', torch.erfc, { rtol: CLOSE, atol: TINY, range: [-10.5, 10.5] });
unary('sinh', torch.sinh, { rtol: CLOSE, range: [-95, 95] });
unary('sinh of small numbers', torch.sinh, { rtol: CLOSE, range: [-1, 1] });
unary('cosh', torch.cosh, { rtol: CLOSE, range: [-95, 95] });
unary('asinh', torch.asinh, { rtol: CLOSE, range: [-1e30, 1e30] });
unary('asinh of small numbers', torch.asinh, { rtol: CLOSE, range: [-0.03, 0.03] });
unary('acosh', torch.acosh, { rtol: CLOSE, range: [0.9, 3] });
unary('acosh of large numbers', torch.acosh, { rtol: CLOSE, range: [-1e30, 1e30] });
unary('atanh', torch.atanh, { rtol: CLOSE, range: [-1.1, 1.1] });
unary('atanh of small numbers', torch.atanh, { rtol: CLOSE, range: [-0.03, 0.03] });
unary('asin', torch.asin, { rtol: CLOSE, range: [-1.1, 1.1] });
unary('acos', torch.acos, { rtol: CLOSE, range: [-1.1, 1.1] });
unary('atan', torch.atan, { rtol: CLOSE });
unary('atan of large numbers', torch.atan, { rtol: CLOSE, range: [-1e9, 1e9] });

const double = (name: string, fn: (x: Tensor) => Tensor, lowest: number, highest: number, atol = 0): void =>
  unary(`${name} of doubles from ${lowest} to ${highest}`, fn, { rtol: CLOSE_DOUBLE, atol, range: [lowest, highest], dtypes: [float64] });
double('exp', torch.exp, -2, 2);
double('exp', torch.exp, -760, 720, 5e-324);
double('exp2', torch.exp2, -1080, 1030, 5e-324);
double('expm1', torch.expm1, -40, 720);
double('expm1', torch.expm1, -1, 1);
double('expm1', torch.expm1, -1e-14, 1e-14);
for (const [name, fn] of [['log', torch.log], ['log2', torch.log2], ['log10', torch.log10]] as const) {
  double(name, fn, 0, 4);
  double(name, fn, 0.999, 1.001);
  double(name, fn, 0, 1e300);
  double(name, fn, 0, 1e-308);
}
double('log1p', torch.log1p, -1, 4);
double('log1p', torch.log1p, -1e-9, 1e-9);
double('tanh', torch.tanh, -25, 25);
double('tanh', torch.tanh, -0.01, 0.01);
double('sigmoid', torch.sigmoid, -700, 700);

unary('gelu', activations.gelu, { rtol: CLOSE, atol: 1e-7, range: [-6, 6] });
unary('silu', activations.silu, { rtol: CLOSE * 2, range: [-60, 60] });
unary('softplus', activations.softplus, { rtol: CLOSE * 2 });
unary('mish', activations.mish, { rtol: CLOSE * 3 });
unary('elu', activations.elu, { rtol: CLOSE * 2 });

binary('add', torch.add);
binary('add with a factor', (x, y) => x.add(y, { alpha: 2 }), { rtol: CLOSE, atol: 1e-6, dtypes: [int32, int64, float32, float64], range: [-3, 3] });
binary('sub', torch.sub);
binary('mul', torch.mul);
binary('div', torch.div, { dtypes: floats });
binary('div of integers', torch.div, { dtypes: [uint8, int32, int64] });
binary('maximum', torch.maximum);
binary('minimum', torch.minimum);
binary('lt', torch.lt, { dtypes: every });
binary('ge', torch.ge, { dtypes: every });
binary('eq', torch.eq, { dtypes: every });
binary('ne', torch.ne, { dtypes: every });
binary('logicalAnd', torch.logicalAnd, { dtypes: every });
binary('logicalXor', torch.logicalXor, { dtypes: every });
binary('bitwiseAnd', torch.bitwiseAnd, { dtypes: [bool, uint8, int16, int32, int64] });
binary('bitwiseXor', torch.bitwiseXor, { dtypes: [bool, uint8, int16, int32, int64] });
binary('floorDivide', torch.floorDivide, { dtypes: [float32, int32], rtol: CLOSE });
for (const [name, fn] of [
  ['remainder', torch.remainder], ['fmod', torch.fmod], ['floorDivide', torch.floorDivide],
  ['div, cut off', (x: Tensor, y: number) => x.div(y, { roundingMode: 'trunc' })],
] as const) {
  property(`${name} of integers by a number`, 60, (r) => {
    const dtype = r.pick([uint8, int8, int16, int32, int64]), shape = r.shape(), x = r.input(dtype, shape, { special: true });
    const divisor = r.pick([1, 2, 3, 7, 100, 127, -2, -5, -127, -1]);
    return { run: () => fn(x(), divisor), rtol: 0, atol: 0, note: [dtype.name, shape, divisor] };
  });
}
binary('fmod', torch.fmod, { dtypes: [float32] });
binary('fmod of far apart numbers', (x, y) => torch.fmod(x.mul(1e30), y.mul(1e-5)), { dtypes: [float32] });
binary('remainder', torch.remainder, { dtypes: [float32] });
binary('pow', torch.pow, { dtypes: [float32], rtol: CLOSE, atol: TINY });
binary('pow of larger numbers', torch.pow, { dtypes: [float32], rtol: CLOSE, atol: TINY, range: [-20, 20] });
binary('atan2', torch.atan2, { dtypes: [float32], rtol: CLOSE, atol: TINY });
binary('atan2 of far apart numbers', (y, x) => torch.atan2(y.mul(1e-20), x.mul(1e18)), { dtypes: [float32], rtol: CLOSE, atol: TINY });
binary('logaddexp', torch.logaddexp, { dtypes: [float32], rtol: CLOSE * 2, atol: 1e-7 });
binary('hypot', torch.hypot, { dtypes: [float32], rtol: CLOSE, atol: 1e-38 });

property('pow to whole numbers', 40, (r) => {
  const x = r.input(float32, r.shape(), { special: true }), exponent = r.integer(-7, 7);
  return { run: () => x().pow(exponent), rtol: CLOSE, atol: TINY };
});

property('numbers as operands', 60, (r) => {
  const x = r.input(r.pick(every), r.shape(), { special: true });
  const number = r.pick([0, -0, 2, -3, 0.5, 1e9, 3e38, NaN, Infinity, true, 5n, 2n ** 62n + 1n]), fn = r.pick([torch.add, torch.mul, torch.lt, torch.eq]);
  return { run: () => fn(x(), number), note: [String(number), fn.op.name] };
});

property('conversions', 150, (r) => {
  const from = r.pick(every), to = r.pick(every), x = r.input(from, r.shape(), { special: true, range: [-300, 300] });
  return { run: () => x().to(to), note: [from.name, to.name] };
});

property('large integers', 40, (r) => {
  const x = r.input(int64, r.shape(), { range: [-9e18, 9e18] }), y = r.input(int64, [], { range: [-9e18, 9e18] });
  const fn = r.pick([torch.add, torch.mul, torch.lt, torch.eq, torch.maximum, torch.bitwiseOr]);
  return { run: () => [fn(x(), y()), x().to(int32), x().to(uint8), x().to(bool), x().neg(), x().abs()], note: fn.op.name };
});

property('where', 60, (r) => {
  const shape = r.shape(), dtype = r.pick(numbers);
  const test = r.input(bool, r.broadcastable(shape)), x = r.input(dtype, shape, { special: true }), y = r.input(dtype, r.broadcastable(shape));
  return { run: () => torch.where(test(), x(), y()), note: dtype.name };
});

property('in place', 60, (r) => {
  const shape = r.shape(), dtype = r.pick([float32, float64, int64, uint8]);
  const x = r.input(dtype, shape, { writable: true }), y = r.input(dtype, r.broadcastable(shape));
  return { run: () => { const z = x(); z.mul_(y()).add_(z); return z; }, note: [dtype.name, shape] };
});

property('copies between layouts', 80, (r) => {
  const shape = r.shape(), from = r.pick(every), to = r.chance(0.6) ? from : r.pick(numbers);
  const x = r.input(from, shape, { special: to === from }), y = r.input(to, shape, { writable: true });
  return { run: () => [y().copy_(x()), x().clone(), x().contiguous()], note: [from.name, to.name, shape] };
});

property('filling', 30, (r) => {
  const dtype = r.pick(every), x = r.input(dtype, r.shape(), { writable: true }), n = r.size();
  return { run: () => [x().fill_(3), x().zero_(), torch.ones(n, { dtype })] };
});

property('all numbers of the half types', 1, () => {
  const bits = Int16Array.from({ length: 65536 }, (_, i) => i);
  return { run: () => [float16, bfloat16].map((dtype) => torch.fromNumpy(bits.slice()).view(dtype).to(float32)) };
});

property('floats as half types', 40, (r) => {
  const shape = r.shape(), limit = r.pick([1e-7, 1e-4, 3, 7e4, 3e38]), x = r.input(r.pick([float32, float64]), shape, { special: true, range: [-limit, limit] });
  // halfway between two numbers, and next to it
  const ties = torch.arange(0, 4096).to(float32).mul(2 ** -11), near = ties.mul(1 + 2 ** -23);
  return { run: () => [float16, bfloat16].flatMap((dtype) => [x().to(dtype), ties.to(dtype), near.to(dtype), near.mul(2 ** -20).to(dtype)]), note: [shape, limit] };
});

property('arithmetic of half types', 60, (r) => {
  const dtype = r.pick([float16, bfloat16]), shape = r.shape(), [x, y] = [shape, r.broadcastable(shape)].map((s) => r.input(float32, s, { special: true, range: [-100, 100] }));
  return {
    run: () => {
      const a = x().to(dtype), b = y().to(dtype);
      return [a.add(b), a.mul(b), a.div(3), a.exp(), a.gt(b), torch.where(a.gt(0), a, b), a.to(int32), a.clone().add_(b), a.add(y()), a.tanh()];
    },
    // bits: the nearest number or the one beside it
    atol: 1, note: [dtype.name, shape],
  };
});
