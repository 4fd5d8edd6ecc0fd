import { expect, test } from 'vitest';
import * as torch from '../src/index.js';

test('core', async () => {
  const x = torch.tensor([[1, 2, 3], [4, 5, 6]]);
  expect(String(x.add(1))).toBe('tensor([[2., 3., 4.],\n        [5., 6., 7.]])');
  expect(await x.t().add(torch.tensor([10, 20])).tolist()).toEqual([[11, 24], [12, 25], [13, 26]]);
  expect(await x.sum(0).tolist()).toEqual([5, 7, 9]);
  expect(await x.sum(1, { keepdim: true }).tolist()).toEqual([[6], [15]]);
  expect(await x.sum().item()).toBe(21);
  expect(await torch.ones(3000).sum().item()).toBe(3000);
  expect(await torch.ones(100, 3000).sum(1).sum().item()).toBe(300000);
  x.select(0, 1).mul_(2);
  expect(await x.tolist()).toEqual([[1, 2, 3], [8, 10, 12]]);
  const i = torch.tensor([1n, 2n ** 60n]);
  expect(await i.add(1).tolist()).toEqual([2, 2n ** 60n + 1n]);
  expect(String(i.add(1.5).dtype)).toBe('torch.float32');
  expect(await x.view(3, 2).tolist()).toEqual([[1, 2], [3, 8], [10, 12]]);
  const h = torch.tensor([1.5, 2.5], { dtype: torch.float16 });
  expect(String(h.mul(2))).toBe('tensor([3., 5.], dtype=torch.float16)');
});
