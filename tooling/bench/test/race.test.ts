import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { median, race } from '../src/race.mjs';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const entrant = (name: string, options: { value?: number; broken?: string } = {}) => ({
  name, command: [process.execPath, file('../src/serve.mjs'), file('fixtures/contender.mjs'), JSON.stringify(options)],
});

const row = { name: 'add-3', kind: 'add', says: '', shape: [3], checks: 2, tolerance: 1e-3 } as const;

async function run(...entrants: ReturnType<typeof entrant>[]) {
  const lines: string[] = [], others = { rest: async () => {} };
  const times = await race(row, entrants, { rounds: 3, others, say: (line: string) => lines.push(line), warmMs: 10, batchMs: 2 });
  return { times, lines };
}

describe('a race', () => {
  test('gives each contender that agrees a time', async () => {
    const { times, lines } = await run(entrant('a'), entrant('b', { value: 1.0005 }));
    expect(lines).toEqual([]);
    expect([...times.keys()]).toEqual(['a', 'b']);
    for (const us of times.values()) expect(us).toBeGreaterThan(0);
  });

  test('leaves out, with a line, who cannot or computes something else', async () => {
    const { times, lines } = await run(
      entrant('a'), entrant('b', { value: 1.002 }), entrant('c', { broken: 'setup' }), entrant('d', { broken: 'process' }),
      { name: 'e', command: ['/nowhere/python3'] },
    );
    expect([...times.keys()]).toEqual(['a']);
    expect(lines).toEqual([
      'add-3: b computes 1.002, a 1: left out',
      'add-3: c cannot: Kernel not registered',
      'add-3: d cannot: the process ended',
      'add-3: e cannot: spawn /nowhere/python3 ENOENT',
    ]);
  });

  test('lets contenders of one command share its process, and tells what they say about their steps', async () => {
    const seats = [file('fixtures/contender.mjs'), '{}', file('fixtures/contender.mjs'), JSON.stringify({ facts: { dispatches: 3 } })];
    const command = [process.execPath, file('../src/serve.mjs'), ...seats];
    const said: Record<string, unknown> = {};
    const entrants = ['a', 'b'].map((name, seat) => ({ name, command, seat }));
    const times = await race(row, entrants, {
      rounds: 2, others: { rest: async () => {} }, say: () => {}, warmMs: 10, batchMs: 2,
      onReady: (name: string, { dispatches, pid }: { dispatches?: number; pid: number }) => { said[name] = { dispatches, pid }; },
    });
    expect([...times.keys()]).toEqual(['a', 'b']);
    const { pid } = said['a'] as { pid: number };
    expect(said).toEqual({ a: { dispatches: undefined, pid }, b: { dispatches: 3, pid } });
  });

  test('without contenders is over at once', async () => {
    expect((await run()).times.size).toBe(0);
  });
});

test('the median of an even number is between the two in the middle', () => {
  expect(median([5, 1, 9])).toBe(5);
  expect(median([10, 2, 4, 100])).toBe(7);
});
