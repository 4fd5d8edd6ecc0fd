import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { median, race } from '../src/race.mjs';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const entrant = (name: string, options: { value?: number; broken?: string } = {}) => ({
  name, command: [process.execPath, file('../src/serve.mjs'), file('fixtures/contender.mjs'), JSON.stringify(options)],
});

const row = { name: 'add-3', kind: 'add', says: '', shape: [3], checks: 2, tolerance: 1e-3 } as const;

/** A machine whose cores give 1 at most, and what `rates` say in turn; then 1. */
function watching(...rates: number[]) {
  const counted: [aside: number, turns: number][] = [];
  return {
    rest: async () => {}, rate: async () => rates.shift() ?? 1, whole: (rate: number) => rate > 0.85,
    count: (...counts: [number, number]) => { counted.push(counts); }, counted,
  };
}

async function run(...entrants: ReturnType<typeof entrant>[]) {
  const lines: string[] = [];
  const times = await race(row, entrants, { rounds: 3, watch: watching(), say: (line: string) => lines.push(line), warmMs: 10, batchMs: 2 });
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
      rounds: 2, watch: watching(), say: () => {}, warmMs: 10, batchMs: 2,
      onReady: (name: string, { dispatches, pid }: { dispatches?: number; pid: number }) => { said[name] = { dispatches, pid }; },
    });
    expect([...times.keys()]).toEqual(['a', 'b']);
    const { pid } = said['a'] as { pid: number };
    expect(said).toEqual({ a: { dispatches: undefined, pid }, b: { dispatches: 3, pid } });
  });

  test('sets turns aside in which a core gave less, before or after', async () => {
    const lines: string[] = [], watch = watching(1, 0.5, 0.5, 1, 1, 1, 0.6, 0.6);
    await race(row, [entrant('a')], { rounds: 2, watch, say: (line: string) => lines.push(line), warmMs: 10, batchMs: 2 });
    expect(watch.counted).toEqual([[3, 5]]);
    expect(lines).toEqual([]);
  });

  test('gives up after four times as many turns, and says so', async () => {
    const lines: string[] = [], watch = watching(...Array.from({ length: 100 }, () => 0.5));
    const times = await race(row, [entrant('a')], { rounds: 3, watch, say: (line: string) => lines.push(line), warmMs: 10, batchMs: 2 });
    expect(times.get('a')).toBeGreaterThan(0);
    expect(watch.counted).toEqual([[12, 12]]);
    expect(lines).toEqual(['add-3: a had whole cores in 0 of 12 turns; its time is that of all']);
  });

  test('without contenders is over at once', async () => {
    expect((await run()).times.size).toBe(0);
  });
});

test('the median of an even number is between the two in the middle', () => {
  expect(median([5, 1, 9])).toBe(5);
  expect(median([10, 2, 4, 100])).toBe(7);
});
