import type { View } from '../backend.js';
import { Layout } from '../layout.js';
import { LinAlgError } from '../ops/linalg-checks.js';
import { matrixFunctionOps } from '../ops/linalg-products.js';
import { solveOps } from '../ops/linalg-solve.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { factorLu, solveLu, solveTransposedLu, substitute, zeroPivot } from './linalg-factor.js';
import { batchText, identity, matricesOf, multiply, partsOf, transposed } from './linalg-support.js';

/** 1 / k! for the terms of the series that reach double precision for a norm of up to a half. */
const COEFFICIENTS = [1];
for (let k = 1; k < 20; k++) COEFFICIENTS.push(COEFFICIENTS[k - 1] / k);

/** The exponential of a matrix: Taylor's series of A / 2^s, squared s times. */
function exponential(a: Float64Array, n: number): Float64Array {
  let norm = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.abs(a[i * n + j]);
    norm = Math.max(norm, sum);
  }
  const squarings = norm > 0.5 && Number.isFinite(norm) ? Math.ceil(Math.log2(norm)) + 1 : 0;
  const scaled = a.map((x) => x / 2 ** squarings);
  // four terms at a time, so that there are 7 products (M. Paterson, L. Stockmeyer): Σ (c₀ + c₁ A + c₂ A² + c₃ A³) A⁴ᵏ
  const square = multiply(scaled, scaled, n, n, n), powers = [identity(n), scaled, square, multiply(square, scaled, n, n, n)];
  const fourth = multiply(square, square, n, n, n);
  let result: Float64Array = new Float64Array(n * n);
  for (let k = COEFFICIENTS.length - 4; k >= 0; k -= 4) {
    if (k < COEFFICIENTS.length - 4) result = multiply(result, fourth, n, n, n);
    powers.forEach((power, j) => { for (let i = 0; i < n * n; i++) result[i] += COEFFICIENTS[k + j] * power[i]; });
  }
  for (let i = 0; i < squarings; i++) result = multiply(result, result, n, n, n);
  return result;
}

/** Vectors as matrices of one column. */
const columns = ({ storage, dtype, layout: { shape, strides, offset } }: View): View =>
  ({ storage, dtype, layout: new Layout([...shape, 1], [...strides, 1], offset) });

/**
 * Overwrites b (n × k) with the solution of A X = b. Of a matrix that lies row by row the transpose is factored, which to LAPACK lies as it
 * is: so does PyTorch, and which pivot of a singular matrix is zero depends on it.
 * @returns the number of that pivot, or 0
 */
function solve(a: Float64Array, byRows: boolean, b: Float64Array, n: number, k: number): number {
  const lu = byRows ? transposed(a, n, n) : a, pivots = factorLu(lu, n, n);
  (byRows ? solveTransposedLu : solveLu)(lu, pivots, b, n, k);
  return zeroPivot(lu, n);
}

/** Kernels of the solvers and of the matrix exponential. */
export const solveKernels = (): KernelEntry[] => [
  kernelFor(solveOps.inv, ([A], [out, info], { check }) => {
    const matrices = matricesOf(A), result = partsOf(out, matrices.count), zeros = partsOf(info, matrices.count), n = matrices.rows;
    for (let i = 0; i < matrices.count; i++) {
      result.at(i).set(identity(n));
      const zero = solve(matrices.at(i), A.layout.isContiguous, result.at(i), n, n);
      zeros.at(i)[0] = zero;
      if (zero > 0 && check !== null) {
        throw new LinAlgError(
          `${check}: ${batchText(A.layout.shape, i)}The diagonal element ${zero} is zero, the inversion could not be completed because the input matrix is singular.`);
      }
    }
    result.commit();
    zeros.commit();
  }),
  kernelFor(solveOps.solve, ([A, B], [out, info], { vector, check }) => {
    const left = matricesOf(A), right = matricesOf(vector ? columns(B) : B), n = left.rows;
    const result = partsOf(out, right.count), zeros = partsOf(info, left.count);
    for (let i = 0; i < left.count; i++) {
      result.at(i).set(right.at(i));
      const zero = solve(left.at(i), A.layout.isContiguous, result.at(i), n, right.columns);
      zeros.at(i)[0] = zero;
      if (zero > 0 && check !== null) {
        throw new LinAlgError(
          `${check}: ${batchText(A.layout.shape, i)}The solver failed because the input matrix is singular.`);
      }
    }
    result.commit();
    zeros.commit();
  }),
  kernelFor(solveOps.solveTriangular, ([A, B], [out], { upper, unitriangular }) => {
    const left = matricesOf(A), right = matricesOf(B), result = partsOf(out, right.count);
    for (let i = 0; i < left.count; i++) {
      result.at(i).set(right.at(i));
      substitute(left.at(i), result.at(i), left.rows, right.columns, upper, unitriangular);
    }
    result.commit();
  }),
  kernelFor(solveOps.choleskySolve, ([B, L], [out], { upper }) => {
    const right = matricesOf(B), factors = matricesOf(L), result = partsOf(out, right.count), n = factors.rows;
    for (let i = 0; i < right.count; i++) {
      const l = upper ? transposed(factors.at(i), n, n) : factors.at(i), x = result.at(i);
      x.set(right.at(i));
      substitute(l, x, n, right.columns, false, false);
      substitute(transposed(l, n, n), x, n, right.columns, true, false);
    }
    result.commit();
  }),
  kernelFor(matrixFunctionOps.matrixExp, ([A], [out]) => {
    const matrices = matricesOf(A), result = partsOf(out, matrices.count);
    for (let i = 0; i < matrices.count; i++) result.at(i).set(exponential(matrices.at(i), matrices.rows));
    result.commit();
  }),
];
