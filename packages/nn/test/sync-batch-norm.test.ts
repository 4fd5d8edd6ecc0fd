import * as torch from '@sconce/tensor';
import { expect, test } from 'vitest';
import * as nn from '../src/index.js';
import recorded from './fixtures/nn.json' with { type: 'json' };

// what PyTorch gave in a world of one process, by tooling/oracle/nn.py
const { sync } = recorded;

const flat = (x: torch.Tensor): number[] => Array.from(x.detach().contiguous().hostValues(), Number);

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, i) => { expect(Math.abs(x - expected[i]), `${i}: ${x} for ${expected[i]}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected[i]))); });
}

test('a network with its batch norms converted computes what PyTorch\'s does', () => {
  torch.manualSeed(5);
  const inner = new nn.ModuleDict<nn.Module>({
    norm: new nn.BatchNorm3d(2, { momentum: null, eps: 0.1 }), free: new nn.BatchNorm1d(2, { affine: false, trackRunningStats: false }),
  });
  const net = new nn.Sequential(new nn.BatchNorm1d(2), inner, new nn.InstanceNorm1d(2)), before = [...net.parameters()];
  for (const p of before) nn.init.uniform_(p);
  net.eval();
  const converted = nn.SyncBatchNorm.convertSyncBatchnorm(net);
  expect(converted).toBe(net);
  expect([...converted.parameters()]).toEqual(before);
  expect(String(converted)).toBe(sync.repr);
  expect(Object.keys(converted.stateDict())).toEqual(sync.keys);
  expect([...converted.modules()].map((m) => m.training)).toEqual(sync.training);
  const norms = [[...converted][0], inner.get('norm'), inner.get('free')] as nn.SyncBatchNorm[];
  const through = (x: torch.Tensor, count: number): torch.Tensor => norms.slice(0, count).reduce((y, norm) => norm(y), x);
  for (const { shape, output, inputGrad, buffers } of sync.steps) {
    const x = torch.rand(shape).requiresGrad_(), y = through(x, 3);
    y.pow(3).sum().backward();
    expectClose(flat(y), output);
    expectClose(flat(x.grad!), inputGrad, 5e-5);
    expectClose([...converted.buffers()].flatMap(flat), buffers.flat());
  }
  converted.eval();
  expectClose(flat(through(torch.rand(2, 2, 3), 2)), sync.evaluated);
});

test('a batch norm becomes another module with the same parameters and buffers', () => {
  const norm = new nn.BatchNorm2d(3), group = {}, sync = nn.SyncBatchNorm.convertSyncBatchnorm(norm, group);
  expect(sync).toBeInstanceOf(nn.SyncBatchNorm);
  expect([sync.weight, sync.bias, sync.running_mean, sync.running_var, sync.num_batches_tracked])
    .toEqual([norm.weight, norm.bias, norm.running_mean, norm.running_var, norm.num_batches_tracked]);
  expect(sync.weight).toBe(norm.weight);
  expect(sync.running_mean).toBe(norm.running_mean);
  expect(sync.processGroup).toBe(group);
  const layer = new nn.Linear(2, 2);
  expect(nn.SyncBatchNorm.convertSyncBatchnorm(layer)).toBe(layer);
});

test('inputs without channels, in PyTorch\'s words', () => {
  const norm = new nn.SyncBatchNorm(3, { processGroup: null });
  expect(() => norm(torch.rand(3))).toThrow(new torch.ValueError('expected at least 2D input (got 1D input)'));
  expect(() => norm(torch.rand(2, 0))).toThrow(new torch.ValueError('SyncBatchNorm number of input channels should be non-zero'));
});

test('updateBn finds it', async () => {
  const net = new nn.Sequential(new nn.SyncBatchNorm(2));
  await nn.swaUtils.updateBn([torch.tensor([[1, 2], [3, 6]]), torch.tensor([[3, 4], [5, 8]])], net);
  expect(flat(([...net][0] as nn.SyncBatchNorm).running_mean!)).toEqual([3, 5]);
});

test('images alone have cross-map norms, and windows of one channel have no gradient, as in PyTorch', () => {
  expect(() => new nn.CrossMapLRN2d(3)(torch.rand(4, 3, 3))).toThrow(new torch.ValueError('expected 4D input (got 3D input)'));
  const x = torch.rand(1, 6, 1, 1).requiresGrad_();
  expect(() => { new nn.CrossMapLRN2d(1)(x).sum().backward(); }).toThrow(new torch.RuntimeError('start (1) + length (6) exceeds dimension size (6).'));
});

test('cells of recurrent nets have one base', () => {
  for (const cell of [new nn.RNNCell(2, 3), new nn.LSTMCell(2, 3), new nn.GRUCell(2, 3)]) expect(cell).toBeInstanceOf(nn.RNNCellBase);
});
