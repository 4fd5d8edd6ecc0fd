import * as torch from '@sconce/tensor';
import { expect, test } from 'vitest';
import { Heap } from '../src/heap.js';
import { wasm } from '../src/index.js';
import { Memory } from '../src/memory.js';
import type { WasmStorage } from '../src/storage.js';
import { Threads } from '../src/threads.js';
import { RESERVED } from '../src/worker-source.js';

const MB = 2 ** 20;
const inNode = typeof globalThis.process?.getBuiltinModule === 'function';

const reserved = (): number => torch.memoryStats().reserved;
const inHeap = (x: torch.Tensor): boolean => (x.storage as WasmStorage).host === null;

test.runIf(inNode).each([1, 2])('a loop without a pause stays in the heap, for it uses again what it drops (threads: %i)', (threads) => {
  torch.registerBackend(wasm({ threads }));
  const x = torch.ones(MB / 4), before = reserved();
  for (let i = 0; i < 2000; i++) {
    const y = x.add(i).mul(2);
    if (i % 100 === 0) expect([inHeap(y), y.select(0, 7).hostValue()]).toEqual([true, 2 * (1 + i)]);
  }
  expect(reserved() - before).toBeLessThan(512 * MB);
});

test.each([1, 2])('what somebody holds stays, however it is held (threads: %i)', async (threads) => {
  torch.registerBackend(wasm({ threads }));
  const held: (() => torch.Tensor)[] = [], expected: number[] = [];
  const hold = (i: number, get: () => torch.Tensor): void => {
    held.push(get);
    expected.push(i);
  };
  for (let i = 0; i < 400; i++) {
    const n = MB / 8 + (i % 5) * 1000;
    let x = torch.full([n], i);
    for (let j = 0; j < 6; j++) x = x.add(1).sub(1);
    if (i % 16 === 0) hold(i, () => x);
    if (i % 16 === 3) {
      const [part] = x.view(2, n / 2).unbind(0);
      hold(i, () => part);
    }
    if (i % 16 === 5) {
      const object = { deep: [new Map([['x', x.clone()]])] };
      hold(i, () => object.deep[0].get('x')!);
    }
    if (i % 16 === 8) {
      const array = x.numpy();
      hold(i, () => torch.fromNumpy(array));
    }
    if (i % 16 === 11) {
      const zeros = torch.zeros(n).add_(x);
      hold(i, () => zeros);
    }
    if (i % 16 === 13 && i < 100) {
      const later = Promise.resolve(x.mul(1));
      hold(i, () => x);
      void later.then((y) => hold(i, () => y));
    }
  }
  await new Promise((resolve) => { setTimeout(resolve); });
  for (let i = 0; i < 60; i++) torch.full([MB / 8], -1);
  for (const [i, get] of held.entries()) {
    const x = get();
    expect([x.min().hostValue(), x.max().hostValue()]).toEqual([expected[i], expected[i]]);
  }
});

test('memory that zeros have taken over is theirs', () => {
  const backend = wasm();
  torch.registerBackend(backend);
  const taken = Array.from({ length: 40 }, (_, i) => {
    const zeros = torch.empty(MB / 4).zero_();
    expect(backend.takeOver!(zeros.storage, torch.full([MB / 4], i).storage)).toBe(true);
    return zeros;
  });
  for (let i = 0; i < 60; i++) torch.full([MB / 4], -1);
  for (const [i, x] of taken.entries()) expect([x.min().hostValue(), x.max().hostValue()]).toEqual([i, i]);
});

test.runIf(inNode)('what finalizers give back is not watched any more', async () => {
  const heap = new Heap(false, RESERVED), memory = new Memory(heap, new Threads(heap)), { drops } = memory as unknown as { drops: { watched: unknown[] } };
  for (let i = 0; i < 10; i++) memory.allocate(torch.device('cpu'), MB);
  expect(drops.watched.length).toBe(10);
  for (let i = 0; i < 50 && heap.allocated > 0; i++) {
    void new ArrayBuffer(128 * MB);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  expect([heap.allocated, drops.watched.length]).toEqual([0, 0]);
});
