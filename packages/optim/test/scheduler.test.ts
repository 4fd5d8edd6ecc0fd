import * as torch from '@sconce/tensor';
import { describe, expect, test, vi } from 'vitest';
import { Adam, lrScheduler, SGD, swaUtils, type Optimizer } from '../src/index.js';

const {
  CosineAnnealingLR, CosineAnnealingWarmRestarts, CyclicLR, ConstantLR, ExponentialLR, LambdaLR, MultiplicativeLR, MultiStepLR,
  OneCycleLR, PolynomialLR, ReduceLROnPlateau, SequentialLR, StepLR,
} = lrScheduler;
const { SWALR } = swaUtils;

const param = (...values: number[]) => torch.tensor(values, { requiresGrad: true });
const sgd = (momentum = 0.9) => new SGD([param(1)], { lr: 0.1, momentum });
const rates = (optimizer: Optimizer): number[] => optimizer.paramGroups.map((group) => group.lr);
type Steps = { step(): void };

/** What `console` was given while something ran. */
function said(method: 'log' | 'warn', run: () => void): string[] {
  const spy = vi.spyOn(console, method).mockImplementation(() => {});
  run();
  const lines = spy.mock.calls.map(([line]) => String(line));
  spy.mockRestore();
  return lines;
}

/** The learning rates after each of some steps. */
const run = (optimizer: Optimizer & Steps, scheduler: Steps, steps: number): number[][] => Array.from({ length: steps }, () => {
  optimizer.step();
  scheduler.step();
  return rates(optimizer);
});

const close = (actual: readonly number[][], expected: readonly number[][]): void => {
  expect(actual.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  actual.flat().forEach((x, i) => expect(x).toBeCloseTo(expected.flat()[i], 12));
};

describe('verbose prints what PyTorch prints', () => {
  test('each learning rate that is set, with the epoch where one is given', () => {
    const lines = said('log', () => {
      const optimizer = new SGD([{ params: param(1) }, { params: param(1), lr: 0.5 }], { lr: 0.1 });
      const scheduler = new StepLR(optimizer, { stepSize: 2, verbose: true });
      run(optimizer, scheduler, 1);
      expect(said('warn', () => scheduler.step(7)).filter((line) => !line.startsWith('The epoch parameter'))).toEqual([]);
    });
    const pair = ['Adjusting learning rate of group 0 to 1.0000e-01.', 'Adjusting learning rate of group 1 to 5.0000e-01.'];
    expect(lines).toEqual([...pair, ...pair,
      'Epoch 00007: adjusting learning rate of group 0 to 1.0000e-04.', 'Epoch 00007: adjusting learning rate of group 1 to 5.0000e-04.']);
  });

  test('epochs with a fraction, and those of the first step', () => {
    expect(said('log', () => {
      const scheduler = new CosineAnnealingWarmRestarts(sgd(), { T0: 2, verbose: true });
      scheduler.step();
      scheduler.step(2.5);
    })).toEqual([
      'Epoch 00000: adjusting learning rate of group 0 to 1.0000e-01.', 'Epoch 00001: adjusting learning rate of group 0 to 5.0000e-02.',
      'Epoch 2.50: adjusting learning rate of group 0 to 8.5355e-02.',
    ]);
  });

  test('learning rates that are lowered', () => {
    expect(said('log', () => {
      const scheduler = new ReduceLROnPlateau(sgd(), { patience: 0, verbose: true });
      for (const metric of [1, 2, 3]) scheduler.step(metric);
    })).toEqual([
      'Epoch 00002: reducing learning rate of group 0 to 1.0000e-02.', 'Epoch 00003: reducing learning rate of group 0 to 1.0000e-03.',
    ]);
  });
});

describe('a parameter group that is added later', () => {
  const withAdded = (make: (optimizer: SGD) => Steps): number[][] => {
    const optimizer = sgd(), scheduler = make(optimizer);
    const first = run(optimizer, scheduler, 1);
    optimizer.addParamGroup({ params: [param(1)], lr: 0.7 });
    return [...first, ...run(optimizer, scheduler, 3)];
  };

  test.each<[string, (optimizer: SGD) => Steps, number[][]]>([
    ['LambdaLR', (o) => new LambdaLR(o, { lrLambda: (epoch) => 0.5 ** epoch }), [[0.05], [0.025, 0.7], [0.0125, 0.7], [0.00625, 0.7]]],
    ['MultiplicativeLR', (o) => new MultiplicativeLR(o, { lrLambda: () => 0.5 }), [[0.05], [0.025, 0.7], [0.0125, 0.7], [0.00625, 0.7]]],
    ['CosineAnnealingLR', (o) => new CosineAnnealingLR(o, { TMax: 2 }), [[0.05], [0, 0], [0.05, 0], [0.1, 0]]],
    ['CosineAnnealingWarmRestarts', (o) => new CosineAnnealingWarmRestarts(o, { T0: 2 }), [[0.05], [0.1, 0.7], [0.05, 0.7], [0.1, 0.7]]],
    ['CyclicLR', (o) => new CyclicLR(o, { baseLr: 0.1, maxLr: 0.5, stepSizeUp: 2 }), [[0.3], [0.5, 0.7], [0.3, 0.7], [0.1, 0.7]]],
    ['StepLR', (o) => new StepLR(o, { stepSize: 2 }), [[0.1], [0.01, 0.07], [0.01, 0.07], [0.001, 0.007]]],
  ])('%s', (_, make, expected) => close(withAdded(make), expected));

  test('is an error where the scheduler needs what it would have put into it', () => {
    const message = (key: string): string => `a parameter group that was added after the scheduler was made has no '${key}'`;
    expect(() => withAdded((o) => new OneCycleLR(o, { maxLr: 0.5, totalSteps: 10 }))).toThrow(new torch.ValueError(message('initial_lr')));
    expect(() => withAdded((o) => new SWALR(o, { swaLr: 0.5 }))).toThrow(new torch.ValueError(message('swa_lr')));
    const optimizer = sgd(), plateau = new ReduceLROnPlateau(optimizer, { patience: 0 });
    optimizer.addParamGroup({ params: [param(1)] });
    plateau.step(1);
    expect(() => plateau.step(1)).toThrow(/The number of param groups in the `optimizer` \(2\) differs from when .* \(1\)/);
  });
});

test('CyclicLR begins where another scheduler found the learning rate', () => {
  const optimizer = sgd();
  new PolynomialLR(optimizer, { totalIters: 4 });
  const scheduler = new CyclicLR(optimizer, { baseLr: 0.01, maxLr: 0.5, stepSizeUp: 2 });
  close([rates(optimizer), ...run(optimizer, scheduler, 3)], [[0.1], [0.255], [0.5], [0.255]]);
});

describe('state dicts, as PyTorch writes them', () => {
  const common = { base_lrs: [0.1], last_epoch: 1, verbose: false, _step_count: 2, _get_lr_called_within_step: false, _last_lr: [0.1] };

  test.each([
    ['a Map, as files have it', new Map([[2, 2], [3, 1]])], ['an object', { 2: 2, 3: 1 }],
  ])('MultiStepLR, its milestones %s', (_, milestones) => {
    const optimizer = sgd(), scheduler = new MultiStepLR(optimizer, { milestones: [9], gamma: 0.3 });
    scheduler.loadStateDict({ milestones, gamma: 0.5, ...common });
    const { milestones: own, ...rest } = scheduler.stateDict();
    expect([[...own as Map<number, number>], rest]).toEqual([[[2, 2], [3, 1]], { gamma: 0.5, ...common }]);
    // which PyTorch needs to go on from it
    expect(Object.prototype.toString.call(own)).toBe('[object Counter]');
    close(run(optimizer, scheduler, 3), [[0.025], [0.0125], [0.0125]]);
  });

  test('OneCycleLR, its phases', () => {
    const phases = [
      { end_step: 2, start_lr: 'initial_lr', end_lr: 'max_lr', start_momentum: 'max_momentum', end_momentum: 'base_momentum' },
      { end_step: 4, start_lr: 'max_lr', end_lr: 'initial_lr', start_momentum: 'base_momentum', end_momentum: 'max_momentum' },
      { end_step: 9, start_lr: 'initial_lr', end_lr: 'min_lr', start_momentum: 'max_momentum', end_momentum: 'max_momentum' },
    ];
    const first = new OneCycleLR(sgd(), { maxLr: 0.5, totalSteps: 10, threePhase: true });
    expect(first.stateDict()).toMatchObject({ total_steps: 10, _schedule_phases: phases, cycle_momentum: true, use_beta1: false });
    const optimizer = sgd(), scheduler = new OneCycleLR(optimizer, { maxLr: 0.5, totalSteps: 30 });
    scheduler.loadStateDict({ ...common, total_steps: 10, _schedule_phases: phases, cycle_momentum: true, use_beta1: false, base_lrs: [0.02], _last_lr: [0.26] });
    close(run(optimizer, scheduler, 3), [[0.5], [0.26], [0.02]]);
    expect(optimizer.paramGroups[0].momentum).toBeCloseTo(0.95, 12);
  });

  test('SequentialLR, its schedulers', () => {
    const make = (optimizer: SGD) => new SequentialLR(optimizer, {
      schedulers: [new ConstantLR(optimizer, { factor: 0.5, totalIters: 2 }), new ExponentialLR(optimizer, { gamma: 0.9 })], milestones: [2],
    });
    const optimizer = sgd(), scheduler = make(optimizer);
    run(optimizer, scheduler, 1);
    const shared = { base_lrs: [0.1], verbose: false, _last_lr: [0.05] };
    expect(scheduler.stateDict()).toEqual({
      _milestones: [2], last_epoch: 1, _last_lr: [0.05], _schedulers: [
        { factor: 0.5, total_iters: 2, last_epoch: 1, _step_count: 2, ...shared }, { gamma: 0.9, last_epoch: -1, _step_count: 1, ...shared },
      ],
    });
    expect(() => make(sgd()).loadStateDict({ ...scheduler.stateDict(), _schedulers: [{}] })).toThrow(
      'loaded state dict is not of SequentialLR with 2 schedulers');
  });

  test('names of methods, functions and of the optimizer are no state', () => {
    const optimizer = sgd(), scheduler = new LambdaLR(optimizer, { lrLambda: (epoch) => 0.5 ** epoch });
    scheduler.loadStateDict(JSON.parse('{"step": 1, "optimizer": 1, "__proto__": {}, "lr_lambdas": [null], "last_epoch": 2, "extra": 3}') as object);
    expect(scheduler.optimizer).toBe(optimizer);
    close(run(optimizer, scheduler, 1), [[0.0125]]);
    expect(scheduler.stateDict()).toMatchObject({ last_epoch: 3, extra: 3 });
  });
});

test('what would be divided by 0, and what is no number or function', () => {
  const { LinearLR } = lrScheduler;
  const zero = (name: string) => new torch.ValueError(`Expected ${name} to be other than 0: it is divided by`);
  expect(() => new StepLR(sgd(), { stepSize: 0 })).toThrow(zero('step_size'));
  expect(() => new CosineAnnealingLR(sgd(), { TMax: 0 })).toThrow(zero('T_max'));
  expect(() => new LinearLR(sgd(), { startFactor: 0 })).toThrow(zero('start_factor'));
  expect(() => new CyclicLR(sgd(), { baseLr: 0, maxLr: 1, stepSizeUp: 0 })).toThrow(zero('step_size_up'));
  expect(() => new StepLR(sgd(), { stepSize: '3' as never })).toThrow(new TypeError("Invalid step_size: expected a number, but got '3'"));
  expect(() => new LambdaLR(sgd(), { lrLambda: 0.9 as never })).toThrow(new TypeError('lrLambda is to be a function, or one for each group'));
  const optimizer = sgd(), constant = new ConstantLR(optimizer, { factor: 0, totalIters: 2 });
  expect(run(optimizer, constant, 1)).toEqual([[0]]);
  expect(() => constant.step()).toThrow(zero('factor'));
});

test('a metric that is none', () => {
  const plateau = new ReduceLROnPlateau(sgd(), { patience: 0 });
  const message = 'ReduceLROnPlateau.step(): metrics is a number or a tensor of one element, but got ';
  expect(() => plateau.step(torch.tensor(1).item() as never)).toThrow(new TypeError(`${message}a promise, which is to be awaited`));
  expect(() => plateau.step(undefined as never)).toThrow(new TypeError(`${message}undefined`));
  expect(() => plateau.step(torch.ones(2))).toThrow(new torch.ValueError('only one element tensors can be converted to Python scalars'));
  plateau.step(torch.tensor([2]));
  expect(plateau.best).toBe(2);
});

test('options that a scheduler does not have', () => {
  const unknown: [() => unknown, string][] = [
    [() => new StepLR(sgd(), { stepSize: 1, milestones: [1] } as never), "StepLR(): unknown option 'milestones'"],
    [() => new ReduceLROnPlateau(sgd(), { gamma: 0.1 } as never), "ReduceLROnPlateau(): unknown option 'gamma'"],
    [() => new OneCycleLR(new Adam([param(1)]), { maxLr: 1, totalSteps: 3, TMax: 3 } as never), "OneCycleLR(): unknown option 'TMax'"],
  ];
  for (const [make, message] of unknown) expect(make).toThrow(message);
});
