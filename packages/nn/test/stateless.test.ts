import * as torch from '@sconce/tensor';
import type { Tensor } from '@sconce/tensor';
import { describe, expect, test, vi } from 'vitest';
import * as nn from '../src/index.js';

// the messages and values here are PyTorch 1.13's
const { functionalCall } = nn.utils.stateless;
const { parametrize, parametrizations } = nn.utils;
const values = (x: Tensor | null | undefined) => x && Array.from(x.detach().contiguous().numpy() as Float32Array, (v) => Number(v.toFixed(4)));

describe('functionalCall', () => {
  const x = torch.tensor([[1, 2], [3, 4]]);
  class Net extends nn.Module {
    l = new nn.Linear(2, 2);
    bn = new nn.BatchNorm1d(2);
    override forward(input: Tensor): Tensor { return this.bn(this.l(input)); }
  }
  test('other tensors take the place of parameters and buffers for one call', () => {
    const net = new Net(), weight = torch.ones(2, 2, { requiresGrad: true }), mean = torch.zeros(2);
    const keys = Object.keys(net.stateDict());
    const y = functionalCall(net, { 'l.weight': weight, 'l.bias': torch.zeros(2), 'bn.running_mean': mean }, x);
    expect([values(y), values(mean), values(net.bn.running_mean)]).toEqual([[-1, -1, 1, 1], [0.5, 0.5], [0, 0]]);
    y.sum().backward();
    expect([weight.grad !== null, net.l.weight.grad]).toEqual([true, null]);
    expect([Object.keys(net.stateDict()), [...net.namedParameters()].length]).toEqual([keys, 4]);
    expect(functionalCall(net, new Map(), [x]).shape).toEqual([2, 2]);
  });
  test('what is not there, and what fails, leaves the module as it was', () => {
    const net = new Net(), keys = Object.keys(net.stateDict()), w = torch.ones(2, 2);
    expect(() => functionalCall(net, { 'nope.weight': w }, x)).toThrow('Net has no attribute `nope`');
    expect(() => functionalCall(net, { 'l.bias': torch.ones(2), 'l.nope': w }, x)).toThrow("Linear has no parameter or buffer 'nope'");
    expect(() => functionalCall(net, { 'l.weight': 3 as never }, x)).toThrow("expected a Tensor for 'l.weight', but got number");
    expect(() => functionalCall(net, { 'l.weight': torch.ones(3, 3) }, x)).toThrow('mat1 and mat2 shapes cannot be multiplied');
    expect([Object.keys(net.stateDict()), net.l.weight.shape]).toEqual([keys, [2, 2]]);
    net.l.weight = w as never;
    expect(() => net(x)).toThrow("cannot assign 'torch.FloatTensor' as parameter 'weight'");
  });
  test('a parametrized weight is replaced itself, or the tensor that it is computed of', () => {
    const layer = parametrizations.orthogonal(new nn.Linear(2, 2)), bias = torch.zeros(2);
    expect(values(functionalCall(layer, { weight: torch.ones(2, 2), bias }, x))).toEqual([3, 3, 7, 7]);
    expect(parametrize.isParametrized(layer, 'weight')).toBe(true);
    const [first] = values(functionalCall(layer, { 'parametrizations.weight.original': torch.zeros(2, 2), bias }, x))!;
    expect(Math.abs(first)).toBeLessThanOrEqual(Math.hypot(1, 2));
  });
});

test('cached parametrizations are computed once', () => {
  let computed = 0;
  class Symmetric extends nn.Module {
    override forward(a: Tensor): Tensor {
      computed++;
      return a.triu().add(a.triu(1).t());
    }
  }
  const layer = parametrize.registerParametrization(new nn.Linear(2, 2), 'weight', new Symmetric());
  computed = 0;
  parametrize.cached(() => {
    const first = layer.weight;
    parametrize.cached(() => layer(torch.ones(1, 2)));
    expect(layer.weight).toBe(first);
  });
  expect(computed).toBe(1);
  void layer.weight;
  expect(computed).toBe(2);
  expect(parametrize.typeBeforeParametrizations(layer)).toBe(nn.Linear);
});

describe('extra state', () => {
  class Extra extends nn.Module {
    l = new nn.Linear(1, 1);
    n = 3;
    override getExtraState(): unknown { return { n: this.n }; }
    override setExtraState({ n }: { n: number }): void { this.n = n; }
  }
  test('is saved and loaded', () => {
    const a = new Extra(), b = new Extra();
    a.n = 7;
    const state = new nn.Sequential(a).stateDict();
    expect([Object.keys(state), state['0._extra_state']]).toEqual([['0._extra_state', '0.l.weight', '0.l.bias'], { n: 7 }]);
    expect(String(b.loadStateDict(a.stateDict()))).toBe('<All keys matched successfully>');
    expect(b.n).toBe(7);
    const { _extra_state: _, ...rest } = a.stateDict();
    expect(() => b.loadStateDict(rest)).toThrow('Missing key(s) in state_dict: "_extra_state". ');
    expect(() => new nn.Linear(1, 1).loadStateDict({ weight: torch.ones(1, 1), bias: torch.ones(1), _extra_state: 3 as never }))
      .toThrow('Unexpected key(s) in state_dict: "_extra_state". ');
    expect(() => new nn.Linear(1, 1).getExtraState()).toThrow('Reached a code path in Module.get_extra_state() that should never be called.');
  });
  test('hooks after loading may change what is missing', () => {
    const net = new nn.Sequential(new nn.Linear(1, 1)), seen: string[] = [];
    const handle = net.registerLoadStateDictPostHook((_, keys) => { seen.push(String(keys)); keys.missingKeys.length = 0; });
    net.loadStateDict({ '0.weight': torch.ones(1, 1) });
    expect(seen).toEqual(["_IncompatibleKeys(missing_keys=['0.bias'], unexpected_keys=[])"]);
    handle.remove();
    expect(() => net.loadStateDict({ '0.weight': torch.ones(1, 1) })).toThrow('Missing key(s) in state_dict: "0.bias". ');
  });
});

test('dtypes and devices of a whole module', () => {
  const net = new nn.BatchNorm1d(2).type(torch.float64);
  expect([...net.parameters(), ...net.buffers()].map((x) => x.dtype)).toEqual(new Array(5).fill(torch.float64));
  expect([...net.toEmpty({ device: 'cpu' }).parameters()].map((p) => p.shape)).toEqual([[2], [2]]);
});

test('a convolution and the batch norm behind it as one convolution', () => {
  const conv = new nn.Conv2d(1, 2, 2).eval(), bn = new nn.BatchNorm2d(2).eval(), x = torch.randn(1, 1, 3, 3);
  bn.running_mean!.add_(0.3);
  bn.running_var!.mul_(2);
  const fused = nn.utils.fuseConvBnEval(conv, bn);
  values(fused(x))!.forEach((v, i) => { expect(v).toBeCloseTo(values(bn(conv(x)))![i], 3); });
  expect(() => nn.utils.fuseConvBnEval(conv.train(), bn)).toThrow('Fusion only for eval!');
});

test('initialisers under older names, and a module without draws', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  expect(values(nn.init.constant(torch.empty(2), 2))).toEqual([2, 2]);
  nn.init.constant(torch.empty(2), 2);
  expect(warn.mock.calls).toEqual([['nn.init.constant is now deprecated in favor of nn.init.constant_.']]);
  warn.mockRestore();
  torch.manualSeed(0);
  expect(nn.utils.skipInit(nn.Linear, 3, 2).weight.shape).toEqual([2, 3]);
  expect(values(torch.rand(1))).toEqual([0.4963]);
});

test('packed sequences in another dtype', () => {
  const packed = nn.utils.rnn.packSequence([torch.ones(1), torch.ones(3)], { enforceSorted: false }), doubled = packed.double();
  expect([doubled.data.dtype, doubled.batchSizes, packed.float()]).toEqual([torch.float64, packed.batchSizes, packed]);
});
