// What Wishart draws again, beside what PyTorch's does: tooling/oracle/distributions.py records it.
import { grad } from '@sconce/autograd';
import { eye, manualSeed, rand, tensor } from '@sconce/tensor';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as D from '../src/index.js';
import recorded from './fixtures/distributions.json' with { type: 'json' };
import { expectTensor } from './support.js';

const warn = vi.spyOn(console, 'warn');
beforeEach(() => { warn.mockImplementation(() => undefined); });
afterEach(() => { warn.mockReset(); });

const covariance = tensor([[2, 0.5], [0.5, 1]]);

/** In the place of being definite a small trace, which does not hang on the last bit. */
class LowWishart extends D.Wishart {
  override get support() {
    return new D.constraints.KnownConstraint('Low', { check: (x) => x.diagonal({ dim1: -2, dim2: -1 }).sum(-1).lt(9), eventDim: 2 });
  }
}

test('warns once, in PyTorch\'s words', () => {
  for (let i = 0; i < 2; i++) new D.Wishart(tensor([1.5, 3]), covariance).sample();
  expect(warn.mock.calls).toEqual([
    ['Low df values detected. Singular samples are highly likely to occur for ndim - 1 < df < ndim.'], ['Singular sample detected.'],
  ]);
});

test.each(recorded.wishart)('samples $shape of $df degrees in $tries tries', async ({ df, shape, tries, samples, next }) => {
  manualSeed(8);
  const m = new LowWishart(tensor(df), covariance);
  expectTensor(tries === null ? m.rsample(shape) : m.rsample(shape, { maxTryCorrection: tries }), samples, 'samples');
  expect(await rand(1).item()).toBeCloseTo(next, 6);
});

test('what is drawn again has the gradients of its own numbers', () => {
  const df = tensor([3, 4], { requiresGrad: true }), factor = tensor([[1.5, 0], [0.5, 1]], { requiresGrad: true });
  const m = new D.Wishart(df, { scaleTril: factor });
  manualSeed(3);
  const twice = m.rsample([5]), ofTwice = grad(twice.pow(2).sum(), [df, factor], null, { retainGraph: true });
  manualSeed(3);
  const once = [m.rsample([5], { maxTryCorrection: 0 }), m.rsample([5], { maxTryCorrection: 0 })][1], ofOnce = grad(once.pow(2).sum(), [df, factor]);
  [twice, ...ofTwice].forEach((x, i) => {
    expect(Array.from(x!.detach().hostValues(), Number)).toEqual(Array.from([once, ...ofOnce][i]!.detach().hostValues(), Number));
  });
});

test('one number of degrees for a batch of covariances', async () => {
  const m = new D.Wishart(3, eye(2).expand(4, 2, 2));
  expect([m.batchShape, m.mean.shape, m.mode.shape, m.variance.shape, m.sample([2]).shape]).toEqual([[4], [4, 2, 2], [4, 2, 2], [4, 2, 2], [2, 4, 2, 2]]);
  expect(await m.expand([3, 4]).mean.select(0, 1).select(0, 2).tolist()).toEqual([[3, 0], [0, 3]]);
});

test('arguments that do not fit', () => {
  expect(() => new D.Wishart(3, {})).toThrow('Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.');
  expect(() => new D.Wishart(3, eye(2), { scaleTril: eye(2) } as never)).toThrow('Exactly one of covariance_matrix');
  expect(() => new D.Wishart(3, eye(2)).rsample([2], { tries: 3 } as never)).toThrow("rsample(): unknown option 'tries'");
});
