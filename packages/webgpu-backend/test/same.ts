import { expect, test } from 'vitest';
import type { Tensor } from '@sconce/tensor';

/** Puts a tensor where a computation is to run. */
export type On = (x: Tensor) => Tensor;
export type Result = Tensor | readonly Tensor[];

/** Equal with the sign of zero, and to six digits. */
function expectSame(actual: unknown, expected: unknown, where: string): void {
  if (Array.isArray(expected)) {
    expect((actual as unknown[]).length, where).toBe(expected.length);
    expected.forEach((x, i) => expectSame((actual as unknown[])[i], x, `${where}[${i}]`));
  } else if (typeof expected === 'number' && Number.isFinite(expected) && expected !== 0) {
    expect(Math.abs((actual as number) - expected), `${where}: ${String(actual)} for ${expected}`).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(expected)));
  } else expect(actual, where).toBe(expected);
}

async function outcome(device: string, compute: (on: On) => Result): Promise<unknown> {
  const results = [compute((x) => x.to(device))].flat() as Tensor[];
  expect(results.every((x) => x.device.type === device)).toBe(true);
  return Promise.all(results.map(async (x) => [x.dtype.name, [...x.shape], await x.tolist()]));
}

/** What a computation gives on the device is what it gives on the CPU. */
export async function same(name: string, compute: (on: On) => Result): Promise<void> {
  expectSame(await outcome('webgpu', compute), await outcome('cpu', compute), name);
}

type Computations = Readonly<Record<string, (on: On) => Result>>;

/** A test for each of some computations, by name. */
export const cases = (list: Computations): void => { test.each(Object.entries(list))('%s', (name, compute) => same(name, compute)); };

/** A test for each of some computations that both devices refuse, in the same words. */
export const refusals = (list: Readonly<Record<string, readonly [words: string, compute: (on: On) => Result]>>): void => {
  test.each(Object.entries(list))('%s is refused', async (_, [words, compute]) => {
    for (const device of ['cpu', 'webgpu']) await expect(outcome(device, compute)).rejects.toThrow(words);
  });
};
