import * as torch from '@sconce/tensor';
import { Tensor } from '@sconce/tensor';
import { describe, expect, test, vi } from 'vitest';
import recorded from './fixtures/optim.json' with { type: 'json' };
import * as optim from '../src/index.js';
import { camelCase } from '../src/names.js';

type Options = Record<string, unknown>;
type OptimizerClass = new (params: Iterable<Tensor>, options: Options) => optim.Optimizer & { step(): void };
type SchedulerClass = new (optimizer: optim.Optimizer, options: Options) => { step(metric?: number): void; getLastLr(): number[] };

const camelOptions = (options: object): Options =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [camelCase(key), value]));

/** Values in arrays, as Python's tolist(). */
const plain = (x: unknown): unknown =>
  x instanceof Tensor ? nested(x) : Array.isArray(x) ? x.map(plain)
    : x !== null && typeof x === 'object' ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plain(v)])) : x;
const nested = (x: Tensor): unknown => (x.dim() === 0 ? x.hostValue() : Array.from(x.detach().numpy(), Number));

/** Equal but for rounding in float32. */
function close(actual: unknown, expected: unknown, tolerance: number, path = ''): void {
  if (typeof expected === 'number') {
    const off = Math.abs((actual as number) - expected);
    if (!(off <= tolerance * Math.max(1, Math.abs(expected)))) throw new Error(`${path}: ${String(actual)}, expected ${expected}`);
  } else if (expected !== null && typeof expected === 'object') {
    expect(Object.keys(actual as object), path).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected)) close((actual as Options)[key], value, tolerance, `${path}.${key}`);
  } else expect(actual, path).toBe(expected);
}

const gradient = (step: number, values: readonly number[]): number[] =>
  values.map((v, i) => Math.cos(step * (i + 1)) * (i + 1) + v / 4);

describe('parameters and states after each step', () => {
  test.each(recorded.optimizers.map((r) => [`${r.name} ${JSON.stringify(r.options)}`, r] as const))('%s', (_, r) => {
    const params = recorded.start.map((v) => torch.tensor(v, { requiresGrad: true }));
    const Class = optim[r.name as keyof typeof optim] as unknown as OptimizerClass;
    const optimizer = new Class(params, camelOptions(r.options));
    r.path.forEach((expected, step) => {
      for (const p of params) p.grad = torch.tensor(gradient(step, nested(p) as number[]));
      optimizer.step();
      close(plain(params), expected, 2e-6, `step ${step}`);
    });
    close(plain(optimizer.stateDict()), r.stateDict, 2e-6, 'state');
    // a number without fraction prints as an int
    expect(optimizer.toString()).toBe(r.repr.replace(/(\d)\.0\n/g, '$1\n'));
  });
});

test.each(recorded.lbfgs.map((r) => [JSON.stringify(r.options), r] as const))('LBFGS %s', async (_, r) => {
  const w = torch.tensor([-1.5, 2], { dtype: torch.float64, requiresGrad: true });
  const optimizer = new optim.LBFGS([w], camelOptions(r.options));
  for (const loss of r.losses) {
    const value = await optimizer.step(() => {
      optimizer.zeroGrad();
      const [x, y] = [w.select(0, 0), w.select(0, 1)];
      const f = y.sub(x.mul(x)).square().mul(10).add(x.sub(1).square());
      f.backward();
      return f;
    });
    close(value.hostValue(), loss, 1e-7);
  }
  close(plain(w), r.w, 1e-7);
  expect(optimizer.stateDict().state[0]).toMatchObject({ func_evals: r.evaluations, n_iter: r.iterations });
});

test('LBFGS takes a loss as a number, too', async () => {
  const x = torch.tensor([3], { requiresGrad: true }), optimizer = new optim.LBFGS([x], { lr: 0.5, maxIter: 4 });
  const loss = await optimizer.step(async () => {
    optimizer.zeroGrad();
    const square = x.square().sum();
    square.backward();
    return Number(await square.item());
  });
  expect([loss, nested(x)]).toEqual([9, [0.3125]]);
});

test('the squares of large gradients overflow where they do in PyTorch, not before', () => {
  const last = (make: (p: Tensor) => optim.Optimizer & { step(): void }): [unknown, Record<string, Tensor>] => {
    const p = torch.tensor([1, 2], { requiresGrad: true }), optimizer = make(p);
    p.grad = torch.tensor([1e20, -1e20]);
    optimizer.step();
    return [nested(p), optimizer.state.get(p) as Record<string, Tensor>];
  };
  const [adam, { expAvgSq }] = last((p) => new optim.Adam([p], { lr: 0.1 }));
  close([adam, nested(expAvgSq)], [[0.9, 2.1], [1e37, 1e37]], 2e-6);
  const [rmsprop, { squareAvg }] = last((p) => new optim.RMSprop([p], { lr: 0.1 }));
  close([rmsprop, nested(squareAvg)], [[0, 3], [1e38, 1e38]], 2e-6);
});

describe('learning rates after each step', () => {
  const { SequentialLR, ChainedScheduler, ConstantLR, ExponentialLR, StepLR, LinearLR } = optim.lrScheduler;
  const combined: Record<string, (o: optim.Optimizer) => InstanceType<SchedulerClass>> = {
    SequentialLR: (o) => new SequentialLR(o, {
      schedulers: [new ConstantLR(o, { factor: 0.1, totalIters: 3 }), new ExponentialLR(o, { gamma: 0.9 }), new StepLR(o, { stepSize: 4, gamma: 0.5 })],
      milestones: [4, 12],
    }),
    ChainedScheduler: (o) => new ChainedScheduler([new LinearLR(o, { startFactor: 0.5, totalIters: 4 }), new ExponentialLR(o, { gamma: 0.9 })]),
  };

  test.each(recorded.schedulers.map((r) => [`${r.name} ${JSON.stringify(r.options)}`, r] as const))('%s', (_, r) => {
    const groups = [{ params: [torch.zeros(1)] }, { params: [torch.zeros(1)], lr: 0.5 }];
    const optimizer = r.adam ? new optim.Adam(groups, { lr: 0.1 }) : new optim.SGD(groups, { lr: 0.1, momentum: 0.9 });
    const Class = { ...optim.lrScheduler, ...optim.swaUtils }[r.name] as unknown as SchedulerClass;
    const scheduler = combined[r.name]?.(optimizer) ?? new Class(optimizer, camelOptions(r.options));
    r.lrs.forEach((lrs, step) => {
      if (step > 0) {
        optimizer.step();
        scheduler.step(r.name === 'ReduceLROnPlateau' ? recorded.metrics[step - 1] : undefined);
        expect(scheduler.getLastLr()).toEqual(optimizer.paramGroups.map((g) => g.lr));
      }
      close(optimizer.paramGroups.map((g) => g.lr), lrs, 1e-12, `step ${step}`);
      const group = optimizer.paramGroups[0] as { momentum?: number; betas?: readonly number[] };
      if (r.momenta) close(group.betas?.[0] ?? group.momentum, r.momenta[step], 1e-12, `momentum ${step}`);
    });
  });

  test('a scheduler that comes before the optimizer is warned about', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const optimizer = new optim.SGD([torch.zeros(1)], { lr: 0.1 });
    new StepLR(optimizer, { stepSize: 2 }).step();
    expect(warn.mock.calls[0][0]).toMatch(/^Detected call of `lr_scheduler.step\(\)` before `optimizer.step\(\)`/);
    warn.mockRestore();
  });
});
