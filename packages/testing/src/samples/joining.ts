import * as torch from '@sconce/tensor';
import { integers, normal } from '../draws.js';
import { row } from '../row.js';

const two = { x: normal(2, 3), y: normal(2, 3) };

export const joining = [
  row('cat', 'torch.cat((x, y))', ({ x, y }) => torch.cat([x, y]), { x: normal(2, 3), y: normal(1, 3) }),
  row('cat', 'torch.cat((x, y, x), -1)', ({ x, y }) => torch.cat([x, y, x], -1), { x: normal(2, 3), y: normal(2, 1) }),
  row('cat', 'torch.cat((x, y))', ({ x, y }) => torch.cat([x, y]), { x: normal(0), y: normal(2, 3) }),
  row('cat', 'torch.cat((x, y))', ({ x, y }) => torch.cat([x, y]), { x: normal(2), y: integers(0, 9, 2) }),
  row('cat', 'torch.cat((x, y))', ({ x, y }) => torch.cat([x, y]), { x: integers(0, 9, 2), y: integers(0, 9, 3) }),
  row('stack', 'torch.stack((x, y))', ({ x, y }) => torch.stack([x, y]), two),
  row('stack', 'torch.stack((x, y), -1)', ({ x, y }) => torch.stack([x, y], -1), two),
  row('hstack', 'torch.hstack((x, y))', ({ x, y }) => torch.hstack([x, y]), two),
  row('hstack', 'torch.hstack((x, y))', ({ x, y }) => torch.hstack([x, y]), { x: normal(), y: normal(2) }),
  row('vstack', 'torch.vstack((x, y))', ({ x, y }) => torch.vstack([x, y]), { x: normal(3), y: normal(2, 3) }),
  row('dstack', 'torch.dstack((x, y))', ({ x, y }) => torch.dstack([x, y]), two),
  row('columnStack', 'torch.column_stack((x, y))', ({ x, y }) => torch.columnStack([x, y]),
    { x: normal(2), y: normal(2, 3) }),
  // composed here
  row('blockDiag', 'torch.block_diag(x, y)', ({ x, y }) => torch.blockDiag(x, y),
    { x: normal(2, 3), y: normal(1, 2) }, { node: 'CatBackward0' }),
  row('meshgrid', "torch.meshgrid(x, y, indexing='ij')", ({ x, y }) => torch.meshgrid(x, y, { indexing: 'ij' }),
    { x: normal(2), y: normal(3) }),
  row('meshgrid', "torch.meshgrid(x, y, indexing='xy')", ({ x, y }) => torch.meshgrid(x, y, { indexing: 'xy' }),
    { x: normal(2), y: normal(3) }),
  row('cartesianProd', 'torch.cartesian_prod(x, y)', ({ x, y }) => torch.cartesianProd(x, y),
    { x: normal(2), y: normal(3) }),
  // PyTorch 1.13 reshapes by an alias
  row('atleast1d', 'torch.atleast_1d(x)', ({ x }) => torch.atleast1d(x),
    { x: normal() }, { node: 'ViewBackward0' }),
  row('atleast2d', 'torch.atleast_2d(x)', ({ x }) => torch.atleast2d(x), { x: normal(3) }),
  row('atleast3d', 'torch.atleast_3d(x)', ({ x }) => torch.atleast3d(x), { x: normal(2, 3) }),
];
