import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const values = (x: torch.Tensor): number[] => Array.from(x.contiguous().numpy(), Number);
const rounded = (x: torch.Tensor): number[] => values(x).map((v) => Math.round(v * 1e4) / 1e4);

describe('methods of their own', () => {
  test('fillDiagonal_, wrapped below a tall matrix', () => {
    expect(values(torch.zeros(2, 3).fillDiagonal_(5))).toEqual([5, 0, 0, 0, 5, 0]);
    expect(values(torch.zeros(3, 2).t().fillDiagonal_(5))).toEqual([5, 0, 0, 0, 5, 0]);
    const rows = torch.zeros(7, 3).fillDiagonal_(1, { wrap: true }).mul(torch.tensor([1, 2, 3])).sum(1);
    expect(values(rows)).toEqual([1, 2, 3, 0, 1, 2, 3]);
    expect(values(torch.zeros(2, 2, 2).fillDiagonal_(1))).toEqual([1, 0, 0, 0, 0, 0, 0, 1]);
    expect(() => torch.zeros(3).fillDiagonal_(1)).toThrow('dimensions must larger than 1');
    expect(() => torch.zeros(2, 3, 2).fillDiagonal_(1)).toThrow('all dimensions of input must be of equal length');
  });

  test('apply_ and map_ call a function for each element', () => {
    const x = torch.arange(4).view(2, 2);
    expect(x.t().apply_((v) => v * 2.5)).toBeInstanceOf(torch.Tensor);
    expect(values(x)).toEqual([0, 2, 5, 7]);
    expect(values(x.map_(x.clone(), (a, b) => a + b))).toEqual([0, 4, 10, 14]);
    expect(() => x.map_(torch.ones(2, 2), (a) => a))
      .toThrow(new TypeError("map_: expected torch.LongTensor for 'other' (got torch.FloatTensor)"));
  });

  test('type is a name, or a conversion', () => {
    expect(torch.ones(1, { dtype: torch.bool }).type()).toBe('torch.BoolTensor');
    expect(torch.ones(1).type('torch.DoubleTensor').dtype).toBe(torch.float64);
    expect(torch.ones(1).type(torch.int64).dtype).toBe(torch.int64);
    expect(() => torch.ones(1).type('Long')).toThrow(new torch.ValueError("invalid type: 'Long'"));
  });

  test('other names of what a tensor is', async () => {
    const x = torch.ones(2, 3);
    expect([x.nelement(), torch.numel(x), x.ndimension(), x.elementSize()]).toEqual([6, 6, 2, 4]);
    expect([x.isSameSize(torch.ones(2, 3)), torch.isSameSize(x, torch.ones(3, 2))]).toEqual([true, false]);
    expect(x.resizeAs_(torch.ones(3)).shape).toEqual([3]);
    expect([await torch.tensor([0]).isNonzero(), await torch.isNonzero(torch.tensor(-2))]).toEqual([false, true]);
    await expect(x.isNonzero()).rejects.toThrow('Boolean value of Tensor with more than one value is ambiguous');
    expect(torch.emptyStrided([2, 3], [1, 2]).stride()).toEqual([1, 2]);
    expect(() => torch.emptyStrided([2, 3], [1])).toThrow('mismatch in length of strides and shape');
    expect([torch.pi, torch.e, torch.inf, torch.nan]).toEqual([Math.PI, Math.E, Infinity, NaN]);
  });

  test('where a tensor is', () => {
    const x = torch.ones(2);
    expect([x.isCpu, x.isCuda, x.isMeta, x.isQuantized, x.isSparse]).toEqual([true, false, false, false, false]);
    expect([x.getDevice(), torch.getDevice(x), x.isPinned()]).toEqual([-1, -1, false]);
    expect(x.pinMemory()).toBe(x);
    expect(Object.keys(x)).not.toContain('isCpu');
  });

  test('splitWithSizes gives views', () => {
    const x = torch.arange(6), parts = x.splitWithSizes([1, 2, 3]);
    expect(parts.map(values)).toEqual([[0], [1, 2], [3, 4, 5]]);
    parts[1].fill_(7);
    expect(values(x)).toEqual([0, 7, 7, 3, 4, 5]);
    expect(torch.splitWithSizes(torch.zeros(2, 5), [4, 1], -1).map((part) => part.shape)).toEqual([[2, 4], [2, 1]]);
    expect(() => x.splitWithSizes(2 as never)).toThrow(
      new TypeError("split_with_sizes(): argument 'split_sizes' (position 1) must be tuple of ints, not number"));
    expect(() => x.splitWithSizes([])).toThrow(new torch.RuntimeError(
      "split_with_sizes expects split_sizes to sum exactly to 6 (input tensor's size at dimension 0), but got split_sizes=[]"));
    expect(() => x.splitWithSizes([1, -2, 7])).toThrow(new torch.RuntimeError(
      'split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=[1, -2, 7]'));
    expect(() => torch.tensor(1).splitWithSizes([1])).toThrow(new torch.RuntimeError('split expects at least a 1-dimensional tensor'));
  });

  test('narrowCopy gives a copy', () => {
    const x = torch.arange(6), part = x.narrowCopy(0, -5, 3);
    part.fill_(9);
    expect([values(x), values(torch.narrowCopy(x, 0, torch.tensor(1n), 2))]).toEqual([[0, 1, 2, 3, 4, 5], [1, 2]]);
    expect(x.view(2, 3).t().narrowCopy(0, 1, 2).stride()).toEqual([2, 1]);
    expect(() => x.narrowCopy(0, 5, 3)).toThrow(new torch.RuntimeError('start (5) + length (3) exceeds dimension size (6).'));
    expect(() => torch.tensor(1).narrowCopy(0, 0, 1)).toThrow(new torch.RuntimeError('narrow() cannot be applied to a 0-dim tensor.'));
  });

  test('scalarTensor is float32 whatever the number', () => {
    const texts = [
      torch.scalarTensor(3), torch.scalarTensor(true), torch.scalarTensor(3, { dtype: torch.int64 }), torch.scalarTensor(2.7, { dtype: torch.int64 }),
      torch.scalarTensor({ re: 1, im: 2 }, { dtype: torch.complex64 }), torch.scalarTensor(5n, { dtype: torch.bool }), torch.scalarTensor(2n ** 40n),
    ].map(String);
    expect(texts).toEqual(['tensor(3.)', 'tensor(1.)', 'tensor(3)', 'tensor(2)', 'tensor(1.+2.j)', 'tensor(True)', 'tensor(1.0995e+12)']);
    for (const value of [[1], 'a', null, torch.ones(1)]) {
      expect(() => torch.scalarTensor(value as never)).toThrow("scalar_tensor(): argument 's' (position 1) must be Number, not ");
    }
    expect(() => torch.scalarTensor({ re: 1, im: 2 })).toThrow('value cannot be converted to type float without overflow');
  });

  test('formats of memory may be named', () => {
    const { channelsLast, channelsLast3d, contiguousFormat, preserveFormat, strided } = torch;
    expect([channelsLast, channelsLast3d, contiguousFormat, preserveFormat, strided].map(String)).toEqual(
      ['torch.channels_last', 'torch.channels_last_3d', 'torch.contiguous_format', 'torch.preserve_format', 'torch.strided']);
    const x = torch.rand(1, 2, 2, 2);
    expect(values(x.clone({ memoryFormat: preserveFormat }))).toEqual(values(x));
    expect(values(x.to('cpu', { copy: true, memoryFormat: contiguousFormat }))).toEqual(values(x));
    expect(values(torch.onesLike(x.select(0, 0).select(0, 0), { memoryFormat: preserveFormat }))).toEqual([1, 1, 1, 1]);
    expect(values(torch.zeros(2, { layout: strided }))).toEqual([0, 0]);
  });

  test('a tensor is not made by its class', () => {
    expect(() => new (torch.Tensor as unknown as new (data: number[]) => unknown)([1, 2]))
      .toThrow('new Tensor(): make tensors with torch.tensor(data) or of sizes with torch.empty(2, 3)');
  });
});

describe('copies with other values in a view', () => {
  const x = torch.zeros(3, 3);
  test.each<[string, () => torch.Tensor, number[]]>([
    ['selectScatter', () => torch.selectScatter(x, torch.ones(3), 1, -1), [0, 0, 1, 0, 0, 1, 0, 0, 1]],
    ['sliceScatter', () => x.sliceScatter(torch.ones(2, 3), 0, { start: 1 }), [0, 0, 0, 1, 1, 1, 1, 1, 1]],
    ['diagonalScatter', () => x.diagonalScatter(torch.ones(2), { offset: 1 }), [0, 1, 0, 0, 0, 1, 0, 0, 0]],
  ])('%s', (_, call, expected) => {
    expect(values(call())).toEqual(expected);
    expect(values(x)).toEqual(new Array(9).fill(0));
  });

  test('of another shape', () => {
    expect(() => x.selectScatter(torch.ones(2), 0, 1))
      .toThrow('expected src to have a size equal to the slice of self. src size = [2], slice size = [3]');
  });
});

// recorded from PyTorch
test.each<[string, torch.Tensor, number[]]>([
  ['hann', torch.hannWindow(5), [0, 0.3455, 0.9045, 0.9045, 0.3455]],
  ['hann, symmetric', torch.hannWindow(5, { periodic: false }), [0, 0.5, 1, 0.5, 0]],
  ['hamming', torch.hammingWindow(4), [0.08, 0.54, 1, 0.54]],
  ['blackman', torch.blackmanWindow(5), [0, 0.2008, 0.8492, 0.8492, 0.2008]],
  ['bartlett', torch.bartlettWindow(5), [0, 0.4, 0.8, 0.8, 0.4]],
  ['kaiser', torch.kaiserWindow(5), [0.0001, 0.1017, 0.7929, 0.7929, 0.1017]],
  ['kaiser, symmetric', torch.kaiserWindow(5, { periodic: false, beta: 8 }), [0.0023, 0.369, 1, 0.369, 0.0023]],
  ['of one value', torch.hannWindow(1), [1]], ['of none', torch.hannWindow(0), []],
])('window: %s', (_, window, expected) => expect(rounded(window).map((v) => v + 0)).toEqual(expected));

test('values are those at the time of the call', async () => {
  const x = torch.tensor([[1, 2], [3, 4]]), one = torch.tensor([0]);
  const asked = [x.tolist(), x.t().tolist(), x.index(1, 1).item(), torch.isNonzero(one)];
  x.zero_();
  one.fill_(1);
  expect(await Promise.all(asked)).toEqual([[[1, 2], [3, 4]], [[1, 3], [2, 4]], 4, false]);
});

test('condition numbers', () => {
  const A = torch.tensor([[2, 1], [1, 3]]), { cond } = torch.linalg;
  const numbers = [cond(A), cond(A, 'fro'), cond(A, 'nuc'), cond(A, Infinity), cond(A, -1), cond(A, -2)];
  expect(numbers.map((x) => rounded(x)[0])).toEqual([2.618, 3, 5, 3.2, 1.8, 0.382]);
  expect(values(cond(torch.zeros(2, 2), 1))).toEqual([Infinity]);
  expect(() => cond(A, 3)).toThrow('linalg.cond got an invalid norm type: 3');
  expect(() => cond(torch.ones(2, 3), 1))
    .toThrow('linalg.cond(ord=1): A must be batches of square matrices, but they are 2 by 3 matrices');
  expect(values(torch.linalg.diagonal(torch.arange(4).view(1, 2, 2)))).toEqual([0, 3]);
});

test('forkRng puts the generator back', async () => {
  torch.manualSeed(1);
  const inside = torch.forkRng(() => values(torch.rand(2)));
  expect(values(torch.rand(2))).toEqual(inside);
  torch.manualSeed(1);
  await torch.forkRng(async () => { torch.rand(2); });
  expect(values(torch.rand(2))).toEqual(inside);
  expect(() => torch.forkRng(() => { torch.manualSeed(9); throw new Error('inside'); })).toThrow('inside');
  expect(torch.initialSeed()).toBe(1);
});
