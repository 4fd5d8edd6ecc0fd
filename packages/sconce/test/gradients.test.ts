import { expect, test } from 'vitest';
import * as torch from '../src/index.js';

test('a gradient set to zero takes the memory of the next one, and all who hold it see that', async () => {
  const w = torch.ones(20, 20).requiresGrad_(), x = torch.randn(8, 20);
  const backward = (): void => x.mm(w).sum().backward();
  backward();
  const grad = w.grad!, expected = await grad.tolist() as number[][], flat = grad.view(-1);
  grad.zero_();
  const { version } = grad.storage;
  backward();
  expect(w.grad).toBe(grad);
  expect(grad.storage.version).toBe(version + 1);
  expect(await grad.tolist()).toEqual(expected);
  expect(await flat.view(20, 20).tolist()).toEqual(expected);
  // not zeros any more: added
  backward();
  expect(await grad.tolist()).toEqual(expected.map((row) => row.map((v) => Math.fround(2 * v))));
  // zeros that a user has an array of stay its memory
  const kept = grad.zero_().numpy();
  backward();
  expect([...kept]).toEqual(expected.flat());
});
