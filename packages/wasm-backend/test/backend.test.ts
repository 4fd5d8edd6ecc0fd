import * as torch from '@sconce/tensor';
import {
  batchNorm, conv2d, convolutionBackwardWeight, convTranspose2d, expr, groupNorm, jsBackend, layerNorm, maxPool2d,
  normalizationBackward, normalizationBackwardWeight, runUpdate, updateOp,
} from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { wasm } from '../src/index.js';

const backend = wasm();

/** The values that a computation gives on the JavaScript kernels and on these. */
async function both(compute: () => torch.Tensor): Promise<[unknown, unknown]> {
  const values: unknown[] = [];
  for (const b of [jsBackend, backend]) {
    torch.registerBackend(b);
    torch.manualSeed(0);
    values.push(await compute().tolist());
  }
  return values as [unknown, unknown];
}

function expectClose(a: unknown, b: unknown): void {
  if (Array.isArray(a)) a.forEach((x, i) => expectClose(x, (b as unknown[])[i]));
  else if (typeof a === 'number' && Number.isFinite(a)) expect(Math.abs(a - (b as number))).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(a)));
  else expect(b).toEqual(a);
}

const arange = (...shape: number[]): torch.Tensor =>
  torch.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i)).view(shape);

const wave = (...shape: number[]): torch.Tensor => arange(...shape).mul(1.7).sin();

const momentumUpdate = updateOp({
  name: 'momentumUpdate', writes: 2,
  update([x, buffer, g], [lr, momentum]) {
    const velocity = expr.add(expr.mul(momentum, buffer), g);
    return [expr.sub(x, expr.mul(lr, velocity)), velocity];
  },
});

test.each<[string, () => torch.Tensor]>([
  ['add', () => arange(5, 7).add(arange(5, 7))],
  ['scalar', () => arange(5, 7).mul(2.5).sub(1)],
  ['row', () => arange(5, 7).add(arange(7))],
  ['column', () => arange(5, 7).mul(arange(5, 1))],
  ['transposed', () => arange(5, 7).t().add(arange(7, 5))],
  ['into a view', () => { const x = arange(6, 8); x.t().select(0, 2).mul_(-1); return x; }],
  ['4-d', () => arange(2, 3, 4, 5).permute(3, 1, 0, 2).add(arange(3, 1, 4))],
  ['large', () => arange(100, 1001).add(arange(100, 1001)).neg()],
  ['exp', () => arange(3000).sub(1500).div(10).exp()],
  ['log', () => arange(3000).div(7).log()],
  ['tanh', () => arange(3000).sub(1500).div(200).tanh()],
  ['relu', () => arange(50).sub(25).relu()],
  ['compare', () => arange(50).lt(25)],
  ['sum', () => arange(1003).sum()],
  ['sum rows', () => arange(9, 1003).sum(1)],
  ['sum columns', () => arange(1003, 21).sum(0).div(1000)],
  ['mean outer and inner', () => arange(7, 5, 33).mean([0, 2])],
  ['sum middle', () => arange(7, 5, 33).sum(1)],
  ['amax', () => arange(7, 5, 33).neg().amax([0, 2])],
  ['softmax', () => arange(7, 13).mul(37).sin().softmax(1)],
  ['logSoftmax', () => arange(7, 10).mul(37).sin().mul(20).logSoftmax(-1)],
  ['conv2d', () => conv2d(wave(2, 3, 9, 11), wave(5, 3, 3, 4), wave(5))],
  ['conv2d padded, dilated', () => conv2d(wave(2, 3, 9, 11), wave(5, 3, 3, 3), null, { padding: 2, dilation: 2 })],
  ['conv2d with stride', () => conv2d(wave(2, 3, 9, 11), wave(5, 3, 3, 3), null, { stride: 2 })],
  ['convTranspose2d', () => convTranspose2d(wave(2, 5, 7, 8), wave(5, 3, 3, 4), wave(3), { padding: 1 })],
  ['weight gradient', () => convolutionBackwardWeight(wave(2, 3, 9, 11), wave(2, 5, 7, 8),
    { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1, weightShape: [5, 3, 3, 4] })],
  ['weight gradient, padded', () => convolutionBackwardWeight(wave(2, 3, 9, 11), wave(2, 4, 9, 11),
    { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1, weightShape: [4, 3, 3, 3] })],
  ['conv2d in groups', () => conv2d(wave(3, 6, 9, 11), wave(4, 3, 3, 2), wave(4), { stride: [2, 1], padding: 1, groups: 2 })],
  ['depthwise', () => conv2d(wave(2, 5, 9, 11), wave(5, 1, 3, 3), wave(5), { padding: 1, groups: 5 })],
  ['convTranspose2d with stride', () => convTranspose2d(wave(2, 6, 5, 6), wave(6, 2, 3, 4), { stride: 2, padding: 1, groups: 3 })],
  ['weight gradient with stride', () => convolutionBackwardWeight(wave(3, 6, 9, 11), wave(3, 4, 5, 5),
    { stride: [2, 2], padding: [1, 0], dilation: [1, 1], groups: 2, weightShape: [4, 3, 3, 3] })],
  ['layerNorm', () => layerNorm(wave(5, 3, 23), [23], wave(23), wave(23))],
  ['batchNorm', () => batchNorm(wave(4, 5, 3, 7), null, null, wave(5), wave(5), { training: true })],
  ['batchNorm with running statistics', () => batchNorm(wave(4, 5, 3, 7), wave(5), wave(5).abs(), wave(5), wave(5))],
  ['groupNorm', () => groupNorm(wave(4, 6, 3, 7), 3, wave(6), wave(6))],
  ...([
    ['layer', [15, 1, 1, 23], [1, 1, 1, 23], false], ['batch', [4, 5, 1, 21], [1, 5, 1, 1], true],
    ['group', [4, 3, 2, 21], [1, 3, 2, 1], false],
  ] as const).flatMap(([name, shape, parameters, acrossBatch]): [string, () => torch.Tensor][] => {
    const attrs = { shape, parameters, acrossBatch, eps: 1e-5 } as const;
    const groups = acrossBatch ? shape[1] : shape[0] * shape[1], size = parameters.reduce<number>((a, b) => a * b, 1);
    const g = (): torch.Tensor => wave(...shape).mul(2), x = (): torch.Tensor => wave(...shape);
    return [
      [`${name} normalisation's gradient`, () => normalizationBackward(g(), x(), wave(size), wave(groups), wave(groups).abs(), attrs)],
      [`${name} normalisation's gradient by the weight`,
        () => normalizationBackwardWeight(g(), x(), wave(groups), wave(groups).abs().add(1), { ...attrs, weightShape: [size] })],
    ];
  }),
  ['maxPool2d', () => maxPool2d(wave(2, 3, 9, 22), 2)],
  ['maxPool2d any', () => maxPool2d(wave(2, 3, 9, 22), 3, { stride: 2, padding: 1, ceilMode: true })],
  ['maxPool2d indices', () => maxPool2d(wave(2, 3, 9, 22), 2, { returnIndices: true })[1]],
  ['update', () => {
    const x = wave(1003), buffer = wave(1003).mul(2), g = wave(1003).add(1);
    runUpdate(momentumUpdate, [x, buffer, g], [0.1, 0.9]);
    return x.add(buffer);
  }],
  ['mm', () => arange(5, 7).mm(arange(7, 9)).div(1000)],
  ['x wT', () => arange(33, 13).mm(arange(11, 13).t()).div(1000)],
  ['addmm', () => torch.addmm(arange(9), arange(5, 7), arange(7, 9)).div(1000)],
  ['mm large', () => arange(70, 300).div(1000).mm(arange(300, 70).div(1000)).div(1000)],
])('%s', async (_, compute) => {
  const [expected, actual] = await both(compute);
  expectClose(expected, actual);
});
