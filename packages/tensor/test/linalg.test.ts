import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { linalg } = torch;
const float64 = { dtype: torch.float64 };

/** Numbers without pattern, the same ones each time. */
function noise(...shape: number[]): torch.Tensor {
  const n = shape.reduce((p, s) => p * s, 1);
  let seed = 1;
  return torch.tensor(Array.from({ length: n }, () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5), float64).view(...shape);
}

async function expectClose(x: torch.Tensor, y: torch.Tensor, digits = 10): Promise<void> {
  expect(x.shape).toEqual(y.shape);
  expect(await x.sub(y).abs().max().item()).toBeLessThan(10 ** -digits);
}
const identity = (n: number): torch.Tensor => torch.eye(n, float64);

describe.each([[4, 4], [6, 3], [3, 6], [5, 1]])('%i × %i matrices', (m, n) => {
  const A = noise(2, m, n), k = Math.min(m, n);

  test('svd', async () => {
    for (const fullMatrices of [true, false]) {
      const { U, S, Vh } = linalg.svd(A, { fullMatrices });
      expect(U.shape).toEqual([2, m, fullMatrices ? m : k]);
      expect(Vh.shape).toEqual([2, fullMatrices ? n : k, n]);
      await expectClose(U.narrow(-1, 0, k).mul(S.unsqueeze(-2)).matmul(Vh.narrow(-2, 0, k)), A);
      await expectClose(U.mT.matmul(U), identity(U.shape[2]).expand(2, -1, -1));
      await expectClose(Vh.matmul(Vh.mT), identity(Vh.shape[1]).expand(2, -1, -1));
    }
  });

  test('qr, with LAPACK\'s signs', async () => {
    const { Q, R } = linalg.qr(A);
    await expectClose(Q.matmul(R), A);
    await expectClose(Q.mT.matmul(Q), identity(k).expand(2, -1, -1));
    await expectClose(R.triu(), R);
    const complete = linalg.qr(A, { mode: 'complete' });
    await expectClose(complete.Q.matmul(complete.Q.mT), identity(m).expand(2, -1, -1));
    await expectClose(linalg.qr(A, { mode: 'r' }).R, R);
  });

  test('lu', async () => {
    const { P, L, U } = linalg.lu(A);
    await expectClose(P.matmul(L).matmul(U), A);
    await expectClose(L.tril(-1).abs().le(1).logicalNot().to(torch.float64), torch.zeros(2, m, k, float64)); // pivots are the largest
  });

  test('pinv', async () => {
    const P = linalg.pinv(A);
    await expectClose(A.matmul(P).matmul(A), A);
    await expectClose(P.matmul(A).matmul(P), P);
    await expectClose(A.matmul(P).mT, A.matmul(P));
  });
});

test('eigh: what is in the other triangle does not matter', async () => {
  const A = noise(4, 4), other = torch.full([4, 4], NaN, float64).triu(1);
  for (const [UPLO, given] of [['L', A.tril().add(other)], ['U', A.tril().add(other).mT]] as const) {
    await expectClose(linalg.eigvalsh(given, { UPLO }), linalg.eigvalsh(A));
  }
});

test('eigh: one triangle is read', async () => {
  const A = noise(2, 5, 5), S = A.tril().add(A.tril(-1).mT);
  const { eigenvalues: L, eigenvectors: V } = linalg.eigh(A);
  await expectClose(V.mul(L.unsqueeze(-2)).matmul(V.mT), S);
  await expectClose(linalg.eigvalsh(A, { UPLO: 'U' }), linalg.eigvalsh(A.mT));
  await expectClose(L.sort().values, L);
});

test('solvers', async () => {
  const A = noise(2, 4, 4), B = noise(2, 4, 3), b = noise(4);
  await expectClose(A.matmul(linalg.solve(A, B)), B);
  await expectClose(linalg.solve(A, B.mT, { left: false }).matmul(A), B.mT);
  expect(linalg.solve(A, noise(2, 4)).shape).toEqual([2, 4]);
  await expectClose(A.matmul(linalg.solve(A, b).unsqueeze(-1)).squeeze(-1), b.expand(2, 4));
  await expectClose(A.matmul(linalg.inv(A)), identity(4).expand(2, 4, 4));
  await expectClose(A.tril().matmul(linalg.solveTriangular(A, B, { upper: false })), B);
  const unit = A.triu(1).add(identity(4));
  await expectClose(linalg.solveTriangular(A, B.mT, { upper: true, left: false, unitriangular: true }).matmul(unit), B.mT);
  const P = A.matmul(A.mT).add(identity(4)), L = linalg.cholesky(P);
  await expectClose(L.matmul(L.mT), P);
  await expectClose(linalg.cholesky(P, { upper: true }), L.mT);
  await expectClose(P.matmul(torch.choleskySolve(B, L)), B);
  await expectClose(torch.choleskyInverse(L), linalg.inv(P));
});

test('determinants', async () => {
  const A = torch.tensor([[[0, 2], [3, 4]], [[1, 2], [2, 4]]]);
  // adding 0 makes -0 to 0
  expect(await torch.det(A).add(0).tolist()).toEqual([-6, 0]);
  const { sign, logabsdet } = linalg.slogdet(A);
  // what PyTorch prints
  expect(String(torch.slogdet(torch.eye(1)))).toBe('torch.return_types.slogdet(\nsign=tensor(1.),\nlogabsdet=tensor(0.))');
  expect(String(linalg.slogdet(torch.eye(1)))).toBe('torch.return_types.linalg_slogdet(\nsign=tensor(1.),\nlogabsdet=tensor(0.))');
  expect(await sign.add(0).tolist()).toEqual([-1, 0]);
  expect((await logabsdet.tolist() as number[])[1]).toBe(-Infinity);
  expect(await A.logdet().tolist()).toEqual([NaN, -Infinity]);
  expect(await torch.det(torch.empty(0, 0)).item()).toBe(1);
});

test('least squares', async () => {
  const A = noise(6, 3), B = noise(6, 2);
  const { solution, residuals, rank, singularValues } = linalg.lstsq(A, B, { driver: 'gelsd' });
  await expectClose(A.mT.matmul(A.matmul(solution).sub(B)), torch.zeros(3, 2, float64)); // the normal equations
  await expectClose(residuals, A.matmul(solution).sub(B).square().sum(0));
  expect(await rank.item()).toBe(3);
  await expectClose(singularValues, linalg.svdvals(A));
  expect(linalg.lstsq(A, B).residuals.numel()).toBe(0);
});

test('functions of matrices', async () => {
  const turn = torch.tensor([[0, -1], [1, 0]], float64);
  await expectClose(linalg.matrixExp(turn.mul(30)), torch.tensor([[Math.cos(30), -Math.sin(30)], [Math.sin(30), Math.cos(30)]], float64));
  await expectClose(linalg.matrixPower(turn, 5), turn);
  await expectClose(linalg.matrixPower(turn, -1), turn.t());
  await expectClose(linalg.matrixPower(turn, 0), identity(2));
  const [a, b, c] = [noise(2, 30), noise(30, 2), noise(2)];
  await expectClose(linalg.multiDot([a, b, c]), a.matmul(b).matmul(c));
  expect(await linalg.vander(torch.tensor([2n, 3n]), { N: 3 }).tolist()).toEqual([[1, 2, 4], [1, 3, 9]]);
  expect(await linalg.matrixRank(torch.ones(3, 3)).item()).toBe(1);
  expect(await linalg.vecdot(torch.ones(2, 3), torch.ones(2, 3)).tolist()).toEqual([3, 3]);
});

test('norms of matrices', async () => {
  const A = torch.tensor([[1, -2], [3, 4]]);
  const norms = await Promise.all(([1, -1, Infinity, -Infinity] as const).map((ord) => linalg.matrixNorm(A, ord).item()));
  expect(norms).toEqual([6, 4, 7, 3]);
  expect(await linalg.norm(A).item()).toBeCloseTo(Math.sqrt(30), 5);
  expect(await linalg.matrixNorm(A, 2).item()).toBeCloseTo(5.116672, 5);
  expect(linalg.matrixNorm(torch.ones(2, 3, 4), 'nuc', [0, 2], { keepdim: true }).shape).toEqual([1, 3, 1]);
  expect(await linalg.vectorNorm(A, 3.5, 0, { keepdim: true }).shape).toEqual([1, 2]);
});

test('named tuples', () => {
  expect(String(linalg.luFactor(torch.tensor([[0, 1], [1, 0]])))).toBe(
    'torch.return_types.linalg_lu_factor(\nLU=tensor([[1., 0.],\n        [0., 1.]]),\npivots=tensor([2, 2], dtype=torch.int32))');
  expect([...linalg.svd(torch.eye(2))].length).toBe(3);
});

test.each([
  ['linalg.inv: The diagonal element 1 is zero, the inversion could not be completed because the input matrix is singular.', () => linalg.inv(torch.zeros(2, 2))],
  ['linalg.inv: (Batch element 1): The diagonal element 1 is zero, the inversion could not be completed because the input matrix is singular.',
    () => linalg.inv(torch.stack([torch.eye(2), torch.zeros(2, 2)]))],
  ['linalg.cholesky: The factorization could not be completed because the input is not positive-definite (the leading minor of order 1 is not positive-definite).',
    () => linalg.cholesky(torch.eye(2).neg())],
  ['torch.linalg.solve: The solver failed because the input matrix is singular.', () => linalg.solve(torch.zeros(2, 2), torch.ones(2))],
])('%s', (message, run) => { expect(run).toThrow(new linalg.LinAlgError(message)); });

test.each([
  ['linalg.det: A must be batches of square matrices, but they are 2 by 3 matrices', () => linalg.det(torch.ones(2, 3))],
  ['linalg.inv: The input tensor A must have at least 2 dimensions.', () => linalg.inv(torch.ones(3))],
  ['linalg.inv: Expected a floating point or complex tensor as input. Got Long', () => linalg.inv(torch.ones(2, 2).long())],
  ['linalg.solve: Incompatible shapes of A and B for the equation AX = B (2x2 and 3x1)', () => linalg.solve(torch.eye(2), torch.ones(3))],
  ['linalg.matrix_norm: Order 3 not supported.', () => linalg.matrixNorm(torch.eye(2), 3)],
  ['linalg.vector_norm cannot compute the inf norm on an empty tensor because the operation does not have an identity', () => linalg.vectorNorm(torch.empty(0), Infinity)],
  ['multi_dot(): tensors 0 and 1 with shapes [2, 2] and [3, 3] cannot be multiplied', () => linalg.multiDot([torch.eye(2), torch.eye(3)])],
  ["Expected UPLO argument to be 'L' or 'U', but got X", () => linalg.eigh(torch.eye(2), { UPLO: 'X' as 'U' })],
])('%s', (message, run) => { expect(run).toThrow(message); });

test('what is not finite has no singular values', () => {
  const x = torch.tensor([[1, NaN], [2, 3]]);
  expect(() => linalg.svd(x)).toThrow('linalg.svd: The algorithm failed to converge because the input matrix contained non-finite values.');
  expect(() => linalg.svdvals(torch.stack([torch.eye(2), x]))).toThrow('linalg.svd: (Batch element 1): The algorithm failed');
});
