import {
  bitwiseAnd, bitwiseLeftShift, bitwiseNot, bitwiseOr, bitwiseRightShift, bitwiseXor, eq, fmax, fmin, gcd, ge, gt, heaviside,
  isfinite, isinf, isnan, isneginf, isposinf, isreal, lcm, le, logicalAnd, logicalNot, logicalOr, logicalXor, lt, maximum,
  minimum, ne, where, type Tensor,
} from '@sconce/tensor';
import { membershipOps } from '@sconce/tensor/internal';
import { define, nonDifferentiable, notImplemented, saving } from './define.js';
import { zero } from './zero.js';

notImplemented(heaviside.op, 'heaviside');
for (const { op } of [eq, ne, lt, le, gt, ge]) define(op, [zero], { inPlaceOnly: true });
nonDifferentiable(
  isnan.op, isinf.op, isposinf.op, isneginf.op, isfinite.op, isreal.op,
  logicalAnd.op, logicalOr.op, logicalXor.op, logicalNot.op, bitwiseAnd.op, bitwiseOr.op, bitwiseXor.op, bitwiseNot.op,
  bitwiseLeftShift.op, bitwiseRightShift.op, gcd.op, lcm.op, membershipOps.isin);

/** The gradient where an operand was chosen, halved where both are the same. */
const shared = (g: Tensor, same: Tensor, notChosen: Tensor): Tensor => where(same, g.div(2), g).maskedFill(notChosen, 0);

define(maximum.op, [
  saving([0, 1], (g, { inputs: [x, y] }) => shared(g, x.eq(y), x.lt(y))),
  saving([0, 1], (g, { inputs: [x, y] }) => shared(g, x.eq(y), x.gt(y))),
]);
define(minimum.op, [
  saving([0, 1], (g, { inputs: [x, y] }) => shared(g, x.eq(y), x.gt(y))),
  saving([0, 1], (g, { inputs: [x, y] }) => shared(g, x.eq(y), x.lt(y))),
]);

// of two that are the same, the first is the one chosen; NaN never is
define(fmax.op, [
  saving([0, 1], (g, { inputs: [x, y] }) => where(x.ge(y).logicalOr(y.isnan()), g, 0)),
  saving([0, 1], (g, { inputs: [x, y] }) => where(x.ge(y).logicalOr(y.isnan()), 0, g)),
]);
define(fmin.op, [
  saving([0, 1], (g, { inputs: [x, y] }) => where(x.le(y).logicalOr(y.isnan()), g, 0)),
  saving([0, 1], (g, { inputs: [x, y] }) => where(x.le(y).logicalOr(y.isnan()), 0, g)),
]);
