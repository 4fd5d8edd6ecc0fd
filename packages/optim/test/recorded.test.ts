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

test.each<[string, Options, number[], string, number[]]>([
  ['SGD', { lr: 0.1, momentum: 0.9, weightDecay: 0.1 }, [-0.3504908, 0.5852001, 3.623836, -0.1752454, 3.858545, 1.286182], 'momentum_buffer', [3.748099, 3.92658, -18.38353, 1.874049, -10.70885, -3.569618]],
  ['Adam', { lr: 0.1 }, [0.6039391, 1.603939, -2.600508, 0.1129154, 0.3990865, 0.3960609], 'exp_avg_sq', [0.01175051, 0.01175051, 0.3759865, 0.002166105, 0.1299641, 0.01175051]],
  ['AdamW', { lr: 0.1 }, [0.6005986, 1.596666, -2.589142, 0.1116201, 0.3984882, 0.3954677], 'exp_avg_sq', [0.01171624, 0.01167977, 0.3753169, 0.002160477, 0.1299728, 0.01175282]],
  ['RMSprop', { lr: 0.1, momentum: 0.5, centered: true }, [0.06458771, 1.064588, 0.8822369, 0.1921045, 3.289284, 0.9354123], 'grad_avg', [0.003394539, 0.003394539, -0.269487, -0.002118531, -0.1186465, -0.003394539]],
  ['Adagrad', { lr: 0.1, initialAccumulatorValue: 0.5 }, [0.7455474, 1.745547, -2.724692, 0.2821168, 0.2727098, 0.2544526], 'sum', [13.10002, 13.10002, 381.0277, 3.128777, 133.0356, 13.10002]],
  ['Adadelta', {}, [0.9869841, 1.986984, -2.986955, 0.4870204, 0.01304006, 0.01301596], 'acc_delta', [3.658286e-06, 3.658286e-06, 3.676317e-06, 3.635716e-06, 3.673312e-06, 3.658286e-06]],
  ['Adamax', {}, [0.9920009, 1.992001, -2.991998, 0.4920138, 0.008003703, 0.007999079], 'exp_inf', [1.994006, 1.994006, 9.987997, 0.9970031, 5.987996, 1.994006]],
  ['ASGD', { lr: 0.1, t0: 1 }, [0.4095841, 1.409554, -0.04797954, 0.204792, 1.771159, 0.5903863], 'ax', [0.4607838, 1.460757, -0.3039733, 0.2303919, 1.617567, 0.5391891]],
  ['Rprop', { lr: 0.1 }, [0.4632, 1.4632, -2.4632, -0.03680003, 0.5368, 0.5368], 'step_size', [0.1728, 0.1728, 0.1728, 0.1728, 0.1728, 0.1728]],
])('%s of complex parameters, %j', (name, options, path, key, state) => {
  const p = torch.tensor([{ re: 1, im: 2 }, { re: -3, im: 0.5 }, { re: 0, im: 0 }], { requiresGrad: true });
  const optimizer = new (optim[name as keyof typeof optim] as unknown as OptimizerClass)([p], options);
  const parts = (x: Tensor) => Array.from(torch.viewAsReal(x.detach()).flatten().numpy(), Number);
  const target = torch.tensor([{ re: 0, im: 1 }, { re: 2, im: 0 }, { re: 3, im: 1 }]);
  for (let step = 0; step < 4; step++) {
    p.grad = p.detach().sub(target).mul(2);
    optimizer.step();
  }
  close(parts(p), path, 2e-5);
  close(parts(optimizer.stateDict().state[0][key] as Tensor), state, 2e-5);
});

test.each([null, 'strong_wolfe'] as const)('LBFGS goes to a complex minimum, line search %s', async (lineSearchFn) => {
  const target = torch.tensor([{ re: 0, im: 1 }, { re: 2, im: -3 }]), p = torch.zerosLike(target).requiresGrad_();
  const optimizer = new optim.LBFGS([p], { lineSearchFn });
  await optimizer.step(() => {
    optimizer.zeroGrad();
    const loss = torch.viewAsReal(p.sub(target)).square().sum();
    loss.backward();
    return loss;
  });
  close(Array.from(torch.viewAsReal(p.detach()).flatten().numpy(), Number), [0, 1, 2, -3], 1e-5);
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
