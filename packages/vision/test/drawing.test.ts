import { float64, rand, tensor, uint8, zeros } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import { utils } from '../src/index.js';
import { failure } from './fixtures.js';
import { expectSame, recorded, tensorOf } from './ops-fixtures.js';

const { picture, points, drawn, lines, flows } = recorded.utils;

describe('drawKeypoints', () => {
  it.each(drawn)('%o', (options, out) => { expectSame(utils.drawKeypoints(tensorOf(picture), tensorOf(points), options), tensorOf(out)); });

  it.each(lines)('a star of lines, and circles of radius $radius', ({ radius, ends, out }) => {
    const connectivity = Array.from({ length: 40 }, (_, k) => [0, k + 1] as const);
    const star = utils.drawKeypoints(zeros(3, 80, 80, { dtype: uint8 }), tensorOf(ends), { connectivity, colors: 'red', radius, width: Math.floor(radius / 4) });
    expectSame(star, tensorOf(out));
  });

  const image = zeros(3, 8, 8, { dtype: uint8 }), few = tensor([[[1, 2], [3, 4]]]);
  it.each<[string, () => unknown, string]>([
    ['floats', () => utils.drawKeypoints(rand(3, 8, 8), few), 'The image dtype must be uint8, got torch.float32'],
    ['no tensor', () => utils.drawKeypoints(3 as never, few), 'The image must be a tensor, got number'],
    ['batches', () => utils.drawKeypoints(image.unsqueeze(0), few), 'Pass individual images, not batches'],
    ['gray', () => utils.drawKeypoints(image.narrow(0, 0, 1), few), 'Pass an RGB image. Other Image formats are not supported'],
    ['points alone', () => utils.drawKeypoints(image, few.squeeze(0)), 'keypoints must be of shape (num_instances, K, 2)'],
    ['a point that there is not', () => utils.drawKeypoints(image, few, { connectivity: [[0, 5]] }), 'list index out of range'],
  ])('refuses %s', (_, act, message) => { expect(failure(act).message).toBe(message); });
});

describe('flowToImage', () => {
  it.each(flows.map((flow, i) => [i, ...flow] as const))('flow %i', (_, flow, out) => {
    expectSame(utils.flowToImage(tensorOf(flow)), tensorOf(out));
  });

  it.each<[string, () => unknown, string]>([
    ['doubles', () => utils.flowToImage(zeros(2, 3, 3, { dtype: float64 })), 'Flow should be of dtype torch.float, got torch.float64.'],
    ['other shapes', () => utils.flowToImage(zeros(2, 3, 8, 8)), 'Input flow should have shape (2, H, W) or (N, 2, H, W), got torch.Size([2, 3, 8, 8]).'],
  ])('refuses %s', (_, act, message) => { expect(failure(act).message).toBe(message); });
});
