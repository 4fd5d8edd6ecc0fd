import { maskedFill, nanToNum, where } from '@sconce/tensor';
import { clampOps } from '@sconce/tensor/internal';
import { define, nonDifferentiable, saving } from './define.js';

define(where.op, [
  null,
  saving([0], (g, { inputs: [condition] }) => where(condition, g, 0)),
  saving([0], (g, { inputs: [condition] }) => where(condition, 0, g)),
]);

for (const op of [maskedFill.op, maskedFill.withTensor]) {
  define(op, [
    saving([1], (g, { inputs: [, mask] }) => g.maskedFill(mask, 0)),
    null,
    saving([1], (g, { inputs: [, mask] }) => where(mask, g, 0)),
  ]);
}

// a gradient goes to the bound where the bound was taken, else to the element
for (const op of [clampOps.within.numbers, clampOps.within.tensors]) {
  define(op, [
    saving([0, 1, 2], (g, { inputs: [x, min, max] }) => where(x.ge(min).logicalAnd(x.le(max)), g, 0)),
    saving([0, 1, 2], (g, { inputs: [x, min, max] }) => where(min.lt(max).logicalAnd(x.lt(min)), g, 0)),
    saving([0, 1, 2], (g, { inputs: [x, min, max] }) => where(max.lt(min).logicalOr(x.gt(max)), g, 0)),
  ]);
}
for (const { numbers, tensors } of [clampOps.from, clampOps.atLeast]) {
  for (const op of [numbers, tensors]) {
    define(op, [
      saving([0, 1], (g, { inputs: [x, min] }) => where(x.ge(min), g, 0)),
      saving([0, 1], (g, { inputs: [x, min] }) => where(x.lt(min), g, 0)),
    ]);
  }
}
for (const { numbers, tensors } of [clampOps.upTo, clampOps.atMost]) {
  for (const op of [numbers, tensors]) {
    define(op, [
      saving([0, 1], (g, { inputs: [x, max] }) => where(x.le(max), g, 0)),
      saving([0, 1], (g, { inputs: [x, max] }) => where(x.gt(max), g, 0)),
    ]);
  }
}

// what was replaced is a constant
define(nanToNum.op, [saving([0], (g, { inputs: [x] }) => where(x.isfinite(), g, 0)), null, null, null]);
nonDifferentiable(nanToNum.integers);
