import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const flat = async (x: torch.Tensor): Promise<number[]> => await x.reshape(-1).tolist() as number[];

describe('pooling', () => {
  test('a NaN is the largest value; the first of equals counts', async () => {
    const [values, places] = torch.maxPool1d(torch.tensor([[1, NaN, 3, 2, 5, 5]]), 3, { returnIndices: true });
    expect(await flat(values)).toEqual([NaN, 5]);
    expect(await flat(places)).toEqual([1, 4]);
    const [low, first] = torch.maxPool1d(torch.full([1, 3], -Infinity), 3, { returnIndices: true });
    expect([await flat(low), await flat(first)]).toEqual([[-Infinity], [0]]);
  });

  test('places are counted in a channel, over all its dimensions', async () => {
    const x = torch.arange(2 * 3 * 4).float().view(1, 2, 3, 4);
    const [, places] = torch.maxPool2d(x, [2, 3], 1, { returnIndices: true });
    expect(await flat(places)).toEqual([6, 7, 10, 11, 6, 7, 10, 11]);
    const [, deep] = torch.maxPool3d(x, 2, { returnIndices: true });
    expect(await flat(deep)).toEqual([17, 19]);
  });

  test('a last window that begins in the padding is left out', () => {
    const x = torch.ones(1, 1, 7, 7);
    expect(torch.maxPool2d(x, 3, 2).shape).toEqual([1, 1, 3, 3]);
    expect(torch.maxPool2d(x, 2, 2, { ceilMode: true }).shape).toEqual([1, 1, 4, 4]);
    expect(torch.maxPool2d(torch.ones(1, 1, 5, 5), 2, 3, { padding: 1, ceilMode: true }).shape).toEqual([1, 1, 2, 2]);
    expect(torch.maxPool2d(x, 3, { stride: 2, padding: 1, dilation: 2 }).shape).toEqual([1, 1, 3, 3]);
  });

  test('means with and without the padding, of integers too', async () => {
    const x = torch.tensor([[[1, 2], [3, 5]]]);
    expect(await flat(torch.avgPool2d(x, 2, { padding: 1, stride: 2 }))).toEqual([0.25, 0.5, 0.75, 1.25]);
    expect(await flat(torch.avgPool2d(x, 2, { padding: 1, stride: 2, countIncludePad: false }))).toEqual([1, 2, 3, 5]);
    expect(await flat(torch.avgPool2d(x, 2, { divisorOverride: 2 }))).toEqual([5.5]);
    expect(await flat(torch.avgPool2d(x.long().neg(), 2))).toEqual([-2]);
    // with ceilMode a window counts what lies within the padded input
    expect(await flat(torch.avgPool1d(torch.tensor([[1, 2, 3]]), 2, { ceilMode: true }))).toEqual([1.5, 3]);
  });

  test('windows of an adaptive pooling overlap where sizes do not divide', async () => {
    const x = torch.arange(5).float().view(1, 5);
    expect(await flat(torch.adaptiveAvgPool1d(x, 3))).toEqual([0.5, 2, 3.5]);
    expect(await flat(torch.adaptiveMaxPool1d(x, 2))).toEqual([2, 4]);
    expect(await flat(torch.adaptiveAvgPool1d(x, 7))).toEqual([0, 0.5, 1.5, 2, 2.5, 3.5, 4]);
    expect(torch.adaptiveAvgPool2d(torch.ones(2, 6, 7), [3, null]).shape).toEqual([2, 3, 7]);
    const [, places] = torch.adaptiveMaxPool2d(torch.arange(12).float().view(1, 3, 4), [1, 2], { returnIndices: true });
    expect(await flat(places)).toEqual([9, 11]);
  });

  test('what does not fit is refused in PyTorch’s words', () => {
    const x = torch.ones(2, 3, 7, 7);
    expect(() => torch.maxPool2d(x, [1, 2, 3])).toThrow('max_pool2d: kernel_size must either be a single int, or a tuple of two ints');
    expect(() => torch.maxPool2d(x, 2, 0)).toThrow('stride should not be zero');
    expect(() => torch.maxPool2d(x, 2, { dilation: 0 })).toThrow('dilation should be greater than zero, but got dilationH: 0 dilationW: 0');
    expect(() => torch.maxPool2d(x.long(), 2)).toThrow(`"max_pool2d" not implemented for 'Long'`);
    expect(() => torch.avgPool3d(x.unsqueeze(-1), 3)).toThrow('input image (T: 7 H: 7 W: 1) smaller than kernel size (kT: 3 kH: 3 kW: 3)');
    expect(() => torch.maxPool1d(x, 2)).toThrow('max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:[2, 3, 7, 7]');
    expect(() => torch.adaptiveAvgPool2d(x, [1, 2, 3])).toThrow('adaptive_avg_pool2d: output_size must be 2');
    expect(() => torch.adaptiveMaxPool2d(torch.empty(1, 3, 7, 0), 2)).toThrow(
      'adaptive_max_pool2d(): Expected input to have non-zero size for non-batch dimensions, but input has sizes [1, 3, 7, 0] with dimension 3 being empty');
  });
});
