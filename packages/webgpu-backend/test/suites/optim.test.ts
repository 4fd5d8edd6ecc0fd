import { Tensor, tensor } from '@sconce/tensor';
import * as optim from '@sconce/optim';
import { describe, expect, test } from 'vitest';
import recorded from '../../../optim/test/fixtures/optim.json' with { type: 'json' };
import { available } from '../adapter.js';

type OptimizerClass = new (params: Iterable<Tensor>, options: object) => optim.Optimizer & { step(): void };

const camelOptions = (options: object): object =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()), value]));

/** Values in arrays, as Python's tolist(). */
async function plain(x: unknown): Promise<unknown> {
  if (x instanceof Tensor) return x.tolist();
  if (Array.isArray(x)) return Promise.all(x.map(plain));
  if (x === null || typeof x !== 'object') return x;
  return Object.fromEntries(await Promise.all(Object.entries(x).map(async ([key, value]) => [key, await plain(value)])));
}

/** Equal but for rounding in float32. */
function close(actual: unknown, expected: unknown, path: string): void {
  if (typeof expected === 'number') {
    expect(Math.abs((actual as number) - expected), `${path}: ${String(actual)} for ${expected}`).toBeLessThanOrEqual(5e-6 * Math.max(1, Math.abs(expected)));
  } else if (expected !== null && typeof expected === 'object') {
    expect(Object.keys(actual as object), path).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected)) close((actual as Record<string, unknown>)[key], value, `${path}.${key}`);
  } else expect(actual, path).toBe(expected);
}

const gradient = (step: number, values: readonly number[]): number[] => values.map((v, i) => Math.cos(step * (i + 1)) * (i + 1) + v / 4);

describe.skipIf(!available)('optimizers on webgpu step as those of PyTorch do', () => {
  test.each(recorded.optimizers.map((run) => [`${run.name} ${JSON.stringify(run.options)}`, run] as const))('%s', async (_, run) => {
    const params = recorded.start.map((v) => tensor(v).to('webgpu').requiresGrad_());
    const Class = optim[run.name as keyof typeof optim] as unknown as OptimizerClass;
    const optimizer = new Class(params, camelOptions(run.options));
    for (const [step, expected] of run.path.entries()) {
      for (const p of params) p.grad = tensor(gradient(step, await p.tolist() as number[])).to('webgpu');
      optimizer.step();
      close(await plain(params), expected, `step ${step}`);
    }
    close(await plain(optimizer.stateDict()), run.stateDict, 'state');
  });
});

describe.skipIf(!available)('a state whose tensors are all on webgpu', () => {
  test.each(['Adam', 'AdamW', 'NAdam', 'RAdam', 'Adamax', 'ASGD', 'Rprop'] as const)('is what %s goes on from', async (name) => {
    const Class = optim[name] as unknown as OptimizerClass;
    const train = async (device: string, count: number, p: Tensor, from?: object): Promise<object> => {
      const optimizer = new Class([p], { lr: 0.1 });
      if (from) optimizer.loadStateDict(from as never);
      for (let i = 0; i < count; i++) {
        p.grad = tensor(gradient(i, [1, -2])).to(device);
        optimizer.step();
      }
      return optimizer.stateDict();
    };
    const onDevice = (x: unknown): unknown => (x instanceof Tensor ? x.to('webgpu') : Array.isArray(x) ? x.map(onDevice)
      : typeof x === 'object' && x !== null ? Object.fromEntries(Object.entries(x).map(([key, value]) => [key, onDevice(value)])) : x);
    const there = tensor([1, -2]).requiresGrad_(), state = await train('cpu', 3, there), here = there.detach().to('webgpu').requiresGrad_();
    await train('webgpu', 3, here, onDevice(state) as object);
    await train('cpu', 3, there, state);
    close(await here.tolist(), await there.tolist(), name);
  });
});
