import * as torch from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import { grad, gradcheck, gradgradcheck } from '../src/index.js';

const leaf = (data: torch.Nested<number>): torch.Tensor => torch.tensor(data, { dtype: torch.float64, requiresGrad: true });

/** The gradient of the sum of a result. */
async function gradOf(x: torch.Tensor, f: (x: torch.Tensor) => torch.Tensor): Promise<unknown> {
  const [g] = grad(f(x).sum(), x);
  return g!.tolist();
}

// every value as PyTorch gives it
test.each<[string, torch.Nested<number>, (x: torch.Tensor) => torch.Tensor, unknown]>([
  ['amax in equal parts', [[1, 3, 3], [2, 2, 2]], (x) => x.amax(1), [[0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]]],
  ['max() in equal parts', [1, 3, 3], (x) => x.max(), [0, 0.5, 0.5]],
  ['max() of NaN', [1, NaN, NaN], (x) => x.max(), [0, 0.5, 0.5]],
  ['max(dim) to the first', [1, 3, 3], (x) => x.max(0).values, [0, 1, 0]],
  ['median() in equal parts', [2, 2, 1, 4], (x) => x.median(), [0.5, 0.5, 0, 0]],
  ['prod with one zero', [2, 0, 3], (x) => x.prod(), [0, 6, 0]],
  ['prod with two zeros', [[2, 0, 0]], (x) => x.prod(1), [[0, 0, 0]]],
  ['prod of nothing', [[], []], (x) => x.prod(1), [[], []]],
  ['cumprod with zeros', [2, 0, 3, 0], (x) => x.cumprod(0), [1, 2 + 6 + 0, 0, 0]],
  ['cummax to the last of equal ones', [1, 1, 0], (x) => x.cummax(0).values, [1, 2, 0]],
  ['norm at zero', [0, 0], (x) => x.norm(), [0, 0]],
  ['norm of order 1.5 with a zero', [0, 4], (x) => x.norm(1.5), [0, 1]],
  ['inf norm in equal parts', [-2, 2, 1], (x) => x.norm(Infinity), [-0.5, 0.5, 0]],
  ['std of equal elements', [3, 3], (x) => x.std(), [0, 0]],
  ['nanmean', [1, NaN, 3], (x) => x.nanmean(), [0.5, 0, 0.5]],
  ['matrixPower 0', [[1, 2], [3, 4]], (x) => torch.linalg.matrixPower(x, 0), [[0, 0], [0, 0]]],
])('%s', async (_, data, f, expected) => {
  const rounded = (v: unknown): unknown => (Array.isArray(v) ? v.map(rounded) : Math.round(Number(v) * 1e9) / 1e9 + 0);
  expect(rounded(await gradOf(leaf(data), f))).toEqual(rounded(expected));
});

describe('first and second derivatives by differences, where the formulas have cases', () => {
  const square = leaf([[2, -1, 0.5], [0.3, 1.5, -0.7], [1.1, 0.2, -1.8]]);
  const wide = leaf([[2, -1, 0.5, 1], [0.3, 1.5, -0.7, 0.4]]), tall = leaf([[2, 0.3], [-1, 1.5], [0.5, -0.7]]);
  const { linalg } = torch;
  test.each<[string, torch.Tensor, (x: torch.Tensor) => torch.Tensor | torch.Tensor[]]>([
    ['lu of a wide matrix', wide, (x) => [...linalg.lu(x)].slice(1)],
    ['lu of a tall matrix', tall, (x) => [...linalg.lu(x)].slice(1)],
    ['lu_factor of a wide matrix', wide, (x) => linalg.luFactor(x).LU],
    ['lu_factor of a tall matrix', tall, (x) => linalg.luFactor(x).LU],
    ['qr of a wide matrix', wide, (x) => [...linalg.qr(x)]],
    ['R of qr alone', tall, (x) => linalg.qr(x).R],
    ['complete qr of a square matrix', square, (x) => [...linalg.qr(x, { mode: 'complete' })]],
    ['svd of a wide matrix', wide, (x) => {
      const { U, S, Vh } = linalg.svd(x, { fullMatrices: false });
      return [U.abs(), S, Vh.abs()];
    }],
    ['pinv of a wide matrix', wide, (x) => linalg.pinv(x)],
    ['cumprod with a zero', leaf([[1, 0, 2, 3]]), (x) => x.cumprod(1)],
    ['prod with a zero', leaf([1, 0, 2]), (x) => x.prod()],
    ['renorm', leaf([[3, 4], [0.1, 0.2]]), (x) => x.renorm(2, 0, 1)],
    ['log-softmax of one dimension', leaf([1, 2, 4]), (x) => x.logSoftmax(0)],
    ['a sort', leaf([[3, 1, 2]]), (x) => x.sort(1, { descending: true }).values],
    ['einsum with a diagonal', square, (x) => torch.einsum('ii,ij->j', x, x)],
  ])('%s', async (_, x, f) => {
    expect(await gradcheck(f, [x])).toBe(true);
    expect(await gradgradcheck(f, [x])).toBe(true);
  });
});

test('factors that PyTorch has no derivative of', () => {
  const x = leaf([[2, 1], [1, 3]]), { LD, pivots } = torch.linalg.ldlFactor(x.detach());
  expect(() => torch.geqrf(x).tau.sum().backward()).toThrow("the derivative for 'geqrf' is not implemented.");
  expect(() => torch.linalg.ldlFactor(x).LD.sum().backward()).toThrow('derivative for aten::linalg_ldl_factor_ex is not implemented');
  expect(() => torch.linalg.ldlSolve(LD, pivots, x).sum().backward()).toThrow('derivative for aten::linalg_ldl_solve is not implemented');
});

test('only the values of a pair have a gradient, and their indices none', () => {
  const { values, indices } = leaf([3, 1]).sort();
  expect([values.requiresGrad, indices.requiresGrad]).toEqual([true, false]);
  expect(values.gradFn!.name).toBe('SortBackward0');
});

test('the determinant of a singular matrix has its cofactors for a gradient', async () => {
  const x = leaf([[1, 2], [2, 4]]);
  const g = await grad(torch.linalg.det(x), x)[0]!.tolist() as number[][];
  [[4, -2], [-2, 1]].forEach((row, i) => row.forEach((v, j) => expect(g[i][j]).toBeCloseTo(v, 10)));
});

test('varMean: either gradient alone', async () => {
  const x = leaf([1, 2, 6]);
  const [, mean] = torch.varMean(x);
  expect(await grad(mean, x)[0]!.tolist()).toEqual([1 / 3, 1 / 3, 1 / 3]);
  const [variance] = torch.varMean(x);
  expect(await grad(variance, x)[0]!.tolist()).toEqual([-2, -1, 3]);
});
