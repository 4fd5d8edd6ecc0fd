import * as torch from '@sconce/tensor';
import { between, constant, integers, mask, normal, typed, values } from '../draws.js';
import { row } from '../row.js';

const none = { grad: false } as const;
const special = constant(values([1, NaN, Infinity, -Infinity, 0]));

const comparisons = (['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const).flatMap((name) => [
  row(name, `torch.${name}(x, y)`, ({ x, y }) => x[name](y), { x: integers(0, 3, 2, 4), y: integers(0, 3, 4) }),
  row(name, `torch.${name}(x, y)`, ({ x, y }) => x[name](y), { x: normal(2, 3), y: normal(3) }, none),
  row(name, `torch.${name}(x, 1.5)`, ({ x }) => x[name](1.5), { x: integers(0, 4, 5) }),
  row(`${name}_`, `x.clone().${name}_(1)`, ({ x }) => x.clone()[`${name}_`](1), { x: integers(0, 3, 5) }),
]);

const logical = [
  ...(['logicalAnd', 'logicalOr', 'logicalXor'] as const).map((name) =>
    row(name, `torch.logical_${name.slice(7).toLowerCase()}(x, y)`, ({ x, y }) => x[name](y),
      { x: integers(0, 2, 2, 4), y: mask(4) })),
  row('logicalNot', 'torch.logical_not(x)', ({ x }) => x.logicalNot(), { x: integers(0, 2, 5) }),
  row('logicalNot', 'torch.logical_not(x)', ({ x }) => x.logicalNot(), { x: normal(3) }, none),
  row('bitwiseAnd', 'x & y', ({ x, y }) => x.bitwiseAnd(y), { x: integers(-9, 9, 2, 3), y: integers(-9, 9, 3) }),
  row('bitwiseAnd', 'x & y', ({ x, y }) => x.bitwiseAnd(y), { x: mask(4), y: mask(4) }),
  row('bitwiseOr', 'x | y', ({ x, y }) => x.bitwiseOr(y),
    { x: typed('uint8', integers(0, 255, 4)), y: typed('uint8', integers(0, 255, 4)) }),
  row('bitwiseXor', 'x ^ y', ({ x, y }) => x.bitwiseXor(y), { x: integers(-9, 9, 6), y: integers(-9, 9, 6) }),
  row('bitwiseNot', '~x', ({ x }) => x.bitwiseNot(), { x: integers(-9, 9, 6) }),
  row('bitwiseNot', '~x', ({ x }) => x.bitwiseNot(), { x: mask(4) }),
  row('bitwiseLeftShift', 'x << y', ({ x, y }) => x.bitwiseLeftShift(y),
    { x: integers(-9, 9, 6), y: integers(0, 5, 6) }),
  row('bitwiseRightShift', 'x >> y', ({ x, y }) => x.bitwiseRightShift(y),
    { x: integers(-90, 90, 6), y: integers(0, 5, 6) }),
];

const tests = [
  row('isnan', 'torch.isnan(x)', ({ x }) => x.isnan(), { x: special }),
  row('isinf', 'torch.isinf(x)', ({ x }) => x.isinf(), { x: special }),
  row('isfinite', 'torch.isfinite(x)', ({ x }) => x.isfinite(), { x: special }),
  row('isposinf', 'torch.isposinf(x)', ({ x }) => x.isposinf(), { x: special }),
  row('isneginf', 'torch.isneginf(x)', ({ x }) => x.isneginf(), { x: special }),
  row('isreal', 'torch.isreal(x)', ({ x }) => x.isreal(), { x: special }),
  row('signbit', 'torch.signbit(x)', ({ x }) => x.signbit(), { x: normal(4) }, none),
  row('isclose', 'torch.isclose(x, y, rtol=0.5)', ({ x, y }) => x.isclose(y, { rtol: 0.5 }),
    { x: normal(3, 4), y: normal(4) }, none),
  row('isclose', 'torch.isclose(x, x, equal_nan=True)', ({ x }) => x.isclose(x, { equalNan: true }), { x: special }),
];

const selection = [
  row('where', 'torch.where(c, x, y)', ({ c, x, y }) => torch.where(c, x, y),
    { x: normal(3, 4), y: normal(4), c: mask(3, 1) }),
  row('where', 'torch.where(c, x, y)', ({ c, x, y }) => torch.where(c, x, y),
    { x: normal(), y: normal(2, 2), c: mask(2, 2) }),
  row('where', 'torch.where(c, x, y)', ({ c, x, y }) => torch.where(c, x, y),
    { x: integers(0, 9, 4), y: integers(0, 9, 4), c: mask(4) }),
  row('maskedFill', 'x.masked_fill(c, -1.5)', ({ x, c }) => x.maskedFill(c, -1.5), { x: normal(3, 4), c: mask(4) }),
  row('maskedFill', 'x.masked_fill(c, y)', ({ x, c, y }) => x.maskedFill(c, y),
    { x: normal(2, 3), c: mask(2, 3), y: normal() }),
  row('maskedFill_', 'x.clone().masked_fill_(c, 7)', ({ x, c }) => x.clone().maskedFill_(c, 7),
    { x: normal(2, 3), c: mask(2, 1) }),
  row('maskedFill_', 'x.clone().masked_fill_(c, 7)', ({ x, c }) => x.clone().maskedFill_(c, 7),
    { x: integers(0, 5, 2, 3), c: mask(2, 1) }),
  row('where', 'torch.where(x > 0, x, y * 2)', ({ x, y }) => torch.where(x.gt(0), x, y.mul(2)),
    { x: between(-2, 2, 3, 4), y: normal(4) }),
];

export const comparison = [...comparisons, ...logical, ...tests, ...selection];
