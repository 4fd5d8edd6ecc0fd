import * as torch from '@sconce/tensor';
import { integers, normal } from '../draws.js';
import { row } from '../row.js';

// PyTorch 1.13 calls the node ReshapeAliasBackward0 where nothing is copied, later versions ViewBackward0
const reshaped = { node: 'ViewBackward0' } as const;

const shapes = [
  row('view', 'x.view(2, 6)', ({ x }) => x.view(2, 6), { x: normal(3, 4) }, { strided: false }),
  row('view', 'x.view(-1)', ({ x }) => x.view(-1), { x: normal() }),
  row('viewAs', 'x.view_as(y)', ({ x, y }) => x.viewAs(y),
    { x: normal(3, 4), y: integers(0, 9, 2, 6) }, { strided: false }),
  row('reshape', 'x.reshape(-1, 3)', ({ x }) => x.reshape(-1, 3), { x: normal(3, 4) }, reshaped),
  row('reshape', 'x.t().reshape(2, 6)', ({ x }) => x.t().reshape(2, 6), { x: normal(3, 4) }, { strided: false }),
  row('reshape', 'x.reshape(0, 5)', ({ x }) => x.reshape(0, 5), { x: normal(2, 0) }, reshaped),
  row('reshapeAs', 'x.reshape_as(y)', ({ x, y }) => x.reshapeAs(y),
    { x: normal(3, 4), y: integers(0, 9, 2, 6) }, reshaped),
  row('flatten', 'x.flatten(1)', ({ x }) => x.flatten(1), { x: normal(2, 2, 3) }, reshaped),
  row('flatten', 'x.flatten()', ({ x }) => x.flatten(), { x: normal() }, reshaped),
  row('ravel', 'x.ravel()', ({ x }) => x.ravel(), { x: normal(2, 3) }),
  row('unflatten', 'x.unflatten(1, (2, -1))', ({ x }) => x.unflatten(1, [2, -1]), { x: normal(2, 6) }),
  row('squeeze', 'x.squeeze()', ({ x }) => x.squeeze(), { x: normal(1, 3, 1) }),
  row('squeeze', 'x.squeeze(-1)', ({ x }) => x.squeeze(-1), { x: normal(1, 3, 1) }),
  row('squeeze', 'x.squeeze(1)', ({ x }) => x.squeeze(1), { x: normal(1, 3, 1) }),
  row('unsqueeze', 'x.unsqueeze(0)', ({ x }) => x.unsqueeze(0), { x: normal(3) }),
  row('unsqueeze', 'x.unsqueeze(-1)', ({ x }) => x.unsqueeze(-1), { x: normal(2, 3) }),
  row('expand', 'x.expand(2, -1, 3)', ({ x }) => x.expand(2, -1, 3), { x: normal(2, 1) }),
  row('expand', 'x.expand(3)', ({ x }) => x.expand(3), { x: normal() }),
  row('expandAs', 'x.expand_as(y)', ({ x, y }) => x.expandAs(y), { x: normal(3), y: integers(0, 2, 2, 3) }),
  row('broadcastTo', 'torch.broadcast_to(x, (2, 3))', ({ x }) => x.broadcastTo([2, 3]), { x: normal(2, 1) }),
  row('broadcastTensors', 'torch.broadcast_tensors(x, y)', ({ x, y }) => torch.broadcastTensors(x, y),
    { x: normal(2, 1), y: normal(3) }),
  row('sumToSize', 'x.sum_to_size(2, 1)', ({ x }) => x.sumToSize(2, 1), { x: normal(2, 3) }),
];

const orders = [
  row('t', 'x.t()', ({ x }) => x.t(), { x: normal(3, 4) }),
  row('t', 'x.t()', ({ x }) => x.t(), { x: normal(3) }),
  row('T', 'x.T', ({ x }) => x.T, { x: normal(3, 4) }),
  row('mT', 'x.mT', ({ x }) => x.mT, { x: normal(2, 2, 3) }),
  row('transpose', 'x.transpose(0, -1)', ({ x }) => x.transpose(0, -1), { x: normal(2, 3, 2) }),
  row('swapaxes', 'x.swapaxes(0, 1)', ({ x }) => x.swapaxes(0, 1), { x: normal(2, 3) }),
  row('permute', 'x.permute(2, 0, 1)', ({ x }) => x.permute(2, 0, 1), { x: normal(2, 3, 2) }),
  row('permute', 'x.permute(())', ({ x }) => x.permute([]), { x: normal() }),
  row('movedim', 'x.movedim(0, -1)', ({ x }) => x.movedim(0, -1), { x: normal() }),
  row('movedim', 'x.movedim(0, -1)', ({ x }) => x.movedim(0, -1), { x: normal(2, 3, 2) }),
  row('movedim', 'x.movedim((0, 1), (1, 2))', ({ x }) => x.movedim([0, 1], [1, 2]), { x: normal(2, 3, 2) }),
];

const parts = [
  row('select', 'x.select(1, -1)', ({ x }) => x.select(1, -1), { x: normal(3, 4) }),
  row('narrow', 'x.narrow(1, 1, 2)', ({ x }) => x.narrow(1, 1, 2), { x: normal(3, 4) }),
  row('narrow', 'x.narrow(0, 1, 0)', ({ x }) => x.narrow(0, 1, 0), { x: normal(3, 2) }),
  row('diagonal', 'x.diagonal()', ({ x }) => x.diagonal(), { x: normal(3, 4) }),
  row('diagonal', 'x.diagonal(1, 0, 2)', ({ x }) => x.diagonal({ offset: 1, dim1: 0, dim2: 2 }),
    { x: normal(2, 2, 3) }),
  row('diagonal', 'x.diagonal(-1)', ({ x }) => x.diagonal({ offset: -1 }), { x: normal(3, 2) }),
  row('unfold', 'x.unfold(1, 2, 1)', ({ x }) => x.unfold(1, 2, 1), { x: normal(2, 4) }),
  row('unfold', 'x.unfold(0, 2, 3)', ({ x }) => x.unfold(0, 2, 3), { x: normal(7) }),
  row('asStrided', 'x.as_strided((2, 2), (3, 2), 1)', ({ x }) => x.asStrided([2, 2], [3, 2], 1),
    { x: normal(3, 4) }, { strided: false }),
  row('asStrided', 'x.as_strided((2, 3), (1, 1))', ({ x }) => x.asStrided([2, 3], [1, 1]),
    { x: normal(4) }, { strided: false }),
  row('split', 'x.split(2, 1)', ({ x }) => x.split(2, 1), { x: normal(2, 5) }),
  row('split', 'x.split((1, 0, 2))', ({ x }) => x.split([1, 0, 2]), { x: normal(3, 2) }),
  row('chunk', 'x.chunk(2, 1)', ({ x }) => x.chunk(2, 1), { x: normal(2, 5) }),
  row('tensorSplit', 'x.tensor_split(3)', ({ x }) => x.tensorSplit(3), { x: normal(5) }),
  row('tensorSplit', 'x.tensor_split((1, 3), 1)', ({ x }) => x.tensorSplit([1, 3], 1), { x: normal(2, 4) }),
  row('unbind', 'x.unbind(1)', ({ x }) => x.unbind(1), { x: normal(2, 3) }),
];

const inPlace = [
  row('select', 'z = x.clone(); z.select(0, 1).exp_(); z', ({ x }) => {
    const z = x.clone();
    z.select(0, 1).exp_();
    return z;
  }, { x: normal(3, 4) }),
  row('diagonal', 'z = x * 1; z.diagonal().mul_(y); z', ({ x, y }) => {
    const z = x.mul(1);
    z.diagonal().mul_(y);
    return z;
  }, { x: normal(3, 3), y: normal(3) }),
  row('view', 'z = x * 1; v = z.view(2, 6); z.mul_(y); v.exp()', ({ x, y }) => {
    const z = x.mul(1);
    const v = z.view(2, 6);
    z.mul_(y);
    return v.exp();
  }, { x: normal(3, 4), y: normal(4) }, { strided: false }),
  row('asStridedScatter', 'torch.as_strided_scatter(x * 1, y, (2, 2), (1, 2), 1)', ({ x, y }) => x.mul(1).asStridedScatter(y, [2, 2], [1, 2], 1),
    // PyTorch 1.13 gives gradients of memory that it did not write to
    { x: normal(3, 3), y: normal(2, 2) }, { strided: false, grad: false }),
  row('unsqueeze_', 'x.clone().unsqueeze_(1)', ({ x }) => x.clone().unsqueeze_(1), { x: normal(3) }),
  row('squeeze_', 'x.clone().squeeze_()', ({ x }) => x.clone().squeeze_(), { x: normal(1, 3, 1) }),
  row('squeeze_', 'x.clone().squeeze_(0)', ({ x }) => x.clone().squeeze_(0), { x: normal(1, 3, 1) }),
  row('transpose_', 'x.clone().transpose_(0, 1)', ({ x }) => x.clone().transpose_(0, 1), { x: normal(2, 3) }),
  row('t_', 'x.clone().t_()', ({ x }) => x.clone().t_(), { x: normal(2, 3) }),
];

export const views = [...shapes, ...orders, ...parts, ...inPlace];
