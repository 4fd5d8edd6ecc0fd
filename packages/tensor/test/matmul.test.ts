import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

/** Deterministic values of mixed sign. */
const ramp = (...shape: number[]): torch.Tensor => {
  const n = shape.reduce((p, s) => p * s, 1);
  return torch.tensor(Array.from({ length: n }, (_, i) => ((i * 7) % 11) - 5)).view(...shape);
};

/** Matrix product by its definition. */
function product(a: number[][], b: number[][]): number[][] {
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, x, p) => sum + x * b[p][j], 0)));
}

const rows = async (x: torch.Tensor): Promise<number[][]> => await x.tolist() as number[][];

describe('matrix products', () => {
  test.each([[1, 1, 1], [4, 4, 4], [5, 3, 6], [1, 7, 9], [9, 7, 1], [8, 13, 11]])('mm of %i×%i×%i', async (m, k, n) => {
    const a = ramp(m, k), b = ramp(k, n);
    const expected = product(await rows(a), await rows(b));
    expect(await a.mm(b).tolist()).toEqual(expected);
    // operands whose columns are contiguous, and a strided one
    expect(await a.t().contiguous().t().mm(b.t().contiguous().t()).tolist()).toEqual(expected);
    expect(await torch.mm(ramp(m, 2 * k).view(m, k, 2).select(2, 1), b).tolist())
      .toEqual(product(await rows(ramp(m, 2 * k).view(m, k, 2).select(2, 1)), await rows(b)));
  });

  test('an empty inner dimension gives zeros', async () => {
    expect(await torch.mm(torch.empty(2, 0), torch.empty(0, 2)).tolist()).toEqual([[0, 0], [0, 0]]);
    expect(await torch.mv(torch.empty(2, 0), torch.empty(0)).tolist()).toEqual([0, 0]);
  });

  test('integers wrap; int64 is exact', async () => {
    const big = torch.tensor([[2n ** 40n, 3n]]);
    expect(await big.mm(torch.tensor([[5n], [2n ** 50n]])).tolist()).toEqual([[5n * 2n ** 40n + 3n * 2n ** 50n].map(Number)]);
    expect(await torch.tensor([[2n ** 62n, 1n]]).mm(torch.tensor([[3n], [1n]])).tolist()).toEqual([[-(2n ** 62n) + 1n]]);
    const bytes = torch.full([1, 3], 100, { dtype: torch.uint8 });
    expect(await bytes.mm(torch.ones(3, 1, { dtype: torch.uint8 })).tolist()).toEqual([[300 % 256]]);
  });

  test('addmm with factors; beta 0 does not read its input', async () => {
    const x = torch.full([2], NaN), a = torch.ones(2, 3), b = torch.ones(3, 2);
    expect(await torch.addmm(x, a, b, { beta: 0, alpha: 2 }).tolist()).toEqual([[6, 6], [6, 6]]);
    expect(await torch.addmm(torch.tensor([1, 2]), a, b, { beta: 10 }).tolist()).toEqual([[13, 23], [13, 23]]);
    const target = torch.ones(2, 2);
    expect(await target.addmm_(a, b, { beta: 0.5 })).toBe(target);
    expect(await target.tolist()).toEqual([[3.5, 3.5], [3.5, 3.5]]);
    const column = torch.zeros(2, 3, 2).select(2, 1).t();
    expect(await column.addmm_(ramp(3, 2), ramp(2, 2)).tolist()).toEqual(await torch.mm(ramp(3, 2), ramp(2, 2)).tolist());
  });

  test('bmm, baddbmm, addbmm', async () => {
    const a = ramp(3, 2, 4), b = ramp(3, 4, 5);
    const each = await Promise.all([0, 1, 2].map((i) => a.select(0, i).mm(b.select(0, i)).tolist()));
    expect(await a.bmm(b).tolist()).toEqual(each);
    expect(await a.bmm(b.transpose(1, 2).contiguous().transpose(1, 2)).tolist()).toEqual(each);
    expect(await torch.baddbmm(torch.ones(5), a, b, { alpha: -1 }).tolist()).toEqual(await torch.sub(torch.ones(3, 2, 5), a.bmm(b)).tolist());
    expect(await torch.addbmm(torch.zeros(2, 5), a, b).tolist()).toEqual(await a.bmm(b).sum(0).tolist());
  });

  test.each([
    [[3], [3], []], [[2, 3], [3], [2]], [[3], [3, 2], [2]], [[2, 3], [3, 4], [2, 4]], [[5, 2, 3], [3, 4], [5, 2, 4]],
    [[5, 2, 3], [3], [5, 2]], [[3], [5, 3, 2], [5, 2]], [[2, 3], [5, 3, 4], [5, 2, 4]], [[5, 2, 3], [5, 3, 4], [5, 2, 4]],
    [[5, 1, 2, 3], [4, 3, 2], [5, 4, 2, 2]], [[3], [2, 5, 3, 2], [2, 5, 2]], [[0, 2, 3], [3, 4], [0, 2, 4]],
  ])('matmul of %j and %j has shape %j', (a, b, expected) => {
    expect(torch.matmul(ramp(...a), ramp(...b)).shape).toEqual(expected);
  });

  test('matmul folds and broadcasts to the right values', async () => {
    const x = ramp(2, 3, 4), w = ramp(4, 2);
    expect(await x.matmul(w).select(0, 1).tolist()).toEqual(await x.select(0, 1).mm(w).tolist());
    expect(await x.transpose(1, 2).matmul(ramp(3, 2)).select(0, 1).tolist()).toEqual(await x.select(0, 1).t().mm(ramp(3, 2)).tolist());
    expect(await ramp(5, 3).matmul(x).select(0, 1).tolist()).toEqual(await ramp(5, 3).mm(x.select(0, 1)).tolist());
    expect(await ramp(3).matmul(x).select(0, 1).tolist()).toEqual(await ramp(3).matmul(x.select(0, 1)).tolist());
  });

  test.each([
    ['mat1 and mat2 shapes cannot be multiplied (3x5 and 8x10)', () => torch.mm(torch.ones(3, 5), torch.ones(8, 10))],
    ['self must be a matrix', () => torch.mm(torch.ones(3), torch.ones(3, 5))],
    ['expected scalar type Float but found Double', () => torch.mm(torch.ones(2, 2), torch.ones(2, 2).double())],
    ['"addmm_impl_cpu_" not implemented for \'Bool\'', () => torch.mm(torch.ones(2, 2).bool(), torch.ones(2, 2).bool())],
    ['size mismatch, got 3, 3x5,8', () => torch.matmul(torch.ones(3, 5), torch.ones(8))],
    ['size mismatch, got 10, 10x3,6', () => torch.matmul(torch.ones(6), torch.ones(2, 3, 5))],
    ['The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0',
      () => torch.matmul(torch.ones(2, 3, 5), torch.ones(3, 5, 8))],
    ['both arguments to matmul need to be at least 1D, but they are 0D and 1D', () => torch.matmul(torch.tensor(1), torch.ones(3))],
    ['Expected size for first two dimensions of batch2 tensor to be: [2, 5] but got: [2, 6].',
      () => torch.bmm(torch.ones(2, 3, 5), torch.ones(2, 6, 8))],
    ['The expanded size of the tensor (8) must match the existing size (3) at non-singleton dimension 1.  Target sizes: [3, 8].  Tensor sizes: [3]',
      () => torch.addmm(torch.ones(3), torch.ones(3, 5), torch.ones(5, 8))],
    ['self and mat2 must have the same dtype', () => torch.addmm(torch.ones(3, 8).double(), torch.ones(3, 5), torch.ones(5, 8))],
    ['Bad in-place call: input tensor size [8] and output tensor size [3, 8] should match',
      () => torch.ones(8).addmm_(torch.ones(3, 5), torch.ones(5, 8))],
    ['1D tensors expected, but got 2D and 1D tensors', () => torch.dot(torch.ones(3, 5), torch.ones(5))],
    ['vector + matrix @ vector expected, got 1, 1, 1', () => torch.mv(torch.ones(3), torch.ones(8))],
  ])('%s', (message, call) => {
    expect(call).toThrow(new torch.RuntimeError(message));
  });
});
