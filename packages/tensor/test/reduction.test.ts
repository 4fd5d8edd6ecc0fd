import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { int32, uint8, float64, float16 } = torch;
const matrix = torch.tensor([[1, 4, 2], [5, 3, 6]]);

describe('dtypes', () => {
  test.each([
    ['sum of bool', () => torch.tensor([true, true]).sum(), 2, 'int64'],
    ['sum of int32', () => torch.tensor([1, 2], { dtype: int32 }).sum(), 3, 'int64'],
    ['sum to float64', () => torch.ones(2).sum({ dtype: float64 }), 2, 'float64'],
    ['sum to bool', () => torch.tensor([2n, 0n]).sum({ dtype: torch.bool }), true, 'bool'],
    ['prod of uint8', () => torch.full([2], 200, { dtype: uint8 }).prod(), 40000, 'int64'],
    ['mean of float16', () => torch.ones(3, { dtype: float16 }).mean(), 1, 'float16'],
    ['mean of int64 as float', () => torch.tensor([1n, 2n]).mean({ dtype: torch.float32 }), 1.5, 'float32'],
    ['all of uint8', () => torch.ones(2, { dtype: uint8 }).all(), 1, 'uint8'],
    ['any of float', () => torch.tensor([0, NaN]).any(), true, 'bool'],
    ['amax of int64', () => torch.tensor([-(2n ** 62n), -(2n ** 61n)]).amax(), -(2n ** 61n), 'int64'],
    ['amin of int64', () => torch.tensor([2n ** 62n, 2n ** 61n]).amin(), 2n ** 61n, 'int64'],
    ['argmax', () => matrix.argmax(), 5, 'int64'],
    ['logsumexp of int64', () => torch.tensor([0n]).logsumexp(0), 0, 'float32'],
  ])('%s', async (_, run, value, dtype) => {
    const x = run();
    expect(await x.item()).toBe(value);
    expect(x.dtype.name).toBe(dtype);
  });
});

describe('over nothing', () => {
  test('has the value that folding starts from, where there is one', async () => {
    const none = torch.empty(0);
    expect(await none.sum().item()).toBe(0);
    expect(await none.prod().item()).toBe(1);
    expect(await none.mean().item()).toBeNaN();
    expect(await none.all().item()).toBe(true);
    expect(await none.any().item()).toBe(false);
    expect(await none.logsumexp(0).item()).toBe(-Infinity);
    expect(await torch.empty(2, 0).std(1).tolist()).toEqual([NaN, NaN]);
    expect(torch.empty(2, 0).max(0).values.shape).toEqual([0]);
  });

  test.each([
    ['max(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the \'dim\' argument.', () => torch.empty(0).max()],
    ['max(): Expected reduction dim 1 to have non-zero size.', () => torch.empty(2, 0).max(1)],
    ['amax(): Expected reduction dim 1 to have non-zero size.', () => torch.empty(2, 0).amax(1)],
    ['argmax(): Expected reduction dim to be specified for input.numel() == 0.', () => torch.empty(0).argmax()],
    ['aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.', () => torch.empty(0).aminmax()],
  ])('%s', (message, run) => { expect(run).toThrow(message); });
});

test.each([
  ['mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Long', () => torch.tensor([1n]).mean()],
  ['std and var only support floating point and complex dtypes', () => torch.tensor([1n]).std()],
  ['var_mean only support floating point and complex dtypes', () => torch.varMean(torch.tensor([1n]), 5)],
  ['std_mean only support floating point and complex dtypes', () => torch.stdMean(torch.tensor([1n]))],
  ['dim 0 appears multiple times in the list of dims', () => torch.ones(2).sum([0, -1])],
  ['Dimension out of range (expected to be in range of [-1, 0], but got 1)', () => torch.ones(2).sum(1)],
  ['"softmax_lastdim_kernel_impl" not implemented for \'Long\'', () => torch.tensor([1n]).softmax(0)],
  ['size {[4]} is not expandable to size {[2, 3]}.', () => matrix.sumToSize(4)],
  ['norm(): input dtype should be either floating point or complex. Got Long instead.', () => torch.tensor([1n]).norm()],
  ["only valid string values are 'fro' and 'nuc', found x", () => torch.ones(2).norm('x' as 'fro')],
])('%s', (message, run) => { expect(run).toThrow(message); });

test('options may come alone, and may name the dimension', async () => {
  expect(matrix.sum({ keepdim: true }).shape).toEqual([1, 1]);
  expect(await matrix.sum({ dim: 1 }).tolist()).toEqual([7, 14]);
  expect(await matrix.max({ dim: 0 }).indices.tolist()).toEqual([1, 0, 1]);
  expect(await matrix.norm({ dim: 0, p: 1 }).tolist()).toEqual([6, 7, 8]);
  expect(await matrix.var({ unbiased: false, dim: 1 }).tolist()).toEqual(await matrix.var(1, { correction: 0 }).tolist());
});

test('what is no dimension is refused', () => {
  expect(() => matrix.sum(torch.ones(1) as unknown as number)).toThrow('dim must be a number or a list of numbers, but got Tensor');
  expect(() => matrix.max('1' as unknown as number)).toThrow('dim must be a number or a list of numbers, but got string');
});

test('several results carry PyTorch\'s names', async () => {
  const result = matrix.max(1);
  const [values, indices] = result;
  expect(await values.tolist()).toEqual([4, 6]);
  expect(indices).toBe(result.indices);
  expect(result[0]).toBe(result.values);
  expect(result.length).toBe(2);
  // a tuple, of which lists are made without names
  const pair: readonly [torch.Tensor, torch.Tensor] = result;
  expect(Array.isArray(pair) && Object.isFrozen(pair)).toBe(true);
  expect(pair.map((x) => x.dtype)).toEqual([torch.float32, torch.int64]);
  expect({ ...result }).toMatchObject({ values, indices });
  expect(await torch.stack(torch.tensor([[4, 1], [2, 6]]).sort(1)).tolist()).toEqual([[[1, 4], [2, 6]], [[1, 0], [0, 1]]]);
  expect(String(result)).toBe('torch.return_types.max(\nvalues=tensor([4., 6.]),\nindices=tensor([1, 2]))');
  expect(String(matrix.aminmax())).toBe('torch.return_types.aminmax(\nmin=tensor(1.),\nmax=tensor(6.))');
});

test('max takes a tensor as well; NaN is the largest and the smallest', async () => {
  expect(await matrix.max(torch.tensor([3])).tolist()).toEqual([[3, 4, 3], [5, 3, 6]]);
  const x = torch.tensor([1, NaN, 3, NaN]);
  expect(await x.max(0).indices.item()).toBe(1);
  expect(await x.min().item()).toBeNaN();
  expect(await x.argmin().item()).toBe(1);
  expect(await torch.tensor([2, 5, 5]).argmax().item()).toBe(1);
});

test('sums of many float32 keep their digits', async () => {
  expect(await torch.full([100000], 0.1).sum().item()).toBeCloseTo(10000.000149, 2);
  expect(await torch.full([4096], 1e8).var().item()).toBe(0);
});

test('softmax and logsumexp at the edges of their range', async () => {
  const { softmax, logSoftmax, logsumexp } = torch;
  expect(await softmax(torch.tensor([1000, 1000]), 0).tolist()).toEqual([0.5, 0.5]);
  expect(await softmax(torch.tensor([-Infinity, 1]), 0).tolist()).toEqual([0, 1]);
  expect(await softmax(torch.tensor([Infinity, 1]), 0).tolist()).toEqual([NaN, NaN]);
  expect(await logSoftmax(torch.tensor([0, 1000]), 0).tolist()).toEqual([-1000, 0]);
  expect(await logsumexp(torch.tensor([Infinity, 1]), 0).item()).toBe(Infinity);
  expect(await logsumexp(torch.tensor([-Infinity, -Infinity]), 0).item()).toBe(-Infinity);
  expect(await softmax(torch.tensor(3), 0).item()).toBe(1);
  expect((await softmax(torch.tensor([[0, 1], [2, 3]]).t(), 0).sum(0).tolist() as number[]).every((s) => Math.abs(s - 1) < 1e-6)).toBe(true);
});

test('spreads', async () => {
  expect(await torch.ones(1).std().item()).toBeNaN();
  expect(await torch.tensor([1, 2, 3]).var(0, { correction: 5 }).item()).toBe(Infinity);
  const [std, mean] = torch.stdMean(torch.tensor([1, 2, 3]));
  expect([await std.item(), await mean.item()]).toEqual([1, 2]);
  expect(() => torch.ones(2).std({ unbiased: true, correction: 1 })).toThrow(TypeError);
});

test('norms of every order', async () => {
  const x = torch.tensor([3, 0, -4]);
  for (const [p, expected] of [[2, 5], [1, 7], [0, 2], [Infinity, 4], [-Infinity, 0], ['fro', 5]] as const) {
    expect(await x.norm(p).item()).toBe(expected);
  }
  expect(await torch.norm(torch.eye(3), 'nuc').item()).toBeCloseTo(3, 6);
  expect(await torch.empty(0).norm(Infinity).item()).toBe(0);
  // squares are float32, as PyTorch's are
  expect(await torch.tensor([1e20, 1e20]).norm().item()).toBe(Infinity);
  expect(await torch.tensor([1e-30]).norm().item()).toBe(0);
  expect(await torch.tensor([1e20], { dtype: float64 }).norm().item()).toBe(1e20);
  expect(await torch.dist(torch.tensor([1e20]), torch.zeros(1)).item()).toBe(Infinity);
  expect(await torch.cdist(torch.tensor([[1e-30], [1e20]]), torch.zeros(1, 1)).tolist()).toEqual([[0], [Infinity]]);
  expect(await torch.tensor([[1e20, 1e20]]).renorm(2, 0, 1).tolist()).toEqual([[0, 0]]);
  expect(await torch.dist(x, torch.zeros(3), 1).item()).toBe(7);
  expect(await torch.cdist(torch.tensor([[0, 0]]), torch.tensor([[3, 4], [0, 1]])).tolist()).toEqual([[5, 1]]);
});

test('results go into what is given', async () => {
  const x = torch.tensor([1, NaN, 3]), given = (dtype = torch.float32) => ({ out: torch.empty(0, { dtype }) }), v = torch.tensor([1, 2]);
  const made: [(o: { out: torch.Tensor }) => torch.Tensor, torch.DType, unknown][] = [
    [(o) => torch.nanmean(x, o), torch.float32, 2], [(o) => torch.quantile(torch.arange(4).float(), 0.5, o), torch.float32, 1.5],
    [(o) => torch.outer(v, v, o), torch.float32, [[1, 2], [2, 4]]], [(o) => torch.inner(v, v, o), torch.float32, 5],
    [(o) => torch.kron(v, v, o), torch.float32, [1, 2, 2, 4]], [(o) => torch.diff(v, o), torch.float32, [1]],
    [(o) => torch.cross(torch.tensor([1, 0, 0]), torch.tensor([0, 1, 0]), o), torch.float32, [0, 0, 1]],
    [(o) => torch.bucketize(v, v, o), torch.int64, [0, 1]], [(o) => torch.searchsorted(v, v, o), torch.int64, [0, 1]],
    [(o) => torch.complex(v, v, o), torch.complex64, [{ re: 1, im: 1 }, { re: 2, im: 2 }]],
    [(o) => torch.multinomial(torch.tensor([0, 1]), 1, o), torch.int64, [1]],
  ];
  for (const [make, dtype, values] of made) {
    const o = given(dtype);
    expect(make(o)).toBe(o.out);
    expect(await o.out.tolist()).toEqual(values);
  }
});

test('a number has no sizes, and what does not fit is told in order', () => {
  const words = 'Dimension specified as 0 but tensor has no dimensions', x = torch.ones(2, 3);
  expect(() => torch.tensor(3).size(0)).toThrow(new torch.IndexError(words));
  expect(() => torch.tensor(3).stride(0)).toThrow(new torch.IndexError(words));
  const says: [() => unknown, string][] = [
    [() => x.expand(3, 2), 'The expanded size of the tensor (2) must match the existing size (3) at non-singleton dimension 1.  Target sizes: [3, 2].  Tensor sizes: [2, 3]'],
    [() => torch.quantile(x.long(), 0.5, { interpolation: 'foo' as 'linear' }), 'quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got foo'],
    [() => torch.linalg.det(x.long()), 'linalg.det: A must be batches of square matrices, but they are 2 by 3 matrices'],
    [() => torch.linalg.inv(x.half()), 'linalg.inv: A must be batches of square matrices, but they are 2 by 3 matrices'],
    [() => torch.linalg.matrixExp(x.long()), 'linalg.matrix_exp: A must be batches of square matrices, but they are 2 by 3 matrices'],
    [() => torch.norm(x, 2, 0, { dtype: torch.int32 }), 'norm(): the desired output dtype should be either floating point or complex. Got Int instead.'],
    [() => torch.indexSelect(x, -1, torch.tensor([0n, -1n])), 'INDICES element is out of DATA bounds, id=-1 axis_dim=3'],
    [() => torch.ones(3).adjoint(), 'tensor.adjoint() is only supported on matrices or batches of matrices. Got 1-D tensor.'],
  ];
  for (const [call, text] of says) expect(call).toThrow(new torch.RuntimeError(text));
  expect(() => torch.indexSelect(x, 0, torch.tensor([7n]))).toThrow(new torch.IndexError('index out of range in self'));
});

test('NaN left out', async () => {
  const x = torch.tensor([[1, NaN], [3, 5]]);
  expect(await x.nansum(0).tolist()).toEqual([4, 5]);
  expect(await x.nanmean(1).tolist()).toEqual([1, 4]);
  expect(await torch.countNonzero(torch.tensor([[0, 2], [NaN, 0]]), 1).tolist()).toEqual([1, 1]);
});
