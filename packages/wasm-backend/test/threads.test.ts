import * as torch from '@sconce/tensor';
import { conv2d, convolutionBackwardWeight, convTranspose2d, expr, runUpdate, updateOp, upsample, upsampleBackward, type UpsampleMode } from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { ModuleBuilder, PART, type FunctionBuilder } from '../src/asm/module.js';
import { i32 } from '../src/asm/ops.js';
import type { KernelFunction } from '../src/engine.js';
import { addressOf, Heap } from '../src/heap.js';
import { wasm } from '../src/index.js';
import { Threads } from '../src/threads.js';
import { RESERVED } from '../src/worker-source.js';

const wave = (...shape: number[]): torch.Tensor =>
  torch.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.7 * i))).view(shape);

const resampled = (mode: UpsampleMode): torch.Tensor[] => {
  const attrs = { mode, alignCorners: false, antialias: false, scales: [null, null], inputSize: [30, 31], outputSize: [70, 71] };
  return [upsample(wave(5, 7, 30, 31), attrs), upsampleBackward(wave(5, 7, 70, 71), attrs)];
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Where two lists differ first, -1: nowhere. To compare them as objects takes a hundred times as long. */
const differing = (a: Float32Array, b: Float32Array): number =>
  (a.length === b.length ? a.findIndex((x, i) => !Object.is(x, b[i])) : Math.min(a.length, b.length));

test('two threads give what one gives', async () => {
  const backend = wasm();
  torch.registerBackend(backend);
  const compute = (): Float32Array[] => [
    wave(70, 300).mm(wave(300, 70)), wave(32, 300).mm(wave(300, 300).t()),
    wave(300_000).mul(2).exp(), torch.randn(100_003, { generator: new torch.Generator().manualSeed(1) }), wave(700, 300).sum(1),
    // an image's channels are shared, of which the last block has fewer; and groups of them
    conv2d(wave(1, 10, 30, 30), wave(21, 10, 3, 3), wave(21), { padding: 1 }), convTranspose2d(wave(1, 21, 30, 30), wave(21, 10, 3, 3)),
    conv2d(wave(1, 64, 30, 30), wave(64, 1, 3, 3), wave(64), { groups: 64 }),
    convolutionBackwardWeight(wave(2, 32, 30, 30), wave(2, 64, 28, 28), {
      stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 4, weightShape: [64, 8, 3, 3],
    }),
    // rows in blocks, of which a part may begin in the middle
    wave(7, 50, 31, 40).slice(2, 1, 30).slice(3, 1, 38).mul(wave(50, 1, 1)),
    wave(3, 259, 512).transpose(1, 2).mul(2),
    ...resampled('nearest'), ...resampled('linear'), ...resampled('cubic'),
  ].map((x) => x.contiguous().hostValues().slice() as Float32Array);
  const expected = compute();
  backend.setNumThreads(2);
  expect(backend.getNumThreads()).toBe(2);
  await pause(300);
  for (let i = 0; i < 3; i++) compute().forEach((values, at) => expect(differing(values, expected[at]), `result ${at}`).toBe(-1));
});

test('threads that start while others work join between jobs', async () => {
  const backend = wasm({ threads: 5 });
  torch.registerBackend(backend);
  const a = wave(70, 300), b = wave(300, 70);
  const expected = await a.mm(b).tolist();
  for (let i = 0; i < 40; i++) {
    expect(await a.mm(b).tolist()).toEqual(expected);
    await pause(5);
  }
});

test('an update of many arguments is shared too', async () => {
  const backend = wasm({ threads: 2 });
  torch.registerBackend(backend);
  const many = updateOp({
    name: 'many', writes: 3,
    update: ([a, b, c, d], numbers) => [numbers.reduce((sum, n) => expr.add(sum, expr.mul(n, d)), a), b, c],
  });
  const tensors = [0, 1, 2, 3].map(() => torch.ones(300_000));
  for (let i = 0; i < 20; i++) {
    runUpdate(many, tensors, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await pause(10);
  }
  expect(await tensors[0].sum().item()).toBe(300_000 * (1 + 20 * 45));
});

interface Circumstances {
  /** what happens once the worker is there */
  before?(threads: Threads): void;
  /** milliseconds after which a worker that is silent counts as lost; on a busy machine they are soon over */
  patience?: number;
}

/** Runs a kernel of as many parts as there are, of which the worker gets some; `write` is the worker's code. */
async function onTwo(write: (c: FunctionBuilder) => void, { before = () => {}, patience = 10_000 }: Circumstances = {}): Promise<void> {
  const heap = new Heap(true, RESERVED), threads = new Threads(heap, patience), m = new ModuleBuilder(false), LARGE = 1e9;
  m.func('kernel', ['i32', 'i32'], (c) => c.if(PART, () => write(c)));
  m.func('nothing', ['i32', 'i32'], () => {});
  const module = threads.addModule(m.bytes({ shared: true, maxPages: 65536 }));
  threads.resize(2);
  let own = 0;
  const slowly = (): void => {
    own++;
    for (const end = performance.now() + 20; performance.now() < end;);
  };
  /** Offers the parts of a kernel until the worker takes one: it may start late where the machine is busy. */
  const untilTaken = async (index: number): Promise<void> => {
    do {
      own = 0;
      await pause(20);
      threads.run(module, index, slowly, 4, LARGE, []);
    } while (own === 4);
  };
  await untilTaken(1);
  before(threads);
  try {
    await untilTaken(0);
  } finally {
    threads.resize(2);
    expect(threads.count).toBe(1);
  }
}

test('a worker that throws is an error', () => expect(onTwo((c) => c.emit(0x00))).rejects.toThrow(
  /^a worker thread has failed: RuntimeError: unreachable; the result of this operation is lost, and what follows runs on one thread$/));

test('a worker that does not answer is an error', () => expect(onTwo((c) => c.while(() => i32.const(1), () => {}), { patience: 300 })).rejects.toThrow(
  'a worker thread has stopped answering'));

test('each part is done once, in whatever order, also where what the calling thread does meanwhile throws', async () => {
  const heap = new Heap(true, RESERVED), threads = new Threads(heap), m = new ModuleBuilder(false), MOST = 100;
  m.func('count', ['i32', 'i32', 'i32'], (c) => {
    const item = c.local('i32', c.param(0, 'i32')), p = c.local('i32', i32.add(c.param(2, 'i32'), i32.shl(item, 2)));
    c.for(item, c.param(1, 'i32'), 1, () => {
      c.storeI32(p, i32.add(i32.load(p), 1));
      c.advance(p, 4);
    });
  });
  const bytes = m.bytes({ shared: true, maxPages: 65536 }), module = threads.addModule(bytes);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: heap.memory, part: 0 } });
  const address = addressOf(heap.allocate(4 * MOST)), counts = new Int32Array(heap.memory.buffer, address, MOST);
  const run = (total: number, cost: number): void => threads.run(module, 0, exports.count as KernelFunction, total, cost, [address]);
  for (const count of [2, 3, 7]) {
    threads.resize(count);
    run(MOST, 1e6);
    await pause(200); // for workers to start
    for (let total = 1; total <= MOST; total++) {
      const before = Array.from(counts);
      threads.meanwhile = () => { throw new RangeError('elsewhere'); };
      expect(() => run(total, 1e6)).toThrow('elsewhere');
      run(total, total % 2 ? 1e6 : 1e5);
      run(total, 1e6);
      expect(Array.from(counts)).toEqual(before.map((n, i) => (i < total ? n + 3 : n)));
    }
  }
});

const endsAtOnce = 'process' in globalThis && typeof document === 'undefined';
if (endsAtOnce) { // browsers say nothing of a worker's end, which is found out by its silence
  test('a worker that has ended is an error', () => expect(onTwo(() => {}, {
    before: (threads) => { (threads as unknown as { workers: { terminate(): void }[] }).workers[0].terminate(); },
  })).rejects.toThrow('a worker thread has ended'));
}
