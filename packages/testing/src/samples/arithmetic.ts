import * as torch from '@sconce/tensor';
import { distinct, inUnit, integers, mask, normal, positive, typed, values } from '../draws.js';
import { row } from '../row.js';
import { unary } from './unary.js';

const add = [
  row('add', 'x + y', ({ x, y }) => x.add(y), { x: normal(3, 4), y: normal(3, 4) }),
  row('add', 'x + y', ({ x, y }) => x.add(y), { x: normal(3, 1), y: normal(4) }),
  row('add', 'torch.add(x, y, alpha=2.5)', ({ x, y }) => x.add(y, { alpha: 2.5 }), { x: normal(2, 3), y: normal(3) }),
  row('add', 'x + 3', ({ x }) => x.add(3), { x: normal(0, 3) }),
  row('add', 'x + y', ({ x, y }) => x.add(y), { x: normal(2, 2), y: integers(-4, 5, 2, 2) }),
  row('add', 'x + 2.5', ({ x }) => x.add(2.5), { x: integers(-4, 5, 5) }),
  row('add', 'x + y', ({ x, y }) => x.add(y), { x: mask(2, 3), y: mask(3) }),
  row('add', 'x + y', ({ x, y }) => x.add(y),
    { x: typed('uint8', integers(0, 255, 4)), y: typed('int8', integers(-9, 9, 4)) }),
  row('add_', 'x.clone().add_(y, alpha=3)', ({ x, y }) => x.clone().add_(y, { alpha: 3 }),
    { x: normal(2, 3), y: normal(1, 3) }),
  row('add_', 'z = x.clone(); z.t().add_(y); z', ({ x, y }) => {
    const z = x.clone();
    z.t().add_(y);
    return z;
  }, { x: normal(2, 3), y: normal(2) }),
  row('sub', 'x - y', ({ x, y }) => x.sub(y), { x: normal(3, 4), y: normal() }),
  row('sub', 'torch.sub(x, y, alpha=-2)', ({ x, y }) => x.sub(y, { alpha: -2 }), { x: normal(3), y: normal(2, 1) }),
  row('sub_', 'x.clone().sub_(1.5)', ({ x }) => x.clone().sub_(1.5), { x: normal(3) }),
  row('rsub', 'torch.rsub(x, y)', ({ x, y }) => x.rsub(y), { x: normal(3), y: normal(2, 1) }),
  row('rsub', 'torch.rsub(x, 2)', ({ x }) => x.rsub(2), { x: normal(3) }),
  // PyTorch takes no number first
  row('rsub', 'x - 2', ({ x }) => torch.rsub(2, x), { x: normal(3) }, { node: 'RsubBackward0' }),
  // one record for tensors and numbers
  row('rsub', 'torch.rsub(x, y, alpha=3)', ({ x, y }) => x.rsub(y, { alpha: 3 }), { x: normal(3), y: normal(2, 1) }),
  row('rsub', 'torch.rsub(x, 2, alpha=3)', ({ x }) => x.rsub(2, { alpha: 3 }),
    { x: normal(3) }, { node: 'RsubBackward0' }),
];

const mul = [
  row('mul', 'x * y', ({ x, y }) => x.mul(y), { x: normal(3, 4), y: normal(4) }),
  row('mul', 'x * y', ({ x, y }) => x.mul(y), { x: normal(), y: inUnit(2, 2) }),
  row('mul', 'x * -2', ({ x }) => x.mul(-2), { x: typed('int32', integers(-9, 9, 2, 3)) }),
  row('mul', 'x * x', ({ x }) => x.mul(x), { x: normal(3) }),
  row('mul_', 'x.clone().mul_(y)', ({ x, y }) => x.clone().mul_(y), { x: normal(2, 3), y: normal(3) }),
  row('mul_', 'z = x * 1; z[1].mul_(y); z', ({ x, y }) => {
    const z = x.mul(1);
    z.select(0, 1).mul_(y);
    return z;
  }, { x: normal(3, 4), y: normal(4) }),
];

const div = [
  row('div', 'x / y', ({ x, y }) => x.div(y), { x: normal(3, 4), y: positive(4) }),
  row('div', 'x / 4', ({ x }) => x.div(4), { x: normal(2, 3) }),
  row('div', 'x / y', ({ x, y }) => x.div(y), { x: integers(-9, 9, 4), y: integers(1, 9, 4) }),
  row('div', 'x / y', ({ x, y }) => x.div(y), { x: values([1, -1, 0]), y: values([0, 0, 0]) }, { gradcheck: false }),
  row('div', "torch.div(x, y, rounding_mode='floor')", ({ x, y }) => x.div(y, { roundingMode: 'floor' }),
    { x: normal(3, 4), y: positive(4) }),
  row('div', "torch.div(x, y, rounding_mode='trunc')", ({ x, y }) => x.div(y, { roundingMode: 'trunc' }),
    { x: normal(3, 4), y: positive(4) }),
  row('div', "torch.div(x, y, rounding_mode='floor')", ({ x, y }) => x.div(y, { roundingMode: 'floor' }),
    { x: integers(-9, 9, 6), y: integers(1, 5, 6) }),
  row('div_', 'x.clone().div_(y)', ({ x, y }) => x.clone().div_(y), { x: normal(2, 3), y: positive(2, 1) }),
  row('div_', "x.clone().div_(2, rounding_mode='floor')", ({ x }) => x.clone().div_(2, { roundingMode: 'floor' }),
    { x: normal(2, 3) }),
  row('floorDivide', 'torch.floor_divide(x, y)', ({ x, y }) => x.floorDivide(y),
    { x: integers(-9, 9, 6), y: integers(1, 5, 6) }),
  row('floorDivide', 'torch.floor_divide(x, y)', ({ x, y }) => x.floorDivide(y),
    { x: normal(2, 3), y: positive(3) }, { grad: false }),
  row('remainder', 'torch.remainder(x, y)', ({ x, y }) => x.remainder(y), { x: normal(3, 4), y: positive(4) }),
  row('remainder', 'torch.remainder(x, -1.25)', ({ x }) => x.remainder(-1.25), { x: normal(3) }),
  row('remainder', 'torch.remainder(x, y)', ({ x, y }) => x.remainder(y),
    { x: integers(-9, 9, 6), y: integers(-4, 0, 6) }),
  row('fmod', 'torch.fmod(x, y)', ({ x, y }) => x.fmod(y), { x: normal(3, 4), y: positive(4) }),
  // PyTorch takes no number first, or does not differentiate then
  row('remainder', 'torch.remainder(torch.tensor(2.5, dtype=dtype), x)', ({ x }) => torch.remainder(2.5, x),
    { x: positive(3) }),
  row('fmod', 'torch.fmod(torch.tensor(2.5, dtype=dtype), x)', ({ x }) => torch.fmod(2.5, x),
    { x: positive(3) }),
  row('fmod', 'torch.fmod(x, 1.25)', ({ x }) => x.fmod(1.25), { x: normal(3) }),
  row('fmod_', 'x.clone().fmod_(2)', ({ x }) => x.clone().fmod_(2), { x: integers(-9, 9, 6) }),
];

const powers = [
  row('pow', 'x ** 3', ({ x }) => x.pow(3), { x: normal(3, 4) }),
  row('pow', 'x ** 2', ({ x }) => x.pow(2), { x: integers(-5, 5, 4) }),
  row('pow', 'x ** 0.5', ({ x }) => x.pow(0.5), { x: positive(4) }),
  row('pow', 'x ** -1', ({ x }) => x.pow(-1), { x: positive(2, 2) }),
  row('pow', 'x ** -0.5', ({ x }) => x.pow(-0.5), { x: positive(4) }),
  row('pow', 'x ** -2', ({ x }) => x.pow(-2), { x: positive(4) }),
  row('pow', 'x ** 3', ({ x }) => x.pow(3), { x: integers(-5, 5, 4) }),
  row('pow', 'torch.stack([x ** k for k in (-2, -1, -0.5, 0.5, 2, 3)])',
    ({ x }) => torch.stack([-2, -1, -0.5, 0.5, 2, 3].map((k) => x.pow(k))),
    { x: values([-Infinity, -2, 0, Infinity, NaN]) }, { gradcheck: false }),
  row('pow_', 'x.clone().pow_(-1)', ({ x }) => x.clone().pow_(-1), { x: positive(3) }),
  row('pow', 'x ** 0', ({ x }) => x.pow(0), { x: values([0, 1.5, -2]) }, { gradcheck: false }),
  row('pow', 'x ** y', ({ x, y }) => x.pow(y), { x: positive(3, 4), y: normal(4) }),
  row('pow', 'x ** y', ({ x, y }) => x.pow(y), { x: values([0, 0, 2]), y: values([0, 2, 0]) }, { gradcheck: false }),
  row('pow', 'torch.pow(2.5, x)', ({ x }) => torch.pow(2.5, x), { x: normal(3) }),
  row('pow_', 'x.clone().pow_(2)', ({ x }) => x.clone().pow_(2), { x: normal(3) }),
  row('pow_', 'x.clone().pow_(y)', ({ x, y }) => x.clone().pow_(y), { x: positive(3), y: normal(3) }),
  row('floatPower', 'torch.float_power(x, 2)', ({ x }) => x.floatPower(2), { x: normal(3) }, { float32: false }),
];

const mixed = [
  row('addcmul', 'torch.addcmul(x, y, z, value=0.5)', ({ x, y, z }) => x.addcmul(y, z, { value: 0.5 }),
    { x: normal(2, 3), y: normal(2, 1), z: normal(3) }),
  row('addcmul_', 'x.clone().addcmul_(y, z)', ({ x, y, z }) => x.clone().addcmul_(y, z),
    { x: normal(2, 3), y: normal(2, 3), z: normal(3) }),
  row('addcdiv', 'torch.addcdiv(x, y, z, value=-2)', ({ x, y, z }) => x.addcdiv(y, z, { value: -2 }),
    { x: normal(2, 3), y: normal(2, 1), z: positive(3) }),
  row('addcdiv_', 'x.clone().addcdiv_(y, z)', ({ x, y, z }) => x.clone().addcdiv_(y, z),
    { x: normal(2, 3), y: normal(2, 3), z: positive(3) }),
  row('lerp', 'torch.lerp(x, y, 0.3)', ({ x, y }) => x.lerp(y, 0.3), { x: normal(2, 3), y: normal(3) }),
  row('lerp', 'torch.lerp(x, y, z)', ({ x, y, z }) => x.lerp(y, z), { x: normal(2, 3), y: normal(3), z: normal(2, 1) }),
  row('lerp_', 'x.clone().lerp_(y, 0.9)', ({ x, y }) => x.clone().lerp_(y, 0.9), { x: normal(2, 3), y: normal(3) }),
  row('lerp_', 'x.clone().lerp_(y, z)', ({ x, y, z }) => x.clone().lerp_(y, z),
    { x: normal(2, 3), y: normal(3), z: normal(3) }),
  row('maximum', 'torch.maximum(x, y)', ({ x, y }) => x.maximum(y), { x: normal(3, 4), y: normal(4) }),
  row('maximum', 'torch.maximum(x, y)', ({ x, y }) => x.maximum(y),
    { x: values([1, 2, NaN]), y: values([1, NaN, 0]) }, { gradcheck: false }),
  row('maximum', 'torch.maximum(x, y)', ({ x, y }) => x.maximum(y), { x: integers(-5, 5, 4), y: integers(-5, 5, 4) }),
  row('minimum', 'torch.minimum(x, y)', ({ x, y }) => x.minimum(y), { x: normal(3, 4), y: normal(4) }),
  row('minimum', 'torch.minimum(x, y)', ({ x, y }) => x.minimum(y),
    { x: values([1, 2, 3]), y: values([1, 3, 2]) }, { gradcheck: false }),
  row('fmax', 'torch.fmax(x, y)', ({ x, y }) => x.fmax(y), { x: normal(3, 4), y: normal(4) }),
  row('fmax', 'torch.fmax(x, y)', ({ x, y }) => x.fmax(y),
    { x: values([1, 2, NaN]), y: values([1, NaN, 0]) }, { gradcheck: false }),
  row('fmin', 'torch.fmin(x, y)', ({ x, y }) => x.fmin(y), { x: normal(3, 4), y: normal(4) }),
  row('atan2', 'torch.atan2(x, y)', ({ x, y }) => x.atan2(y), { x: normal(3, 4), y: normal(4) }),
  row('atan2_', 'x.clone().atan2_(y)', ({ x, y }) => x.clone().atan2_(y), { x: normal(3), y: normal(3) }),
  row('hypot', 'torch.hypot(x, y)', ({ x, y }) => x.hypot(y), { x: normal(3, 4), y: normal(4) }),
  row('logaddexp', 'torch.logaddexp(x, y)', ({ x, y }) => x.logaddexp(y), { x: normal(3, 4), y: normal(4) }),
  row('xlogy', 'torch.xlogy(x, y)', ({ x, y }) => x.xlogy(y), { x: normal(3, 4), y: positive(4) }),
  row('xlogy', 'torch.xlogy(x, y)', ({ x, y }) => x.xlogy(y),
    { x: values([0, 0, 1]), y: values([0, 2, 0]) }, { gradcheck: false }),
  row('logaddexp2', 'torch.logaddexp2(x, y)', ({ x, y }) => torch.logaddexp2(x, y), { x: normal(3, 4), y: normal(4) }),
  row('xlogy', 'torch.xlogy(x, 2.5)', ({ x }) => x.xlogy(2.5), { x: normal(3) }),
  row('xlogy', 'torch.xlogy(2.5, y)', ({ y }) => torch.xlogy(2.5, y), { y: positive(3) }),
  row('copysign', 'torch.copysign(x, -1.5)', ({ x }) => x.copysign(-1.5), { x: normal(3) }),
  row('copysign', 'torch.copysign(torch.tensor(2.5, dtype=dtype), y)', ({ y }) => torch.copysign(2.5, y),
    { y: normal(3) }),
  row('copysign', 'torch.copysign(x, y)', ({ x, y }) => x.copysign(y), { x: normal(3, 4), y: normal(4) }),
  row('heaviside', 'torch.heaviside(x, y)', ({ x, y }) => x.heaviside(y),
    { x: values([-1, 0, 2]), y: normal(3) }, { grad: false }),
  row('gcd', 'torch.gcd(x, y)', ({ x, y }) => x.gcd(y), { x: integers(-30, 30, 6), y: integers(-30, 30, 6) }),
  row('lcm', 'torch.lcm(x, y)', ({ x, y }) => x.lcm(y), { x: integers(1, 30, 6), y: integers(1, 30, 6) }),
];

export const arithmetic = [
  ...add, ...mul, ...div, ...powers, ...mixed, ...unary('neg', normal),
  row('neg', '-x', ({ x }) => x.neg(), { x: typed('int8', integers(-9, 9, 4)) }),
  row('positive', '+x', ({ x }) => x.positive(), { x: distinct(3) }),
];
