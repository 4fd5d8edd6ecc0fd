import { inspect } from 'node:util';
import { int64, uint8 } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import { DataLoader, SyntheticDigits, transforms } from '../src/index.js';
import { failure, values } from './fixtures.js';

const bytes = (set: SyntheticDigits<unknown, unknown>): Uint8Array => set.data.numpy() as Uint8Array;

describe('SyntheticDigits', () => {
  it('has the form of MNIST', () => {
    const set = new SyntheticDigits({ length: 20 });
    expect(set.length).toBe(20);
    expect(set.data.shape).toEqual([20, 28, 28]);
    expect(set.data.dtype).toBe(uint8);
    expect(set.targets.dtype).toBe(int64);
    const [image, target] = set.getItem(3);
    expect([image.width, image.height, image.mode]).toEqual([28, 28, 'L']);
    expect(target).toBe(values(set.targets)[3]);
    expect(inspect(set)).toBe(
      'Dataset SyntheticDigits\n    Number of datapoints: 20\n    Split: Train\n    Seed: 0');
  });

  it('draws digit i the same whatever else is drawn', () => {
    const few = new SyntheticDigits({ length: 30 });
    const many = new SyntheticDigits({ length: 55 });
    expect(bytes(many).subarray(0, 30 * 784)).toEqual(bytes(few));
    expect(values(many.targets).slice(0, 30)).toEqual(values(few.targets));
  });

  it('draws others for another seed, and for the test set', () => {
    const keys = [{}, { train: false }, { seed: 1 }, { seed: 1, train: false }, { seed: -1 }, { seed: 2 ** 40 }];
    const pictures = new Set<string>();
    for (const options of keys) {
      const set = new SyntheticDigits({ ...options, length: 200 });
      for (let i = 0; i < 200; i++) pictures.add(bytes(set).subarray(i * 784, (i + 1) * 784).join());
    }
    expect(pictures.size).toBe(keys.length * 200);
  });

  it('gives each digit once in ten, or at random', () => {
    const balanced = values(new SyntheticDigits({ length: 50 }).targets);
    for (let i = 0; i < 50; i += 10) expect(new Set(balanced.slice(i, i + 10)).size).toBe(10);
    expect(balanced.slice(0, 10)).not.toEqual(balanced.slice(10, 20));
    const random = values(new SyntheticDigits({ length: 1000, balanced: false }).targets);
    const counts = Array.from({ length: 10 }, (_, d) => random.filter((label) => label === d).length);
    expect(Math.min(...counts)).toBeGreaterThan(60);
    expect(Math.max(...counts)).toBeLessThan(150);
  });

  it('draws ink on paper, inside the picture', () => {
    const pixels = bytes(new SyntheticDigits({ length: 500 }));
    let inked = 0;
    let atEdge = 0;
    for (let i = 0; i < pixels.length; i++) {
      if (pixels[i]! < 128) continue;
      inked++;
      const [x, y] = [i % 28, Math.floor(i / 28) % 28];
      if (x === 0 || y === 0 || x === 27 || y === 27) atEdge++;
    }
    expect(inked / pixels.length).toBeGreaterThan(0.05);
    expect(inked / pixels.length).toBeLessThan(0.25);
    expect(atEdge / inked).toBeLessThan(0.01);
  });

  it('is out of reach of a linear model', () => {
    const [train, test] = [new SyntheticDigits(), new SyntheticDigits({ train: false })];
    const accuracy = softmaxRegression(train, test, { epochs: 4, rate: 0.02 });
    expect(accuracy).toBeGreaterThan(0.6);
    expect(accuracy).toBeLessThan(0.9);
  });

  it('goes through transforms and loaders', async () => {
    const set = new SyntheticDigits({
      length: 10, transform: new transforms.ToTensor(), targetTransform: (digit) => digit % 2,
    });
    for await (const [x, y] of new DataLoader(set, { batchSize: 10 })) {
      expect(x.shape).toEqual([10, 1, 28, 28]);
      expect(values(y).reduce((a, b) => a + b)).toBe(5);
    }
  });

  it.each([{ length: -1 }, { length: 2.5 }, { seed: 0.5 }])('refuses %o', (options) => {
    expect(failure(() => new SyntheticDigits(options)).name).toBe('ValueError');
  });
});

/** Test accuracy of a linear model trained by plain stochastic gradient descent, one picture at a time. */
function softmaxRegression(
  train: SyntheticDigits, test: SyntheticDigits, { epochs, rate }: { epochs: number; rate: number },
): number {
  const weights = Array.from({ length: 10 }, () => new Float32Array(785));
  const scores = (pixels: Uint8Array, at: number): number[] => weights.map((w) => {
    let sum = w[784]!;
    for (let i = 0; i < 784; i++) sum += w[i]! * pixels[at + i]!;
    return sum;
  });
  const trainPixels = bytes(train);
  const labels = values(train.targets);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let n = 0; n < labels.length; n++) {
      const out = scores(trainPixels, n * 784);
      const most = Math.max(...out);
      const powers = out.map((s) => Math.exp(s - most));
      const total = powers.reduce((a, b) => a + b);
      for (let d = 0; d < 10; d++) {
        const step = (rate / 255 / 255) * (powers[d]! / total - (labels[n] === d ? 1 : 0));
        const w = weights[d]!;
        for (let i = 0; i < 784; i++) w[i]! -= step * trainPixels[n * 784 + i]!;
        w[784]! -= step * 255 * 255;
      }
    }
  }
  const testPixels = bytes(test);
  const right = values(test.targets).filter((label, n) => {
    const out = scores(testPixels, n * 784);
    return out.indexOf(Math.max(...out)) === label;
  });
  return right.length / test.length;
}
