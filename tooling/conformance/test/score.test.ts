import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { drops, scoreOf, updated } from '../src/score.mjs';
import { placed } from '../signatures.mjs';

const run = fileURLToPath(new URL('../run.mjs', import.meta.url));
const env = { ...process.env, SCONCE_CONFORMANCE: '/nowhere' };

describe('scores', () => {
  const now = scoreOf({ seed: 1, sections: { ops: { tiers: {
    T1: { units: 3, unitsPassing: 2, samples: 30, samplesPassing: 25 }, T2: { units: 1, unitsPassing: 1, samples: 5, samplesPassing: 5 },
  } } } });
  const before = { seed: 1, sections: { ops: { T1: { units: 2, samples: 26 } }, rng: { T1: { units: 9, samples: 9 } } } };

  test('are what passes, per section and tier', () => {
    expect(now).toEqual({ seed: 1, sections: { ops: { T1: { units: 2, samples: 25 }, T2: { units: 1, samples: 5 } } } });
  });

  test('below the baseline are told, those that were not run are not', () => {
    expect(drops(now, now)).toEqual([]);
    expect(drops(null, now)).toEqual([]);
    expect(drops(before, now)).toEqual(['ops T1: 25 samples pass, 26 did before']);
    expect(drops({ ...before, seed: 2 }, now)).toEqual([]);
  });

  test('of a run of some sections leave the others as they were', () => {
    expect(updated(before, now)).toEqual({ seed: 1, sections: { ...now.sections, rng: before.sections.rng } });
    expect(updated({ ...before, seed: 2 }, now)).toEqual(now);
  });
});

describe('without a corpus', () => {
  test('the check passes with one line', () => {
    expect(execFileSync(process.execPath, [run, '--check'], { env, encoding: 'utf8' })).toBe('conformance: not run, no corpus at /nowhere\n');
  });

  test('a run fails with one line', () => {
    const { status, stderr } = spawnSync(process.execPath, [run], { env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, 'conformance: no corpus at /nowhere: name one with --corpus\n']);
  });

  test('an option that does not exist fails too', () => {
    const { status, stderr } = spawnSync(process.execPath, [run, '--device', 'abacus'], { env, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, 'conformance: --device abacus: cpu or webgpu\n']);
  });
});

test('arguments are moved into options, save those that Sconce takes by position', () => {
  const isTensor = (x: unknown) => x === 'x' || x === 'y';
  const place = (name: string, bound: Record<string, unknown>, required: number) =>
    placed(name, Object.values(bound), {}, { bound, required }, isTensor);
  expect(place('add', { input: 'x', other: 2, alpha: 3 }, 2)).toEqual([['x', 2], { alpha: 3 }]);
  expect(place('sum', { input: 'x', dim: 1, keepdim: true }, 1)).toEqual([['x', 1], { keepdim: true }]);
  expect(place('nn.functional.linear', { input: 'x', weight: 'y', bias: 'x' }, 2)).toEqual([['x', 'y', 'x'], {}]);
  expect(place('optim.SGD', { params: ['x'], lr: 0.1 }, 1)).toEqual([[['x']], { lr: 0.1 }]);
  expect(placed('block_diag', ['x', 'y'], {}, { bound: null, required: null }, isTensor)).toEqual([['x', 'y'], {}]);
});
