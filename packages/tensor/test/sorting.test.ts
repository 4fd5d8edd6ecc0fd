import { expect, test } from 'vitest';
import * as torch from '../src/index.js';

const withNan = torch.tensor([1, NaN, 2, -Infinity]);

test('NaN counts as the largest', async () => {
  const [values, indices] = withNan.sort();
  expect(await values.tolist()).toEqual([-Infinity, 1, 2, NaN]);
  expect(await indices.tolist()).toEqual([3, 0, 2, 1]);
  expect(await withNan.sort({ descending: true }).indices.tolist()).toEqual([1, 2, 0, 3]);
  expect(await withNan.topk(2).values.tolist()).toEqual([NaN, 2]);
  expect(await withNan.topk(3, { largest: false }).indices.tolist()).toEqual([3, 0, 2]);
});

test('equal elements keep their order, either way', async () => {
  const x = torch.tensor([2, 1, 2, 1]);
  expect(await x.argsort().tolist()).toEqual([1, 3, 0, 2]);
  expect(await x.argsort({ descending: true }).tolist()).toEqual([0, 2, 1, 3]);
});

test('int64 is exact, bool sorts, other dimensions sort', async () => {
  expect(await torch.tensor([2n ** 60n + 1n, 2n ** 60n]).sort().values.tolist()).toEqual([2n ** 60n, 2n ** 60n + 1n]);
  expect(await torch.tensor([true, false]).sort().values.tolist()).toEqual([false, true]);
  expect(await torch.tensor([[3, 1], [2, 5]]).sort(0).values.tolist()).toEqual([[2, 1], [3, 5]]);
  expect(await torch.tensor(7).sort().indices.item()).toBe(0);
  expect(await torch.tensor([[3, 1], [2, 5]]).t().topk(1, 0).values.tolist()).toEqual([[3, 5]]);
  expect(await torch.tensor([3, 1, 2], { dtype: torch.bfloat16 }).msort().tolist()).toEqual([1, 2, 3]);
});

test('medians: the lower of two, NaN where there is one', async () => {
  expect(await torch.tensor([4, 2, 2, 1]).median(0).indices.item()).toBe(1);
  expect(await torch.tensor([3, 1, NaN, 2, NaN]).median(0).indices.item()).toBe(2);
  expect(await torch.tensor([3, 1, NaN, 2, NaN]).nanmedian(0).indices.item()).toBe(3);
  expect(await torch.tensor([3, 1, 2]).median().item()).toBe(2);
  expect(await torch.tensor([NaN, NaN]).nanmedian().item()).toBeNaN();
  expect(await torch.empty(0).median().item()).toBeNaN();
});

test('kthvalue and mode', async () => {
  expect(await torch.tensor([4, 2, 2, 1]).kthvalue(3).indices.item()).toBe(2);
  const { values, indices } = torch.tensor([1n, 2n, 2n, 1n, 3n]).mode();
  expect([await values.item(), await indices.item()]).toEqual([1, 3]);
});

test('quantiles', async () => {
  const x = torch.tensor([[1, NaN, 3], [4, 5, 6]]);
  expect(await x.quantile(0.5, 1).tolist()).toEqual([NaN, 5]);
  expect(await x.nanquantile(0.5, 1).tolist()).toEqual([2, 5]);
  const q = torch.tensor([0.1, 0.5]);
  expect(x.quantile(q, 1, { keepdim: true }).shape).toEqual([2, 2, 1]);
  expect(x.quantile(q, { keepdim: true }).shape).toEqual([2, 1, 1]);
  const y = torch.tensor([1, 3, 6, 10]);
  const between = await Promise.all((['linear', 'lower', 'higher', 'midpoint', 'nearest'] as const)
    .map((interpolation) => y.quantile(0.4, { interpolation }).item()));
  [3.6, 3, 6, 4.5, 3].forEach((expected, i) => expect(between[i]).toBeCloseTo(expected, 5));
});

test.each([
  ['selected index k out of range', () => torch.ones(3).topk(5)],
  ['kthvalue(): selected number k out of range for dimension 0', () => torch.ones(3).kthvalue(0)],
  ['mode(): Expected reduction dim 0 to have non-zero size.', () => torch.empty(0).mode()],
  ['"median_cpu" not implemented for \'Bool\'', () => torch.tensor([true]).median()],
  ['quantile() q must be in the range [0, 1] but got 1.5', () => torch.ones(3).quantile(1.5)],
  ['quantile() q values must be in the range [0, 1]', () => torch.ones(3).quantile(torch.tensor([0.5, 1.5]))],
  ['quantile() input tensor must be non-empty', () => torch.empty(0).quantile(0.5)],
])('%s', (message, run) => { expect(run).toThrow(message); });
