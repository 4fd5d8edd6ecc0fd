import * as torch from '@sconce/tensor';
import { integers, mask, normal, typed } from '../draws.js';
import { row } from '../row.js';

export const conversion = [
  row('clone', 'x.clone()', ({ x }) => x.clone(), { x: normal(2, 3) }),
  row('clone', 'x.clone()', ({ x }) => x.clone(), { x: mask(3) }),
  row('contiguous', 'x.t().contiguous()', ({ x }) => x.t().contiguous(), { x: normal(2, 3) }, { strided: false }),
  row('to', 'x.to(torch.float32)', ({ x }) => x.to(torch.float32),
    { x: normal(2, 3) }, { tolerance: { float64: 1e-6 }, gradcheck: false, float32: false }),
  row('to', 'x.to(torch.int32)', ({ x }) => x.to(torch.int32), { x: normal(2, 3) }, { grad: false }),
  row('to', 'x.to(torch.bool)', ({ x }) => x.to(torch.bool), { x: integers(0, 2, 4) }),
  row('to', 'x.to(torch.uint8)', ({ x }) => x.to(torch.uint8), { x: integers(-300, 300, 6) }),
  row('to', 'x.to(dtype)', ({ x }, { dtype }) => x.to(dtype), { x: typed('float16', normal(4)) }, { float32: false }),
  row('to', 'x.to(torch.bfloat16)', ({ x }) => x.to(torch.bfloat16), { x: normal(5) }, { grad: false }),
  row('typeAs', 'x.type_as(y)', ({ x, y }) => x.typeAs(y), { x: integers(0, 9, 3), y: normal(1) }, { grad: false }),
  row('copy_', 'x.clone().copy_(y)', ({ x, y }) => x.clone().copy_(y), { x: normal(2, 3), y: normal(3) }),
  row('copy_', 'x.clone().copy_(y)', ({ x, y }) => x.clone().copy_(y),
    { x: integers(0, 9, 2, 3), y: normal(3) }, { grad: false }),
  row('fill_', 'x.clone().fill_(2.5)', ({ x }) => x.clone().fill_(2.5), { x: normal(2, 3) }),
  row('fill_', 'x.clone().fill_(y)', ({ x, y }) => x.clone().fill_(y), { x: normal(2, 3), y: normal() }),
  row('zero_', 'x.clone().zero_()', ({ x }) => x.clone().zero_(), { x: normal(2, 3) }),
  row('zero_', 'z = x * 1; z[0].zero_(); z', ({ x }) => {
    const z = x.mul(1);
    z.select(0, 0).zero_();
    return z;
  }, { x: normal(2, 3) }),
];
