import { expect, test } from 'vitest';
import * as torch from '../src/index.js';

test('running sums and products; integers in int64', async () => {
  const sums = torch.tensor([1, 2, 3], { dtype: torch.int32 }).cumsum(0);
  expect([sums.dtype, await sums.tolist()]).toEqual([torch.int64, [1, 3, 6]]);
  expect(await torch.tensor([[1, 2], [3, 4]]).cumprod(0).tolist()).toEqual([[1, 2], [3, 8]]);
  expect(await torch.tensor([2n ** 62n, 2n]).cumprod(0).tolist()).toEqual([2n ** 62n, -(2n ** 63n)]);
  expect(await torch.ones(3).cumsum(0, { dtype: torch.int32 }).tolist()).toEqual([1, 2, 3]);
  expect(await torch.tensor(3).cumsum(0).item()).toBe(3);
  expect(torch.empty(0).cumsum(0).shape).toEqual([0]);
});

test('in place, in the dtype that is there', async () => {
  const x = torch.tensor([1, 2, 3], { dtype: torch.int32 });
  expect(x.cumsum_(0)).toBe(x);
  expect([x.dtype, await x.tolist()]).toEqual([torch.int32, [1, 3, 6]]);
  const y = torch.tensor([[1, 2], [3, 4]]);
  y.t().cumprod_(0);
  expect(await y.tolist()).toEqual([[1, 2], [3, 12]]);
});

test('running extremes: the last of equal ones, and NaN from its first on', async () => {
  const { values, indices } = torch.tensor([1, NaN, 2, NaN]).cummax(0);
  expect(await values.tolist()).toEqual([1, NaN, NaN, NaN]);
  expect(await indices.tolist()).toEqual([0, 1, 1, 3]);
  expect(await torch.tensor([2n, 2n, 1n, 1n, 2n]).cummin(0).indices.tolist()).toEqual([0, 1, 2, 3, 3]);
});

test('logcumsumexp neither overflows nor loses -inf', async () => {
  expect(await torch.tensor([-Infinity, -Infinity, 1]).logcumsumexp(0).tolist()).toEqual([-Infinity, -Infinity, 1]);
  const x = await torch.tensor([1000, 1000]).logcumsumexp(0).tolist() as number[];
  expect(x[1]).toBeCloseTo(1000 + Math.LN2, 3);
});

test('differences', async () => {
  const x = torch.tensor([1, 3, 2]);
  expect(await x.diff({ n: 2 }).tolist()).toEqual([-3]);
  expect(await x.diff({ prepend: torch.tensor([0]), append: torch.tensor([5]) }).tolist()).toEqual([1, 2, -1, 3]);
  expect(await torch.tensor([true, false]).diff().tolist()).toEqual([true]);
  expect(x.diff({ n: 5 }).shape).toEqual([0]);
});

test('integrals and derivatives', async () => {
  expect(await torch.trapezoid(torch.tensor([1, 5, 10]), torch.tensor([0, 2, 3])).item()).toBe(13.5);
  expect(await torch.cumulativeTrapezoid(torch.tensor([1, 5, 10]), { dx: 2 }).tolist()).toEqual([6, 21]);
  expect(await torch.trapezoid(torch.ones(2, 3), { dim: 0 }).tolist()).toEqual([1, 1, 1]);
  // x² at 0, 1, 3: parabolas give its derivative exactly, with second order also at the edges
  const [even] = torch.gradient(torch.tensor([0, 1, 4, 9]), { edgeOrder: 2 });
  expect(await even.tolist()).toEqual([0, 2, 4, 6]);
  const [uneven] = torch.gradient(torch.tensor([0, 1, 9, 16]), { spacing: [torch.tensor([0, 1, 3, 4])], edgeOrder: 2 });
  expect((await uneven.tolist() as number[]).map((v) => Math.round(v * 1e4) / 1e4)).toEqual([0, 2, 6, 8]);
});

test.each([
  ['Dimension out of range (expected to be in range of [-1, 0], but got 2)', () => torch.ones(2).cumsum(2)],
  ['"logcumsumexp_out_cpu" not implemented for \'Long\'', () => torch.tensor([1n]).logcumsumexp(0)],
  ['diff expects input to be at least one-dimensional', () => torch.tensor(1).diff()],
  ['diff expects prepend or append to be the same dimension as input', () => torch.ones(3).diff({ prepend: torch.ones(2, 2) })],
  ['trapezoid: There must be one `x` value for each sample point', () => torch.trapezoid(torch.ones(3), torch.ones(2))],
  ['torch.gradient expected each dimension size to be at least edge_order+1', () => torch.gradient(torch.ones(1))],
])('%s', (message, run) => { expect(run).toThrow(message); });
