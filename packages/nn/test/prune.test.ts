import * as torch from '@sconce/tensor';
import type { Tensor } from '@sconce/tensor';
import { noGrad } from '@sconce/autograd';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';

// the messages and values here are PyTorch 1.13's
const { prune } = nn.utils;
const tensorOf = (module: nn.Module, name: string): Tensor => (module as unknown as Record<string, Tensor>)[name];
const mask = (module: nn.Module, name = 'weight'): string => Array.from(tensorOf(module, `${name}_mask`).reshape(-1).numpy(), Number).join('');
const numbers = (x: Tensor) => Array.from(x.detach().contiguous().numpy() as Float32Array);
const keys = (module: nn.Module) => Object.keys(module.stateDict());

function convolution(): nn.Conv2d {
  torch.manualSeed(0);
  return new nn.Conv2d(2, 3, 2);
}

test('methods follow one another, and what is left is a parameter again', () => {
  const m = convolution(), x = torch.ones(1, 2, 3, 3);
  prune.randomUnstructured(m, 'weight', { amount: 0.3 });
  expect([mask(m), keys(m), prune.isPruned(m)]).toEqual(['111101111100011111100110', ['bias', 'weight_orig', 'weight_mask'], true]);
  prune.l1Unstructured(m, 'bias', { amount: 2 });
  expect(mask(m, 'bias')).toBe('001');
  prune.lnStructured(m, 'weight', { amount: 0.5, n: 2, dim: 0 });
  expect(mask(m)).toBe('111101110000000000000000');
  prune.l1Unstructured(m, 'weight', { amount: 3 });
  expect(mask(m)).toBe('011100010000000000000000');
  prune.randomStructured(m, 'weight', { amount: 1, dim: 1 });
  expect(mask(m)).toBe('011100000000000000000000');
  m(x).sum().backward();
  expect(Array.from(tensorOf(m, 'weight_orig').grad!.reshape(-1).numpy() as Float32Array, (v) => (v === 0 ? 0 : 1)).join('')).toBe(mask(m));
  noGrad(() => {
    m(x);
    const copy = nn.deepcopy(m);
    tensorOf(copy, 'weight_orig').mul_(2);
    expect(numbers(copy(x))).not.toEqual(numbers(m(x)));
  });
  const y = numbers(m(x));
  prune.remove(m, 'weight');
  prune.remove(m, 'bias');
  expect([keys(m), prune.isPruned(m), numbers(m(x))]).toEqual([['weight', 'bias'], false, y]);
  expect(() => prune.remove(m, 'bias')).toThrow(
    "Parameter 'bias' of module Conv2d(2, 3, kernel_size=(2, 2), stride=(1, 1)) has to be pruned before pruning can be removed");
});

test('several parameters as one', () => {
  torch.manualSeed(1);
  const net = new nn.Sequential(new nn.Linear(3, 4), new nn.Linear(4, 2));
  const both = [[net[0], 'weight'], [net[1], 'weight']] as const;
  const masks = [['110111010010', '00111101'], ['100111010000', '00100100']];
  for (const expected of masks) {
    prune.globalUnstructured(both, prune.L1Unstructured, { amount: 0.4 });
    expect([mask(net[0]), mask(net[1])]).toEqual(expected);
  }
  expect(() => prune.globalUnstructured(both, prune.RandomStructured, { amount: 0.4 })).toThrow('Only "unstructured" PRUNING_TYPE supported');
});

test('masks and methods of one\'s own, and scores', () => {
  class EverySecond extends prune.BasePruningMethod {
    override computeMask(_: Tensor, defaultMask: Tensor): Tensor {
      const made = defaultMask.clone();
      made.view(-1).index('::2').fill_(0);
      return made;
    }
  }
  const m = convolution(), scores = torch.arange(12, { dtype: torch.float32 }).view(4, 3);
  EverySecond.apply(m, 'bias');
  expect(mask(m, 'bias')).toBe('010');
  prune.customFromMask(m, 'bias', torch.tensor([1, 0, 1]));
  expect(mask(m, 'bias')).toBe('000');
  prune.identity(m, 'weight');
  expect(mask(m)).toBe('1'.repeat(24));
  expect(mask(prune.l1Unstructured(new nn.Linear(3, 4), 'weight', { amount: 0.25, importanceScores: scores }))).toBe('000111111111');
  expect(mask(prune.lnStructured(new nn.Linear(3, 4), 'weight', { amount: 2, n: 2, dim: 0, importanceScores: scores }))).toBe('000000111111');
  const half = new prune.L1Unstructured(0.5), t = torch.tensor([1, -3, 2, 0.5]);
  expect(Array.from(half.prune(t).numpy(), Number)).toEqual([0, -3, 2, 0]);
  expect(Array.from(half.prune(t, { defaultMask: torch.tensor([1, 0, 1, 1]) }).numpy(), Number)).toEqual([0, -0, 2, 0]);
});

describe('what cannot be pruned stays as it was', () => {
  test.each<[(m: nn.Conv2d) => unknown, string]>([
    [(m) => prune.l1Unstructured(m, 'weight', { amount: 1.5 }), 'amount=1.5 should either be a float in the range [0, 1] or a non-negative integer'],
    [(m) => prune.l1Unstructured(m, 'weight', { amount: -1 }), 'amount=-1 should either be a float in the range [0, 1] or a non-negative integer'],
    [(m) => prune.l1Unstructured(m, 'weight', { amount: 'a' as never }), 'Invalid type for amount: string. Must be int or float.'],
    [(m) => prune.l1Unstructured(m, 'weight', { amount: 100 }), 'amount=100 should be smaller than the number of parameters to prune=24'],
    [(m) => prune.lnStructured(m, 'bias', { amount: 0.5, n: 2, dim: 0 }),
      'Structured pruning can only be applied to multidimensional tensors. Found tensor of shape torch.Size([3]) with 1 dims'],
    [(m) => prune.l1Unstructured(m, 'weight', { amount: 0.5, importanceScores: torch.ones(3) }), 'importance_scores should have the same shape as parameter weight'],
    [(m) => prune.l1Unstructured(m, 'nope', { amount: 0.5 }), 'Conv2d has no attribute `nope`'],
  ])('%s', (run, message) => {
    const m = convolution();
    expect(() => run(m)).toThrow(message);
    expect([keys(m), prune.isPruned(m)]).toEqual([['weight', 'bias'], false]);
  });
});
