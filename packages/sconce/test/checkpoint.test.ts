import { expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { checkpoint } = torch.utils.checkpoint;

test.each([true, false])('what runs once more runs in the autocast that it ran in before; useReentrant: %s', (useReentrant) => {
  const x = torch.ones(2, 2, { requiresGrad: true }), w = torch.ones(2, 2, { requiresGrad: true });
  let dtypes: unknown[] = [];
  const product = (a: torch.Tensor): torch.Tensor => {
    const y = a.mm(w);
    dtypes.push(y.dtype);
    return y;
  };
  const y = torch.autocast('cpu', () => checkpoint(product, x, { useReentrant }));
  y.float().sum().backward();
  expect(dtypes).toEqual([torch.bfloat16, torch.bfloat16]);
  dtypes = [];
  const z = checkpoint(product, x, { useReentrant });
  torch.autocast('cpu', () => { z.sum().backward(); });
  expect(dtypes).toEqual([torch.float32, torch.float32]);
  expect(x.grad!.dtype).toBe(torch.float32);
});
