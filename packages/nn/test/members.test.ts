import * as torch from '@sconce/tensor';
import type { Tensor } from '@sconce/tensor';
import { noGrad } from '@sconce/autograd';
import { describe, expect, test, vi } from 'vitest';
import * as nn from '../src/index.js';

// the messages and values here are PyTorch 1.13's

class Net extends nn.Module {
  w = new nn.Parameter(torch.ones(2));
  fc = new nn.Linear(2, 2);
  constructor() {
    super();
    this.registerBuffer('b', torch.zeros(2));
    this.registerParameter('none', null);
  }
  override forward(x: Tensor): Tensor { return this.fc(x).mul(this.w); }
}
const keys = (net: nn.Module) => Object.keys(net.stateDict());

describe('what is put where a parameter, a module or a buffer belongs', () => {
  const NOT_A_PARAMETER = (name: string): string => `cannot assign 'torch.FloatTensor' as parameter '${name}' (torch.nn.Parameter or None expected)`;
  test.each<[() => nn.Module, string, unknown, string]>([
    [() => new nn.Linear(2, 2), 'weight', torch.ones(2, 2), NOT_A_PARAMETER('weight')],
    [() => new nn.Linear(2, 2, { bias: false }), 'bias', torch.ones(2), NOT_A_PARAMETER('bias')],
    [() => new nn.Conv2d(1, 1, 1), 'weight', torch.ones(1, 1, 1, 1), NOT_A_PARAMETER('weight')],
    [() => new nn.Embedding(2, 2), 'weight', torch.ones(2, 2), NOT_A_PARAMETER('weight')],
    [() => new nn.LSTM(2, 2), 'weight_ih_l0', torch.ones(8, 2), NOT_A_PARAMETER('weight_ih_l0')],
    [() => new Net(), 'none', torch.ones(2), NOT_A_PARAMETER('none')],
    [() => { const net = new Net(); net(torch.ones(1, 2)); return net; }, 'w', torch.ones(2), NOT_A_PARAMETER('w')],
    [() => { const net = new Net(); net(torch.ones(1, 2)); return net; }, 'fc', torch.ones(2), "cannot assign 'torch.FloatTensor' as child module 'fc' (torch.nn.Module or None expected)"],
    [() => new Net(), 'b', 3, "cannot assign 'Number' as buffer 'b' (torch.Tensor or None expected)"],
  ])('%s: %s', (make, name, value, message) => {
    const net = make();
    Object.assign(net, { [name]: value });
    expect(() => net.stateDict()).toThrow(new TypeError(message));
    const again = make();
    Object.assign(again, { [name]: value });
    if (name !== 'b') expect(() => (again as nn.Linear)(torch.ones(1, 2))).toThrow(new TypeError(message));
  });

  test('what may be put there', () => {
    const net = new Net();
    expect(keys(net)).toEqual(['w', 'b', 'fc.weight', 'fc.bias']);
    Object.assign(net, { none: new nn.Parameter(torch.ones(2)), b: new nn.Parameter(torch.ones(2)), extra: torch.ones(3) });
    expect(keys(net).toSorted()).toEqual(['b', 'fc.bias', 'fc.weight', 'none', 'w']);
    Object.assign(net, { w: new nn.Linear(1, 1), fc: null });
    expect(keys(net).toSorted()).toEqual(['b', 'none', 'w.bias', 'w.weight']);
    const tied = new nn.Linear(2, 2);
    tied.weight = new nn.Linear(2, 2).weight;
    tied.bias = null;
    expect(keys(tied)).toEqual(['weight']);
  });
});

describe('copies of modules whose weights are computed', () => {
  const x = torch.ones(1, 3);
  const row = (y: Tensor) => Array.from(y.detach().reshape(-1).numpy() as Float32Array, (v) => Number(v.toFixed(4)));
  test('spectralNorm', () => {
    torch.manualSeed(0);
    const layer = nn.utils.spectralNorm(new nn.Linear(3, 2)), copy = nn.deepcopy(layer);
    const original = (copy as unknown as Record<string, Tensor>)['weight_orig'];
    noGrad(() => {
      original.mul_(3);
      original.index(0, 0).fill_(5);
    });
    expect([row(layer(x)), row(copy(x))]).toEqual([[-0.46, -0.8432], [0.8244, 0.1836]]);
    nn.utils.removeSpectralNorm(copy);
    expect([keys(copy), keys(layer)]).toEqual([['bias', 'weight'], ['bias', 'weight_orig', 'weight_u', 'weight_v']]);
    expect(() => nn.utils.removeSpectralNorm(copy)).toThrow("spectral_norm of 'weight' not found in Linear(in_features=3, out_features=2, bias=True)");
    expect(() => nn.utils.spectralNorm(layer)).toThrow('Cannot register two spectral_norm hooks on the same parameter weight');
    expect(() => nn.deepcopy(layer)).toThrow('Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment');
  });
  test('weightNorm', () => {
    torch.manualSeed(0);
    const layer = nn.utils.weightNorm(new nn.Linear(3, 2), 'weight', { dim: null });
    noGrad(() => layer(x));
    const copy = nn.deepcopy(layer);
    noGrad(() => { (copy as unknown as Record<string, Tensor>)['weight_g'].mul_(3); });
    expect([row(layer(x)), row(copy(x))]).toEqual([[-0.1812, -0.0347], [-0.5208, -1.0196]]);
    nn.utils.removeWeightNorm(copy);
    expect([keys(copy), keys(layer)]).toEqual([['bias', 'weight'], ['bias', 'weight_g', 'weight_v']]);
  });
});

test('copies keep the hooks of calls, each for itself', () => {
  const called: boolean[] = [];
  const layer = new nn.Linear(2, 2);
  const handle = layer.registerForwardHook((module) => { called.push(module === layer); });
  const copy = nn.deepcopy(layer);
  handle.remove();
  layer(torch.ones(1, 2));
  copy(torch.ones(1, 2));
  expect(called).toEqual([false]);
});

test('older backward hooks see the last node alone', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const m = new nn.ReLU(), x = torch.ones(1, 2, { requiresGrad: true });
  const handle = m.registerBackwardHook((_, [g]) => [g!.mul(10)]);
  m(x).sum().backward();
  expect(Array.from(x.grad!.reshape(-1).numpy(), Number)).toEqual([10, 10]);
  expect(() => m.registerFullBackwardHook(() => {})).toThrow('Cannot use both regular backward hooks and full backward hooks on a single Module.');
  handle.remove();
  m.registerFullBackwardHook(() => {});
  expect(() => m.registerBackwardHook(() => {})).toThrow('Cannot use both regular backward hooks and full backward hooks on a single Module.');
  const seen: number[] = [], linear = new nn.Linear(2, 2);
  linear.registerBackwardHook((_, gradInput, gradOutput) => { seen.push(gradInput.length, gradOutput.length); });
  linear(x).sum().backward();
  expect([seen, warn.mock.calls.length]).toEqual([[3, 1], 1]);
  warn.mockRestore();
});
