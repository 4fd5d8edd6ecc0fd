import * as autograd from '@sconce/autograd';
import * as data from '@sconce/data';
import * as distributions from '@sconce/distributions';
import * as func from '@sconce/func';
import * as nn from '@sconce/nn';
import * as optim from '@sconce/optim';
import * as tensor from '@sconce/tensor';
import * as vision from '@sconce/vision';
import { expect, test, vi } from 'vitest';
import * as torch from '../src/index.js';

test('the packages under the names that PyTorch has for them', () => {
  expect({ ...torch.autograd }).toEqual({ ...autograd });
  expect({ ...torch.nn }).toEqual({ ...nn });
  expect({ ...torch.distributions }).toEqual({ ...distributions });
  expect({ ...torch.func }).toEqual({ ...func });
  // averaged models are modules, and schedules for them go by optimizers
  const { swaUtils, ...rest } = optim;
  expect({ ...torch.optim, swaUtils: undefined }).toEqual({ ...rest, swaUtils: undefined });
  expect({ ...torch.optim.swaUtils }).toEqual({ ...swaUtils, ...nn.swaUtils });
  expect({ ...torch.utils.data }).toEqual({ ...data });
  expect({ ...torch.torchvision }).toEqual({ ...vision });
  expect(torch).toMatchObject({ ...tensor });
  expect(torch.noGrad).toBe(autograd.noGrad);
  expect(torch.random.manualSeed).toBe(torch.manualSeed);
  expect(torch.datasets.MNIST).toBe(data.MNIST);
  expect(torch.transforms.ToTensor).toBe(data.transforms.ToTensor);
});

test('a training run prints what PyTorch prints', () => {
  torch.manualSeed(0);
  const x = torch.randn(256, 2);
  const y = x.select(1, 0).mul(x.select(1, 1)).gt(0).long();
  const net = new torch.nn.Sequential(new torch.nn.Linear(2, 16), new torch.nn.Tanh(), new torch.nn.Linear(16, 2));
  const lossFn = new torch.nn.CrossEntropyLoss();
  const optimizer = new torch.optim.Adam(net.parameters(), { lr: 0.05 });
  const lines: string[] = [];
  for (let step = 0; step <= 100; step++) {
    optimizer.zeroGrad();
    const loss = lossFn(net(x), y);
    loss.backward();
    optimizer.step();
    if (step % 25 === 0) lines.push(String(loss));
  }
  // torch.manual_seed(0) and the same lines in PyTorch 1.13
  expect(lines).toEqual(['0.7100', '0.1748', '0.0817', '0.0571', '0.0421'].map((l) => `tensor(${l}, grad_fn=<NllLossBackward0>)`));
});

test('what programs ask before they use a device that is not here', async () => {
  const device = torch.device(torch.cuda.isAvailable() ? 'cuda' : torch.backends.mps.isAvailable() ? 'mps' : 'cpu');
  expect(torch.ones(2, { device }).device.type).toBe('cpu');
  expect(torch.cuda.deviceCount()).toBe(0);
  torch.manualSeed(1);
  const x = torch.rand(2);
  torch.manualSeed(1);
  torch.cuda.manualSeedAll(5);
  torch.backends.cudnn.benchmark = true;
  expect(await torch.rand(2).equal(x)).toBe(true);
  expect(torch.areDeterministicAlgorithmsEnabled()).toBe(false);
  torch.useDeterministicAlgorithms(true, { warnOnly: true });
  expect(torch.areDeterministicAlgorithmsEnabled()).toBe(true);
  torch.useDeterministicAlgorithms(false);
});

test('settings that are remembered', () => {
  expect(torch.getFloat32MatmulPrecision()).toBe('highest');
  torch.setFloat32MatmulPrecision('high');
  expect(torch.getFloat32MatmulPrecision()).toBe('high');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  torch.setFloat32MatmulPrecision('low' as never);
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    "low is not one of 'highest', 'high', or 'medium'; the currentsetFloat32MatmulPrecision call has no effect.");
  warn.mockRestore();
  expect(torch.getFloat32MatmulPrecision()).toBe('high');
  expect(() => torch.setFloat32MatmulPrecision(3 as never)).toThrow(new torch.RuntimeError('set_float32_matmul_precision expects a str, but got number'));
  torch.setFloat32MatmulPrecision('highest');
  expect([torch.setFlushDenormal(true), torch.setFlushDenormal(false)]).toEqual([false, false]);
  expect(() => torch.setFlushDenormal(1 as never)).toThrow(new torch.RuntimeError('flush_denormal expects a bool, but got number'));
  expect(torch.isAnomalyEnabled()).toBe(false);
  torch.setAnomalyEnabled(true);
  expect([torch.isAnomalyEnabled(), torch.autograd.isAnomalyEnabled()]).toEqual([true, true]);
  torch.setAnomalyEnabled(false);
  expect(torch.isAnomalyEnabled()).toBe(false);
});

test('what programs say of memory changes nothing', () => {
  const net = new torch.nn.Conv2d(1, 2, 3).to({ memoryFormat: torch.channelsLast }), x = torch.rand(1, 1, 4, 4).requiresGrad_();
  const y = net(x.to({ memoryFormat: torch.channelsLast }));
  expect(y.shape).toEqual([1, 2, 2, 2]);
  const [left, right] = y.splitWithSizes([1, 1], 1);
  expect(String(left.gradFn)).toBe('<SplitWithSizesBackward0>');
  left.narrowCopy(2, 0, 1).sum().add(right.sum()).backward();
  expect(x.grad!.shape).toEqual([1, 1, 4, 4]);
});

test('older names', async () => {
  const x = torch.ones(2), v = torch.autograd.Variable(x, { requiresGrad: true });
  v.mul(3).sum().backward();
  expect(await v.grad!.tolist()).toEqual([3, 3]);
  expect(x.requiresGrad).toBe(false);
  expect(torch.cosineSimilarity).toBe(torch.nn.functional.cosineSimilarity);
});
