import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { failuresIn, reportOf, setAside } from '../src/aside.mjs';
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

describe('what a device lacks is set aside', () => {
  const float64 = "Cannot convert a WebGPU Tensor to float64 dtype as WebGPU doesn't support float64. Please use float32 instead.";
  const int64 = "a value does not fit into torch.int64 on device 'webgpu', which holds integers in 32 bits";
  const printed = `
== ops
ops       T1  ops    0/3      0.0%
  T1 add 7/10  #1: building the inputs threw TypeError: ${float64}
       #4: threw RuntimeError: ${int64}
       #6: 1/3 values differ: 2 expected 3
  T1 double 0/1  #0: threw TypeError: ${float64}
  T1 long 2/3  #2: threw RuntimeError: ${int64}

== autograd
  T1 autograd.views 0/1  #autograd.views: threw TypeError: ${float64}
`;
  const failure = (name: string, pass: number, total: number) => ({ name, tier: 'T1', pass, total, at: 0, reason: 'x' });
  const tier = (units: number, samples: number, samplesPassing: number) => ({ T1: { units, unitsPassing: 0, samples, samplesPassing } });
  const result = { adapter: 'a', seed: 1, torch: '1.13', seconds: 1, sections: {
    ops: { tiers: tier(3, 14, 9), failures: [failure('add', 7, 10), failure('double', 0, 1), failure('long', 2, 3)] },
    autograd: { tiers: tier(1, 1, 0), failures: [failure('autograd.views', 0, 1)] },
  } };
  const about = (dt: string, ...data: bigint[]) => ({ a: [{ $: 'T', dt, data }], k: {} });
  const sift = (record: (section: string, unit: string, at: string) => unknown) => setAside(result, failuresIn(printed), record, (j) => j);

  test('where the sample is about it and the device says so', () => {
    const records: Record<string, unknown> = {
      'add 1': about('float64'), 'add 4': { a: [{ $: 'i', v: '4294967296' }] }, 'add 6': about('float64'), 'double 0': { k: { dtype: { $: 'dt', v: 'float64' } } },
      'long 2': about('int64', 5n, -(2n ** 31n) - 1n), 'autograd.views autograd.views': { steps: [{ o: { $: 'T', dt: 'float64' } }] },
    };
    const { sections } = sift((_, unit, at) => records[`${unit} ${at}`]);
    expect(sections.ops.tiers.T1).toEqual({
      units: 2, unitsPassing: 1, samples: 10, samplesPassing: 9, aside: { 'float64, which WebGPU lacks': 2, 'int64 beyond 32 bits': 2 },
    });
    expect(sections.ops.failures).toMatchObject([{ name: 'add', pass: 7, total: 8, at: '6', reason: '1/3 values differ: 2 expected 3' }]);
    expect(sections.autograd).toMatchObject({ tiers: { T1: { units: 0, unitsPassing: 0, samples: 0 } }, failures: [] });
    const report = reportOf({ ...result, sections }, {});
    expect(report).toContain('ops       T1 ops         1/2  50.0%   samples       9/10  90.0%   (2 set aside: float64, which WebGPU lacks; 2 set aside: int64 beyond 32 bits)');
    expect(report).toContain('  T1 add 7/8  #6: 1/3 values differ: 2 expected 3');
  });

  test('and nowhere else', () => {
    const { sections } = sift(() => about('int64', 2n ** 31n - 1n, -(2n ** 31n)));
    expect(sections.ops.tiers.T1).toEqual({ ...result.sections.ops.tiers.T1, aside: {} });
    expect(sections.ops.failures.map((u: { name: string }) => u.name)).toEqual(['add', 'double', 'long']);
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
