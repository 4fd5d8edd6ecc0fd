import { float32, registerBackend, tensor, Tensor } from '@sconce/tensor';
import { jsBackend } from '@sconce/tensor/internal';
import { beforeAll, expect, it } from 'vitest';
import { DataLoader, Dataset } from '../src/index.js';

beforeAll(() => registerBackend({ ...jsBackend, type: 'faraway' }));

const options = { batchSize: 2, pinMemory: true, pinMemoryDevice: 'faraway' };

/** Writes down what is fetched. */
class Noted extends Dataset<{ x: Tensor; more: [Tensor, string] }> {
  readonly length = 6;
  readonly log: string[] = [];

  getItem(i: number): { x: Tensor; more: [Tensor, string] } {
    this.log.push(`fetch ${i}`);
    if (i === 5) throw new RangeError('item 5 is lost');
    return { x: tensor(i), more: [tensor([i], { dtype: float32 }), 'name'] };
  }
}

it('sends a batch to the device while the one before is used', async () => {
  const dataset = new Noted();
  const run = async (): Promise<void> => {
    for await (const { x, more: [y, names] } of new DataLoader(dataset, options)) {
      expect([x.device.type, y.device.type, names]).toEqual(['faraway', 'faraway', ['name', 'name']]);
      dataset.log.push('use');
      await new Promise((resolve) => { setTimeout(resolve, 5); });
      dataset.log.push('used');
    }
  };
  // what came before the failure is given
  await expect(run()).rejects.toThrow('item 5 is lost');
  expect(dataset.log.join()).toBe(
    'fetch 0,fetch 1,use,fetch 2,fetch 3,used,use,fetch 4,fetch 5,used');
});

it('may be broken off', async () => {
  const dataset = new Noted();
  for await (const { x } of new DataLoader(dataset, options)) {
    expect(await x.tolist()).toEqual([0, 1]);
    break;
  }
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  expect(dataset.log).not.toContain('fetch 4');
});

it('is the same in a plain for, and nothing without a device', async () => {
  const items = [0, 1, 2].map((i) => tensor(i));
  expect([...new DataLoader(items, options)].map((x) => `${x.device}`)).toEqual(['faraway', 'faraway']);
  for await (const x of new DataLoader(items, { pinMemory: true })) expect(`${x.device}`).toBe('cpu');
  for await (const x of new DataLoader(items, { pinMemoryDevice: 'faraway' })) expect(`${x.device}`).toBe('cpu');
});
