import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

// what PyTorch 1.13.1 gives and says
const { linalg } = torch;
const I = torch.eye(3), A = torch.tensor([[1, 2, 3], [2, 4, 7], [1, 0, 1]]), one = (...shape: number[]): torch.Tensor => torch.ones(...shape);
const dependent = torch.tensor([[1, 2, 3], [2, 4, 6], [1, 0, 1]]), both = torch.stack([I, dependent]);
const { LU, pivots } = linalg.luFactor(A), { a, tau } = torch.geqrf(one(4, 3).cumsum(0).sin()), { LD, pivots: blocks } = linalg.ldlFactor(I);

describe('info in the place of an error', () => {
  test('is the first zero pivot, of the transposed matrix where that is what LAPACK is given', async () => {
    expect(await linalg.luFactorEx(both).info.tolist()).toEqual([0, 3]);
    expect(await linalg.invEx(both).info.tolist()).toEqual([0, 2]);
    expect(await linalg.solveEx(both, one(3, 2)).info.tolist()).toEqual([0, 2]);
    expect(await linalg.solveEx(I.mul(0), one(3, 0)).info.item()).toBe(1);
    const [, , info] = torch.lu(both, { getInfos: true });
    expect(await info.tolist()).toEqual([0, 3]);
    expect(torch.lu(both)).toHaveLength(2);
  });

  test('is one for each matrix, whatever the right-hand sides', () => {
    expect(linalg.solveEx(I, one(4, 3, 2)).info.shape).toEqual([]);
    expect(linalg.solveEx(I.expand(2, 3, 3), one(4, 1, 3, 2)).info.shape).toEqual([2]);
    expect(linalg.solveEx(I, one(0, 3, 2)).info.shape).toEqual([]);
    expect(linalg.solveEx(one(0, 3, 3), one(3)).info.shape).toEqual([0]);
  });

  test('the Cholesky factor is that of LAPACK up to there', () => {
    expect(String(linalg.choleskyEx(torch.tensor([[4, 2, 2], [2, 1, 5], [2, 5, 9]]), { upper: true }))).toBe(
      'torch.return_types.linalg_cholesky_ex(\nL=tensor([[2., 1., 1.],\n        [0., 0., 5.],\n        [0., 0., 9.]]),\ninfo=tensor(2, dtype=torch.int32))');
  });

  test('singular factors give what is not finite', async () => {
    expect(await linalg.luSolve(LU.mul(0), pivots, one(3, 1)).isfinite().any().item()).toBe(false);
    expect(await linalg.ldlSolve(LD.mul(0), blocks, one(3, 1)).isfinite().any().item()).toBe(false);
  });
});

test('empty batches and empty matrices', async () => {
  const none = torch.zeros(0, 3).int();
  expect(linalg.luSolve(one(0, 3, 3), none, one(0, 3, 2)).shape).toEqual([0, 3, 2]);
  expect(linalg.luSolve(one(0, 0), torch.zeros(0).int(), one(0, 2)).shape).toEqual([0, 2]);
  expect(linalg.luSolve(LU, pivots, one(3, 0)).shape).toEqual([3, 0]);
  expect([...torch.luUnpack(one(0, 3, 3), none)].map((x) => x.shape)).toEqual([[0, 3, 3], [0, 3, 3], [0, 3, 3]]);
  expect([...torch.geqrf(one(2, 0, 3))].map((x) => x.shape)).toEqual([[2, 0, 3], [2, 0]]);
  expect(linalg.householderProduct(one(0, 4, 3), one(0, 3)).shape).toEqual([0, 4, 3]);
  expect(linalg.householderProduct(one(4, 0), one(0)).shape).toEqual([4, 0]);
  expect(await linalg.householderProduct(one(2, 2), one(0)).tolist()).toEqual([[1, 0], [0, 1]]);
  expect(torch.ormqr(a, tau, one(4, 0)).shape).toEqual([4, 0]);
  expect([...linalg.ldlFactorEx(one(2, 0, 0))].map((x) => x.shape)).toEqual([[2, 0, 0], [2, 0], [2]]);
  expect(linalg.ldlSolve(one(0, 0), torch.zeros(0).int(), one(0, 1)).shape).toEqual([0, 1]);
  for (const { info } of [linalg.invEx(one(2, 0, 0)), linalg.choleskyEx(one(2, 0, 0)), linalg.luFactorEx(one(2, 0, 3))]) expect(await info.tolist()).toEqual([0, 0]);
});

test('luUnpack: what is not wanted is empty, and the dtype is that of LU', () => {
  expect([...torch.luUnpack(LU, pivots.long(), { unpackPivots: false })].map((x) => x.shape)).toEqual([[0], [3, 3], [3, 3]]);
  expect([...torch.luUnpack(LU, pivots, { unpackData: false })].map((x) => x.shape)).toEqual([[3, 3], [0], [0]]);
  expect([...torch.luUnpack(LU.long(), pivots)].map((x) => x.dtype)).toEqual([torch.int64, torch.int64, torch.int64]);
});

test('vander', async () => {
  expect(String(torch.vander(torch.tensor([1, 2, 3], { dtype: torch.uint8 })))).toBe('tensor([[1, 1, 1],\n        [4, 2, 1],\n        [9, 3, 1]])');
  expect(String(torch.vander(torch.tensor([true, false])))).toBe('tensor([[1, 1],\n        [0, 1]])');
  expect(torch.vander(one(3), { N: 0 }).shape).toEqual([3, 0]);
  expect(torch.vander(one(0), { N: 2 }).shape).toEqual([0, 2]);
  expect(await torch.vander(torch.tensor([2, 3]), { N: 1, increasing: true }).tolist()).toEqual([[1], [1]]);
});

const singular = 'cholesky_ex: (Batch element 1): The factorization could not be completed because the input is not positive-definite (the leading minor of order 1 is not positive-definite).';
test.each([
  [`linalg.${singular}`, () => linalg.choleskyEx(torch.stack([I, I.neg()]), { checkErrors: true })],
  ['linalg.inv_ex: (Batch element 1): The diagonal element 2 is zero, the inversion could not be completed because the input matrix is singular.',
    () => linalg.invEx(both, { checkErrors: true })],
  ['torch.linalg.solve_ex: (Batch element 1): The solver failed because the input matrix is singular.', () => linalg.solveEx(both, one(3, 2), { checkErrors: true })],
  ['torch.linalg.solve_ex: The solver failed because the input matrix is singular.', () => linalg.solveEx(I.mul(0), one(3, 0), { checkErrors: true })],
])('%s', (message, run) => { expect(run).toThrow(new linalg.LinAlgError(message)); });

const half = { dtype: torch.float16 }, H = torch.eye(3, half), said = 'Did you properly pass the result of lu_factor?';
const two = (x: torch.Tensor, ...shape: number[]): torch.Tensor => x.expand(...shape);
test.each<[string, () => unknown]>([
  ['torch.linalg.lu_factor_ex: (Batch element 1): U[3,3] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)',
    () => linalg.luFactorEx(both, { checkErrors: true })],
  ['linalg.lu_factor: LU without pivoting is not implemented on the CPU', () => linalg.luFactorEx(A, { pivot: false })],
  ['torch.lu_factor: Expected tensor with 2 or more dimensions. Got size: [3] instead', () => torch.lu(one(3))],
  ['"lu_cpu" not implemented for \'Half\'', () => linalg.luFactorEx(H)],
  ['linalg.inv: The input tensor A must have at least 2 dimensions.', () => linalg.invEx(one(3))],
  ['linalg.inv: Low precision dtypes not supported. Got Half', () => linalg.invEx(H)],
  ['linalg.cholesky: A must be batches of square matrices, but they are 2 by 3 matrices', () => linalg.choleskyEx(one(2, 3))],
  ['"cholesky_cpu" not implemented for \'Half\'', () => linalg.choleskyEx(H)],
  ['linalg.solve: Incompatible shapes of A and B for the equation XA = B (3x3 and 3x2)', () => linalg.solveEx(A, one(3, 2), { left: false })],
  ['linalg.solve: Expected A and B to have the same dtype, but found A of type Float and B of type Double instead', () => linalg.solveEx(A, one(3).double())],
  ['"lu_cpu" not implemented for \'Half\'', () => linalg.solveEx(H, H)],

  ['linalg.lu_solve: The input tensor B must have at least 2 dimensions.', () => linalg.luSolve(LU, pivots, one(3))],
  ['linalg.lu_solve: Incompatible shapes of A and B for the equation XA = B (3x3 and 3x2)', () => linalg.luSolve(LU, pivots, one(3, 2), { left: false })],
  ['linalg.lu_solve: Incompatible shapes of A and B for the equation AX = B (3x3 and 2x2)', () => torch.luSolve(one(2, 2), LU, pivots)],
  ['linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32', () => linalg.luSolve(LU, pivots.long(), one(3, 2))],
  ['linalg.lu_solve: Expected LU and B to have the same dtype, but found LU of type Double and B of type Float instead', () => linalg.luSolve(LU.double(), pivots, one(3, 2))],
  ['torch.linalg.lu_solve: Expected a floating point or complex tensor as input. Got Long', () => linalg.luSolve(LU.long(), pivots, one(3, 2))],
  ['torch.linalg.lu_solve: The input tensor A must have at least 2 dimensions.', () => linalg.luSolve(one(3), pivots, one(3, 2))],
  ['torch.linalg.lu_solve: A must be batches of square matrices, but they are 2 by 3 matrices', () => linalg.luSolve(one(2, 3), pivots, one(3, 2))],
  ['linalg.lu_solve: Number of pivots per batch should be same as the dimension of the matrix', () => linalg.luSolve(LU, pivots.narrow(0, 0, 2), one(3, 2))],
  ['linalg.lu_solve: Expected LU.shape[:-1] and pivots.shape to be the same, but got pivots with shape [2, 3] instead', () => linalg.luSolve(LU, two(pivots, 2, 3), one(3, 2))],
  ['The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 0', () => linalg.luSolve(two(LU, 2, 3, 3), two(pivots, 2, 3), one(3, 3, 2))],
  ['"linalg.lu_solve_cpu" not implemented for \'Half\'', () => linalg.luSolve(H, pivots, H)],
  [`Pivots given to lu_solve must all be greater or equal to 1. ${said}`, () => linalg.luSolve(LU, pivots.mul(0), one(3, 2))],
  [`Pivots given to lu_solve must all be smaller or equal to LU.size(-2). ${said}`, () => linalg.luSolve(LU, pivots.add(5), one(3, 2))],

  ['torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.\nNote: this function is intended to be used with the output produced by torch.linalg.lu_factor',
    () => torch.luUnpack(LU, pivots.long())],
  ['torch.lu_unpack: Expected tensor with 2 or more dimensions. Got size: [3] instead', () => torch.luUnpack(one(3), pivots)],
  [`pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive.${said}`, () => torch.luUnpack(LU, pivots.mul(0))],
  [`pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive.${said}`, () => torch.luUnpack(LU.narrow(0, 0, 2), pivots)],

  ['torch.geqrf: input must have at least 2 dimensions.', () => torch.geqrf(one(3))],
  ['"geqrf_cpu" not implemented for \'Long\'', () => torch.geqrf(A.long())],
  ['torch.linalg.householder_product: input must have at least 2 dimensions.', () => torch.orgqr(one(3), tau)],
  ['torch.linalg.householder_product: input.shape[-2] must be greater than or equal to input.shape[-1]', () => linalg.householderProduct(a.mT, tau)],
  ['torch.linalg.householder_product: input.shape[-1] must be greater than or equal to tau.shape[-1]', () => linalg.householderProduct(a, one(4))],
  ['torch.linalg.householder_product: Expected tau to have one dimension less than input, but got tau.ndim equal to 1 and input.ndim is equal to 3', () => linalg.householderProduct(two(a, 2, 4, 3), tau)],
  ['torch.linalg.householder_product: Expected batch dimensions of tau to be equal to input.shape[:-2], but got [3]', () => linalg.householderProduct(two(a, 2, 4, 3), two(tau, 3, 3))],
  ['torch.linalg.householder_product: tau dtype Double does not match input dtype Float', () => linalg.householderProduct(a, tau.double())],
  ['"orgqr_cpu" not implemented for \'Half\'', () => linalg.householderProduct(a.half(), tau.half())],
  ['Dimension specified as -1 but tensor has no dimensions', () => linalg.householderProduct(a, torch.tensor(1))],

  ['torch.ormqr: input must have at least 2 dimensions.', () => torch.ormqr(one(3), tau, one(4, 2))],
  ['torch.ormqr: other must have at least 2 dimensions.', () => torch.ormqr(a, tau, one(4))],
  ['torch.ormqr: other.shape[-2] must be equal to input.shape[-2]', () => torch.ormqr(a, tau, one(3, 2))],
  ['torch.ormqr: other.shape[-1] must be equal to input.shape[-2]', () => torch.ormqr(a, tau, one(2, 3), { left: false })],
  ['torch.ormqr: other.shape[-2] must be greater than or equal to tau.shape[-1]', () => torch.ormqr(a, one(5), one(4, 2))],
  ['torch.ormqr: tau.shape[-1] must be less than or equal to input.shape[-1]', () => torch.ormqr(a.narrow(1, 0, 2), tau, one(4, 2))],
  ['torch.ormqr: Expected other to have the same number of dimensions as input, but got other.ndim equal to 2 and input.ndim is equal to 3', () => torch.ormqr(two(a, 2, 4, 3), two(tau, 2, 3), one(4, 2))],
  ['torch.ormqr: Expected batch dimensions of tau to be equal to input.shape[:-2], but got [3]', () => torch.ormqr(two(a, 2, 4, 3), two(tau, 3, 3), one(2, 4, 2))],
  ['torch.ormqr: Expected batch dimensions of other to be equal to input.shape[:-2], but got [3]', () => torch.ormqr(two(a, 2, 4, 3), two(tau, 2, 3), one(3, 4, 2))],
  ['torch.ormqr: Expected input and tau to have the same dtype, but input has dtypeFloat and tau has dtype Double', () => torch.ormqr(a, tau.double(), one(4, 2))],
  ['torch.ormqr: Expected input and other to have the same dtype, but input has dtypeFloat and other has dtype Double', () => torch.ormqr(a, tau, one(4, 2).double())],
  ['"ormqr_cpu" not implemented for \'Long\'', () => torch.ormqr(a.long(), tau.long(), one(4, 2).long())],

  ['torch.linalg.ldl_factor_ex: The input tensor A must have at least 2 dimensions.', () => linalg.ldlFactor(one(3))],
  ['torch.linalg.ldl_factor_ex: A must be batches of square matrices, but they are 2 by 3 matrices', () => linalg.ldlFactor(one(2, 3))],
  ['torch.linalg.ldl_factor_ex: Expected a floating point or complex tensor as input. Got Long', () => linalg.ldlFactor(A.long())],
  ['"ldl_factor_kernel_cpu" not implemented for \'Half\'', () => linalg.ldlFactor(H)],
  ['torch.linalg.ldl_factor: Unknown error code: 1.', () => linalg.ldlFactor(torch.zeros(2, 2))],
  ['torch.linalg.ldl_factor_ex: Unknown error code: 1.', () => linalg.ldlFactorEx(torch.zeros(2, 2), { checkErrors: true })],
  ['Dimension out of range (expected to be in range of [-1, 0], but got -2)', () => linalg.ldlSolve(LD, blocks, one(3))],
  ['Incompatible matrix sizes for torch.linalg.ldl_solve: each A matrix is 3 by 3 but each b matrix is 2 by 2', () => linalg.ldlSolve(LD, blocks, one(2, 2))],
  ['torch.linalg.ldl_solve: A must be batches of square matrices, but they are 2 by 3 matrices', () => linalg.ldlSolve(one(2, 3), blocks, one(3, 2))],
  ['torch.linalg.ldl_solve: Expected pivots to be integers. Got Float', () => linalg.ldlSolve(LD, blocks.float(), one(3, 2))],
  ['torch.linalg.ldl_solve: Expected LD.shape[:-1] and pivots.shape to be the same, but got pivots with shape [2] instead', () => linalg.ldlSolve(LD, blocks.narrow(0, 0, 2), one(3, 2))],
  ['Expected b and A to have the same dtype, but found b of type Double and A of type Float instead.', () => linalg.ldlSolve(LD, blocks, one(3, 2).double())],
  ['torch.linalg.ldl_solve: Expected a floating point or complex tensor as input. Got Long', () => linalg.ldlSolve(LD.long(), blocks, one(3, 2).long())],
  ['"ldl_solve_kernel_cpu" not implemented for \'Half\'', () => linalg.ldlSolve(H, blocks, H)],

  ['x must be a one-dimensional tensor.', () => torch.vander(one(2, 2))],
  ['N must be non-negative.', () => torch.vander(one(2), { N: -1 })],
])('%s', (message, run) => { expect(run).toThrow(message); });
