import * as torch from '@sconce/tensor';
import { expect, test } from 'vitest';
import { backward, grad } from '../src/index.js';

const leaf = (data: number[]) => torch.tensor(data, { requiresGrad: true });
const values = (x: torch.Tensor | null) => (x ? Array.from(x.detach().contiguous().numpy(), Number) : null);

test('a gradient may be set to a tensor like the leaf, and is added to', () => {
  const x = leaf([1, 2]);
  x.grad = torch.ones(2);
  x.mul(2).sum().backward();
  expect(values(x.grad)).toEqual([3, 3]);
  const set = (value: unknown) => () => { x.grad = value as torch.Tensor; };
  expect(set(torch.ones(3))).toThrow(new torch.RuntimeError('assigned grad has data of a different size'));
  expect(set(torch.ones(2, { dtype: torch.float64 }))).toThrow(new torch.RuntimeError('assigned grad has data of a different type'));
  expect(set(x)).toThrow(new torch.RuntimeError("can't assign Variable as its own grad"));
  expect(set(3)).toThrow(TypeError);
});

test('with createGraph it is a copy with a history', () => {
  const x = leaf([1, 2]);
  x.mul(x).sum().backward({ createGraph: true });
  expect(x.grad!.toString()).toBe('tensor([2., 4.], grad_fn=<CopyBackwards>)');
  const [second] = grad(x.grad!.sum(), x);
  expect(values(second)).toEqual([2, 2]);
});

test('roots, outputs and inputs in every mixture', () => {
  const x = leaf([1, 2]), y = x.mul(2);
  const [ofSum, ofY, ofX] = grad(y.sum(), [y, x, x]);
  expect([values(ofSum), values(ofY), values(ofX)]).toEqual([[1, 1], [2, 2], [2, 2]]);
  y.sum().backward({ inputs: [y] });
  expect([values(y.grad), x.grad]).toEqual([[1, 1], null]);
  backward([x.sum(), x.mul(2).sum()]);
  expect(values(x.grad)).toEqual([3, 3]);
  const scalar = torch.tensor(2, { requiresGrad: true });
  scalar.backward();
  expect(scalar.grad!.hostValue()).toBe(1);
  expect(() => backward([x.sum(), x.sum()], [torch.tensor(1)])).toThrow('got 2 tensors and 1 gradients');
  expect(() => y.sum().backward({ inputs: [] })).toThrow("'inputs' argument to backward() cannot be empty.");
  expect(() => grad(x.sum(), torch.ones(2))).toThrow('One of the differentiated Tensors does not require grad');
});

test('a view of a plain tensor that is written to later follows its history', () => {
  const base = torch.zeros(2, 2), row = base.select(0, 1), x = leaf([3]);
  expect(row.requiresGrad).toBe(false);
  base.add_(x);
  expect([row.requiresGrad, row.gradFn!.name]).toEqual([true, 'AsStridedBackward0']);
  row.sum().backward();
  expect(values(x.grad)).toEqual([2]);
});
