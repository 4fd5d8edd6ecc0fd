import * as torch from '@sconce/tensor';
import { afterEach, expect, test, vi } from 'vitest';
import { detectFeatures } from '../src/features.js';
import { wasm } from '../src/index.js';

afterEach(() => vi.unstubAllGlobals());

test('threads are there where memory can be shared', async () => {
  const isShared = typeof document === 'undefined' || globalThis.crossOriginIsolated, backend = wasm({ threads: 2 });
  expect(detectFeatures().shared).toBe(isShared);
  expect(backend.getNumThreads()).toBe(isShared ? 2 : 1);
  torch.registerBackend(backend);
  expect(await torch.ones(300_000).add(1).sum().item()).toBe(600_000);
});

test('fused multiply-add is there, where Node has it behind a flag as well', () => {
  expect(detectFeatures().fused).toBe(true);
});

test('a number of threads is a positive integer', () => {
  const backend = wasm();
  for (const count of [0, -1, 1.5, NaN]) {
    expect(() => backend.setNumThreads(count)).toThrow(`set_num_threads expects a positive integer, but got ${count}`);
    expect(() => wasm({ threads: count })).toThrow('set_num_threads expects a positive integer');
  }
});

test('a limit of memory is a number of bytes', () => {
  for (const maximum of [0, 1000, 2 ** 33, NaN]) expect(() => wasm({ maximum })).toThrow(/^wasm\(\): expected a maximum from 16777216 to 4294967296 bytes, but got/);
});

test('without WebAssembly, or without its SIMD, the host is told to use the JavaScript kernels', () => {
  const message = 'this host has no WebAssembly SIMD: use the JavaScript kernels, which need nothing';
  vi.stubGlobal('WebAssembly', { Memory: WebAssembly.Memory, validate: () => false });
  expect(() => wasm()).toThrow(message);
  vi.stubGlobal('WebAssembly', undefined);
  expect(() => wasm()).toThrow(message);
});

test('memory that cannot be shared serves one thread, and typed arrays stay valid as it grows', async () => {
  vi.stubGlobal('SharedArrayBuffer', undefined);
  const backend = wasm({ threads: 2 });
  expect(backend.getNumThreads()).toBe(1);
  torch.registerBackend(backend);
  const x = torch.ones(100), array = x.numpy(), y = torch.arange(100).add(1);
  const large = torch.ones(20 * 2 ** 20);
  x.add_(y);
  expect([array[0], array[99], array.length, await y.sum().item(), await large.sum().item()]).toEqual([2, 101, 100, 5050, 20 * 2 ** 20]);
});

test('complex tensors without elements', () => {
  torch.registerBackend(wasm());
  const z = torch.zeros([0, 3], { dtype: torch.complex64 });
  expect([z.exp(), torch.complex(z.real, z.imag), z.mm(torch.ones([3, 2], { dtype: torch.complex64 }))].map((x) => x.shape)).toEqual([[0, 3], [0, 3], [0, 2]]);
  expect(z.imag.mul_(2).shape).toEqual([0, 3]);
});
