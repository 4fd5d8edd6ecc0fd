import { describe, expect, test } from 'vitest';
import * as torch from '@sconce/tensor';
import { available } from '../adapter.js';

const { linalg } = torch;
const gpu = (x: torch.Tensor): torch.Tensor => x.to('webgpu');

/** Matrices without any pattern, the same every time. */
function drawn(...shape: number[]): torch.Tensor {
  torch.manualSeed(shape.reduce((a, b) => a * 7 + b, 1));
  return torch.randn(...shape);
}

/** How far apart two tensors are at most. */
const apart = async (a: torch.Tensor, b: torch.Tensor): Promise<number> => Number(await a.sub(b).abs().amax().item());
const identity = (n: number): torch.Tensor => gpu(torch.eye(n));
const orthonormal = async (q: torch.Tensor): Promise<number> => apart(q.mT.matmul(q), identity(q.shape.at(-1)!));

describe.skipIf(!available)('factors multiply to what they are the factors of', () => {
  const shapes = [[1, 1], [2, 2], [5, 3], [3, 5], [64, 64], [65, 65], [3, 90, 7], [2, 7, 90], [2, 3, 4, 4]];

  test.each(shapes)('P L U, for %j and following', async (...shape) => {
    const x = gpu(drawn(...shape)), { P, L, U } = linalg.lu(x);
    expect(await apart(P.matmul(L).matmul(U), x)).toBeLessThan(2e-5);
    expect(await apart(L.tril(), L)).toBe(0);
    expect(await apart(U.triu(), U)).toBe(0);
    expect(Number(await L.abs().amax().item())).toBe(1); // the largest pivot was taken
  });

  test.each(shapes)('Q R, for %j and following', async (...shape) => {
    const x = gpu(drawn(...shape));
    for (const mode of ['reduced', 'complete'] as const) {
      const { Q, R } = linalg.qr(x, { mode });
      expect(await apart(Q.matmul(R), x)).toBeLessThan(2e-5);
      expect(await orthonormal(Q)).toBeLessThan(5e-6);
      expect(await apart(R.triu(), R)).toBe(0);
    }
    const { a, tau } = torch.geqrf(x), { Q, R } = linalg.qr(x, { mode: 'complete' });
    expect(await apart(a.triu(), R)).toBeLessThan(2e-5);
    expect(await apart(torch.ormqr(a, tau, R), x)).toBeLessThan(2e-5);
    expect(await apart(torch.ormqr(a, tau, x, { transpose: true }), R)).toBeLessThan(2e-5);
    const k = Math.min(...shape.slice(-2));
    expect(await apart(linalg.householderProduct(a.narrow(-1, 0, k), tau), Q.narrow(-1, 0, k))).toBeLessThan(2e-5);
  });

  test.each(shapes)('U S Vh, for %j and following', async (...shape) => {
    const x = gpu(drawn(...shape)), k = Math.min(...shape.slice(-2));
    for (const fullMatrices of [false, true]) {
      const { U, S, Vh } = linalg.svd(x, { fullMatrices });
      expect(await apart(U.narrow(-1, 0, k).mul(S.unsqueeze(-2)).matmul(Vh.narrow(-2, 0, k)), x)).toBeLessThan(2e-5);
      expect(await orthonormal(U)).toBeLessThan(1e-5);
      expect(await orthonormal(Vh.mT)).toBeLessThan(1e-5);
      expect(await S.sort(-1, { descending: true }).values.eq(S).all().item()).toBe(true);
    }
  });

  test.each([1, 2, 3, 33, 64, 65])('symmetric matrices of size %d: Cholesky, eigenvalues', async (n) => {
    const x = gpu(drawn(2, n, n)), definite = x.matmul(x.mT).add(identity(n)), symmetric = x.add(x.mT);
    const l = linalg.cholesky(definite), u = linalg.cholesky(definite, { upper: true });
    expect(await apart(l.matmul(l.mT), definite)).toBeLessThan(5e-6 * n + 1e-5);
    expect(await apart(u, l.mT)).toBe(0);
    for (const UPLO of ['L', 'U'] as const) {
      const { eigenvalues, eigenvectors } = linalg.eigh(UPLO === 'L' ? symmetric.tril() : symmetric.triu(), { UPLO });
      expect(await apart(symmetric.matmul(eigenvectors), eigenvectors.mul(eigenvalues.unsqueeze(-2)))).toBeLessThan(2e-6 * n + 2e-6);
      expect(await orthonormal(eigenvectors)).toBeLessThan(1e-5);
      expect(await eigenvalues.sort(-1).values.eq(eigenvalues).all().item()).toBe(true);
    }
  });

  test.each([1, 2, 7, 70])('systems of size %d are solved', async (n) => {
    const x = gpu(drawn(3, n, n)).add(identity(n).mul(3 * n)), b = gpu(drawn(3, n, 5)), definite = x.matmul(x.mT);
    expect(await apart(x.matmul(linalg.inv(x)), identity(n))).toBeLessThan(1e-5);
    expect(await apart(x.matmul(linalg.solve(x, b)), b)).toBeLessThan(1e-5);
    expect(await apart(linalg.solve(x, b.mT, { left: false }).matmul(x), b.mT)).toBeLessThan(1e-5);
    expect(await apart(x.triu().matmul(linalg.solveTriangular(x, b, { upper: true })), b)).toBeLessThan(1e-5);
    expect(await apart(definite.matmul(torch.choleskySolve(b, linalg.cholesky(definite))), b)).toBeLessThan(5e-5);
    const [LU, pivots] = torch.lu(x), { P, L, U } = torch.luUnpack(LU, pivots);
    expect(await apart(P.matmul(L).matmul(U), x)).toBeLessThan(1e-5 * n + 2e-5);
    expect(await apart(x.matmul(linalg.luSolve(LU, pivots, b)), b)).toBeLessThan(1e-5);
    expect(await apart(x.mT.matmul(linalg.luSolve(LU, pivots, b, { adjoint: true })), b)).toBeLessThan(1e-5);
    const logs = linalg.slogdet(x);
    expect(await apart(logs.logabsdet, linalg.eigvalsh(definite).log().sum(-1).div(2))).toBeLessThan(1e-4 * n);
  });
});

describe.skipIf(!available)('special matrices', () => {
  test('of low rank, zero, and empty', async () => {
    const low = gpu(drawn(9, 2).matmul(drawn(2, 6)));
    for (const x of [low, gpu(torch.zeros(4, 3)), gpu(torch.ones(5, 5))]) {
      const { U, S, Vh } = linalg.svd(x);
      expect(await orthonormal(U)).toBeLessThan(1e-5);
      expect(await orthonormal(Vh)).toBeLessThan(1e-5);
      expect(await apart(U.narrow(-1, 0, S.numel()).mul(S).matmul(Vh.narrow(-2, 0, S.numel())), x)).toBeLessThan(1e-5);
    }
    expect(await linalg.matrixRank(low).item()).toBe(2);
    expect(await apart(low.matmul(linalg.pinv(low)).matmul(low), low)).toBeLessThan(2e-5);
    expect(await linalg.det(gpu(torch.zeros(0, 0))).item()).toBe(1);
    expect(await linalg.slogdet(gpu(torch.zeros(2, 0, 0))).logabsdet.tolist()).toEqual([0, 0]);
    expect(await linalg.svd(gpu(torch.zeros(3, 0))).U.tolist()).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    expect(linalg.inv(gpu(torch.zeros(0, 4, 4))).shape).toEqual([0, 4, 4]);
    expect(await linalg.matrixExp(gpu(torch.zeros(3, 3))).tolist()).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
  });

  test('the exponential of a generator of rotations is a rotation', async () => {
    for (const angle of [0.1, 3, 40]) {
      const turned = await linalg.matrixExp(gpu(torch.tensor([[0, -angle], [angle, 0]]))).tolist() as unknown as number[][];
      expect(turned[0][0]).toBeCloseTo(Math.cos(angle), 4);
      expect(turned[1][0]).toBeCloseTo(Math.sin(angle), 4);
    }
  });

  test('NaN and Inf end, and spread', async () => {
    const x = gpu(torch.tensor([[1, NaN], [2, 3]]));
    await expect(linalg.svd(torch.stack([identity(2), x])).S.tolist()).rejects.toThrow(
      'linalg.svd: (Batch element 1): The algorithm failed to converge because the input matrix contained non-finite values.');
    expect(await linalg.eigh(x.add(x.mT)).eigenvalues.isnan().any().item()).toBe(true);
    expect(await linalg.det(x).item()).toBe(NaN);
    expect(await linalg.inv(x).isnan().any().item()).toBe(true);
  });

  test('info in the place of an error, also of what is empty', async () => {
    for (const x of [torch.tensor([[1, 2], [2, 4]]).neg(), torch.stack([torch.eye(3), torch.zeros(3, 3)]), torch.zeros(2, 0, 0), torch.zeros(0, 3, 3)]) {
      for (const run of [linalg.invEx, linalg.choleskyEx, linalg.luFactorEx, (a: torch.Tensor) => linalg.solveEx(a, a)]) {
        expect(await run(gpu(x)).info.tolist()).toEqual(await run(x).info.tolist());
      }
    }
    expect(await linalg.solveEx(gpu(torch.zeros(2, 2)), gpu(torch.zeros(2, 0))).info.item()).toBe(1);
  });

  test('pivots that name no row are told when values are read', async () => {
    const pivots = gpu(torch.tensor([1, 4, 3]).int());
    await expect(torch.luUnpack(identity(3), pivots).P.tolist()).rejects.toThrow('pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive.');
    await expect(linalg.luSolve(identity(3), pivots, identity(3)).tolist()).rejects.toThrow('Pivots given to lu_solve must all be smaller or equal to LU.size(-2).');
    await expect(linalg.luSolve(identity(3), pivots.sub(1), identity(3)).tolist()).rejects.toThrow('Pivots given to lu_solve must all be greater or equal to 1.');
  });

  const singular: readonly (readonly [string, (x: torch.Tensor) => torch.Tensor])[] = [
    ['inv', linalg.inv], ['solve', (x) => linalg.solve(x, x)], ['cholesky', linalg.cholesky], ['lu_factor', (x) => linalg.luFactor(x).pivots],
    ['inv_ex', (x) => linalg.invEx(x, { checkErrors: true }).info], ['solve_ex', (x) => linalg.solveEx(x, x, { checkErrors: true }).info],
    ['cholesky_ex', (x) => linalg.choleskyEx(x, { checkErrors: true }).info], ['lu_factor_ex', (x) => linalg.luFactorEx(x, { checkErrors: true }).info],
  ];
  test.each(singular)('%s of a singular matrix is told as on the CPU, when values are read', async (_, run) => {
    for (const x of [torch.tensor([[1, 2], [2, 4]]).neg(), torch.stack([torch.eye(3), torch.zeros(3, 3)])]) {
      let expected: unknown;
      try { run(x); } catch (error) { expected = error; }
      const error = await run(gpu(x)).tolist().then(() => null, (e: unknown) => e as Error);
      expect(error?.message.startsWith(`${(expected as Error).message} (found by `)).toBe(true);
      expect(error).toBeInstanceOf((expected as Error).constructor);
    }
  });
});
