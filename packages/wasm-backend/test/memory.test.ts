import * as torch from '@sconce/tensor';
import { backendOf } from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { addressOf, Heap, OutOfMemory } from '../src/heap.js';
import { wasm } from '../src/index.js';

const MB = 2 ** 20;

test('a block is at least as large as asked for, at most a fifth larger from 256 bytes on, and apart from all others', () => {
  const heap = new Heap(false, 1024);
  const blocks = [0, 1, 63, 64, 65, 127, 129, 256, 257, 320, 321, 511, 1000, 4096, 4097, 10_000, 32_768, 32_769, 1e5, 1e6 + 1].map((nbytes) => {
    const before = heap.allocated, address = addressOf(heap.allocate(nbytes)), size = heap.allocated - before;
    expect(size).toBeGreaterThanOrEqual(nbytes);
    if (nbytes >= 256) expect(size).toBeLessThanOrEqual(nbytes * 1.25 + 64);
    expect(address % 64).toBe(0);
    return [address, address + size];
  }).sort(([a], [b]) => a - b);
  blocks.forEach(([start], i) => expect(start).toBeGreaterThanOrEqual(i === 0 ? 1024 : blocks[i - 1][1]));
  expect(blocks.at(-1)![1]).toBeLessThan(heap.reserved);
});

test('what is given back is used again', () => {
  const heap = new Heap(false, 0), address = heap.allocate(100_000);
  heap.release(address);
  expect(heap.allocate(99_000)).toBe(address);
  expect(heap.allocated).toBe(heap.peak);
});

test('phases of different sizes share the memory', () => {
  const heap = new Heap(false, 0, 256 * MB);
  for (const size of [1, 2, 3, 5, 7, 0.02, 0.3, 11, 90, 1]) {
    const blocks = Array.from({ length: Math.floor(150 / size) }, () => heap.allocate(size * MB));
    for (const block of blocks) heap.release(block);
  }
  expect(heap.allocated).toBe(0);
  expect(heap.reserved).toBeLessThanOrEqual(256 * MB);
});

test('joined blocks do not overlap those in use', () => {
  const heap = new Heap(false, 0, 64 * MB), live = new Map<number, number>();
  let seed = 1;
  const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 3000; round++) {
    const nbytes = random(10) === 0 ? random(4 * MB) : random(60_000), before = heap.allocated;
    try {
      const block = heap.allocate(nbytes);
      live.set(block, heap.allocated - before);
    } catch (error) {
      expect(error).toBeInstanceOf(OutOfMemory);
    }
    while (live.size > 200 || heap.allocated > 48 * MB) {
      const [block] = [...live.keys()].slice(random(live.size));
      heap.release(block);
      live.delete(block);
    }
  }
  const spans = [...live].map(([block, size]) => [addressOf(block), addressOf(block) + size]).sort(([a], [b]) => a - b);
  spans.forEach(([start], i) => i > 0 && expect(start).toBeGreaterThanOrEqual(spans[i - 1][1]));
});

test('beyond the limit the error says the sizes', () => {
  const heap = new Heap(false, 0, 32 * MB);
  heap.allocate(20 * MB);
  expect(() => heap.allocate(20 * MB)).toThrow(
    /^CPU out of memory. Tried to allocate 20971520 bytes \(20971520 bytes in use of \d+ reserved; the limit is 33554432 bytes\)$/);
  expect(() => heap.allocate(2 ** 40)).toThrow(OutOfMemory);
});

const options = { maximum: 32 * MB };

test('a full heap, and a loop that lets no finalizer run, go on in buffers of their own', async () => {
  torch.registerBackend(wasm(options));
  const kept = Array.from({ length: 50 }, (_, i) => torch.full([MB / 4], i));
  let x = torch.ones(MB / 4);
  for (let i = 0; i < 60; i++) x = x.add(1);
  expect(await x.select(0, 5).item()).toBe(61);
  for (const [i, y] of kept.entries()) expect(await y.sum().item()).toBe(i * MB / 4);
  expect(torch.memoryStats().reserved).toBeLessThanOrEqual(32 * MB);
  expect(await kept[7].view(512, 512).mm(kept[49].view(512, 512)).select(0, 3).select(0, 4).item()).toBe(7 * 49 * 512);
});

test('a loop in which tasks begin stays in the heap, however late finalizers run', async () => {
  torch.registerBackend(wasm());
  for (let i = 0; i < 800; i++) {
    expect(torch.empty(MB / 4).storage).toHaveProperty('host', null);
    if (i % 64 === 0) await new Promise((resolve) => { setTimeout(resolve); });
  }
});

test('where memory is not in the heap, what an op does not write stays as it was', async () => {
  torch.registerBackend(wasm(options));
  const filler = Array.from({ length: 50 }, () => torch.ones(MB / 4)), made = torch.empty(MB / 4);
  expect(made.storage).not.toHaveProperty('host', null);
  made.narrow(0, 10, 20).fill_(1);
  expect(await made.narrow(0, 10, 20).sum().item()).toBe(20);
  const x = torch.zeros(MB / 4);
  x.narrow(0, 100, 3).fill_(7);
  x.view(512, 512).select(1, 300).add_(2);
  x.indexFill_(0, torch.tensor([5n]), 4);
  expect(await x.sum().item()).toBe(3 * 7 + 512 * 2 + 4);
  expect(await x.max().item()).toBe(7);
  expect(filler.length).toBe(50);
});

test('what fits nowhere is an error in words', () => {
  torch.registerBackend(wasm(options));
  expect(() => torch.empty(2 ** 52)).toThrow(/^CPU out of memory. Tried to allocate 18014398509481984 bytes/);
});

test('a typed array stays the memory of its tensor, whatever becomes of the heap', async () => {
  torch.registerBackend(wasm());
  for (const n of [3, 100_000]) {
    const x = torch.zeros(n), array = x.numpy().subarray(1) as Float32Array;
    x.add_(1);
    expect(array[0]).toBe(1);
    array[1] = 5;
    expect(await x.sum().item()).toBe(n + 4);
    const others = Array.from({ length: 9 }, () => torch.ones(MB));
    expect(others.length + array[1]).toBe(14);
    expect(x.numpy().buffer).toBe(array.buffer);
  }
});

test('what is computed on again and again moves into the heap, unless a user has views of it', async () => {
  const backend = wasm({ maximum: 48 * MB });
  torch.registerBackend(backend);
  const filler = Array.from({ length: 11 }, () => torch.ones(MB)), late = torch.ones(MB), seen = torch.ones(MB);
  const view = seen.numpy();
  for (const x of filler) backendOf(x.device).free(x.storage);
  const before = torch.memoryStats().allocated;
  for (let i = 0; i < 3; i++) {
    late.mul_(2);
    seen.mul_(2);
  }
  expect(torch.memoryStats().allocated - before).toBe(4 * MB);
  expect([await late.sum().item(), await seen.sum().item(), view[9]]).toEqual([8 * MB, 8 * MB, 8]);
});

test('a user\'s array of many rows is not copied to read a few of them', async () => {
  torch.registerBackend(wasm(options));
  const rows = torch.fromNumpy(new Float32Array(4 * MB).map((_, i) => i), [MB, 4]);
  expect(await rows.indexSelect(0, torch.tensor([5n, 1000n])).tolist()).toEqual([[20, 21, 22, 23], [4000, 4001, 4002, 4003]]);
  expect(await rows.select(0, 77).add(1).tolist()).toEqual([309, 310, 311, 312]);
  expect(torch.memoryStats().peak).toBeLessThan(MB);
});

test('views of nothing may begin beyond the end of a user\'s array', async () => {
  torch.registerBackend(wasm(options));
  const x = torch.fromNumpy(new Float32Array(0), [0, 4]), y = torch.fromNumpy(new Float64Array(6), [3, 2]);
  expect(x.narrow(1, 2, 1).add(1).shape).toEqual([0, 1]);
  expect(await x.select(1, 3).sum().item()).toBe(0);
  expect(await torch.cat([y.narrow(0, 3, 0), y.narrow(0, 2, 1)]).tolist()).toEqual([[0, 0]]);
});

test('random numbers arrive where memory cannot be shared, which has to grow for them', () => {
  const shared = globalThis.SharedArrayBuffer;
  Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
  try {
    torch.registerBackend(wasm());
  } finally {
    globalThis.SharedArrayBuffer = shared;
  }
  // the first takes all the room there is, and words are drawn for numbers of 8 bytes
  for (const dtype of [torch.float64, torch.float32]) {
    for (const size of [2 ** 21, 2 ** 18]) expect(Math.abs(Number(torch.rand(size, { dtype }).mean().hostValue()) - 0.5)).toBeLessThan(0.01);
  }
});

test('memory is counted in use, at most, and taken from the system', () => {
  torch.registerBackend(wasm());
  const start = torch.memoryStats(), x = torch.ones(MB);
  const { allocated, peak, reserved } = torch.memoryStats();
  expect(allocated - start.allocated).toBe(4 * MB);
  expect(peak).toBeGreaterThanOrEqual(allocated);
  expect(reserved).toBeGreaterThanOrEqual(peak);
  backendOf(x.device).free(x.storage);
  backendOf(x.device).free(x.storage);
  expect(torch.memoryStats()).toEqual({ allocated: start.allocated, peak, reserved });
});

test('small tensors that are given back make room for others of their size', () => {
  torch.registerBackend(wasm());
  const backend = backendOf(torch.device('cpu')), x = torch.ones(3), address = (t: torch.Tensor): unknown => (t.storage as unknown as { address: number }).address;
  const place = address(x);
  backend.free(x.storage);
  backend.free(x.storage);
  const [y, z] = [torch.ones(4), torch.ones(4)];
  expect(address(y)).toBe(place);
  expect(address(z)).not.toBe(place);
});
