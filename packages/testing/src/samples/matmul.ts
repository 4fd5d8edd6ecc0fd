import * as torch from '@sconce/tensor';
import { integers, normal } from '../draws.js';
import { row } from '../row.js';

const matmulShapes = [
  [[3], [3]], [[3], [3, 2]], [[2, 3], [3]], [[2, 3], [3, 2]], [[2, 2, 3], [3, 2]], [[2, 1, 2, 3], [2, 3, 2]],
  [[3], [2, 3, 2]], [[2, 2, 3], [3]],
];

const products = [
  row('mm', 'x.mm(y)', ({ x, y }) => x.mm(y), { x: normal(2, 3), y: normal(3, 4) }),
  row('mm', 'x.mm(y)', ({ x, y }) => x.mm(y), { x: normal(2, 0), y: normal(0, 3) }),
  row('mm', 'x.mm(y)', ({ x, y }) => x.mm(y), { x: integers(-5, 5, 2, 3), y: integers(-5, 5, 3, 2) }),
  row('bmm', 'x.bmm(y)', ({ x, y }) => x.bmm(y), { x: normal(2, 2, 3), y: normal(2, 3, 2) }),
  row('mv', 'x.mv(y)', ({ x, y }) => x.mv(y), { x: normal(2, 3), y: normal(3) }),
  row('dot', 'x.dot(y)', ({ x, y }) => x.dot(y), { x: normal(4), y: normal(4) }),
  row('vdot', 'x.vdot(y)', ({ x, y }) => x.vdot(y), { x: normal(4), y: normal(4) }, { node: 'DotBackward0' }),
  row('inner', 'torch.inner(x, y)', ({ x, y }) => x.inner(y), { x: normal(2, 3), y: normal(2, 3) }, { node: 'ViewBackward0' }),
  row('outer', 'torch.outer(x, y)', ({ x, y }) => x.outer(y), { x: normal(3), y: normal(2) }),
  ...matmulShapes.map(([a, b]) =>
    row('matmul', 'x @ y', ({ x, y }) => x.matmul(y), { x: normal(...a), y: normal(...b) })),
];

const sums = [
  row('addmm', 'torch.addmm(x, y, z, beta=0.5, alpha=2)', ({ x, y, z }) => x.addmm(y, z, { beta: 0.5, alpha: 2 }),
    { x: normal(4), y: normal(2, 3), z: normal(3, 4) }),
  row('addmm', 'torch.addmm(x, y, z)', ({ x, y, z }) => x.addmm(y, z),
    { x: normal(2, 4), y: normal(2, 3), z: normal(3, 4) }),
  row('addmv', 'torch.addmv(x, y, z, beta=2)', ({ x, y, z }) => x.addmv(y, z, { beta: 2 }),
    { x: normal(2), y: normal(2, 3), z: normal(3) }),
  row('addr', 'torch.addr(x, y, z, beta=2, alpha=3)', ({ x, y, z }) => x.addr(y, z, { beta: 2, alpha: 3 }),
    { x: normal(2, 3), y: normal(2), z: normal(3) }),
  row('baddbmm', 'torch.baddbmm(x, y, z, beta=0.5, alpha=2)', ({ x, y, z }) => x.baddbmm(y, z, { beta: 0.5, alpha: 2 }),
    { x: normal(2, 2), y: normal(2, 2, 3), z: normal(2, 3, 2) }),
  row('addbmm', 'torch.addbmm(x, y, z, beta=0.5, alpha=2)', ({ x, y, z }) => x.addbmm(y, z, { beta: 0.5, alpha: 2 }),
    { x: normal(2, 2), y: normal(2, 2, 3), z: normal(2, 3, 2) }),
  row('addmm_', 'x.clone().addmm_(y, z)', ({ x, y, z }) => x.clone().addmm_(y, z),
    { x: normal(2, 2), y: normal(2, 3), z: normal(3, 2) }),
];

const contractions = [
  row('einsum', "torch.einsum('ij,jk->ik', x, y)", ({ x, y }) => torch.einsum('ij,jk->ik', x, y),
    { x: normal(2, 3), y: normal(3, 2) }),
  row('einsum', "torch.einsum('bij,bjk->bik', x, y)", ({ x, y }) => torch.einsum('bij,bjk->bik', x, y),
    { x: normal(2, 2, 3), y: normal(2, 3, 2) }),
  row('einsum', "torch.einsum('ii->i', x)", ({ x }) => torch.einsum('ii->i', x), { x: normal(3, 3) }, { node: 'DiagonalBackward0' }),
  row('einsum', "torch.einsum('i,j->ij', x, y)", ({ x, y }) => torch.einsum('i,j->ij', x, y),
    { x: normal(2), y: normal(3) }),
  row('einsum', "torch.einsum('...ij->...ji', x)", ({ x }) => torch.einsum('...ij->...ji', x),
    { x: normal(2, 2, 3) }),
  row('einsum', "torch.einsum('ij->', x)", ({ x }) => torch.einsum('ij->', x), { x: normal(2, 3) }),
  row('einsum', "torch.einsum('ij,jk,kl->il', x, y, z)", ({ x, y, z }) => torch.einsum('ij,jk,kl->il', x, y, z),
    { x: normal(2, 2), y: normal(2, 3), z: normal(3, 2) }),
  row('tensordot', 'torch.tensordot(x, y, dims=1)', ({ x, y }) => torch.tensordot(x, y, { dims: 1 }),
    { x: normal(2, 3), y: normal(3, 2) }, { node: 'ViewBackward0' }),
  row('tensordot', 'torch.tensordot(x, y, dims=([0, 1], [1, 0]))',
    ({ x, y }) => torch.tensordot(x, y, { dims: [[0, 1], [1, 0]] }),
    { x: normal(2, 3, 2), y: normal(3, 2, 2) }, { node: 'ViewBackward0' }),
  row('kron', 'torch.kron(x, y)', ({ x, y }) => torch.kron(x, y), { x: normal(2, 2), y: normal(2, 3) }, { node: 'ViewBackward0' }),
  row('trace', 'x.trace()', ({ x }) => x.trace(), { x: normal(3, 4) }, { node: 'SumBackward0' }),
  row('cross', 'torch.cross(x, y, dim=1)', ({ x, y }) => x.cross(y, { dim: 1 }), { x: normal(2, 3), y: normal(2, 3) }),
  row('cdist', 'torch.cdist(x, y)', ({ x, y }) => torch.cdist(x, y), { x: normal(3, 2), y: normal(4, 2) }),
  row('cdist', 'torch.cdist(x, y, p=1)', ({ x, y }) => torch.cdist(x, y, { p: 1 }),
    { x: normal(3, 2), y: normal(4, 2) }),
];

export const matmul = [...products, ...sums, ...contractions];
