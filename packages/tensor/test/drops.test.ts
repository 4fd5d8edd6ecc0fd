import { expect, test } from 'vitest';
import { Drops } from '../src/drops.js';

const MB = 2 ** 20, INSPECT = Symbol.for('nodejs.util.inspect.custom');

test('what is watched is found dropped where a list that can be trusted lacks it', () => {
  let listed: readonly unknown[] = [], isWhole = true;
  const drops = new Drops(16 * MB, {
    collect: () => undefined,
    list: () => {
      for (const token of listed) (token as Record<symbol, () => string>)[INSPECT]();
      return isWhole;
    },
  });
  const { canary } = drops as unknown as { canary: unknown };
  const [a, b, c] = [1, 2, 3].map((id) => ({ id, nbytes: 9 * MB, seen: false, looks: 0, at: -1 }));
  const tokens = [a, b].map((mark) => drops.watch(mark));
  expect([drops.isDue(MB), drops.isDue(10 * MB), drops.isDue(19 * MB)]).toEqual([false, false, true]);
  listed = [canary, tokens[0]];
  expect(drops.look()).toEqual([b]);
  expect([drops.isDue(10 * MB), drops.isDue(19 * MB)]).toEqual([false, false]);

  // broken off, it says nothing of what it lacks
  drops.watch(b);
  isWhole = false;
  listed = [canary];
  expect(drops.look()).toEqual([]);
  isWhole = true;
  expect(drops.look()).toEqual([]);

  // what is held is missing: no list of this host is worth anything
  expect(drops.watch(c)).not.toBeNull();
  listed = [];
  expect(drops.look()).toEqual([]);
  expect(drops.watch(c)).toBeNull();
});
