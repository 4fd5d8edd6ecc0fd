import { manualSeed, tensor, Tensor } from '@sconce/tensor';
import { expect, test } from 'vitest';
import { DataLoader, type DataLoaderOptions } from '../../src/index.js';
import recorded from '../fixtures/pytorch-workers.json' with { type: 'json' };
import { makeDataset, type Asked } from './served.js';

const loaderOf = (asked: Asked, options: DataLoaderOptions<unknown, unknown> = {}): DataLoader<unknown, unknown> =>
  new DataLoader(makeDataset({ ...asked, event: undefined }), {
    numWorkers: 2, workerModule: new URL('./served.ts', import.meta.url), workerArgs: asked, ...options,
  });

async function collect(loader: AsyncIterable<unknown>): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const batch of loader) batches.push(batch instanceof Tensor ? await batch.tolist() : batch);
  return batches;
}

test("items in PyTorch's order, from its seeds", async () => {
  const { seed, rounds } = recorded.maps.find(({ options }) => options.num_workers === 2)!;
  manualSeed(seed);
  expect(await collect(loaderOf({ dataset: 'drawn' }, { batchSize: 2, shuffle: true }))).toEqual(rounds[0].batches);
});

test('a worker that a bundler knows of, with tensors for it, in two rounds', async () => {
  const values = tensor([[1, 2], [3, 4], [5, 6]]);
  const loader = loaderOf({ dataset: 'given', values }, {
    batchSize: 2, persistentWorkers: true,
    workerModule: () => new Worker(new URL('./served.ts', import.meta.url), { type: 'module' }),
  });
  for (let round = 0; round < 2; round++) expect(await collect(loader)).toEqual([[[1, 2], [3, 4]], [[5, 6]]]);
  expect(await values.sum().item()).toBe(21);
});

test.each([
  ['throw', /^Caught ValueError in DataLoader worker process 1\.\nOriginal ValueError: item 3 is lost\n +at /],
  ['exit', /^DataLoader worker \(pid\(s\) \d+\) exited unexpectedly: it was closed$/],
] as const)('%s', async (event, message) => {
  await expect(collect(loaderOf({ dataset: 'numbers', event }))).rejects.toThrow(message);
});

test('a module that does not load', async () => {
  const loader = loaderOf({ dataset: 'numbers' }, { workerModule: '/nothing.js' });
  await expect(collect(loader)).rejects.toThrow('its module could not be loaded');
});
