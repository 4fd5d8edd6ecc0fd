import * as torch from '@sconce/tensor';
import { activations, batchNorm } from '@sconce/tensor/internal';
import { describe, expect, test } from 'vitest';
import { grad, gradcheck, gradgradcheck } from '../src/index.js';

torch.manualSeed(0);
const leaf = (...shape: number[]): torch.Tensor => torch.randn(shape, { dtype: torch.float64 }).requiresGrad_();

describe('convolution', () => {
  test.each([
    ['an output padding beyond the stride', (x: torch.Tensor, w: torch.Tensor) => torch.convTranspose1d(x, w, { dilation: 3, outputPadding: 2 }), [1, 2, 3], [2, 2, 2]],
    ['a stride that leaves elements over', (x: torch.Tensor, w: torch.Tensor) => torch.conv1d(x, w, { stride: 3, groups: 2 }), [2, 4, 9], [2, 2, 2]],
    ['uneven zeros', (x: torch.Tensor, w: torch.Tensor) => torch.conv2d(x, w, { padding: 'same', dilation: [1, 2] }), [2, 3, 4], [1, 2, 2, 3]],
  ] as const)('with %s', (_, fn, input, weight) => {
    const inputs = [leaf(...input), leaf(...weight)];
    expect(gradcheck(fn, inputs)).toBe(true);
    expect(gradgradcheck(fn, inputs)).toBe(true);
  });
});

describe('normalisation', () => {
  const third = (fn: (x: torch.Tensor) => torch.Tensor) => (x: torch.Tensor): torch.Tensor => {
    const [d1] = grad(fn(x).pow(3).sum(), x, null, { createGraph: true });
    const [d2] = grad(d1!.pow(2).sum(), x, null, { createGraph: true });
    return d2!;
  };
  test.each([
    ['layer norm', (x: torch.Tensor) => torch.layerNorm(x, [2, 3], { eps: 0.1 })],
    ['group norm', (x: torch.Tensor) => torch.groupNorm(x, 1, { eps: 0.1 })],
    ['batch norm', (x: torch.Tensor) => batchNorm(x, null, null, { training: true, eps: 0.1 })],
  ])('%s has a third derivative', (_, fn) => {
    expect(gradcheck(third(fn), [leaf(2, 2, 3)])).toBe(true);
  });

  test('statistics from elsewhere are constants', () => {
    const mean = torch.randn(2).double(), variance = torch.rand(2).double();
    const fn = (x: torch.Tensor, w: torch.Tensor, b: torch.Tensor): torch.Tensor => batchNorm(x, mean, variance, w, b);
    const inputs = [leaf(3, 2, 2), leaf(2), leaf(2)];
    expect(gradcheck(fn, inputs)).toBe(true);
    expect(gradgradcheck(fn, inputs)).toBe(true);
  });

  test('running statistics move, by the unbiased variance', async () => {
    const mean = torch.zeros(1), variance = torch.ones(1);
    batchNorm(torch.tensor([[1], [3]]), mean, variance, { training: true, momentum: 0.25 });
    expect(await mean.tolist()).toEqual([0.5]);
    expect(await variance.tolist()).toEqual([0.75 + 0.25 * 2]);
  });
});

test('an activation in place after pooling and normalisation', async () => {
  const x = torch.tensor([[[[1, -2], [3, -4]]]], { requiresGrad: true });
  const pooled = torch.maxPool2d(x, [1, 2]);
  activations.relu(pooled, { inplace: true }).sum().backward();
  expect(await x.grad!.tolist()).toEqual([[[[1, 0], [1, 0]]]]);
  const y = torch.layerNorm(leaf(3, 4), [4]);
  y.relu_();
  expect(() => y.sum().backward()).not.toThrow();
});

test('nodes have PyTorch’s names', () => {
  const x = torch.randn(1, 2, 6, 6, { requiresGrad: true }), w = torch.randn(2, 2, 3, 3), row = x.select(0, 0);
  const names = (y: torch.Tensor): string => {
    const name = y.gradFn!.name, next = y.gradFn!.nextFunctions[0]?.[0]?.name;
    return next === undefined || next === 'AccumulateGrad' ? name : `${name} < ${next}`;
  };
  expect(names(torch.conv2d(x, w))).toBe('ConvolutionBackward0');
  expect(names(torch.convTranspose2d(x, w))).toBe('ConvolutionBackward0');
  expect(names(torch.conv2d(x, w.narrow(2, 0, 2), { padding: 'same' }))).toBe('ConvolutionBackward0 < ConstantPadNdBackward0');
  expect(names(torch.conv2d(row, w))).toBe('SqueezeBackward1 < ConvolutionBackward0');
  expect(names(torch.maxPool2d(x, 2))).toBe('MaxPool2DWithIndicesBackward0');
  expect(names(torch.maxPool1d(row, 2))).toBe('SqueezeBackward1 < MaxPool2DWithIndicesBackward0');
  expect(names(torch.maxPool3d(x, 2))).toBe('MaxPool3DWithIndicesBackward0');
  expect(names(torch.avgPool2d(x, 2))).toBe('AvgPool2DBackward0');
  expect(names(torch.adaptiveAvgPool2d(x, 2))).toBe('AdaptiveAvgPool2DBackward0');
  expect(names(torch.adaptiveAvgPool2d(x, 1))).toBe('MeanBackward1');
  expect(names(torch.adaptiveMaxPool2d(x, 2))).toBe('AdaptiveMaxPool2DBackward0');
  expect(names(batchNorm(x, torch.zeros(2), torch.ones(2)))).toBe('NativeBatchNormBackward0');
  expect(names(batchNorm(x, null, null, { training: true }))).toBe('NativeBatchNormBackward0');
  expect(names(torch.layerNorm(x, 6))).toBe('NativeLayerNormBackward0');
  expect(names(torch.groupNorm(x, 2))).toBe('NativeGroupNormBackward0');
});
