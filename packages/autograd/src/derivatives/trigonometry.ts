import {
  acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, deg2rad, rad2deg, sin, sinc, sinh, tan, tanh, where,
} from '@sconce/tensor';
import { activationGradients, runPointwise } from '@sconce/tensor/internal';
import { define, saving } from './define.js';

define(sin.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.cos()))]);
define(cos.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.sin()).neg())]);
// 1 + tan²
define(tan.op, [saving(['result'], (g, { result }) => g.mul(result.mul(result).add(1)))]);
// ±1 / √(1 - x²)
define(asin.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.mul(x).rsub(1).rsqrt()))]);
define(acos.op, [saving([0], (g, { inputs: [x] }) => g.neg().mul(x.mul(x).rsub(1).rsqrt()))]);
define(atan.op, [saving([0], (g, { inputs: [x] }) => g.div(x.mul(x).add(1)))]);
// y / (x² + y²) and -x / (x² + y²)
define(atan2.op, [
  saving([0, 1], (g, { inputs: [x, y] }) => g.mul(y).div(x.mul(x).add(y.mul(y)))),
  saving([0, 1], (g, { inputs: [x, y] }) => g.mul(x).neg().div(x.mul(x).add(y.mul(y)))),
]);
define(sinh.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.cosh()))]);
define(cosh.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.sinh()))]);
// 1 - tanh²
define(tanh.op, [saving(['result'], (g, { result }) => runPointwise(activationGradients.tanh, [g, result]))]);
define(asinh.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.mul(x).add(1).rsqrt()))]);
define(acosh.op, [saving([0], (g, { inputs: [x] }) =>
  // of complex numbers with negative real parts the root of the product is not the product of the roots
  g.mul(x.dtype.isComplex ? x.sub(1).rsqrt().mul(x.add(1).rsqrt()) : x.mul(x).sub(1).rsqrt()))]);
define(atanh.op, [saving([0], (g, { inputs: [x] }) => g.div(x.mul(x).rsub(1)))]);
define(deg2rad.op, [(g) => g.mul(Math.PI / 180)]);
define(rad2deg.op, [(g) => g.mul(180 / Math.PI)]);

// (πx cos πx - sin πx) / (πx²), 0 at 0
define(sinc.op, [saving([0], (g, { inputs: [x] }) => {
  const angle = x.mul(Math.PI);
  const slope = angle.mul(angle.cos()).sub(angle.sin()).div(angle.mul(x));
  return where(x.eq(0), 0, g.mul(slope));
})]);
