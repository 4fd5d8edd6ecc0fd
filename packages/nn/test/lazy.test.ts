import { readFileSync } from 'node:fs';
import { noGrad } from '@sconce/autograd';
import * as torch from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';

interface Values { shape: number[]; values: number[] }
interface Layer {
  cls: string; args: unknown[]; options: Record<string, unknown>; shape: number[]; before: { repr: string; state: Record<string, string> };
  repr: string; becomes: string; output: Values; state: Record<string, Values>; next: number;
}
interface Recorded {
  layers: Layer[]; training: { losses: number[]; repr: string }; errors: Record<string, { type: string; message: string }>;
}

// what PyTorch gave, by tooling/oracle/lazy.py
const recorded = JSON.parse(readFileSync(new URL('fixtures/lazy.json', import.meta.url), 'utf8')) as Recorded;

type LazyLayer = nn.Layer & { hasUninitializedParams?(): boolean };
const classes = nn as unknown as Record<string, new (...args: unknown[]) => LazyLayer>;
const make = ({ cls, args, options }: Layer): LazyLayer => new classes[cls](...args, options);

async function expectValues(x: torch.Tensor, { shape, values }: Values, tolerance = 1e-5): Promise<void> {
  expect(x.shape).toEqual(shape);
  const own = await x.reshape(-1).tolist() as number[];
  own.forEach((value, i) => { expect(Math.abs(value - values[i]), `${i}: ${value} for ${values[i]}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(values[i]))); });
}

describe('layers', () => {
  test.each(recorded.layers)('$cls $options', async (layer) => {
    torch.manualSeed(3);
    const made = make(layer);
    expect(String(made)).toBe(layer.before.repr);
    expect(made.hasUninitializedParams!()).toBe(Object.values(layer.before.state).some((text) => text.startsWith('<')));
    expect(Object.fromEntries(Object.entries(made.stateDict()).map(([key, x]) => [key, String(x)]))).toEqual(layer.before.state);

    const parameters = [...made.parameters()];
    torch.manualSeed(4);
    const output = made(torch.randn(layer.shape));
    await expectValues(output, layer.output);
    expect(String(made)).toBe(layer.repr);
    expect(Object.getPrototypeOf(made)).toBe(classes[layer.becomes].prototype);
    expect(made).toBeInstanceOf(classes[layer.becomes]);
    const state = made.stateDict();
    expect(Object.keys(state)).toEqual(Object.keys(layer.state));
    for (const [key, x] of Object.entries(layer.state)) await expectValues(state[key], x);
    expect(torch.rand(1).hostValue()).toBe(layer.next);
    // the same objects, parameters now
    [...made.parameters()].forEach((p, i) => {
      expect(p).toBe(parameters[i]);
      expect(Object.getPrototypeOf(p)).toBe(nn.Parameter.prototype);
    });
  });
});

const network = (): nn.Sequential => new nn.Sequential(
  new nn.LazyConv2d(4, 3), new nn.LazyBatchNorm2d(), new nn.ReLU(), new nn.Flatten(), new nn.LazyLinear(8), new nn.ReLU(), new nn.Linear(8, 3));

test('parameters that were taken before the first input are trained', async () => {
  torch.manualSeed(5);
  const net = network(), parameters = [...net.parameters()];
  const x = torch.randn(6, 2, 5, 5), y = torch.tensor([0, 1, 2, 0, 1, 2], { dtype: torch.int64 });
  for (const [step, wanted] of recorded.training.losses.entries()) {
    net.zeroGrad();
    const loss = nn.functional.crossEntropy(net(x) as torch.Tensor, y);
    loss.backward();
    noGrad(() => { for (const p of parameters) p.sub_(p.grad!.mul(0.1)); });
    expect(Math.abs(Number(await loss.item()) - wanted), `step ${step}`).toBeLessThan(1e-5);
  }
  expect(String(net)).toBe(recorded.training.repr);
});

test('PyTorch\'s errors', () => {
  const lazy = new nn.LazyLinear(3), w = lazy.weight, buffer = new nn.UninitializedBuffer();
  const run: Record<string, () => unknown> = {
    'w.add(1)': () => w.add(1),
    'w.numel()': () => w.numel(),
    'w.detach()': () => w.detach(),
    'w.requiresGrad_(false)': () => w.requiresGrad_(false),
    'w.shape': () => w.shape,
    'buffer.sum()': () => buffer.sum(),
    'buffer.shape': () => buffer.shape,
    'init.xavierUniform_(w)': () => nn.init.xavierUniform_(w),
    'new Linear(2, 3).loadStateDict(lazy)': () => new nn.Linear(2, 3).loadStateDict(lazy.stateDict()),
    'weightNorm(lazy)': () => nn.utils.weightNorm(lazy),
    'spectralNorm(lazy)': () => nn.utils.spectralNorm(lazy),
    'LazyLinear of a scalar': () => new nn.LazyLinear(3)(torch.ones([])),
    'LazyConv2d of 2 dimensions': () => new nn.LazyConv2d(3, 3)(torch.ones(2, 2)),
    'LazyConvTranspose1d of 4 dimensions': () => new nn.LazyConvTranspose1d(3, 3)(torch.ones(2, 2, 2, 2)),
    'LazyConv2d, 3 groups of 2 channels': () => new nn.LazyConv2d(3, 3, { groups: 3 })(torch.ones(1, 2, 8, 8)),
    'LazyBatchNorm1d of 1 dimension': () => new nn.LazyBatchNorm1d()(torch.ones(3)),
    'LazyBatchNorm2d of 2 dimensions': () => new nn.LazyBatchNorm2d()(torch.ones(3, 4)),
    'LazyInstanceNorm2d without a batch': () => new nn.LazyInstanceNorm2d()(torch.ones(3, 4, 5)),
  };
  expect(Object.keys(run)).toEqual(Object.keys(recorded.errors));
  for (const [name, { type, message }] of Object.entries(recorded.errors)) {
    expect(run[name], name).toThrow(expect.objectContaining({ name: type, message }));
  }
  // Python names the C function here, with its address
  expect(() => torch.add(w, 1)).toThrow('Attempted to use an uninitialized parameter in a torch function. This error happens when');
});

describe('states and copies', () => {
  test('a state with shapes brings them, and the first call the size', async () => {
    const full = new nn.LazyBatchNorm1d(), x = torch.rand(4, 3);
    full(x);
    const lazy = new nn.LazyBatchNorm1d();
    expect(String(lazy.loadStateDict(full.stateDict()))).toBe('<All keys matched successfully>');
    expect(lazy.hasUninitializedParams()).toBe(false);
    expect(lazy.weight!.shape).toEqual([3]);
    await expectValues(lazy.running_mean!, { shape: [3], values: await full.running_mean!.tolist() as number[] });
    expect(await lazy.eval()(x).equal(full.eval()(x))).toBe(true);
    expect(String(lazy)).toBe('BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)');
  });

  test('a loaded weight is not drawn again', async () => {
    const full = new nn.LazyLinear(2), x = torch.rand(3, 5), output = full(x), lazy = new nn.LazyLinear(2);
    lazy.loadStateDict(full.stateDict());
    expect(await lazy(x).equal(output)).toBe(true);
    expect(String(lazy)).toBe('Linear(in_features=5, out_features=2, bias=True)');
  });

  test('a state without shapes leaves them open', () => {
    const lazy = new nn.LazyLinear(3);
    expect(String(lazy.loadStateDict(new nn.LazyLinear(3).stateDict()))).toBe('<All keys matched successfully>');
    expect(lazy.hasUninitializedParams()).toBe(true);
    expect(lazy(torch.ones(2)).shape).toEqual([3]);
  });

  test('converted before the first input', () => {
    const norm = new nn.LazyBatchNorm1d().double();
    expect([norm.weight!.dtype, norm.running_mean!.dtype, norm.weight!.constructor.name]).toEqual([torch.float64, torch.float64, 'UninitializedParameter']);
    norm(torch.rand(2, 3, { dtype: torch.float64 }));
    expect([norm.weight!.dtype, norm.weight!.shape, norm.running_var!.shape]).toEqual([torch.float64, [3], [3]]);
  });

  test('a copy has parameters of its own', () => {
    const lazy = new nn.LazyLinear(3), copied = nn.deepcopy(lazy);
    expect(copied.weight).not.toBe(lazy.weight);
    expect(copied(torch.ones(1, 4)).shape).toEqual([1, 3]);
    expect(lazy.hasUninitializedParams()).toBe(true);
  });

  test('a parameter of its own', () => {
    const p = new nn.parameter.UninitializedParameter({ dtype: torch.float64, requiresGrad: false });
    expect([nn.parameter.isLazy(p), p.requiresGrad, String(p), p.size()]).toEqual([true, false, '<UninitializedParameter>', [0]]);
    p.materialize([2, 3]);
    expect([nn.parameter.isLazy(p), p.shape, p.dtype, p instanceof nn.Parameter, p.add(1).shape]).toEqual([false, [2, 3], torch.float64, true, [2, 3]]);
  });
});
