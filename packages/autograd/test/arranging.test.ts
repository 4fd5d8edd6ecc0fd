import * as torch from '@sconce/tensor';
import { col2im, embedding, im2col, pad } from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { grad } from '../src/index.js';

const leaf = (...shape: number[]): torch.Tensor => {
  const n = shape.reduce((a, b) => a * b, 1);
  return torch.arange(n, { dtype: torch.float32 }).view(...shape).clone().requiresGrad_();
};
const long = (...v: number[]): torch.Tensor => torch.tensor(v, { dtype: torch.int64 });
const numbers = (x: torch.Tensor | null): number[] => Array.from(x!.detach().contiguous().numpy(), Number);

// what `print(y.grad_fn)` shows in PyTorch 1.13, but for reshape, which is a ViewBackward0 from 2.0 on
const i = long(0, 2), at = torch.tensor([[0n, 1n], [1n, 2n]]), mask = torch.tensor([true, false, true, false]);
test.each<[string, (x: torch.Tensor, v: torch.Tensor, image: torch.Tensor) => torch.Tensor]>([
  ['PermuteBackward0', (x) => x.movedim(0, 1)], ['PermuteBackward0', (x) => x.T], ['TransposeBackward0', (x) => x.mT],
  ['TransposeBackward0', (x) => x.swapaxes(0, 1)], ['TBackward0', (x) => x.t()], ['ViewBackward0', (x) => x.unflatten(1, [2, 2])],
  ['UnsafeViewBackward0', (x) => x.t().flatten()], ['UnbindBackward0', (x) => x.unbind()[0]], ['SplitBackward0', (x) => x.chunk(2)[0]],
  ['SplitWithSizesBackward0', (x) => x.split([1, 2])[0]], ['SliceBackward0', (x) => x.tensorSplit(2)[0]],
  ['SliceBackward0', (x) => x.narrow(0, 0, 1)], ['SelectBackward0', (x) => x.index(0)], ['SliceBackward0', (x) => x.index(':')],
  ['UnsqueezeBackward0', (x) => x.index(null)], ['AliasBackward0', (x) => x.index('...')], ['IndexBackward0', (x) => x.index(i)],
  ['IndexBackward0', (x) => x.index(true)], ['DiagonalBackward0', (x) => x.diagonal()], ['DiagBackward0', (x) => x.diag()],
  ['DiagBackward0', (_, v) => v.diag()], ['DiagEmbedBackward0', (x) => x.diagEmbed()], ['ExpandBackward0', (x) => x.broadcastTo(2, 3, 4)],
  ['SqueezeBackward0', (x) => x.squeeze()], ['SqueezeBackward1', (x) => x.squeeze(0)], ['SqueezeBackward2', (x) => x.mul(1).squeeze_()],
  ['SqueezeBackward3', (x) => x.mul(1).squeeze_(0)], ['UnsqueezeBackward1', (x) => x.mul(1).unsqueeze_(0)],
  ['TBackward1', (x) => x.mul(1).t_()], ['TransposeBackward1', (x) => x.mul(1).transpose_(0, 1)],
  ['AsStridedBackward0', (x) => x.asStrided([2, 2], [1, 2])], ['UnfoldBackward0', (x) => x.unfold(0, 2, 1)],
  ['RepeatBackward0', (x) => x.tile(2)], ['IndexSelectBackward0', (x) => x.repeatInterleave(2, 0)], ['FlipBackward0', (x) => x.fliplr()],
  ['RollBackward0', (x) => x.roll(1, 0)], ['Rot90Backward0', (x) => x.rot90()], ['TrilBackward0', (x) => x.tril()],
  ['TriuBackward0', (x) => x.triu(1)], ['CatBackward0', (x) => torch.cat([x])], ['CatBackward0', (x) => torch.hstack([x, x])],
  ['StackBackward0', (x) => torch.stack([x, x])], ['StackBackward0', (_, v) => torch.cartesianProd(v, v)],
  ['GatherBackward0', (x) => x.gather(1, at)], ['ScatterBackward0', (x) => x.scatter(1, at, x)], ['ScatterBackward1', (x) => x.scatter(1, at, 2)],
  ['ScatterAddBackward0', (x) => x.scatterAdd(1, at, x)], ['ScatterReduceBackward0', (x) => x.scatterReduce(1, at, x, 'amax')],
  ['IndexSelectBackward0', (x) => x.indexSelect(0, i)], ['IndexAddBackward0', (x) => x.indexAdd(0, i, x.index(':2'))],
  ['IndexCopyBackward0', (x) => x.indexCopy(0, i, x.index(':2'))], ['IndexFillBackward0', (x) => x.indexFill(0, i, 1)],
  ['IndexFillBackward1', (x) => x.indexFill(0, i, x.sum())], ['IndexPutBackward0', (x) => x.indexPut([i], x.index(0))],
  ['MaskedSelectBackward0', (x) => x.maskedSelect(mask)], ['MaskedScatterBackward0', (x) => x.maskedScatter(mask, x)],
  ['TakeBackward0', (x) => x.take(i)], ['PutBackward0', (x, v) => x.put(i, v.index(':2'))], ['EmbeddingBackward0', (x) => embedding(i, x)],
  ['ConstantPadNdBackward0', (x) => pad(x, [1, 1])], ['ReflectionPad1DBackward0', (x) => pad(x, [1, 1], { mode: 'reflect' })],
  ['ReplicationPad2DBackward0', (_, __, image) => pad(image, [1, 1, 1, 1], { mode: 'replicate' })],
  ['Im2ColBackward0', (_, __, image) => im2col(image, 2)], ['Col2ImBackward0', (_, __, image) => col2im(im2col(image, 2), [4, 4], 2)],
  ['PixelShuffleBackward0', (_, __, image) => torch.pixelShuffle(image, 2)],
  ['PixelUnshuffleBackward0', (_, __, image) => torch.pixelUnshuffle(image, 2)],
])('%s', (name, run) => expect(run(leaf(3, 4), leaf(4), leaf(1, 4, 4, 4)).gradFn!.name).toBe(name));

test('several views come from one node', () => {
  const x = leaf(3, 2), [a, , c] = x.mul(1).unbind();
  expect(a.gradFn).toBe(c.gradFn);
  expect([a.outputNr, c.outputNr]).toEqual([0, 2]);
  a.add(c.mul(2)).sum().backward();
  expect(numbers(x.grad)).toEqual([1, 1, 0, 0, 2, 2]);
  expect(() => x.mul(1).split(2)[1].add_(1)).toThrow(
    'Output 1 of SplitBackward0 is a view and is being modified inplace. This view is the output of a function that returns multiple views.');
});

test('a view by strides of an overlapping input shares the gradient', () => {
  // PyTorch: what the input shows three times gets a third each, so that the sum over the expanded dimension is right
  const x = leaf(2);
  const y = x.expand(3, 2).asStrided([2, 2], [0, 1]);
  expect(numbers(grad(y, x, torch.tensor([[1, 2], [3, 4]]))[0])).toEqual([4, 6]);
  const z = leaf(5);
  expect(numbers(grad(z.asStrided([2, 3], [1, 1], 1), z, torch.ones(2, 3))[0])).toEqual([0, 1, 2, 2, 1]);
});

test('writing into views goes to the base and comes back', () => {
  const x = leaf(2, 3), v = leaf(2);
  const y = x.mul(2);
  y.indexPut_([':', 1], v);
  y.diagonal().mul_(3);
  const w = torch.ones(2, 3).mul(torch.tensor([[1], [10]]));
  const [gx, gv] = grad(y, [x, v], w);
  // the diagonal is x[0][0] and what was written of v at [1][1]
  expect(numbers(gx)).toEqual([6, 0, 2, 20, 0, 20]);
  expect(numbers(gv)).toEqual([1, 30]);
});

test('shapes that change in place keep the history, of views as well', () => {
  const x = leaf(2, 3), y = x.mul(x);
  const row = y.index('0:1');
  row.squeeze_();
  expect([row.shape, row.gradFn!.name, row.gradFn!.nextFunctions[0][0]!.name]).toEqual([[3], 'SqueezeBackward2', 'SliceBackward0']);
  y.mul_(2); // the view stands for a window on the changed base
  expect(numbers(grad(row, x, torch.ones(3))[0])).toEqual([0, 4, 8, 0, 0, 0]);
  expect(() => x.squeeze_()).toThrow('a leaf Variable that requires grad is being used in an in-place operation.');
  expect(() => x.index(0).unsqueeze_(0)).toThrow('a view of a leaf Variable that requires grad is being used in an in-place operation.');
});

test('the gradient of a table: padding gets none, rows share by how often they occur', () => {
  const w = torch.ones(3, 2).requiresGrad_(), rows = long(0, 2, 0), g = torch.tensor([[1, 2], [3, 4], [5, 6]]);
  expect(numbers(grad(embedding(rows, w, { scaleGradByFreq: true }), w, g)[0])).toEqual([3, 4, 0, 0, 3, 4]);
  expect(numbers(grad(embedding(rows, w, { paddingIdx: 0 }), w, g)[0])).toEqual([0, 0, 0, 0, 3, 4]);
  // the gradient is linear in g: its own gradient reads the rows again
  const gg = g.clone().requiresGrad_();
  const [dw] = grad(embedding(rows, w, { scaleGradByFreq: true, paddingIdx: 2 }), w, gg, { createGraph: true });
  expect(numbers(grad(dw!, gg, torch.tensor([[2, 4], [6, 8], [10, 12]]))[0])).toEqual([1, 2, 0, 0, 1, 2]);
});

test('a source larger than its index gets zeros outside', () => {
  const x = leaf(2, 3), src = leaf(3, 4);
  const y = x.scatter(1, torch.tensor([[2n, 0n]]), src);
  const [gx, gs] = grad(y, [x, src], torch.tensor([[1, 2, 3], [4, 5, 6]]));
  expect(numbers(gx)).toEqual([0, 2, 0, 4, 5, 6]);
  expect(numbers(gs)).toEqual([3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('a product with one zero among its factors', () => {
  // PyTorch: d/dsrc of x[0]·0·3 is [x0·3, 0], of x[1]·2 it is [x1]
  const x = torch.tensor([5, 7]).requiresGrad_(), src = torch.tensor([0, 3, 2]).requiresGrad_();
  const [gx, gs] = grad(x.scatterReduce(0, long(0, 0, 1), src, 'prod'), [x, src], torch.ones(2));
  expect(numbers(gx)).toEqual([0, 2]);
  expect(numbers(gs)).toEqual([15, 0, 7]);
});
