import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  defaultGenerator, Generator, manualSeed, rand, randint, registerBackend, tensor, Tensor,
} from '@sconce/tensor';
import { jsBackend } from '@sconce/tensor/internal';
import { describe, expect, it, vi } from 'vitest';
import { DataLoader, Image, type DataLoaderOptions } from '../../src/index.js';
import { reuse } from '../../src/tensor-over.js';
import { pack, unpack } from '../../src/workers/wire.js';
import { failure, rejection, values } from '../fixtures.js';
import { workerModules } from './build.js';
import { makeDataset, type Asked } from './served.js';
import { Scaled } from './with-functions.js';

interface Round { readonly batches: readonly unknown[]; readonly after: number }
interface Options {
  readonly num_workers: number; readonly batch_size?: number | null; readonly drop_last?: boolean;
  readonly persistent_workers?: boolean; readonly prefetch_factor?: number;
}
interface Recorded {
  readonly maps: readonly { readonly seed: number; readonly options: Options; readonly rounds: readonly Round[] }[];
  readonly streams: readonly {
    readonly limit: number; readonly shared: boolean; readonly options: Options; readonly rounds: readonly Round[];
  }[];
  readonly errors: Readonly<Record<string, { readonly type: string; readonly message: string }>>;
}

/** What PyTorch 1.13 gave; tooling/oracle/data_workers.py records it. */
const recorded = JSON.parse(readFileSync(new URL('../fixtures/pytorch-workers.json', import.meta.url), 'utf8')) as Recorded;

const moduleOf = workerModules();

type AnyOptions = DataLoaderOptions<unknown, unknown>;

/** A loader whose workers are asked for what this thread has, or for something else. */
const loaderOf = (asked: Asked, options: AnyOptions = {}): DataLoader<unknown, unknown> =>
  new DataLoader(makeDataset({ ...asked, event: undefined }), {
    numWorkers: 2, workerModule: moduleOf('served'), workerArgs: asked, ...options,
  });

const translated = ({ num_workers, batch_size, drop_last, persistent_workers, prefetch_factor }: Options): AnyOptions => ({
  numWorkers: num_workers,
  ...(batch_size === undefined ? {} : { batchSize: batch_size }),
  ...(drop_last === undefined ? {} : { dropLast: drop_last }),
  ...(persistent_workers === undefined ? {} : { persistentWorkers: persistent_workers }),
  ...(prefetch_factor === undefined ? {} : { prefetchFactor: prefetch_factor }),
});

async function collect(loader: AsyncIterable<unknown>): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const batch of loader) batches.push(batch instanceof Tensor ? await batch.tolist() : batch);
  return batches;
}

const draw = (): number => values(randint(0, 2 ** 30, []))[0]!;

describe('PyTorch, with workers', () => {
  it.each(recorded.maps)('items from seed $seed, $options', async ({ seed, options, rounds }) => {
    manualSeed(seed);
    const loader = loaderOf({ dataset: 'drawn' }, { batchSize: 2, shuffle: true, ...translated(options) });
    for (const { batches, after } of rounds) {
      expect(await collect(loader)).toEqual(batches);
      expect(draw()).toBe(after);
    }
  });

  it.each(recorded.streams)('stream of $limit, shared: $shared, $options', async ({ limit, shared, options, rounds }) => {
    manualSeed(0);
    const loader = loaderOf({ dataset: 'count', length: limit, shared }, translated(options));
    for (const { batches, after } of rounds) {
      expect(await collect(loader)).toEqual(batches);
      expect(draw()).toBe(after);
    }
  });

  it.each(Object.entries(recorded.errors))('refuses: %s', (name, { type, message }) => {
    const calls: Readonly<Record<string, AnyOptions>> = {
      negative: { numWorkers: -1 }, timeout: { timeout: -1 }, prefetch: { prefetchFactor: 3 }, persistent: { persistentWorkers: true },
    };
    expect(failure(() => new DataLoader([1, 2], calls[name]!))).toMatchObject({ name: type, message });
  });
});

describe('DataLoader with workers', () => {
  it('gives what it gives without them', async () => {
    const orders: unknown[][] = [];
    for (const numWorkers of [0, 1, 2]) {
      manualSeed(7);
      orders.push(await collect(loaderOf({ dataset: 'later', length: 9 }, { numWorkers, batchSize: 4, shuffle: true })));
    }
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[2]).toEqual(orders[0]);
  });

  it('takes a sampler of batches, and items one by one', async () => {
    expect(await collect(loaderOf({ dataset: 'numbers' }, { batchSampler: [[0, 5], [2], [4, 1]] }))).toEqual([[0, 5], [2], [4, 1]]);
    expect(await collect(loaderOf({ dataset: 'numbers', length: 5 }, { batchSize: null }))).toEqual([0, 1, 2, 3, 4]);
    expect(await collect(loaderOf({ dataset: 'numbers', length: 0 }))).toEqual([]);
  });

  it('brings tensors of every kind, images and plain data', async () => {
    const [, item] = await collect(loaderOf({ dataset: 'various' }, { batchSize: null })) as Readonly<Record<string, unknown>>[];
    const shown = await Promise.all(Object.entries(item!).map(async ([key, value]) =>
      [key, value instanceof Tensor ? `${value.dtype} ${JSON.stringify(await value.tolist())}` : value]));
    expect(Object.fromEntries(shown)).toEqual({
      row: 'torch.float32 [4,5,6]', transposed: 'torch.float32 [[1,4],[2,5],[3,6]]', flag: 'torch.bool true',
      half: 'torch.float16 [0.5]', part: 'torch.float64 [2,3]', text: 'text', big: 7n, nothing: [null, undefined],
      map: expect.any(Map), set: new Set([1]), date: new Date(0), ['__proto__']: 1,
      image: new Image({ width: 1, height: 1, mode: 'BGR', data: Uint8Array.of(3, 4, 5) }),
    });
    expect(Object.keys(item!)).toContain('__proto__');
    expect(await (item!['map'] as Map<string, Tensor>).get('a')!.item()).toBe(1);
  });

  it('gives the function in the worker what the loader has for it', async () => {
    const given = tensor([[1, 2], [3, 4], [5, 6]]);
    const loader = loaderOf({ dataset: 'given', values: given }, { batchSize: 2 });
    expect(await collect(loader)).toEqual([[[1, 2], [3, 4]], [[5, 6]]]);
    // the worker got a copy
    expect(values(given)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('gives batches that stay what they are, whatever comes after them', async () => {
    const rows = Array.from({ length: 24 }, (_, i) => [i, i + 0.5]);
    const loader = loaderOf({ dataset: 'given', values: tensor(rows) }, { batchSize: 2, persistentWorkers: true });
    const kept: Tensor[] = [];
    for (let round = 0; round < 3; round++) for await (const batch of loader) kept.push((batch as Tensor).add_(100 * round));
    expect(kept.map(values)).toEqual(kept.map((_, i) => rows.slice(2 * (i % 12), 2 * (i % 12) + 2).flat().map((x) => x + 100 * Math.floor(i / 12))));
  });

  it('goes on after a round that is broken off, with workers that stay', async () => {
    const loader = loaderOf({ dataset: 'numbers' }, { batchSize: 2, persistentWorkers: true });
    for await (const _ of loader) break;
    expect(await collect(loader)).toEqual([[0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10]]);
  });

  it('sends batches ahead to a device, and may be broken off while a worker hangs', async () => {
    registerBackend({ ...jsBackend, type: 'elsewhere' });
    const options = { pinMemory: true, pinMemoryDevice: 'elsewhere' };
    const loader = loaderOf({ dataset: 'numbers', length: 4 }, { ...options, persistentWorkers: true });
    for await (const _ of loader) break;
    const devices: string[] = [];
    for await (const x of loader) devices.push(`${(x as Tensor).device}`);
    expect(devices).toEqual(Array(4).fill('elsewhere'));
    const hanging = loaderOf({ dataset: 'numbers', event: 'hang' }, { ...options, numWorkers: 1 });
    let left = 3;
    for await (const _ of hanging) if (--left === 0) break;
  });

  it('goes through one round at a time, with workers that stay', async () => {
    const loader = loaderOf({ dataset: 'numbers' }, { persistentWorkers: true });
    const first = loader[Symbol.asyncIterator]();
    await first.next();
    expect(await collect(loader)).toHaveLength(11);
    expect((await rejection(first.next())).message).toContain('another round has begun');
  });

  it('calls the functions that the worker has', async () => {
    const dataset = new Scaled();
    const collateFn = (items: unknown[]): { items: Tensor; drawn?: Tensor } => ({ items: tensor(items as number[]) });
    const options = { collateFn, batchSize: 2, numWorkers: 2, workerModule: moduleOf('with-functions') };
    manualSeed(3);
    const seed = defaultGenerator.clone().random64() & 0x7fff_ffff_ffff_ffffn;
    const got: unknown[] = [];
    for await (const { items, drawn } of new DataLoader(dataset, options)) got.push([values(items), values(drawn!)]);
    const drawnBy = (id: bigint): number[] => values(rand(1, { generator: new Generator().manualSeed(seed + id) }));
    expect(got).toEqual([[[0, 1], drawnBy(0n)], [[20, 30], drawnBy(1n)]]);

    expect(await problem(new DataLoader(dataset, { ...options, numWorkers: 3, batchSize: 1 }))).toEqual({
      name: 'RangeError', message: expect.stringMatching(
        /^Caught RangeError in DataLoader worker process 2.\nOriginal RangeError: there is no room for a third\n +at /), batches: 2,
    });
    expect(await problem(loaderOf({ dataset: 'numbers' }, { collateFn }))).toMatchObject({
      name: 'TypeError', message: expect.stringContaining('give it to serveDataset too'),
    });
  });
});

/** How a loader fails, and after how many batches. */
async function problem(loader: AsyncIterable<unknown>): Promise<{ name: string; message: string; batches: number }> {
  let batches = 0;
  try {
    for await (const _ of loader) batches++;
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message, batches };
  }
  throw new Error('nothing was thrown');
}

describe('what goes wrong in a worker', () => {
  it.each([
    ['throw', 'ValueError', /^Caught ValueError in DataLoader worker process 1\.\nOriginal ValueError: item 3 is lost\n +at .*served/, 3],
    ['throw odd', 'Object', /^Caught Object in DataLoader worker process 1\.\nOriginal Object: \[object Object\]$/, 3],
    ['reject', 'RangeError', /^Caught RangeError in DataLoader worker process 1\.\nOriginal RangeError: nobody waits for this\n +at /, undefined],
    ['function', 'TypeError', /^Caught TypeError in DataLoader worker process 1\.\nOriginal TypeError: default_collate/, 3],
    ['exit', 'RuntimeError', /^DataLoader worker \(pid\(s\) \d+\) exited unexpectedly: exit code 3$/, undefined],
    ['start', 'ValueError', /^Caught ValueError in DataLoader worker process 0\.\nOriginal ValueError: no data\n +at /, 0],
  ] as const)('%s', async (event, name, message, batches) => {
    const found = await problem(loaderOf({ dataset: 'numbers', event }));
    expect(found).toMatchObject({ name, message: expect.stringMatching(message) });
    if (batches !== undefined) expect(found.batches).toBe(batches);
  });

  it('takes too long', async () => {
    expect(await problem(loaderOf({ dataset: 'numbers', event: 'hang' }, { numWorkers: 1, timeout: 0.5 })))
      .toMatchObject({ name: 'RuntimeError', message: 'DataLoader timed out after 0.5 seconds' });
  });

  it('fails once, with workers that stay', async () => {
    const loader = loaderOf({ dataset: 'numbers', event: 'throw' }, { persistentWorkers: true });
    expect(await problem(loader)).toMatchObject({ name: 'ValueError', batches: 3 });
    expect(await problem(loader)).toMatchObject({ name: 'ValueError', batches: 3 });
    const dying = loaderOf({ dataset: 'numbers', event: 'exit' }, { persistentWorkers: true });
    expect(await problem(dying)).toMatchObject({ name: 'RuntimeError' });
    expect(await problem(dying)).toMatchObject({ name: 'RuntimeError' });
  });

  it.each([
    ['text/javascript,let x = 1', 'exited unexpectedly: exit code 0; its module has to call serveDataset'],
    ['text/javascript,throw new SyntaxError("broken")', 'Caught SyntaxError in DataLoader worker process 0.\nOriginal SyntaxError: broken'],
    ['text/javascript,import "missing"', 'in DataLoader worker process 0'],
  ])('its module: %s', async (text, message) => {
    const loader = loaderOf({ dataset: 'numbers' }, { numWorkers: 1, workerModule: `data:${text}` });
    expect((await problem(loader)).message).toContain(message);
  });

  it('is of another kind than the loader', async () => {
    const loader = loaderOf({ dataset: 'count' }, { numWorkers: 1, workerArgs: { dataset: 'numbers' } });
    expect((await problem(loader)).message).toContain("the worker's data set is of type Numbers");
  });
});

describe('memory', () => {
  const packed = { x: tensor([[1, 2], [3, 4]]), y: [tensor([5n, 6n]), 'text'], z: Uint8Array.of(7, 8, 9).subarray(1) };

  it('is shared, and not what others still write to', () => {
    const { value, transfer } = pack(packed);
    expect(transfer).toEqual([]);
    const { x, y, z } = unpack(structuredClone(value)) as typeof packed;
    packed.x.mul_(10);
    expect([values(x), values(y[0] as Tensor), z]).toEqual([[1, 2, 3, 4], [5, 6], Uint8Array.of(8, 9)]);
    expect(x.storage.device.backend!.map!(x.storage, x.dtype).buffer).toBeInstanceOf(SharedArrayBuffer);
    packed.x.div_(10);
    // handed over as it is, where nobody else holds it
    const batch = unpack(value) as typeof packed, again = pack(batch, { exclusive: true });
    (unpack(again.value) as typeof packed).x.fill_(1);
    expect(values(batch.x)).toEqual([1, 1, 1, 1]);
  });

  it('is used again once it has been read', () => {
    const spent = new Set<SharedArrayBuffer>();
    const read = unpack(pack(tensor([[1, 2], [3, 4]])).value, spent) as Tensor;
    const [buffer] = spent;
    reuse(spent);
    const other = unpack(pack(tensor([5, 6, 7])).value) as Tensor, next = unpack(pack(tensor([6, 7, 8, 9])).value) as Tensor;
    const memoryOf = (x: Tensor): ArrayBufferLike => x.storage.device.backend!.map!(x.storage, x.dtype).buffer;
    expect([memoryOf(next) === buffer, memoryOf(other) === buffer]).toEqual([true, false]);
    expect([read, other, next].map(values)).toEqual([[1, 2, 3, 4], [5, 6, 7], [6, 7, 8, 9]]);
  });

  it('is moved where threads cannot share it', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    vi.resetModules();
    const wire = await import('../../src/workers/wire.js');
    const fresh = await import('@sconce/tensor');
    vi.unstubAllGlobals();
    const x = fresh.tensor([[1, 2], [3, 4]]);
    const copied = wire.pack(x);
    expect(copied.transfer).toHaveLength(1);
    const there = wire.unpack(structuredClone(copied.value, { transfer: [...copied.transfer] })) as Tensor;
    expect([there.shape, values(there), values(x)]).toEqual([[2, 2], [1, 2, 3, 4], [1, 2, 3, 4]]);
    const moved = wire.pack([x, x], { exclusive: true });
    // a tensor that is there twice is moved once
    expect(moved.transfer).toHaveLength(2);
    const both = wire.unpack(structuredClone(moved.value, { transfer: [...moved.transfer] })) as Tensor[];
    expect(both.map(values)).toEqual([[1, 2, 3, 4], [1, 2, 3, 4]]);
  });

  it('of a tensor with a history does not travel', () => {
    const leaf = tensor([1.5]);
    expect((unpack(pack(leaf).value) as Tensor).requiresGrad).toBe(false);
    const grown = Object.defineProperty(tensor([1.5]), 'requiresGrad', { value: true });
    expect(failure(() => pack(Object.defineProperty(grown, 'isLeaf', { value: false }))).message).toContain('Cowardly refusing to serialize');
  });
});

describe('what is refused', () => {
  it.each([
    ['no module', { workerModule: undefined }, 'num_workers=2 needs workerModule'],
    ['a function in Node', { workerModule: () => null as never }, 'in Node, workerModule is a URL or a path'],
    ['a workerInitFn', { workerInitFn: () => {} }, 'give workerInitFn to serveDataset'],
    ['nothing ahead', { prefetchFactor: 0 }, 'prefetch_factor option should be a positive integer, but got 0'],
    ['half a worker', { numWorkers: 0.5 }, 'num_workers option should be non-negative'],
    ['a function for a worker', { workerArgs: { f() {} } }, 'a function cannot go to another thread'],
    ['an object of a class', { workerArgs: [new Scaled()] }, 'a Scaled cannot go to another thread'],
  ])('%s', async (_, options, message) => {
    const run = async (): Promise<unknown> => collect(loaderOf({ dataset: 'numbers' }, options as AnyOptions));
    expect((await rejection(run())).message).toContain(message);
  });

  it('a plain for', () => {
    expect(failure(() => [...loaderOf({ dataset: 'numbers' })]).message).toContain('for await');
  });

  it('a time limit without workers', () => {
    expect(failure(() => new DataLoader([1], { timeout: 3 })).message).toContain('timeout option needs num_workers > 0');
  });
});

describe('a program', () => {
  it.each([
    ['break', 'a batch\nthe end\n', 0], ['persistent', 'a batch\nthe end\n', 0], ['drop', 'the end\n', 0], ['throw', 'a batch\n', 1],
  ])('ends at once: %s', async (ending, output, code) => {
    expect(await run([ending])).toMatchObject({ output, code });
  });

  it('ends by Ctrl-C while a worker is busy', async () => {
    expect(await run(['wait'], 'SIGINT')).toMatchObject({ signal: 'SIGINT' });
  });

  it('has no workers in its workers', async () => {
    // the worker's module is the whole program, which goes through its loader
    const ended = await run(['break', moduleOf('program').href]);
    expect(ended.code).toBe(1);
    expect(ended.errors).toContain('a worker of a DataLoader cannot have workers of its own');
  });
});

interface Ended { readonly code: number | null; readonly signal: string | null; readonly output: string; readonly errors: string }

/** Runs the program; with a signal, sends it that once it has printed something. */
function run([ending, served = moduleOf('served').href]: readonly string[], signal?: 'SIGINT'): Promise<Ended> {
  const child = spawn(process.execPath, [fileURLToPath(moduleOf('program')), ending!, served]);
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => {
    output += text;
    if (signal) child.kill(signal);
  });
  child.stderr.on('data', (text) => { errors += text; });
  return new Promise((resolve) => { child.on('close', (code, by) => resolve({ code, signal: by, output, errors })); });
}
