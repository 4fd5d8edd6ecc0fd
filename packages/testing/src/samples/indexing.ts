import * as torch from '@sconce/tensor';
import { embedding, oneHot } from '@sconce/tensor/internal';
import { constant, distinct, indices, integers, mask, normal, typed } from '../draws.js';
import { row } from '../row.js';

const reading = [
  row('index', 'x[1]', ({ x }) => x.index(1), { x: normal(3, 4) }),
  row('index', 'x[:, 1]', ({ x }) => x.index(':', 1), { x: normal(3, 4) }),
  row('index', 'x[..., 1:3]', ({ x }) => x.index('...', '1:3'), { x: normal(2, 2, 4) }),
  row('index', 'x[::2, None, -1]', ({ x }) => x.index('::2', null, -1), { x: normal(3, 4) }),
  row('index', 'x[i]', ({ x, i }) => x.index(i), { x: normal(3, 4), i: indices([2, 0, 2]) }),
  row('index', 'x[i]', ({ x, i }) => x.index(i), { x: normal(3, 4), i: indices([0, 2, -1, 1], 2, 2) }),
  row('index', 'x[i, j]', ({ x, i, j }) => x.index(i, j),
    { x: normal(3, 4), i: indices([0, 2], 2, 1), j: indices([3, 1, 3]) }),
  row('index', 'x[:, i]', ({ x, i }) => x.index(':', i), { x: normal(2, 3, 2), i: indices([1, 1]) }),
  row('index', 'x[i, :, j]', ({ x, i, j }) => x.index(i, ':', j),
    { x: normal(2, 3, 2), i: indices([1, 0]), j: indices([0, 0]) }),
  row('index', 'x[i]', ({ x, i }) => x.index(i), { x: normal(3, 4), i: typed('int64', integers(0, 2, 0)) }),
  row('index', 'x[c]', ({ x, c }) => x.index(c), { x: normal(3, 4), c: mask(3, 4) }, { host: true }),
  row('index', 'x[c]', ({ x, c }) => x.index(c), { x: normal(4, 2), c: mask(4) }, { host: true }),
  row('index', 'x[c]', ({ x, c }) => x.index(c), { x: integers(0, 9, 5), c: mask(5) }, { host: true }),
];

const writing = [
  row('indexPut_', 'z = x.clone(); z[1] = y; z', ({ x, y }) => x.clone().indexPut_([1], y),
    { x: normal(3, 4), y: normal(4) }),
  row('indexPut_', 'z = x.clone(); z[:, 1:3] = 0; z', ({ x }) => x.clone().indexPut_([':', '1:3'], 0),
    { x: normal(3, 4) }),
  row('indexPut_', 'z = x.clone(); z[i] = y; z', ({ x, i, y }) => x.clone().indexPut_([i], y),
    { x: normal(3, 4), y: normal(2, 4), i: indices([2, 0]) }),
  row('indexPut_', 'z = x.clone(); z[i] = 5; z', ({ x, i }) => x.clone().indexPut_([i], 5),
    { x: normal(3, 4), i: indices([2, 0]) }),
  row('indexPut_', 'x.clone().index_put_((i,), y, accumulate=True)', ({ x, i, y }) => x.clone().indexPut_([i], y, { accumulate: true }),
    { x: normal(3, 4), y: normal(3, 4), i: indices([2, 0, 2]) }),
  row('indexPut_', 'z = x.clone(); z[c] = 0; z', ({ x, c }) => x.clone().indexPut_([c], 0),
    { x: normal(3, 4), c: mask(3, 4) }, { host: true }),
  row('indexPut', 'x.index_put((i, j), y)', ({ x, i, j, y }) => x.indexPut([i, j], y),
    { x: normal(3, 4), y: normal(2), i: indices([2, 0]), j: indices([1, 1]) }),
];

const along = [
  row('gather', 'x.gather(1, i)', ({ x, i }) => x.gather(1, i), { x: normal(3, 4), i: integers(0, 4, 3, 2) }),
  row('gather', 'x.gather(0, i)', ({ x, i }) => x.gather(0, i), { x: normal(3, 4), i: integers(0, 3, 2, 3) }),
  row('gather', 'x.gather(0, i)', ({ x, i }) => x.gather(0, i), { x: normal(), i: indices([0, 0, 0]) }),
  row('takeAlongDim', 'x.take_along_dim(i, 1)', ({ x, i }) => x.takeAlongDim(i, 1),
    { x: normal(3, 4), i: integers(0, 4, 1, 2) }),
  row('take', 'x.take(i)', ({ x, i }) => x.take(i), { x: normal(3, 4), i: integers(-12, 12, 2, 3) }),
  row('indexSelect', 'x.index_select(1, i)', ({ x, i }) => x.indexSelect(1, i),
    { x: normal(3, 4), i: indices([3, 0, 3]) }),
  row('indexSelect', 'x.index_select(0, i)', ({ x, i }) => x.indexSelect(0, i), { x: normal(), i: indices([0]) }),
  row('maskedSelect', 'x.masked_select(c)', ({ x, c }) => x.maskedSelect(c),
    { x: normal(3, 4), c: mask(4) }, { host: true }),
  row('nonzero', 'x.nonzero()', ({ x }) => x.nonzero(), { x: integers(0, 2, 2, 3) }, { host: true }),
  row('argwhere', 'x.argwhere()', ({ x }) => x.argwhere(), { x: mask(2, 3) }, { host: true }),
];

const scattering = [
  row('scatter', 'x.scatter(1, i, y)', ({ x, i, y }) => x.scatter(1, i, y),
    { x: normal(3, 4), y: normal(3, 2), i: indices([0, 2, 1, 3, 2, 0], 3, 2) }),
  row('scatter', 'x.scatter(0, i, 2.5)', ({ x, i }) => x.scatter(0, i, 2.5),
    { x: normal(3, 4), i: integers(0, 3, 2, 3) }),
  row('scatter_', 'x.clone().scatter_(0, i, y)', ({ x, i, y }) => x.clone().scatter_(0, i, y),
    { x: normal(3, 2), y: normal(2, 2), i: indices([0, 2, 1, 1], 2, 2) }),
  row('scatter', "x.scatter(1, i, y, reduce='multiply')", ({ x, i, y }) => x.scatter(1, i, y, { reduce: 'multiply' }),
    { x: normal(2, 3), y: normal(2, 2), i: indices([0, 2, 1, 0], 2, 2) }, { grad: false }),
  row('scatterAdd', 'x.scatter_add(1, i, y)', ({ x, i, y }) => x.scatterAdd(1, i, y),
    { x: normal(3, 4), y: normal(3, 5), i: integers(0, 4, 3, 5) }),
  row('scatterAdd_', 'x.clone().scatter_add_(0, i, y)', ({ x, i, y }) => x.clone().scatterAdd_(0, i, y),
    { x: normal(3, 2), y: normal(4, 2), i: integers(0, 3, 4, 2) }),
  ...(['sum', 'prod', 'mean', 'amax', 'amin'] as const).flatMap((reduce) => [
    row('scatterReduce', `x.scatter_reduce(1, i, y, '${reduce}')`, ({ x, i, y }) => x.scatterReduce(1, i, y, reduce),
      { x: distinct(2, 3), y: normal(2, 4), i: integers(0, 3, 2, 4) }),
    row('scatterReduce', `x.scatter_reduce(0, i, y, '${reduce}', include_self=False)`,
      ({ x, i, y }) => x.scatterReduce(0, i, y, reduce, { includeSelf: false }), { x: distinct(3), y: normal(4), i: integers(0, 3, 4) }),
  ]),
  ...(['prod', 'mean', 'amax', 'amin'] as const).flatMap((reduce) => [
    row('indexReduce', `x.index_reduce(0, i, y, '${reduce}')`, ({ x, i, y }) => x.indexReduce(0, i, y, reduce),
      { x: distinct(3, 2), y: normal(4, 2), i: indices([2, 0, 2, 1]) }, { node: 'ScatterReduceBackward0' }),
    row('indexReduce', `x.index_reduce(1, i, y, '${reduce}', include_self=False)`, ({ x, i, y }) => x.indexReduce(1, i, y, reduce, { includeSelf: false }),
      { x: distinct(2, 3), y: normal(2, 2), i: indices([2, 2]) }, { node: 'ScatterReduceBackward0' }),
  ]),
  row('indexReduce_', "x.clone().index_reduce_(0, i, y, 'amax')", ({ x, i, y }) => x.clone().indexReduce_(0, i, y, 'amax'),
    { x: distinct(3), y: normal(2), i: indices([2, 2]) }, { node: 'ScatterReduceBackward0' }),
  row('indexAdd', 'x.index_add(0, i, y, alpha=2)', ({ x, i, y }) => x.indexAdd(0, i, y, { alpha: 2 }),
    { x: normal(3, 2), y: normal(4, 2), i: indices([2, 0, 2, 1]) }),
  row('indexAdd_', 'x.clone().index_add_(1, i, y)', ({ x, i, y }) => x.clone().indexAdd_(1, i, y),
    { x: normal(2, 3), y: normal(2, 2), i: indices([2, 2]) }),
  row('indexFill', 'x.index_fill(1, i, -1)', ({ x, i }) => x.indexFill(1, i, -1),
    { x: normal(2, 3), i: indices([2, 0]) }),
  row('indexFill_', 'x.clone().index_fill_(0, i, y)', ({ x, i, y }) => x.clone().indexFill_(0, i, y),
    { x: normal(3, 2), i: indices([1]), y: normal() }),
  row('indexCopy', 'x.index_copy(0, i, y)', ({ x, i, y }) => x.indexCopy(0, i, y),
    { x: normal(3, 2), y: normal(2, 2), i: indices([2, 0]) }),
  row('put', 'x.put(i, y)', ({ x, i, y }) => x.put(i, y), { x: normal(3, 4), y: normal(3), i: indices([2, 0, -1]) }),
  row('put', 'x.put(i, y, accumulate=True)', ({ x, i, y }) => x.put(i, y, { accumulate: true }),
    { x: normal(3, 4), y: normal(3), i: indices([2, 0, 2]) }),
  row('maskedScatter', 'x.masked_scatter(c, y)', ({ x, c, y }) => x.maskedScatter(c, y),
    { x: normal(2, 3), y: normal(6), c: mask(2, 3) }),
];

const counting = [
  row('oneHot', 'F.one_hot(x, 5)', ({ x }) => oneHot(x, 5), { x: integers(0, 5, 2, 3) }),
  row('embedding', 'F.embedding(i, x)', ({ x, i }) => embedding(i, x), { x: normal(5, 3), i: integers(0, 5, 2, 3) }),
  // by definition the padding gets no gradient
  row('embedding', 'F.embedding(i, x, padding_idx=1)', ({ x, i }) => embedding(i, x, { paddingIdx: 1 }),
    { x: normal(3, 2), i: indices([1, 0, 1, 2]) }, { gradcheck: false }),
  row('embeddingRenorm', 'y = F.embedding(i, x, max_norm=1.0); (y, x)',
    ({ x, i }) => [embedding(i, x, { maxNorm: 1 }), x], { x: constant(normal(4, 3)), i: indices([1, 0, 1]) }),
  row('bincount', 'x.bincount()', ({ x }) => x.bincount(), { x: integers(0, 6, 9) }, { host: true }),
  row('bucketize', 'torch.bucketize(x, y)', ({ x, y }) => torch.bucketize(x, y),
    { x: distinct(2, 3), y: indices([-1, 0, 1]) }, { grad: false }),
  row('searchsorted', 'torch.searchsorted(y, x, right=True)', ({ x, y }) => torch.searchsorted(y, x, { right: true }),
    { x: integers(-2, 3, 4), y: indices([-1, 0, 1]) }),
  row('isin', 'torch.isin(x, y)', ({ x, y }) => torch.isin(x, y), { x: integers(0, 6, 2, 4), y: indices([1, 3]) }),
  row('unique', 'torch.unique(x, return_inverse=True, return_counts=True)',
    ({ x }) => x.unique({ returnInverse: true, returnCounts: true }), { x: integers(0, 5, 2, 4) }, { host: true }),
  row('repeatInterleave', 'x.repeat_interleave(2, 1)', ({ x }) => x.repeatInterleave(2, 1), { x: normal(2, 3) }),
  row('repeatInterleave', 'x.repeat_interleave(y, 0)', ({ x, y }) => x.repeatInterleave(y, 0),
    { x: normal(3, 2), y: indices([1, 0, 2]) }, { host: true }),
];

export const indexing = [...reading, ...writing, ...along, ...scattering, ...counting];
