import * as torch from '@sconce/tensor';
import { integers, normal } from '../draws.js';
import { row } from '../row.js';

const none = { grad: false } as const;

export const creation = [
  row('zeros', 'torch.zeros(2, 3, dtype=dtype)', (_, o) => torch.zeros(2, 3, o)),
  row('ones', 'torch.ones(0, 3, dtype=dtype)', (_, o) => torch.ones(0, 3, o)),
  row('full', 'torch.full((2, 2), 1.5, dtype=dtype)', (_, o) => torch.full([2, 2], 1.5, o)),
  row('arange', 'torch.arange(5)', (_, { device }) => torch.arange(5, { device })),
  row('arange', 'torch.arange(1, 2.5, 0.5, dtype=dtype)', (_, o) => torch.arange(1, 2.5, 0.5, o)),
  row('linspace', 'torch.linspace(-1, 1, 5, dtype=dtype)', (_, o) => torch.linspace(-1, 1, 5, o)),
  row('logspace', 'torch.logspace(-1, 1, 4, dtype=dtype)', (_, o) => torch.logspace(-1, 1, 4, o)),
  row('eye', 'torch.eye(2, 3, dtype=dtype)', (_, o) => torch.eye(2, 3, o)),
  row('trilIndices', 'torch.tril_indices(3, 3)', (_, { device }) => torch.trilIndices(3, 3, { device })),
  row('triuIndices', 'torch.triu_indices(3, 4, 1)', (_, { device }) => torch.triuIndices(3, 4, { offset: 1, device })),
  row('zerosLike', 'torch.zeros_like(x)', ({ x }) => torch.zerosLike(x), { x: normal(2, 3) }, none),
  row('onesLike', 'torch.ones_like(x)', ({ x }) => torch.onesLike(x), { x: integers(0, 9, 3) }),
  row('fullLike', 'torch.full_like(x, 2)', ({ x }) => torch.fullLike(x, 2), { x: normal(2, 3) }, none),
  row('newZeros', 'x.new_zeros(2)', ({ x }) => x.newZeros([2]), { x: normal(2, 3) }, none),
  row('newOnes', 'x.new_ones(2)', ({ x }) => x.newOnes([2]), { x: integers(0, 9, 3) }),
  row('newFull', 'x.new_full((2,), 3)', ({ x }) => x.newFull([2], 3), { x: normal(2, 3) }, none),
];
