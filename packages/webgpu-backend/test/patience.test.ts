import { expect, test, vi } from 'vitest';
import { patiently } from '../src/patience.js';

const later = (ms: number): Promise<string> => new Promise((resolve) => { setTimeout(resolve, ms, 'done'); });

/** Turns of the event loop until a promise is settled, with what it gives. */
async function turnsOf<T>(promise: Promise<T>): Promise<{ turns: number; value: T }> {
  let turns = 0, pending = true;
  const turn = (): void => {
    turns++;
    if (pending) setImmediate(turn);
  };
  setImmediate(turn);
  const value = await promise;
  pending = false;
  return { turns, value };
}

test('each turn of a wait sleeps once, however many waits there were and are', async () => {
  const sleeps = vi.spyOn(Atomics, 'wait');
  for (let i = 0; i < 20; i++) await patiently(() => Promise.resolve());
  const { turns, value } = await turnsOf(Promise.all([patiently(() => later(30)), patiently(() => later(20))]));
  expect(value).toEqual(['done', 'done']);
  expect(sleeps.mock.calls.length).toBeGreaterThan(2);
  expect(sleeps.mock.calls.length).toBeLessThanOrEqual(turns + 1);
  for (const [, , , ms] of sleeps.mock.calls) expect(ms).toBeGreaterThanOrEqual(0.02);
  sleeps.mockClear();
  await turnsOf(later(5));
  expect(sleeps).not.toHaveBeenCalled();
});

test('what two waits took is slept through by the third, and forgotten after two short ones', async () => {
  const sleeps = vi.spyOn(Atomics, 'wait');
  const first = async (): Promise<number | undefined> => {
    sleeps.mockClear();
    await patiently(() => later(20));
    return sleeps.mock.calls[0][3];
  };
  await patiently(() => later(20));
  await patiently(() => later(20));
  expect(await first()).toBe(1);
  await patiently(() => Promise.resolve());
  await patiently(() => Promise.resolve());
  expect(await first()).toBe(0.02);
});

test('a wait fails as its promise does', async () => {
  await expect(patiently(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
});
