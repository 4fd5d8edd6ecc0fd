import { readFileSync } from 'node:fs';
import * as torch from '@sconce/tensor';
import { noGrad } from '@sconce/autograd';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';

const { parametrizations, parametrize } = nn.utils;

interface Plain { readonly shape: readonly number[]; readonly values: readonly number[] }
type State = Readonly<Record<string, Plain>>;
type Options = Readonly<Record<string, unknown>>;
interface Weight {
  readonly how: readonly string[]; readonly cls: string; readonly args: readonly unknown[]; readonly options: Options;
  readonly shape: readonly number[]; readonly repr: string; readonly begin: State; readonly losses: readonly number[];
  readonly trained: State; readonly output: Plain; readonly removed: State; readonly reprAfter: string;
}
interface Step { readonly repr: string; readonly state: State; readonly weight: Plain; readonly bias: Plain }

/** What PyTorch 1.13 gave; tooling/oracle/nn_utils.py records it. */
const recorded = JSON.parse(readFileSync(new URL('fixtures/nn-utils.json', import.meta.url), 'utf8')) as {
  readonly swa: readonly { readonly options: Options; readonly states: readonly State[]; readonly updated: State; readonly output: Plain; readonly repr: string }[];
  readonly weights: readonly Weight[];
  readonly parametrized: Readonly<Record<'symmetric' | 'doubled' | 'scaled', Step>> & Readonly<Record<'left' | 'assigned' | 'taken', State>>;
  readonly adaptive: readonly {
    readonly options: Options; readonly target: readonly number[]; readonly repr: string; readonly state: State; readonly output: Plain;
    readonly loss: number; readonly inputGrad: Plain; readonly headGrad: Plain; readonly logProb: Plain; readonly predict: readonly number[];
    readonly single: readonly [Plain, number];
  }[];
  readonly fractional: readonly {
    readonly cls: 'FractionalMaxPool2d' | 'FractionalMaxPool3d'; readonly args: readonly torch.SizeLike[]; readonly options: Options;
    readonly shape: readonly number[]; readonly output: Plain; readonly indices: readonly number[]; readonly grad: Plain;
    readonly next: number; readonly repr: string;
  }[];
  readonly errors: Readonly<Record<string, { readonly type: string; readonly message: string }>>;
};

function expectClose(x: torch.Tensor, { shape, values }: Plain, tolerance = 1e-5): void {
  expect(x.shape).toEqual(shape);
  x.detach().reshape(-1).hostValues().forEach((value, i) => {
    const off = Math.abs(Number(value) - values[i]);
    expect(off, `${i}: ${value} for ${values[i]}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(values[i])));
  });
}

function expectState(module: nn.Module, state: State): void {
  const own = module.stateDict();
  expect(Object.keys(own)).toEqual(Object.keys(state));
  for (const [key, value] of Object.entries(state)) expectClose(own[key], value);
}

/** Plain gradient descent. */
function descend(module: nn.Module, lr: number): void {
  noGrad(() => { for (const p of module.parameters()) if (p.grad) p.sub_(p.grad.mul(lr)); });
}

describe('averaged models', () => {
  test.each(recorded.swa)('$options', async ({ options, states, updated, output, repr }) => {
    torch.manualSeed(0);
    const net = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4), new nn.Linear(4, 2));
    const data = torch.randn(4, 5, 3).unbind(0);
    const averaged = new nn.swaUtils.AveragedModel(net, {
      useBuffers: options['useBuffers'] === true,
      ...(options['ema'] ? { avgFn: (before, now) => before.mul(0.75).add(now.mul(0.25)) } : {}),
    });
    expect(String(averaged)).toBe(repr);
    states.forEach((state, i) => {
      net.zeroGrad();
      net(data[i]).square().sum().backward();
      descend(net, 0.05);
      averaged.updateParameters(net);
      expectState(averaged, state);
    });
    await nn.swaUtils.updateBn(data.map((x) => [x, 0]), averaged);
    expectState(averaged, updated);
    expect(averaged.training).toBe(true);
    averaged.eval();
    expectClose(averaged(data[0]), output);
  });

  test('updateBn takes tensors as they come, and gives back what it found', async () => {
    const net = new nn.Sequential(new nn.BatchNorm1d(2));
    net.eval();
    await nn.swaUtils.updateBn((async function * () { yield torch.tensor([[1, 2], [3, 6]]); })(), net);
    const norm = net.at(0) as nn.BatchNorm1d;
    expect([...norm.running_mean!.numpy()]).toEqual([2, 4]);
    expect([...norm.running_var!.numpy()]).toEqual([2, 8]);
    expect([norm.momentum, net.training, norm.training]).toEqual([0.1, false, false]);
    // without a batch norm, the loader is not asked for anything
    await nn.swaUtils.updateBn({ [Symbol.iterator]() { throw new Error('asked'); } }, new nn.Linear(2, 2));
  });
});

type Apply = (module: nn.Module, name: string, options: object) => nn.Module;

describe('weights that are computed', () => {
  test.each(recorded.weights.map((row) => [`${row.how.join('.')} ${row.cls} ${JSON.stringify(row.options)}`, row] as const))('%s', (_, row) => {
    torch.manualSeed(1);
    const layer = new (nn as never as Record<string, new (...args: unknown[]) => nn.Layer>)[row.cls](...row.args);
    const x = torch.randn(row.shape);
    const { name = 'weight', ...options } = row.options as { name?: string };
    const apply = row.how.reduce<unknown>((from, key) => (from as Record<string, unknown>)[key], nn.utils) as Apply;
    expect(apply(layer, name, options)).toBe(layer);
    expect(String(layer)).toBe(row.repr);
    expectState(layer, row.begin);
    const first = (y: unknown): torch.Tensor => (Array.isArray(y) ? y[0] : y) as torch.Tensor;
    for (const expected of row.losses) {
      layer.zeroGrad();
      const loss = first(layer(x)).square().sum();
      loss.backward();
      expect(Math.abs((loss.hostValue() as number) - expected)).toBeLessThanOrEqual(1e-4 * expected);
      descend(layer, 0.1);
    }
    expectState(layer, row.trained);
    layer.eval();
    expectClose(first(layer(x)), row.output);
    if (row.how.length > 1) parametrize.removeParametrizations(layer, name);
    else if (row.how[0] === 'weightNorm') nn.utils.removeWeightNorm(layer, name);
    else nn.utils.removeSpectralNorm(layer, name);
    expectState(layer, row.removed);
    expect(String(layer)).toBe(row.reprAfter);
    expectClose(first(layer(x)), row.output);
  });

  test('orthogonal matrices stay so, in batches and when they are trained', () => {
    torch.manualSeed(0);
    for (const orthogonalMap of ['matrix_exp', 'cayley', 'householder'] as const) {
      for (const shape of [[2, 4, 3], [2, 3, 4]]) {
        const layer = new nn.Module() as nn.Module & { w: torch.Tensor };
        layer.registerParameter('w', new nn.Parameter(torch.randn(shape)));
        parametrizations.orthogonal(layer, 'w', { orthogonalMap });
        layer.w.mul(torch.randn(shape)).sum().backward();
        descend(layer, 0.1);
        const Q = layer.w.detach(), product = shape[1] > shape[2] ? Q.mT.matmul(Q) : Q.matmul(Q.mT);
        expectClose(product, { shape: [2, 3, 3], values: [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1] });
      }
    }
  });

  test('a vector that is assigned is made orthogonal, as its columns are', () => {
    torch.manualSeed(0);
    const layer = parametrizations.orthogonal(new nn.Linear(2, 2)) as nn.Linear & { weight: torch.Tensor };
    layer.weight = torch.tensor([[0, 2], [3, 0]]);
    expectClose(layer.weight, { shape: [2, 2], values: [0, 1, 1, 0] });
    expect(() => { layer.weight = torch.zeros(3, 3); }).toThrow('Expected a matrix or batch of matrices of shape torch.Size([2, 2])');
    const fixed = parametrizations.orthogonal(new nn.Linear(2, 4), 'weight', { useTrivialization: false }) as nn.Linear & { weight: torch.Tensor };
    const goal = fixed.weight.detach().neg();
    fixed.weight = goal;
    expectClose(fixed.weight, { shape: [4, 2], values: [...goal.numpy()] as number[] });
  });

  test('a copy of its own', () => {
    torch.manualSeed(0);
    const layer = parametrizations.spectralNorm(new nn.Linear(2, 2));
    const copy = nn.deepcopy(layer).eval();
    noGrad(() => { for (const p of layer.parameters()) p.zero_(); });
    expect(copy.weight.norm().hostValue()).toBeGreaterThan(0.5);
    expect(String(copy)).toBe(String(layer));
    expect([...nn.utils.parametrize.removeParametrizations(copy, 'weight').namedParameters()].map(([name]) => name)).toEqual(['bias', 'weight']);
  });
});

class Symmetric extends nn.Module {
  override forward(x: torch.Tensor): torch.Tensor { return x.triu().add(x.triu(1).t()); }
  rightInverse(a: torch.Tensor): torch.Tensor { return a.triu(); }
}
class Scaled extends nn.Module {
  override forward(scale: torch.Tensor, direction: torch.Tensor): torch.Tensor { return scale.mul(direction); }
  rightInverse(w: torch.Tensor): torch.Tensor[] { return [w.norm(), w.div(w.norm())]; }
}
class Doubled extends nn.Module {
  override forward(x: torch.Tensor): torch.Tensor { return x.mul(2); }
}
class Wider extends nn.Module {
  override forward(x: torch.Tensor): torch.Tensor { return torch.cat([x, x]); }
}
class Exact extends nn.Module {
  override forward(x: torch.Tensor): torch.Tensor { return x.to(torch.float64); }
}

test('parametrizations of one and of several tensors', () => {
  torch.manualSeed(2);
  const layer = new nn.Linear(3, 3) as nn.Linear & { weight: torch.Tensor; bias: torch.Tensor };
  const { weight } = layer;
  const expectStep = ({ repr, state, weight: made, bias }: Partial<Step>): void => {
    expect(String(layer)).toBe(repr);
    expectState(layer, state!);
    expectClose(layer.weight, made!);
    if (bias) expectClose(layer.bias, bias);
  };
  const { registerParametrization, removeParametrizations, isParametrized } = parametrize;
  registerParametrization(layer, 'weight', new Symmetric());
  expectStep(recorded.parametrized.symmetric);
  registerParametrization(layer, 'weight', new Doubled());
  expectStep(recorded.parametrized.doubled);
  expect([isParametrized(layer), isParametrized(layer, 'weight'), isParametrized(layer, 'bias')]).toEqual([true, true, false]);
  removeParametrizations(layer, 'weight', { leaveParametrized: false });
  expectState(layer, recorded.parametrized.left);
  // an optimizer that knew the parameter still does
  expect(layer.weight).toBe(weight);
  expect([isParametrized(layer), layer.constructor]).toEqual([false, nn.Linear]);
  registerParametrization(layer, 'weight', new Scaled());
  registerParametrization(layer, 'bias', new Doubled());
  expectStep(recorded.parametrized.scaled);
  layer.weight = torch.arange(9).to(torch.float32).view(3, 3);
  expectState(layer, recorded.parametrized.assigned);
  expect(() => removeParametrizations(layer, 'weight', { leaveParametrized: false })).toThrow('in terms of a sequence of tensors');
  removeParametrizations(layer, 'weight');
  expectState(layer, recorded.parametrized.taken);
  expect(layer.weight).toBeInstanceOf(nn.Parameter);
});

test('parametrizations of a buffer', () => {
  const norm = parametrize.registerParametrization(new nn.BatchNorm1d(2), 'running_var', new Doubled());
  expect([...norm.running_var!.numpy()]).toEqual([2, 2]);
  expect([...norm.namedBuffers()].map(([name]) => name)).toEqual(['running_mean', 'num_batches_tracked', 'parametrizations.running_var.original']);
  parametrize.removeParametrizations(norm, 'running_var');
  expect([...norm.namedBuffers()].map(([name]) => name)).toEqual(['running_mean', 'num_batches_tracked', 'running_var']);
});

describe('adaptive softmax', () => {
  test.each(recorded.adaptive)('$options', (row) => {
    torch.manualSeed(3);
    const m = new nn.AdaptiveLogSoftmaxWithLoss(8, 12, [3, 7], row.options);
    expect(String(m)).toBe(row.repr);
    expectState(m, row.state);
    const x = torch.randn([row.target.length, 8], { requiresGrad: true });
    const target = torch.tensor(row.target, { dtype: torch.int64 });
    const [output, loss] = m(x, target);
    loss.backward();
    expectClose(output, row.output);
    expect(loss.hostValue()).toBeCloseTo(row.loss, 5);
    expectClose(x.grad!, row.inputGrad);
    expectClose(m.head.weight.grad!, row.headGrad);
    expectClose(m.logProb(x), row.logProb);
    expect(Array.from(m.predict(x).numpy(), Number)).toEqual(row.predict);
    const single = m(x.select(0, 0), target.select(0, 0));
    expectClose(single.output, row.single[0]);
    expect(single.loss.hostValue()).toBeCloseTo(row.single[1], 5);
  });
});

describe('fractional pooling', () => {
  test.each(recorded.fractional)('$cls($args, $options) of $shape', (row) => {
    torch.manualSeed(4);
    const m = new nn[row.cls](row.args[0], { ...row.options, returnIndices: true });
    expect(String(m)).toBe(row.repr);
    const x = torch.randn(row.shape, { requiresGrad: true });
    const [y, indices] = m(x);
    y.square().sum().backward();
    expectClose(y, row.output);
    expect(Array.from(indices.contiguous().numpy(), Number)).toEqual(row.indices);
    expectClose(x.grad!, row.grad);
    expect(torch.rand(1).hostValue()).toBeCloseTo(row.next, 7);
  });

  test('of a batch of nothing', () => {
    expect(nn.functional.fractionalMaxPool2d(torch.zeros(0, 1, 5, 5), 2, { outputSize: 2 }).shape).toEqual([0, 1, 2, 2]);
  });
});

const layer = (): nn.Linear => new nn.Linear(3, 3);
const { AdaptiveLogSoftmaxWithLoss, FractionalMaxPool2d } = nn;
const adaptive = (): nn.AdaptiveLogSoftmaxWithLoss => new AdaptiveLogSoftmaxWithLoss(4, 10, [3]);

const wrongCalls: Readonly<Record<string, () => unknown>> = {
  weightNormTwice: () => nn.utils.weightNorm(nn.utils.weightNorm(layer())),
  spectralNormTwice: () => nn.utils.spectralNorm(nn.utils.spectralNorm(layer())),
  weightNormRemove: () => nn.utils.removeWeightNorm(layer()),
  spectralNormRemove: () => nn.utils.removeSpectralNorm(layer()),
  spectralNormIterations: () => nn.utils.spectralNorm(layer(), 'weight', { nPowerIterations: 0 }),
  spectralNormNull: () => nn.utils.spectralNorm(new nn.Linear(3, 3, { bias: false }), 'bias'),
  newSpectralNormIterations: () => parametrizations.spectralNorm(layer(), 'weight', { nPowerIterations: 0 }),
  newSpectralNormDim: () => parametrizations.spectralNorm(layer(), 'weight', { dim: 2 }),
  newSpectralNormName: () => parametrizations.spectralNorm(layer(), 'nothing'),
  orthogonalMap: () => parametrizations.orthogonal(layer(), 'weight', { orthogonalMap: 'qr' as never }),
  orthogonalVector: () => parametrizations.orthogonal(layer(), 'bias'),
  orthogonalName: () => parametrizations.orthogonal(layer(), 'nothing'),
  parametrizeName: () => parametrize.registerParametrization(layer(), 'nothing', new Doubled()),
  parametrizeShape: () => parametrize.registerParametrization(layer(), 'weight', new Wider()),
  parametrizeDtype: () => parametrize.registerParametrization(layer(), 'weight', new Exact()),
  parametrizeAssign: () => {
    const m = parametrize.registerParametrization(layer(), 'weight', new Doubled());
    (m as { weight: torch.Tensor }).weight = torch.zeros(3, 3);
  },
  parametrizeRemove: () => parametrize.removeParametrizations(layer(), 'weight'),
  adaptiveCutoffs: () => new AdaptiveLogSoftmaxWithLoss(4, 10, [5, 3]),
  adaptiveTarget: () => adaptive()(torch.zeros(2, 4), torch.tensor([3n, 10n])),
  adaptiveBatch: () => adaptive()(torch.zeros(2, 4), torch.tensor([3n])),
  adaptiveDims: () => adaptive()(torch.zeros(2, 4), torch.zeros(2, 2)),
  fractionalNone: () => new FractionalMaxPool2d(2),
  fractionalBoth: () => new FractionalMaxPool2d(2, { outputSize: 3, outputRatio: 0.5 }),
  fractionalRatio: () => new FractionalMaxPool2d(2, { outputRatio: 1.5 }),
  fractionalFunction: () => nn.functional.fractionalMaxPool2d(torch.zeros(1, 1, 4, 4), 2, {}),
  fractionalHeight: () => new FractionalMaxPool2d(3, { outputSize: 3 })(torch.zeros(1, 1, 4, 9)),
  fractionalWidth: () => new FractionalMaxPool2d(3, { outputSize: 3 })(torch.zeros(1, 1, 9, 4)),
  fractionalDims: () => new FractionalMaxPool2d(2, { outputSize: 2 })(torch.zeros(4, 4)),
};

test.each(Object.entries(recorded.errors))('refused: %s', (name, { type, message }) => {
  let thrown: unknown;
  try {
    wrongCalls[name]();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ name: type, message });
});

test('options in the place of a name', () => {
  expect(() => nn.utils.weightNorm(layer(), { dim: null } as never)).toThrow('the name of a parameter should be a string');
});
