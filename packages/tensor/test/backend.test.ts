import { expect, test } from 'vitest';
import * as torch from '../src/index.js';
import type { Backend, Storage } from '../src/internal.js';
import { LazyBackend } from './lazy-backend.js';

/** Computes nothing: shows what is decided before a backend is asked. */
const nullBackend: Backend & { calls: string[] } = {
  type: 'null',
  calls: [],
  alloc: (device, nbytes): Storage => ({ device, nbytes, version: 0, holders: 1 }),
  free() {},
  write() {},
  read: () => Promise.reject(new Error('the null backend holds nothing')),
  lower: (op) => () => { nullBackend.calls.push(op.name); },
  synchronize: async () => {},
};

test('shapes, dtypes, views and versions need no backend', async () => {
  torch.registerBackend(nullBackend);
  const x = torch.ones(2, 3, { device: 'null' });
  const y = x.add(torch.ones(3, 1, 3, { device: 'null', dtype: torch.int64 })).select(0, 1).t().mul(2n).sum(0);
  expect(y.shape).toEqual([2]);
  expect(y.dtype).toBe(torch.float32);
  x.select(0, 1).add_(1);
  expect(x._version).toBe(1);
  expect(nullBackend.calls).toEqual(['fill', 'fill', 'add', 'mul', 'sum', 'add']);
  expect(String(x)).toBe("tensor(..., device='null', size=(2, 3))");
  await expect(x.tolist()).rejects.toThrow('the null backend holds nothing');
  expect(() => x.to('cpu')).toThrow('a tensor on null cannot be moved synchronously: use await x.cpu() first');
  expect(() => x.add(torch.ones(2, 3))).toThrow('Expected all tensors to be on the same device, but found at least two devices, null and cpu!');
  // a 0-d CPU tensor joins any device, as in PyTorch
  expect(x.add(torch.tensor(1)).device.type).toBe('null');
});

test('a device without a backend, and an op that a backend lacks, say so', () => {
  expect(() => torch.ones(1, { device: 'tpu' })).toThrow(/^no backend is registered for device 'tpu'; have: .*cpu.*\. Register one first, with registerBackend$/);
  expect(() => torch.ones(1, { device: 'webgpu' })).toThrow(/'webgpu'; have: .*cpu.*\. Open it first: await torch\.webgpu\.init\(\), or init\(\) of @sconce\/webgpu-backend$/);
  expect(() => torch.ones(1, { device: 'cuda' })).toThrow(/'cuda'; have: .*cpu.*\. A graphics card is device 'webgpu' here: await torch\.webgpu\.init\(\)/);
  torch.registerBackend(new LazyBackend());
  const x = torch.tensor([1]).to('lazy');
  expect(() => x.exp()).toThrow("'exp' is not implemented for device 'lazy'. Move the operands with .to('cpu') to compute it there");
});

test('a lazy backend fuses chains and keeps eager semantics', async () => {
  const lazy = new LazyBackend();
  torch.registerBackend(lazy);
  const x = torch.tensor([1, 2, 3, 4]).to('lazy');

  const chain = x.mul(2).add(x).neg();
  expect(lazy.launches).toEqual([]);
  expect(await chain.tolist()).toEqual([-3, -6, -9, -12]);
  expect(lazy.launches).toEqual(['mul+add+neg']);

  // a reader recorded before an in-place write sees the value before it
  const before = x.mul(10);
  x.add_(1);
  x.view(2, 2).select(1, 0).mul_(100);
  expect(await before.tolist()).toEqual([10, 20, 30, 40]);
  expect(await x.tolist()).toEqual([200, 3, 400, 5]);

  // a view of a pending result is read through its layout
  const matrix = x.neg().view(2, 2);
  expect(await matrix.t().add(matrix).tolist()).toEqual([[-400, -403], [-403, -10]]);
});
