import {
  abs, conj, copysign, exp, exp2, expm1, hypot, log, log10, log1p, log2, logaddexp, logaddexp2, pow, reciprocal, rsqrt, sgn, sign,
  signbit, sqrt, where, xlogy, zerosLike, type Tensor,
} from '@sconce/tensor';
import { define, nonDifferentiable, saving } from './define.js';
import { zero } from './zero.js';

define(exp.op, [saving(['result'], (g, { result }) => g.mul(result))]);
define(exp2.op, [saving(['result'], (g, { result }) => g.mul(result).mul(Math.LN2))]);
define(expm1.op, [saving(['result'], (g, { result }) => g.mul(result.add(1)))]);
define(log.op, [saving([0], (g, { inputs: [x] }) => g.div(x))]);
define(log1p.op, [saving([0], (g, { inputs: [x] }) => g.div(x.add(1)))]);
define(log2.op, [saving([0], (g, { inputs: [x] }) => g.div(x.mul(Math.LN2)))]);
define(log10.op, [saving([0], (g, { inputs: [x] }) => g.div(x.mul(Math.LN10)))]);

// each operand's share of the sum: 1 / (1 + exp(other - own))
define(logaddexp.op, [
  saving([0, 1], (g, { inputs: [x, y] }) => g.div(y.sub(x).exp().add(1))),
  saving([0, 1], (g, { inputs: [x, y] }) => g.div(x.sub(y).exp().add(1))),
]);
define(logaddexp2.op, [
  saving([0, 1], (g, { inputs: [x, y] }) => g.div(y.sub(x).exp2().add(1))),
  saving([0, 1], (g, { inputs: [x, y] }) => g.div(x.sub(y).exp2().add(1))),
]);

// x log y: d/dx = log y, but 0 where both the product and the logarithm were cut off; d/dy = x / y
for (const op of [xlogy.op, xlogy.withNumber, xlogy.numberFirst]) {
  define(op, [
    saving([0, 1], (g, { inputs: [x, y] }) => xlogy(g, y).maskedFill(x.eq(0).logicalAnd(y.le(0)), 0)),
    saving([0, 1], (g, { inputs: [x, y] }) => g.mul(x).div(y)),
  ]);
}

define(sqrt.op, [saving(['result'], (g, { result }) => g.div(result.mul(2)))]);
define(rsqrt.op, [saving(['result'], (g, { result }) => g.mul(result.pow(3)).mul(-0.5))]);
define(reciprocal.op, [saving(['result'], (g, { result }) => g.neg().mul(result.mul(result)))]);

// The logarithm of a negative number has two conjugates, of which a power of a real number takes one: so that operands, which come
// as conjugates, are taken as they were.

/** y x^(y - 1), 0 for an exponent of 0 (where x^-1 may be infinite). */
function powBase(g: Tensor, ...operands: readonly [x: Tensor, y: Tensor]): Tensor {
  const [x, y] = operands.map(conj);
  return where(y.eq(0), 0, g.mul(conj(y.mul(x.pow(y.sub(1))))));
}

/** x^y log x, 0 where x is 0 and y not negative. */
function powExponent(g: Tensor, ...operands: readonly [x: Tensor, y: Tensor, result: Tensor]): Tensor {
  const [x, y, result] = operands.map(conj);
  return g.mul(conj(where(x.eq(0).logicalAnd(y.isreal()).logicalAnd(y.real.ge(0)), 0, result.mul(x.log()))));
}

const byExponent = saving([0, 1, 'result'], (g, { inputs: [x, y], result }) => powExponent(g, x, y, result));
define(pow.op, [saving([0, 1], (g, { inputs: [x, y] }) => powBase(g, x, y)), byExponent]);
define(pow.numberFirst, [null, byExponent]);
define(pow.withNumber, [
  saving([0, 1], (g, context) => {
    const x = context.operand(0) as Tensor, exponent = context.operand(1), y = Number(exponent);
    if (typeof exponent === 'object') return powBase(g, x, context.inputs[1]);
    return y === 0 ? zerosLike(g) : g.mul(x.pow(y - 1).mul(y));
  }),
  null,
]);

for (const [n, { op }] of pow.fixed) {
  define(op, [saving([0], (g, { inputs: [x] }) => g.mul((n === 2 ? x : x.pow(n - 1)).mul(n)))]);
}

define(abs.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.sgn()))]);
define(sign.op, [zero]);
// of complex numbers what changes their direction: g / |z| but for the part along z
define(sgn.op, [saving([0], (g, { inputs: [conjugate] }) => {
  if (!conjugate.dtype.isComplex) return zero(g);
  const z = conjugate.conj(), length = z.abs(), direction = z.sgn();
  return g.sub(g.mul(direction.conj()).real.mul(direction)).div(length).maskedFill(length.eq(0), 0);
})]);
nonDifferentiable(signbit.op);

// |x| with the sign of y: d/dx = ±1
for (const op of [copysign.op, copysign.withNumber, copysign.numberFirst]) {
  define(op, [
    saving([0, 'result'], (g, { inputs: [x], result }) => g.mul(result.div(x).maskedFill(x.eq(0), 0))),
    zero,
  ]);
}

define(hypot.op, [
  saving([0, 'result'], (g, { inputs: [x], result }) => g.mul(x.div(result))),
  saving([1, 'result'], (g, { inputs: [, y], result }) => g.mul(y.div(result))),
]);
