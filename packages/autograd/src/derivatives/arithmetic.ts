import { add, exp, mul, neg, sub } from '@sconce/tensor';
import { define, saving } from './define.js';

define(add.op, [(g) => g, (g) => g]);
define(add.scaled, [(g) => g, saving([2], (g, { inputs: [, , alpha] }) => g.mul(alpha))]);
define(sub.op, [(g) => g, (g) => g.neg()]);
define(sub.scaled, [(g) => g, saving([2], (g, { inputs: [, , alpha] }) => g.mul(alpha).neg())]);
define(mul.op, [saving([1], (g, { inputs: [, y] }) => g.mul(y)), saving([0], (g, { inputs: [x] }) => g.mul(x))]);
define(neg.op, [(g) => g.neg()]);
define(exp.op, [saving(['result'], (g, { result }) => g.mul(result))]);
