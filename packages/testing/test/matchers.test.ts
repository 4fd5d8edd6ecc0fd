import * as torch from '@sconce/tensor';
import { expect, test } from 'vitest';
import { useTensorMatchers } from '../src/index.js';

useTensorMatchers();

test('toBeCloseToTensor compares shape, dtype and values', () => {
  const x = torch.tensor([[1, 2], [3, 4]]);
  expect(x).toBeCloseToTensor([[1, 2], [3, 4.00001]]);
  expect(x).toBeCloseToTensor(x.add(0.1), { atol: 0.2 });
  expect(x).not.toBeCloseToTensor([1, 2, 3, 4]);
  expect(() => expect(x).toBeCloseToTensor([[1, 2], [3, 5]]))
    .toThrow('the tensors differ: 4 instead of 5 at [1, 1]; 1 of 4 values differ');
  expect(() => expect(x).toBeCloseToTensor(x.double())).toThrow('dtype float32 instead of float64');
  expect(() => expect(x).toBeCloseToTensor(torch.ones(4))).toThrow('shape [2, 2] instead of [4]');
  expect(torch.tensor([NaN, Infinity])).toBeCloseToTensor([NaN, Infinity]);
  expect(torch.tensor([Infinity])).not.toBeCloseToTensor([-Infinity]);
});

test('int64 is compared to the last digit', () => {
  expect(torch.tensor([2n ** 60n])).toBeCloseToTensor([2n ** 60n]);
  expect(torch.tensor([2n ** 60n])).not.toBeCloseToTensor([2n ** 60n + 1n]);
});

test('toEqual knows tensors by their values', () => {
  expect({ x: torch.ones(2, 2).t() }).toEqual({ x: torch.ones(2, 2) });
  expect(torch.ones(2)).not.toEqual(torch.zeros(2));
  expect(torch.ones(2)).not.toEqual([1, 1]);
});

test('toEqual knows callable objects by class and fields', () => {
  class Callable {
    declare weight: torch.Tensor;
    constructor(weight: number) {
      const self = (() => 0) as unknown as this;
      Object.setPrototypeOf(self, new.target.prototype);
      self.weight = torch.tensor([weight]);
      return self;
    }
  }
  class Other extends Callable {}
  expect(new Callable(1)).toEqual(new Callable(1));
  expect(new Callable(1)).not.toEqual(new Callable(2));
  expect(new Callable(1)).not.toEqual(new Other(1));
  expect(isNaN).toEqual(isNaN);
});
