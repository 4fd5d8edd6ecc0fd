import * as torch from '@sconce/tensor';
import { expect, test, vi } from 'vitest';
import * as nn from '../src/index.js';
import { functional as F } from '../src/index.js';

const c = (re: number, im: number): torch.Complex => ({ re, im });

// as PyTorch 1.13 has it
test('modules with complex parameters', async () => {
  const layer = new nn.Conv1d(1, 1, 2, { dtype: torch.complex64 });
  for (const convert of ['float', 'double', 'half', 'bfloat16'] as const) expect(layer[convert]().weight.dtype).toBe(torch.complex64);
  layer.weight.data = torch.tensor([[[c(1, 2), c(0, -1)]]]);
  layer.bias!.data = torch.tensor([c(0, 1)]);
  const y = layer.forward(torch.tensor([[[c(1, 0), c(2, 1), c(0, 3)]]]));
  expect(await y.tolist()).toEqual([[[c(2, 1), c(3, 6)]]]);
  y.abs().sum().backward();
  expect(layer.weight.grad!.dtype).toBe(torch.complex64);
  expect(layer.to(torch.complex128).weight.dtype).toBe(torch.complex128);
});

test('what loses imaginary parts says so once', async () => {
  vi.resetModules(); // files share a process, and another may have been told
  const torch = await import('@sconce/tensor'), nn = await import('../src/index.js');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const layer = new nn.Linear(1, 1, { dtype: torch.complex64 });
  expect(layer.to(torch.float64).weight.dtype).toBe(torch.float64);
  torch.tensor([c(1, 2)]).to(torch.float32);
  expect(warn.mock.calls).toEqual([['Casting complex values to real discards the imaginary part']]);
  warn.mockRestore();
});

test('distances of complex vectors', async () => {
  const z = torch.tensor([[c(1, 2), c(0, -1)]], { dtype: torch.complex128 }), w = torch.tensor([[c(0, 0), c(2, 1)]], { dtype: torch.complex128 });
  const y = F.pairwiseDistance(z, w);
  expect(y.dtype).toBe(torch.float64);
  expect(await y.item()).toBeCloseTo(3.605550998114158, 12);
});

test('activations that compare are refused', () => {
  const z = torch.tensor([c(1, 2)]);
  expect(() => F.hardshrink(z)).toThrow('"hardshrink_cpu" not implemented for \'ComplexFloat\'');
  expect(() => F.relu(z)).toThrow('clamp is not supported for complex types');
});
