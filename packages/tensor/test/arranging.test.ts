import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';
import { col2im, embedding, im2col, oneHot, pad, padSequence } from '../src/internal.js';

// Expected values and texts are PyTorch 1.13's.
const values = (x: torch.Tensor): unknown[] => Array.from<unknown>(x.contiguous().numpy());
const long = (...v: number[]): torch.Tensor => torch.tensor(v, { dtype: torch.int64 });
const big = 2n ** 60n + 1n;

describe('elements that move stay exact', () => {
  const x = torch.tensor([[big, 2n], [3n, -big]]);
  test.each<[string, () => torch.Tensor, bigint[]]>([
    ['index', () => x.index([1, 0], [1, 0]), [-big, big]],
    ['gather', () => x.gather(1, torch.tensor([[1n, 0n]])), [2n, big]],
    ['take', () => x.take(long(-1)), [-big]],
    ['indexSelect', () => x.indexSelect(0, long(1)), [3n, -big]],
    ['maskedSelect', () => x.maskedSelect(torch.tensor([true, false])), [big, 3n]],
    ['cat', () => torch.cat([x.index(0), torch.tensor([1], { dtype: torch.int32 })]), [big, 2n, 1n]],
    ['stack', () => torch.stack([x.index(0), x.index(1)], 1), [big, 3n, 2n, -big]],
    ['scatter', () => x.scatter(1, torch.tensor([[0n]]), torch.tensor([[big + 1n]])), [big + 1n, 2n, 3n, -big]],
    ['scatter of a number', () => x.scatter(1, torch.tensor([[0n]]), big + 2n), [big + 2n, 2n, 3n, -big]],
    ['scatterAdd', () => x.scatterAdd(1, torch.tensor([[0n]]), torch.tensor([[1n]])), [big + 1n, 2n, 3n, -big]],
    ['indexPut', () => x.indexPut([long(0), long(1)], torch.tensor([big])), [big, big, 3n, -big]],
    ['indexPut accumulate', () => x.indexPut([long(1, 1)], torch.tensor([big, 1n]), { accumulate: true }), [big, 2n, 3n + 2n * big, -big + 2n]],
    ['indexFill', () => x.indexFill(1, long(-1), big), [big, big, 3n, big]],
    ['repeat', () => x.index(0).repeat(2), [big, 2n, big, 2n]],
    ['flip', () => x.flip(0, 1), [-big, 3n, 2n, big]],
    ['roll', () => x.roll(1), [-big, big, 2n, 3n]],
    ['rot90', () => x.rot90(), [2n, -big, big, 3n]],
    ['tril', () => x.tril(), [big, 0n, 3n, -big]],
    ['diagEmbed', () => x.index(0).diagEmbed(), [big, 0n, 0n, 2n]],
    ['pad', () => pad(x.index(0), [1, 0], { value: 7 }), [7n, big, 2n]],
    ['unique', () => torch.tensor([big, big + 1n, big]).unique(), [big, big + 1n]],
  ])('%s', (_name, run, expected) => expect(values(run())).toEqual(expected));
});

describe('views share memory', () => {
  test('parts, slices and diagonals', async () => {
    const x = torch.arange(6, { dtype: torch.float32 }).view(2, 3);
    x.split([1, 2], 1)[1].fill_(0);
    x.unbind(1)[0].add_(10);
    x.diagonal(1).copy_(torch.tensor([7, 8]));
    expect(await x.tolist()).toEqual([[10, 7, 0], [13, 0, 8]]);
  });

  test('another dtype', () => {
    expect(values(torch.arange(3, { dtype: torch.float32 }).view(torch.int32))).toEqual([0, 1065353216, 1073741824]);
    expect(values(torch.tensor([1.5, -2], { dtype: torch.float16 }).view(torch.uint8))).toEqual([0, 62, 0, 192]);
    expect(values(torch.tensor([2n ** 40n, 5n]).view(torch.int32))).toEqual([0, 256, 5, 0]);
    expect(torch.zeros(2, 4, { dtype: torch.uint8 }).index(1).view(torch.int16).storageOffset()).toBe(2);
    expect(() => torch.zeros(4, 5, 3).transpose(0, 2).view(torch.int8)).toThrow(
      'self.stride(-1) must be 1 to view Float as Char (different element sizes), but got 15');
    expect(() => torch.zeros(3).view(torch.float64)).toThrow(
      'self.size(-1) must be divisible by 2 to view Float as Double (different element sizes), but got 3');
  });

  test('shapes that change in place', () => {
    const x = torch.arange(6).view(1, 2, 3).clone();
    expect(x.squeeze_().t_().unsqueeze_(1).transpose_(0, 1)).toBe(x);
    expect([x.shape, x.stride()]).toEqual([[1, 3, 2], [6, 1, 3]]);
    expect(() => x.t_()).toThrow('t_() expects a tensor with <= 2 dimensions, but self is 3D');
  });

  test('T and mT', () => {
    const x = torch.zeros(2, 3, 4);
    expect([x.T.shape, x.mT.shape, torch.zeros([]).mT.shape]).toEqual([[4, 3, 2], [2, 4, 3], []]);
    expect(() => torch.zeros(2).mT).toThrow('tensor.mT is only supported on matrices or batches of matrices. Got 1-D tensor.');
  });
});

describe('index', () => {
  const x = torch.arange(12).view(3, 4);
  test('strings, slices and lists', async () => {
    expect(await x.index('1:', '::2').tolist()).toEqual([[4, 6], [8, 10]]);
    expect(await x.index(torch.slice(null, -1), torch.slice(1, 3)).tolist()).toEqual([[1, 2], [5, 6]]);
    expect(await x.index('...', '2').tolist()).toEqual([2, 6, 10]);
    expect(await x.index([true, false, true], 0).tolist()).toEqual([0, 8]);
    expect(await x.index([[0, 1], [2, 2]], 1).tolist()).toEqual([[1, 5], [9, 9]]);
    expect(x.index('...').base).toBe(x.base);
  });

  test('what is no index', () => {
    expect(() => x.index(1.5)).toThrow(/^only integers, slices \(`:`\), ellipsis \(`\.\.\.`\), None and long or byte Variables are valid indices \(got float\)/);
    expect(() => x.index('a')).toThrow(/\(got 'a'\)/);
    expect(() => x.index('::0')).toThrow('slice step cannot be zero');
    expect(() => x.index('::-1')).toThrow('step must be greater than zero');
    expect(() => x.index({} as never)).toThrow(/\(got Object\)/);
  });

  test('writing', async () => {
    const y = torch.zeros(3, 4);
    y.indexPut_([':', 1], torch.tensor([1, 2, 3]));
    y.indexPut_([y.gt(1)], -1);
    y.indexPut_([0], 2, { accumulate: true });
    y.indexPut_([[0, 0], 3], 5, { accumulate: true });
    expect(await y.tolist()).toEqual([[2, 3, 2, 12], [0, -1, 0, 0], [0, -1, 0, 0]]);
    expect(() => y.indexPut_([long(0)], torch.zeros(4, { dtype: torch.float64 }))).toThrow(
      'Index put requires the source and destination dtypes match, got Float for the destination and Double for the source.');
    const before = values(y);
    expect(() => y.indexPut_([long(0, 5)], 1)).toThrow('index 5 is out of bounds for dimension 0 with size 3');
    expect(values(y)).toEqual(before); // nothing was written
  });
});

describe('writing elements by their indices', () => {
  const x = (): torch.Tensor => torch.tensor([1, 4, 1, 0]).view(4, 1), i = long(3, 0, 1, 2), n = long(0, 1, 2, 3), column = i.view(4, 1);
  test.each<[string, () => torch.Tensor, (y: torch.Tensor) => void]>([
    ['indexCopy_', x, (y) => y.indexCopy_(0, i, y)],
    ['indexAdd_', x, (y) => y.indexAdd_(0, i, y)],
    ['indexAdd_ of a part', x, (y) => y.indexAdd_(0, long(0), y.index('1:2'))],
    ['scatter_', x, (y) => y.scatter_(0, column, y)],
    ['scatterAdd_', x, (y) => y.scatterAdd_(0, column, y)],
    ['scatterReduce_', x, (y) => y.scatterReduce_(0, column, y, 'amax')],
    ['indexPut_', x, (y) => y.indexPut_([i], y)],
    ['indexPut_, added', x, (y) => y.indexPut_([i], y, { accumulate: true })],
    ['indexPut_ of one element', x, (y) => y.indexPut_([i], y.index(0, 0))],
    ['put_', x, (y) => y.put_(i, y)],
    ['scatter_ at itself', () => i.clone(), (y) => y.scatter_(0, y, n)],
    ['scatter_ of a number at itself', () => i.clone(), (y) => y.scatter_(0, y, 5)],
    ['indexFill_ at itself', () => i.clone(), (y) => y.indexFill_(0, y, 7)],
    ['indexCopy_ at itself', () => i.clone(), (y) => y.indexCopy_(0, y, n)],
  ])('%s refuses what lies in the memory that it writes to', (_name, make, write) => {
    const y = make(), before = values(y);
    expect(() => write(y)).toThrow('unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. ' +
      'Please clone() the tensor before performing the operation.');
    expect(values(y)).toEqual(before);
  });

  const square = (): torch.Tensor => torch.tensor([[1, 2], [3, 4]]);
  test.each<[string, (y: torch.Tensor) => void, number[]]>([
    ['indexAdd_ of another row', (y) => y.index(0).indexAdd_(0, long(0, 1), y.index(1)), [4, 6, 3, 4]],
    ['scatter_ of an expanded element', (y) => y.scatter_(0, torch.tensor([[0n, 1n]]), y.index(0, 1).expand(1, 2)), [2, 2, 3, 2]],
    ['maskedScatter_ of its transpose', (y) => y.maskedScatter_(torch.tensor([[false, true], [true, true]]), y.t()), [1, 1, 3, 2]],
    ['maskedScatter_ of itself', (y) => y.maskedScatter_(torch.tensor([[false, true], [true, true]]), y), [1, 1, 1, 1]],
    ['maskedFill_ with an element', (y) => y.maskedFill_(y.gt(2), y.index(0, 1)), [1, 2, 2, 2]],
    ['indexFill_ with an element', (y) => y.indexFill_(0, long(0), y.index(0, 1)), [2, 2, 3, 4]],
    ['fill_ with an element', (y) => y.fill_(y.index(0, 1)), [2, 2, 2, 2]],
    ['addmm_ of its transpose', (y) => y.addmm_(y.t(), square()), [11, 16, 17, 24]],
    ['addmm_ of itself', (y) => y.addmm_(y, y), [8, 12, 18, 26]],
  ])('%s reads before it writes', (_name, write, expected) => {
    const y = square();
    write(y);
    expect(values(y)).toEqual(expected);
  });
});

test('dtypes of sums: rounding, wrapping and halves', () => {
  const at = long(0, 0, 1), add = (d: torch.DType, ...v: number[]): torch.Tensor => torch.tensor(v, { dtype: d });
  expect(values(add(torch.uint8, 0, 0).indexAdd(0, long(0, 0), add(torch.uint8, 200, 100)))).toEqual([44, 0]);
  expect(values(add(torch.float16, 0).indexAdd(0, long(0, 0), add(torch.float16, 1.5, 2), { alpha: 2 }).float())).toEqual([7]);
  expect(values(add(torch.bool, 1, 0).scatterAdd(0, long(0, 0), add(torch.bool, 1, 1)))).toEqual([1, 0]);
  const mean = { includeSelf: false };
  expect(values(long(0, 0, 0).scatterReduce(0, at, long(-8, -3, 7), 'mean', mean))).toEqual([-6n, 7n, 0n]);
  expect(values(long(5, 5).scatterReduce(0, at, long(-8, -3, 7), 'mean'))).toEqual([-2n, 6n]);
  expect(values(torch.tensor([1, NaN]).scatterReduce(0, long(0, 1), torch.tensor([NaN, 2]), 'amax'))).toEqual([NaN, NaN]);
  expect(values(torch.tensor([1n, 2n]).indexFill(0, long(0), torch.tensor(3.7)))).toEqual([3n, 2n]);
  expect(torch.cat([add(torch.int32, 1), add(torch.float16, 2.5), add(torch.bool, 1)]).dtype).toBe(torch.float16);
  expect(() => torch.zeros(2).scatterReduce(0, long(0), torch.ones(1), 'max' as never)).toThrow(
    'reduce argument must be either sum, prod, mean, amax or amin.');
});

test('indexReduce takes what fits', () => {
  const x = torch.ones(3, 2), source = torch.full([2, 2], 4);
  expect(values(x.indexReduce(0, torch.tensor([2, 0], { dtype: torch.int32 }), source, 'prod'))).toEqual([4, 4, 1, 1, 4, 4]);
  expect(values(torch.tensor(3).indexReduce(0, long(0), torch.tensor(5), 'mean'))).toEqual([4]);
  for (const [index, given, reduce, message] of [
    [long(0, 1), source, 'sum', 'index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got sum.'],
    [torch.ones(2), source, 'prod', 'index_reduce_(): Expected dtype int32/int64 for index but got: Float'],
    [long(0, 1).view(2, 1), source, 'prod', 'index_reduce_(): Index is supposed to be a vector, but got dim: 2 with type: Long and size: [2, 1]'],
    [long(0), source, 'prod', 'index_reduce_(): Number of indices (1) should be equal to source.size(dim): (2), for dim: 0'],
    [long(0, 1), source.double(), 'prod', 'index_reduce_(): self (Float) and source (Double) must have the same scalar type'],
  ] as const) expect(() => x.indexReduce(0, index, given, reduce as 'prod')).toThrow(message);
});

test('unique', () => {
  const [u, inverse, counts] = torch.tensor([[1, 2], [0, 5], [1, 2]]).unique({ dim: 0, returnInverse: true, returnCounts: true });
  expect([values(u), values(inverse), values(counts)]).toEqual([[0, 5, 1, 2], [1n, 0n, 1n], [1n, 2n]]);
  const [v, at] = long(1, 1, 2, 2, 3, 1).uniqueConsecutive({ returnInverse: true });
  expect([values(v), values(at)]).toEqual([[1n, 2n, 3n, 1n], [0n, 0n, 1n, 1n, 2n, 3n]]);
  expect(values(torch.tensor([2, NaN, 1, NaN, 2]).unique())).toEqual([1, 2, NaN, NaN]);
  // slices of a dimension are compared as PyTorch does it, with that dimension and the first exchanged
  const [, places] = torch.tensor([[[1, 0, 0], [0, 0, 1]], [[0, 1, 0], [1, 1, 0]]]).unique({ dim: 2, returnInverse: true });
  expect(values(places)).toEqual([2n, 1n, 0n]);
  expect(() => torch.zeros(3, 0).unique({ dim: 0 })).toThrow(
    "There are 0 sized dimensions, and they aren't selected, so unique cannot be applied");
});

test('searching', () => {
  const sorted = torch.tensor([1, 2, NaN]);
  expect(values(torch.searchsorted(sorted, torch.tensor([NaN, 1.5, 3])))).toEqual([3n, 1n, 3n]);
  expect(values(torch.searchsorted(long(3, 1, 2), long(2), { sorter: long(1, 2, 0) }))).toEqual([1n]);
  expect(values(torch.bucketize(torch.tensor([big]), torch.tensor([big - 1n, big]), { outInt32: true }))).toEqual([1]);
  expect(() => torch.searchsorted(sorted, 2, { side: 'left', right: true })).toThrow(
    "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True");
  expect(() => torch.bincount(long(-1))).toThrow('bincount only supports 1-d non-negative integral inputs.');
});

test('embedding shortens rows in place', async () => {
  const table = (): torch.Tensor => torch.tensor([[3, 4], [0.5, 0.25], [-6, 8]]);
  const w = table();
  const rows = embedding(long(0, 2, 0), w, { maxNorm: 1 });
  expect(rows.numpy()).toEqual(Float32Array.of(0.6, 0.8, -0.6, 0.8, 0.6, 0.8));
  expect(w.numpy()).toEqual(Float32Array.of(0.6, 0.8, 0.5, 0.25, -0.6, 0.8));
  const largest = embedding(long(0), table(), { maxNorm: 2, normType: Infinity });
  expect(await largest.tolist()).toEqual([[1.5, 2]]);
  expect(() => embedding(long(0), w, { paddingIdx: 3 })).toThrow('Padding_idx must be within num_embeddings');
});

test('oneHot and padSequence', async () => {
  expect(await oneHot(torch.tensor([[0n, 2n]]), 4).tolist()).toEqual([[[1, 0, 0, 0], [0, 0, 1, 0]]]);
  expect(() => oneHot(torch.tensor([], { dtype: torch.int64 }))).toThrow('Can not infer total number of classes from empty tensor.');
  expect(await padSequence([long(1, 2, 3), long(4)], { paddingValue: -1 }).tolist()).toEqual([[1, 4], [2, -1], [3, -1]]);
});

test('borders', async () => {
  const x = torch.arange(4, { dtype: torch.float32 }).view(1, 1, 4);
  const padded = (pads: number[], mode: 'reflect' | 'replicate' | 'circular'): unknown[] => values(pad(x, pads, { mode }));
  expect(padded([-1, 2], 'circular')).toEqual([1, 2, 3, 1, 2]);
  expect(padded([2, -1], 'circular')).toEqual([1, 2, 0, 1, 2]);
  expect(padded([-2, 1], 'reflect')).toEqual([2, 3, 2]);
  expect(padded([-2, 3], 'replicate')).toEqual([2, 3, 3, 3, 3]);
  expect(() => padded([5, 0], 'circular')).toThrow('Padding value causes wrapping around more than once.');
  expect(() => pad(long(1, 2).view(1, 2), [1, 0], { mode: 'reflect' })).toThrow(`"reflection_pad1d" not implemented for 'Long'`);
  expect(() => pad(x.view(4), [1, 1], { mode: 'reflect' })).toThrow(
    'Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now');
});

test('windows of an image are summed where they overlap', async () => {
  const x = torch.ones(1, 1, 3, 3);
  expect(await col2im(im2col(x, 2), [3, 3], 2).tolist()).toEqual([[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]]);
  expect(() => im2col(x, [2, 9])).toThrow(
    'Given input with spatial size (3, 3), kernel_size=(2, 9), dilation=(1, 1), padding=(0, 0), calculated shape of the array of sliding blocks as (2, -5), but its components must be at least one.');
});

test('grids and products', async () => {
  const [columns, rows] = torch.meshgrid(torch.arange(3), torch.arange(2), { indexing: 'xy' });
  expect([await columns.tolist(), await rows.tolist()]).toEqual([[[0, 1, 2], [0, 1, 2]], [[0, 0, 0], [1, 1, 1]]]);
  expect(await torch.trilIndices(2, 3, { offset: 1 }).tolist()).toEqual([[0, 0, 1, 1, 1], [0, 1, 0, 1, 2]]);
  expect(torch.blockDiag().shape).toEqual([1, 0]);
  expect(() => torch.broadcastShapes([2], [1, 3])).toThrow('Shape mismatch: objects cannot be broadcast to a single shape');
  expect(() => torch.meshgrid()).toThrow('meshgrid expects a non-empty TensorList');
  expect(await torch.where(torch.tensor([[true, false], [false, true]]))[1].tolist()).toEqual([0, 1]);
});

test('out', async () => {
  const out = torch.empty(0);
  expect(torch.cat([torch.ones(1), torch.zeros(1)], 0, { out })).toBe(out);
  torch.eye(2).gather(1, torch.tensor([[1n], [1n]]), { out });
  expect(await out.tolist()).toEqual([[0], [1]]);
  torch.ones(2, 2).tril({ diagonal: -1, out });
  expect(await out.tolist()).toEqual([[0, 0], [1, 0]]);
});

test('strides of expanded tensors', () => {
  // recorded from PyTorch
  const x = torch.zeros(2, 3), strides = (y: torch.Tensor): readonly number[] => y.stride();
  expect(strides(x.expand(1, 1, 2, 3))).toEqual([6, 6, 3, 1]);
  expect(strides(x.expand(4, 2, 3))).toEqual([0, 3, 1]);
  expect(strides(x.narrow(1, 0, 1).expand(2, 3))).toEqual([3, 0]);
  expect(strides(torch.zeros([]).expand(2, 1))).toEqual([0, 0]);
  expect(x.indexPut_([null], x)).toBe(x); // written over itself as it is
});
