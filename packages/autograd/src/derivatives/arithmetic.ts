import { add, addcdiv, addcmul, div, floorDivide, fmod, lerp, mul, neg, remainder, rsub, sub } from '@sconce/tensor';
import { define, notImplemented, saving } from './define.js';
import { zero } from './zero.js';

define(add.op, [(g) => g, (g) => g]);
define(add.scaled, [(g) => g, saving([2], (g, context) => g.mul(context.operand(2)))]);
define(sub.op, [(g) => g, (g) => g.neg()]);
define(sub.scaled, [(g) => g, saving([2], (g, context) => g.mul(context.operand(2)).neg())]);
for (const op of [rsub.op, rsub.withNumber, rsub.numberFirst]) define(op, [(g) => g.neg(), (g) => g]);
define(rsub.scaled, [saving([2], (g, context) => g.mul(context.operand(2)).neg()), (g) => g]);
define(mul.op, [saving([1], (g, context) => g.mul(context.operand(1))), saving([0], (g, context) => g.mul(context.operand(0)))]);
define(neg.op, [(g) => g.neg()]);

// x / y: d/dx = 1 / y, d/dy = -x / y²
define(div.op, [
  saving([1], (g, context) => g.div(context.operand(1))),
  saving([0, 1], (g, { inputs: [x, y] }) => g.div(y).mul(x.div(y)).neg()),
]);
// rounded quotients are steps
for (const op of [div.trunc, div.floor]) define(op, [zero, zero]);
notImplemented(floorDivide.op, 'floor_divide');

// x - y ⌊x / y⌋ and x - y trunc(x / y)
for (const op of [remainder.op, remainder.withNumber, remainder.numberFirst]) {
  define(op, [(g) => g, saving([0, 1], (g, { inputs: [x, y] }) => g.neg().mul(x.div(y, { roundingMode: 'floor' })))]);
}
for (const op of [fmod.op, fmod.withNumber, fmod.numberFirst]) {
  define(op, [(g) => g, saving([0, 1], (g, { inputs: [x, y] }) => g.neg().mul(x.div(y, { roundingMode: 'trunc' })))]);
}

// x + v a b
define(addcmul.op, [
  (g) => g,
  saving([2, 3], (g, { inputs: [, , b, value] }) => g.mul(b.mul(value))),
  saving([1, 3], (g, { inputs: [, a, , value] }) => g.mul(a.mul(value))),
  null,
]);

// x + v a / b: d/da = v / b, d/db = -v a / b²
define(addcdiv.op, [
  (g) => g,
  saving([2, 3], (g, { inputs: [, , b, value] }) => g.mul(value.div(b))),
  saving([1, 2, 3], (g, { inputs: [, a, b, value] }) => g.neg().mul(a.mul(value).div(b.mul(b)))),
  null,
]);

// x + w (end - x)
for (const op of [lerp.op, lerp.withTensor]) {
  define(op, [
    saving([2], (g, { inputs: [, , weight] }) => g.mul(weight.rsub(1))),
    saving([2], (g, { inputs: [, , weight] }) => g.mul(weight)),
    saving([0, 1], (g, { inputs: [x, end] }) => g.mul(end.sub(x))),
  ]);
}
