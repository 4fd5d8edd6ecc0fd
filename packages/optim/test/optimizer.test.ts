import * as torch from '@sconce/tensor';
import type { Tensor } from '@sconce/tensor';
import { describe, expect, test, vi } from 'vitest';
import { Adam, Adagrad, LBFGS, lrScheduler, RMSprop, Rprop, SGD, SingleTensorOptimizer, swaUtils, type OptimizerStateDict } from '../src/index.js';

const param = (...values: number[]) => torch.tensor(values, { requiresGrad: true });
const values = (x: Tensor): number[] => Array.from(x.detach().numpy(), Number);

describe('memory', () => {
  test.each([
    ['SGD', (p: Tensor) => new SGD([p], { lr: 0.1, momentum: 0.9, nesterov: true })],
    ['Adam', (p: Tensor) => new Adam([p], { amsgrad: true, weightDecay: 0.01 })],
    ['RMSprop', (p: Tensor) => new RMSprop([p], { momentum: 0.5, centered: true })],
    ['Adagrad', (p: Tensor) => new Adagrad([p])],
  ])('%s gives a parameter the same values however it lies', (_, make) => {
    const start = torch.arange(24).float().reshape(2, 3, 2, 2).div(24), grad = start.sub(0.4).mul(3);
    const steps = (memoryFormat: torch.MemoryFormat, gradFormat: torch.MemoryFormat): number[] => {
      const p = start.clone({ memoryFormat }).requiresGrad_(), optimizer = make(p);
      for (let i = 1; i < 4; i++) {
        p.grad = grad.mul(i).to({ memoryFormat: gradFormat });
        optimizer.step();
      }
      expect(p.isContiguous({ memoryFormat })).toBe(true);
      return values(p.detach().contiguous());
    };
    const expected = steps(torch.contiguousFormat, torch.contiguousFormat);
    expect(steps(torch.channelsLast, torch.channelsLast)).toEqual(expected);
    expect(steps(torch.channelsLast, torch.contiguousFormat)).toEqual(expected);
  });
});

describe('parameter groups', () => {
  test('take their own options and, for what they lack, the defaults', () => {
    const [a, b, c] = [param(1), param(1), param(1)];
    const optimizer = new SGD([{ params: a }, { params: [b], lr: 0.5, momentum: undefined }], { lr: 0.1, momentum: 0.9 });
    optimizer.addParamGroup({ params: new Set([c]), weightDecay: 1 });
    expect(optimizer.paramGroups.map((g) => [g.lr, g.momentum, g.weightDecay])).toEqual([[0.1, 0.9, 0], [0.5, 0.9, 0], [0.1, 0.9, 1]]);
    for (const p of [a, b, c]) p.grad = torch.ones(1);
    optimizer.step();
    [a, b, c].forEach((p, i) => expect(values(p)[0]).toBeCloseTo([0.9, 0.5, 0.8][i], 6));
  });

  test('what PyTorch refuses', () => {
    const p = param(1);
    const sgd = (params: unknown) => () => new SGD(params as Tensor[], { lr: 0.1 });
    expect(sgd([])).toThrow(new torch.ValueError('optimizer got an empty parameter list'));
    expect(sgd(p)).toThrow(new TypeError('params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor'));
    expect(sgd([p, 3])).toThrow(new TypeError('optimizer can only optimize Tensors, but one of the params is number'));
    expect(sgd([p.mul(2)])).toThrow(new torch.ValueError("can't optimize a non-leaf Tensor"));
    expect(sgd([{ params: [p] }, { params: p }])).toThrow('some parameters appear in more than one parameter group');
    expect(() => new SGD([p])).toThrow("parameter group didn't specify a value of required optimization parameter lr");
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    sgd([p, p])();
    expect(warn.mock.calls[0][0]).toMatch(/^optimizer contains a parameter group with duplicate parameters/);
    warn.mockRestore();
  });

  test.each<[() => unknown, string]>([
    [() => new SGD([param(1)], { lr: -0.1 }), 'Invalid learning rate: -0.1'],
    [() => new SGD([param(1)], { lr: 1, momentum: -0.5 }), 'Invalid momentum value: -0.5'],
    [() => new SGD([param(1)], { lr: 1, weightDecay: -1e-5 }), 'Invalid weight_decay value: -1e-05'],
    [() => new SGD([param(1)], { lr: 1, nesterov: true }), 'Nesterov momentum requires a momentum and zero dampening'],
    [() => new Adam([param(1)], { betas: [1.25, 0.9] }), 'Invalid beta parameter at index 0: 1.25'],
    [() => new Adam([param(1)], { eps: NaN }), 'Invalid epsilon value: nan'],
    [() => new RMSprop([param(1)], { alpha: -0.5 }), 'Invalid alpha value: -0.5'],
    [() => new Adagrad([param(1)], { lrDecay: -1 }), 'Invalid lr_decay value: -1'],
    [() => new Rprop([param(1)], { etas: [0.5, 1] }), 'Invalid eta values: 0.5, 1'],
    [() => new LBFGS([{ params: [param(1)] }, { params: [param(1)] }]), "LBFGS doesn't support per-parameter options (parameter groups)"],
  ])('options %#', (make, message) => expect(make).toThrow(new torch.ValueError(message)));

  test('options that are no numbers', () => {
    expect(() => new SGD([param(1)], { lr: 'a' as never })).toThrow(new TypeError("Invalid learning rate: expected a number, but got 'a'"));
    expect(() => new Adam([param(1)], { lr: '0.1' as never })).toThrow(new TypeError("Invalid learning rate: expected a number, but got '0.1'"));
    expect(() => new Adam([param(1)], { betas: [0.9] as never })).toThrow(new TypeError('Invalid betas: expected two numbers, but got an array of 1'));
  });

  test('a non-leaf tensor that keeps its gradient may be optimized', () => {
    const x = param(1, 2), y = x.mul(3);
    y.retainGrad();
    y.sum().backward();
    const optimizer = new SGD([y], { lr: 0.5 });
    optimizer.step();
    expect(values(y)).toEqual([2.5, 5.5]);
  });

  test('options that an optimizer does not have, and what changes no value', () => {
    expect(() => new SGD([param(1)], { lr: 1, betas: [0.9, 0.99] } as never)).toThrow(new TypeError("SGD(): unknown option 'betas'"));
    expect(() => new Adam([param(1)], { differentiable: true } as never)).toThrow(torch.NotImplementedError);
    const optimizer = new Adam([param(1)], { foreach: true, fused: false } as never);
    expect(optimizer.paramGroups[0]).toMatchObject({ foreach: true, fused: false, lr: 1e-3 });
  });

  test('a group may have a name; an option of it that is misspelt is an error', () => {
    const optimizer = new SGD([{ params: [param(1)], name: 'head' } as never], { lr: 1 });
    expect(optimizer.stateDict().param_groups[0].name).toBe('head');
    expect(() => { optimizer.addParamGroup({ params: [param(1)], weightdecay: 1 } as never); }).toThrow(
      new TypeError("addParamGroup(): unknown option 'weightdecay': did you mean weightDecay?"));
  });

  test('a number where options are expected', () => {
    const message = 'Adam(): expected an options object as in { lr: 0.01 }, but got 0.01';
    expect(() => new Adam([param(1)], 0.01 as never)).toThrow(new TypeError(message));
  });
});

describe('step', () => {
  test('gives what the closure gives, at once or as a promise, with gradients on', async () => {
    const p = param(1), optimizer = new SGD([p], { lr: 0.5 });
    const closure = () => {
      optimizer.zeroGrad();
      const loss = p.mul(p).sum();
      loss.backward();
      return loss;
    };
    expect(optimizer.step(closure).hostValue()).toBe(1);
    expect(values(p)).toEqual([0]);
    p.data = torch.ones(1);
    const pending = optimizer.step(async () => {
      await new Promise((resolve) => { setTimeout(resolve, 1); });
      return closure();
    });
    expect(pending).toBeInstanceOf(Promise);
    expect((await pending).hostValue()).toBe(1);
    expect(values(p)).toEqual([0]);
    expect(optimizer.step()).toBe(undefined);
  });

  test('leaves parameters without a gradient as they are, without a state', () => {
    const [p, q] = [param(1), param(1)], optimizer = new Adam([p, q], { lr: 0.1 });
    p.grad = torch.ones(1);
    optimizer.step();
    expect([values(p)[0] < 1, values(q), [...optimizer.state.keys()]]).toEqual([true, [1], [p]]);
  });

  test('of an expanded parameter, and with a gradient that is the parameter in another order', () => {
    const expanded = torch.ones(1).expand(3).detach().requiresGrad_();
    expanded.grad = torch.ones(3);
    expect(() => { new SGD([expanded], { lr: 0.1 }).step(); }).toThrow(/more than one element of the written-to tensor refers to a single memory location/);
    const p = torch.tensor([[1, 2], [3, 4]], { requiresGrad: true });
    p.grad = p.detach().t();
    new SGD([p], { lr: 0.5 }).step();
    expect(values(p)).toEqual([0.5, 0.5, 2, 2]);
    expect(() => { new SGD([p], { lr: 0.5 }).step(p.sum() as never); }).toThrow(/expected a function that computes the loss/);
  });

  test('is not recorded, and counts as a write', () => {
    const p = param(1), optimizer = new SGD([p], { lr: 0.5, momentum: 0.9 });
    const y = p.mul(p);
    p.grad = torch.ones(1);
    optimizer.step();
    expect([p.isLeaf, p.gradFn]).toEqual([true, null]);
    expect(() => y.backward()).toThrow(/modified by an inplace operation/);
  });

  test('an optimizer of one\'s own says what a parameter starts with and what a step does', () => {
    class Sign extends SingleTensorOptimizer<{ lr?: number }, { steps: number }> {
      protected init() { return { steps: 0 }; }
      protected apply(p: Tensor, grad: Tensor, state: { steps: number }, { lr }: { lr: number }) {
        state.steps++;
        p.add_(grad.sign(), { alpha: -lr });
      }
    }
    const p = param(1, 2), optimizer = new Sign([p], { lr: 0.25 });
    p.grad = torch.tensor([3, -5]);
    optimizer.step();
    optimizer.step();
    expect(values(p)).toEqual([0.5, 2.5]);
    expect(optimizer.stateDict()).toEqual({ state: { 0: { steps: 2 } }, param_groups: [{ lr: 0.25, params: [0] }] });
    expect(String(optimizer)).toBe('Sign (\nParameter Group 0\n    lr: 0.25\n)');
  });
});

test('zeroGrad keeps the memory of gradients, or forgets them', () => {
  const p = param(1, 2), optimizer = new SGD([p], { lr: 1 });
  p.grad = torch.tensor([3, 4]);
  const { grad } = p;
  optimizer.zeroGrad();
  expect(p.grad).toBe(grad);
  expect(values(grad)).toEqual([0, 0]);
  p.grad = p.mul(2);
  optimizer.zeroGrad();
  expect([p.grad.requiresGrad, values(p.grad)]).toEqual([false, [0, 0]]);
  optimizer.zeroGrad({ setToNone: true });
  expect(p.grad).toBe(null);
});

describe('state dicts', () => {
  const train = (optimizer: { step(): void }, params: Tensor[], steps: number) => {
    for (let i = 0; i < steps; i++) {
      params.forEach((p, k) => { p.grad = p.detach().mul(0.5).add(k + 1); });
      optimizer.step();
    }
  };

  test('go over to another optimizer, which goes on as if nothing had happened', () => {
    const [a, b, c, d] = [param(1, 2), param(3), param(1, 2), param(3)];
    const first = new Adam([{ params: [a] }, { params: [b], lr: 0.2 }], { lr: 0.1, amsgrad: true });
    train(first, [a, b], 3);
    const second = new Adam([{ params: [c] }, { params: [d] }], { lr: 5 });
    c.data = a.detach().clone();
    d.data = b.detach().clone();
    second.loadStateDict(JSON.parse(JSON.stringify(first.stateDict(), (_, v: unknown) => (v instanceof torch.Tensor ? { t: v.dim() ? values(v) : v.hostValue() } : v)),
      (_, v: { t?: number[] } | null) => (v?.t === undefined ? v : torch.tensor(v.t, { dtype: torch.float64 }))) as OptimizerStateDict);
    expect(second.paramGroups.map((g) => [g.lr, g.amsgrad])).toEqual([[0.1, true], [0.2, true]]);
    expect(second.state.get(c)).toMatchObject({ step: 3 });
    expect(second.state.get(c)!.expAvg.dtype).toBe(torch.float32);
    train(first, [a, b], 2);
    train(second, [c, d], 2);
    expect([values(c), values(d)]).toEqual([values(a), values(b)]);
  });

  test('as Maps, with the number of steps as a number, and groups of an older version', () => {
    const p = param(1), optimizer = new Adam([p], { lr: 1 });
    optimizer.loadStateDict(new Map<string, unknown>([
      ['state', new Map([[0, new Map<string, unknown>([['step', 7], ['exp_avg', torch.ones(1)], ['exp_avg_sq', torch.ones(1)]])]])],
      ['param_groups', [new Map<string, unknown>([['lr', 0.5], ['betas', [0.5, 0.5]], ['params', [0]]])]],
    ]) as unknown as OptimizerStateDict);
    expect(optimizer.state.get(p)).toMatchObject({ step: 7 });
    expect(optimizer.paramGroups[0]).toMatchObject({ lr: 0.5, betas: [0.5, 0.5], eps: 1e-8, amsgrad: false });
    expect(optimizer.stateDict().state[0].step).toBeInstanceOf(torch.Tensor);
  });

  test('that do not fit', () => {
    const optimizer = new SGD([param(1)], { lr: 1 }), group = { lr: 1, params: [0] };
    const load = (...groups: { lr: number; params: number[] }[]) => () => optimizer.loadStateDict({ state: {}, param_groups: groups });
    expect(load(group, group)).toThrow('loaded state dict has a different number of parameter groups');
    for (const dict of [{}, { param_groups: [group] }, { state: {}, param_groups: [null] }, 'x', null]) {
      expect(() => { optimizer.loadStateDict(dict as never); }).toThrow(/state dict/);
    }
    expect(load({ lr: 1 } as never)).toThrow("a parameter group of a state dict has the numbers of its parameters as 'params'");
    expect(load({ ...group, params: [0, 1] })).toThrow(
      "loaded state dict contains a parameter group that doesn't match the size of optimizer's group");
  });

  test('of another optimizer, and of a parameter that had no step', () => {
    const [p, q] = [param(1), param(1)], optimizer = new Adam([p]), before = new SGD([q], { lr: 1, momentum: 0.9 });
    train(before, [q], 1);
    expect(() => { optimizer.loadStateDict(before.stateDict()); }).toThrow(new torch.ValueError(
      'loaded state dict is not of Adam: the state of a parameter has no step, exp_avg, exp_avg_sq, but momentum_buffer'));
    expect(optimizer.state.size).toBe(0);
    optimizer.loadStateDict({ ...optimizer.stateDict(), state: { 0: {} } });
    train(optimizer, [p], 1);
    expect(optimizer.state.get(p)).toMatchObject({ step: 1 });
  });

  test('with steps as tensors, as newer PyTorch writes them for all optimizers', () => {
    const p = param(1), optimizer = new RMSprop([p]);
    optimizer.loadStateDict({
      state: { 0: { step: torch.tensor(4), square_avg: torch.ones(1) } }, param_groups: optimizer.stateDict().param_groups,
    });
    train(optimizer, [p], 1);
    expect(optimizer.stateDict().state[0].step).toBe(5);
  });

  test('with a parameter that is in its group twice', () => {
    const [a, b] = [param(1), param(2)], warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const optimizer = new SGD([a, a, b], { lr: 0.1 });
    warn.mockRestore();
    train(optimizer, [a, b], 1);
    const { state, param_groups: [group] } = optimizer.stateDict();
    expect([Object.keys(state), group.params]).toEqual([['1', '2'], [1, 1, 2]]);
  });

  test('of schedulers', () => {
    const make = () => new lrScheduler.CosineAnnealingLR(new SGD([param(1)], { lr: 0.1 }), { TMax: 10 });
    const first = make(), second = make();
    for (let i = 0; i < 4; i++) {
      first.optimizer.step();
      first.step();
    }
    expect(first.stateDict()).toMatchObject({ T_max: 10, eta_min: 0, base_lrs: [0.1], last_epoch: 4, _step_count: 5 });
    second.loadStateDict(first.stateDict());
    second.optimizer.paramGroups[0].lr = first.getLastLr()[0];
    for (const s of [first, second]) {
      s.optimizer.step();
      s.step();
    }
    expect(second.getLastLr()).toEqual(first.getLastLr());
    const lambdas = new lrScheduler.LambdaLR(first.optimizer, { lrLambda: (epoch) => 0.5 ** epoch });
    expect(lambdas.stateDict().lr_lambdas).toEqual([null]);
    lambdas.loadStateDict(lambdas.stateDict());
    first.optimizer.step();
    lambdas.step();
    expect(lambdas.getLastLr()).toEqual([0.05]);
  });
});

test.each([
  ['SGD', () => [new SGD([param(1, 1)], { lr: 0.1 })]],
  ['SGD with momentum', () => [new SGD([param(1, 1)], { lr: 0.1, momentum: 0.9 })]],
  ['Adam', () => [new Adam([param(1, 1)]), new Adam([param(1, 1)], { amsgrad: true })]],
])('%s without weight decay leaves an infinite parameter infinite', (_, make) => {
  for (const optimizer of make()) {
    const [p] = optimizer.paramGroups[0].params;
    p.data = torch.tensor([Infinity, 1]);
    p.grad = torch.zeros(2);
    optimizer.step();
    expect(values(p)).toEqual([Infinity, 1]);
  }
});

test('what schedulers refuse', () => {
  const optimizer = new SGD([param(1)], { lr: 1 });
  const { StepLR, LambdaLR, ConstantLR, OneCycleLR, CyclicLR, ReduceLROnPlateau, SequentialLR, ChainedScheduler } = lrScheduler;
  const other = new SGD([param(1)], { lr: 1 });
  const cases: [() => unknown, string][] = [
    [() => new StepLR(3 as never, { stepSize: 1 }), 'number is not an Optimizer'],
    [() => new StepLR(optimizer, { stepSize: 1, lastEpoch: 3 }), "param 'initial_lr' is not specified in param_groups[0] when resuming an optimizer"],
    [() => new LambdaLR(optimizer, { lrLambda: [Math.abs, Math.abs] }), 'Expected 1 lr_lambdas, but got 2'],
    [() => new ConstantLR(optimizer, { factor: 2 }), 'Constant multiplicative factor expected to be between 0 and 1.'],
    [() => new OneCycleLR(optimizer, { maxLr: 1 }), 'You must define either total_steps OR (epochs AND steps_per_epoch)'],
    [() => new OneCycleLR(optimizer, { maxLr: [1, 2], totalSteps: 3 }), 'expected 1 values for max_lr, got 2'],
    [() => new CyclicLR(new Adam([param(1)]), { baseLr: 0, maxLr: 1 }), 'optimizer must support momentum with `cycle_momentum` option enabled'],
    [() => new ReduceLROnPlateau(optimizer, { factor: 1 }), 'Factor should be < 1.0.'],
    [() => new ReduceLROnPlateau(optimizer, 'min' as never), 'ReduceLROnPlateau(): expected an options object as in { name: value }, but got min'],
    [() => new StepLR(optimizer, 30 as never), 'StepLR(): expected an options object as in { stepSize: 30 }, but got 30'],
    [() => new StepLR(optimizer, {} as never), "StepLR(): missing the option 'stepSize', as in { stepSize: value }"],
    [() => new LambdaLR(optimizer, Math.abs as never), "LambdaLR(): missing the option 'lrLambda', as in { lrLambda: value }"],
    [() => new swaUtils.SWALR(optimizer, { swaLr: [1, 2] }), 'swa_lr must have the same length as optimizer.param_groups: swa_lr has 2, optimizer.param_groups has 1'],
    [() => new swaUtils.SWALR(optimizer, { swaLr: 1, annealStrategy: 'x' as never }), "anneal_strategy must by one of 'cos' or 'linear', instead got x"],
    [() => new swaUtils.SWALR(optimizer, { swaLr: 1, annealEpochs: -1 }), 'anneal_epochs must be equal or greater than 0, got -1'],
    [() => new ReduceLROnPlateau(optimizer, { mode: 'least' as never }), 'mode least is unknown!'],
    [() => new SequentialLR(optimizer, { schedulers: [new StepLR(other, { stepSize: 1 })], milestones: [] }), 'Sequential Schedulers expects all schedulers to belong to the same optimizer, but got schedulers at index 0 to be different than the optimizer passed in.'],
    [() => new ChainedScheduler([new StepLR(new SGD([param(1)], { lr: 1 }), { stepSize: 1 }), new StepLR(other, { stepSize: 1 })]), 'ChainedScheduler expects all schedulers to belong to the same optimizer, but got schedulers at index 0 and 1 to be different'],
  ];
  for (const [make, message] of cases) expect(make).toThrow(message);
  const cycle = new OneCycleLR(new SGD([param(1)], { lr: 1, momentum: 0.9 }), { maxLr: 1, totalSteps: 1 });
  cycle.optimizer.step();
  cycle.step();
  expect(() => cycle.step()).toThrow('Tried to step 3 times. The specified number of total steps is 1');
});
