import { inUnit, integers, mask, normal, typed } from '../draws.js';
import { row } from '../row.js';

export const arithmetic = [
  row('add', 'x + y', ({ x, y }) => x.add(y), { x: normal(3, 4), y: normal(3, 4) }),
  row('add', 'x + y', ({ x, y }) => x.add(y), { x: normal(3, 1), y: normal(4) }),
  row('add', 'torch.add(x, y, alpha=2.5)', ({ x, y }) => x.add(y, { alpha: 2.5 }), { x: normal(2, 3), y: normal(3) }),
  row('add', 'x + 3', ({ x }) => x.add(3), { x: normal(0, 3) }),
  row('add', 'x + y', ({ x, y }) => x.add(y), { x: normal(2, 2), y: integers(-4, 5, 2, 2) }),
  row('add', 'x + 2.5', ({ x }) => x.add(2.5), { x: integers(-4, 5, 5) }),
  row('add', 'x + y', ({ x, y }) => x.add(y), { x: mask(2, 3), y: mask(3) }),
  row('add_', 'x.clone().add_(y, alpha=3)', ({ x, y }) => x.clone().add_(y, { alpha: 3 }), { x: normal(2, 3), y: normal(1, 3) }),
  row('sub', 'x - y', ({ x, y }) => x.sub(y), { x: normal(3, 4), y: normal() }),
  row('sub', 'torch.sub(x, y, alpha=-2)', ({ x, y }) => x.sub(y, { alpha: -2 }), { x: normal(3), y: normal(2, 1) }),
  row('sub_', 'x.clone().sub_(1.5)', ({ x }) => x.clone().sub_(1.5), { x: normal(3) }),
  row('mul', 'x * y', ({ x, y }) => x.mul(y), { x: normal(3, 4), y: normal(4) }),
  row('mul', 'x * y', ({ x, y }) => x.mul(y), { x: normal(), y: inUnit(2, 2) }),
  row('mul', 'x * -2', ({ x }) => x.mul(-2), { x: typed('int32', integers(-9, 9, 2, 3)) }),
  row('mul_', 'x.clone().mul_(y)', ({ x, y }) => x.clone().mul_(y), { x: normal(2, 3), y: normal(3) }),
  row('mul_', 'z = x * 1; z[1].mul_(y); z', ({ x, y }) => {
    const z = x.mul(1);
    z.select(0, 1).mul_(y);
    return z;
  }, { x: normal(3, 4), y: normal(4) }),
  row('neg', '-x', ({ x }) => x.neg(), { x: normal(2, 3) }),
  row('neg', '-x', ({ x }) => x.neg(), { x: typed('int8', integers(-9, 9, 4)) }),
  row('exp', 'torch.exp(x)', ({ x }) => x.exp(), { x: normal(3, 4) }),
  row('exp', 'torch.exp(x)', ({ x }) => x.exp(), { x: integers(-3, 4, 5) }),
  row('exp_', 'x.clone().exp_()', ({ x }) => x.clone().exp_(), { x: normal() }),
];
