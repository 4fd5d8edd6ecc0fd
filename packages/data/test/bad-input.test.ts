import * as torch from '@sconce/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import { DataLoader, Dataset, defaultCollate, Image, IterableDataset, Subset, SubsetRandomSampler, transforms } from '../src/index.js';

const { functional: F } = transforms;
const wrong = (x: unknown): never => x as never;
const gray = (width: number, height: number): Image => new Image({ width, height, channels: 1, data: new Uint8Array(width * height).fill(9) });

describe('probabilities and channels by name', () => {
  const picture = new Image({ width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 1, 1, 2, 2, 2) });
  it.each([transforms.RandomHorizontalFlip, transforms.RandomVerticalFlip, transforms.RandomInvert, transforms.RandomGrayscale])('%s', (Random) => {
    expect(String(new Random({ p: 1 }))).toBe(`${Random.name}(p=1)`);
    expect(new Random({ p: 1 })(picture)).toEqual(new Random(1)(picture));
    expect(() => new Random(wrong('1'))).toThrow(`${Random.name}(): expected an options object as in { p: '1' }, but got 1`);
  });
  it('flips', () => {
    expect([...new transforms.RandomHorizontalFlip({ p: 1 })(picture).data]).toEqual([2, 2, 2, 1, 1, 1]);
    expect(new transforms.Grayscale({ numOutputChannels: 3 })(picture).channels).toBe(3);
    expect(new transforms.ToPILImage({ mode: 'L' })(torch.ones(1, 2, 2)).channels).toBe(1);
  });
});

describe('indices', () => {
  const data = [10, 11, 12, 13];
  it.each([
    ['a tensor', torch.tensor([3n, 1n])], ['an int64 array', BigInt64Array.of(3n, 1n)], ['bigints', [3n, 1n]], ['a set', new Set([3, 1])],
    ['part of a permutation', torch.tensor([0n, 3n, 1n]).narrow(0, 1, 2)],
  ])('as %s', (_, indices) => {
    const subset = new Subset(data, indices);
    expect([subset.length, subset.getItem(0), subset.getItem(1)]).toEqual([2, 13, 11]);
    expect([...new SubsetRandomSampler(indices)].sort()).toEqual([1, 3]);
  });
  it('are not a number', () => {
    expect(() => new Subset(data, wrong(3))).toThrow(new TypeError('indices should be a list or a Tensor of integers, but got number'));
  });
});

describe('a data set without a length', () => {
  class Bare { getItem(i: number): number { return i; } }
  class Method extends Bare { length(): number { return 3; } }
  it('is refused, unless a sampler says what is taken', () => {
    expect(() => new DataLoader(wrong(new Bare()))).toThrow(new TypeError("object of type 'Bare' has no len()"));
    expect(() => new DataLoader(wrong(new Method()), { shuffle: true }))
      .toThrow(new TypeError('length of Method is a method; it should be a property: get length() { … }'));
    expect([...new DataLoader<number, torch.Tensor>(wrong(new Bare()), { sampler: [4, 5], batchSize: 2 })].map(String)).toEqual(['tensor([4, 5])']);
  });
});

describe('transforms', () => {
  it('are a list of functions', () => {
    expect(() => new transforms.Compose(wrong(new transforms.ToTensor()))).toThrow(new TypeError('Argument transforms should be a sequence'));
    expect(() => new transforms.Compose(wrong([new transforms.ToTensor(), 3]))).toThrow(new TypeError("'number' object is not callable"));
    expect(() => new transforms.RandomApply(wrong(new transforms.ToTensor()))).toThrow(new TypeError('Argument transforms should be a sequence'));
  });
  it.each<[string, () => unknown, string]>([
    ['a half', () => F.resize(torch.rand(3, 8, 8), [4.5, 4]), 'sizes of pictures should be integers, but got 4.5'],
    ['a half of an image', () => new transforms.Resize(4.5)(gray(8, 8)), 'sizes of pictures should be integers, but got 4.5'],
    ['nothing', () => F.resize(gray(8, 8), 0), 'height and width must be > 0'],
    ['less than nothing', () => F.resize(torch.rand(3, 8, 8), [-1, 2]), 'height and width must be > 0'],
    ['no way between pixels', () => F.resize(gray(8, 8), 4, { interpolation: wrong('linear') }),
      'interpolation should be one of nearest, bilinear, bicubic, box, hamming, lanczos, but got linear'],
    ['a half of padding', () => F.pad(torch.rand(3, 8, 8), 1.5), 'padding should be integers, but got 1.5'],
    ['padding that leaves nothing', () => F.pad(gray(8, 8), -5), 'height and width must be > 0'],
    ['a half of a place', () => F.crop(gray(8, 8), 0.5, 0, 4, 4), 'top, left, height and width should be integers, but got 0.5'],
  ])('sizes: %s', (_, run, message) => { expect(run).toThrow(message); });
  it('three channels of mean for a gray picture: the error speaks of the picture', () => {
    const both = new transforms.Compose([new transforms.ToTensor(), new transforms.Normalize([0.5, 0.5, 0.5], [0.5, 0.5, 0.5])]);
    expect(() => both(gray(4, 3))).toThrow("output with shape [1, 3, 4] doesn't match the broadcast shape [3, 3, 4]");
  });
});

describe('batches', () => {
  it('of large numbers are floats', async () => {
    const batch = defaultCollate([1e20, 2e20]);
    expect([batch.dtype.name, await batch.tolist()]).toEqual(['float64', [1e20, 2e20]]);
  });
  it('of things that do not go together', () => {
    expect(() => defaultCollate([torch.ones(2), 1])).toThrow(new TypeError('expected Tensor as element 1 in argument 0, but got number'));
    expect(() => defaultCollate([{ a: 1 }, { b: 2 }])).toThrow(new TypeError("default_collate: item 1 of the batch has no 'a', which item 0 has"));
  });
});

describe('what goes wrong beside what is waited for', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => { unhandled.push(reason); };
  process.on('unhandledRejection', note);
  afterEach(() => { unhandled.length = 0; });

  it('an item that rejects, and one that throws', async () => {
    class Both extends Dataset<Promise<number>> {
      get length(): number { return 2; }
      getItem(i: number): Promise<number> {
        if (i === 1) throw new Error('thrown');
        return Promise.reject(new Error('rejected'));
      }
    }
    const round = async (): Promise<void> => { for await (const _ of new DataLoader(new Both(), { batchSize: 2 })); };
    await expect(round()).rejects.toThrow('thrown');
    await new Promise((resolve) => { setTimeout(resolve); });
    expect(unhandled).toEqual([]);
  });

  it('a stream is closed before the loop is over, and says what went wrong with it', async () => {
    const log: string[] = [];
    class Stream extends IterableDataset<number> {
      constructor(readonly broken: boolean) { super(); }
      override async * [Symbol.asyncIterator](): AsyncGenerator<number> {
        try { for (let i = 0; ; i++) yield i; } finally {
          await new Promise((resolve) => { setTimeout(resolve, 5); });
          log.push('closed');
          // eslint-disable-next-line no-unsafe-finally -- what happens then is the question
          if (this.broken) throw new Error('not closed well');
        }
      }
    }
    for await (const _ of new DataLoader(new Stream(false))) break;
    expect(log).toEqual(['closed']);
    const round = async (): Promise<void> => { for await (const _ of new DataLoader(new Stream(true))) break; };
    await expect(round()).rejects.toThrow('not closed well');
    expect(unhandled).toEqual([]);
  });
});
