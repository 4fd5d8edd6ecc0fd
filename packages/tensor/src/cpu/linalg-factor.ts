import { product } from '../layout.js';
import { factorOps } from '../ops/linalg-factor.js';
import { householderOps } from '../ops/linalg-householder.js';
import { luOps } from '../ops/linalg-lu.js';
import { determinantOps } from '../ops/linalg-determinant.js';
import { LinAlgError } from '../ops/linalg-checks.js';
import { RuntimeError } from '../errors.js';
import { contiguousNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { columnReflection, reflectColumns, rowsOf, scaleToOne, type Reflection } from './linalg-reflect.js';
import { batchText, matricesOf, partsOf, transposed } from './linalg-support.js';

/**
 * Replaces an m × n matrix by its factors L and U in one, exchanging rows for the largest pivot.
 * @returns for each step the row that its row was exchanged with
 */
export function factorLu(a: Float64Array, m: number, n: number): Int32Array {
  const pivots = new Int32Array(Math.min(m, n));
  for (let k = 0; k < pivots.length; k++) {
    let p = k;
    for (let i = k + 1; i < m; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[p * n + k])) p = i;
    pivots[k] = p;
    if (p !== k) for (let j = 0; j < n; j++) [a[k * n + j], a[p * n + j]] = [a[p * n + j], a[k * n + j]];
    if (a[k * n + k] === 0) continue;
    for (let i = k + 1; i < m; i++) {
      const factor = (a[i * n + k] /= a[k * n + k]);
      for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return pivots;
}

/** The first zero on the diagonal of a square U, counted from 1; 0 where there is none. */
export function zeroPivot(lu: Float64Array, n: number, steps = n): number {
  for (let k = 0; k < steps; k++) if (lu[k * n + k] === 0) return k + 1;
  return 0;
}

/** The permutation that the row exchanges amount to: row i of P·X is row order[i] of X for P = exchanges in order. */
function rowOrder(pivots: Int32Array, m: number): Int32Array {
  const order = Int32Array.from({ length: m }, (_, i) => i);
  pivots.forEach((p, k) => { [order[k], order[p]] = [order[p], order[k]]; });
  return order;
}

/** Overwrites b (n × k) with the solution of A X = b, given the factors of A. */
export function solveLu(lu: Float64Array, pivots: Int32Array, b: Float64Array, n: number, k: number): void {
  pivots.forEach((p, i) => exchangeRows(b, k, i, p));
  substitute(lu, b, n, k, false, true);
  substitute(lu, b, n, k, true, false);
}

/** Overwrites b (n × k) with the solution of A X = b, given the factors of Aᵀ. */
export function solveTransposedLu(lu: Float64Array, pivots: Int32Array, b: Float64Array, n: number, k: number): void {
  const t = transposed(lu, n, n);
  substitute(t, b, n, k, false, false);
  substitute(t, b, n, k, true, true);
  for (let i = n - 1; i >= 0; i--) exchangeRows(b, k, i, pivots[i]);
}

/** Exchanges two rows, of `width` each. */
function exchangeRows(b: Float64Array, width: number, p: number, q: number): void {
  if (p !== q) for (let j = 0; j < width; j++) [b[p * width + j], b[q * width + j]] = [b[q * width + j], b[p * width + j]];
}

/** Overwrites b (n × k) with the solution of T X = b for a triangular T. */
export function substitute(t: Float64Array, b: Float64Array, n: number, k: number, upper: boolean, unit: boolean): void {
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    for (let p = upper ? i + 1 : 0; p < (upper ? n : i); p++) {
      const factor = t[i * n + p];
      if (factor !== 0) for (let j = 0; j < k; j++) b[i * k + j] -= factor * b[p * k + j];
    }
    if (!unit) for (let j = 0; j < k; j++) b[i * k + j] /= t[i * n + i];
  }
}

/** Sign and logarithm of the absolute value of a determinant. */
function signedLog(a: Float64Array, n: number): [number, number] {
  const pivots = factorLu(a, n, n);
  let sign = 1, log = 0;
  for (let i = 0; i < n; i++) {
    const d = a[i * n + i];
    sign *= Math.sign(d) * (pivots[i] === i ? 1 : -1);
    log += Math.log(Math.abs(d));
  }
  return [sign, log];
}

function determinant(a: Float64Array, n: number): number {
  const pivots = factorLu(a, n, n);
  let product = 1;
  for (let i = 0; i < n; i++) product *= pivots[i] === i ? a[i * n + i] : -a[i * n + i];
  return product;
}

/** Replaces a lower triangle by its Cholesky factor; gives the order of a minor that is not positive, where it stops as LAPACK does, or 0. */
function factorCholesky(a: Float64Array, n: number): number {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      if (i > j) a[i * n + j] = sum / a[j * n + j];
      else if (!(sum > 0)) {
        a[j * n + j] = sum;
        return j + 1;
      }
      else a[j * n + j] = Math.sqrt(sum);
    }
    for (let k = j + 1; k < n; k++) a[j * n + k] = 0;
  }
  return 0;
}

/**
 * Householder's QR with LAPACK's signs: overwrites the m × n matrix with R.
 * @returns the reflections that Q is a product of
 */
function factorQr(a: Float64Array, m: number, n: number): Reflection[] {
  const scale = scaleToOne(a) || 1, reflections: Reflection[] = [];
  for (let k = 0; k < Math.min(m, n); k++) {
    reflections[k] = columnReflection(a, m, n, k);
    reflectColumns(a, n, k, reflections[k]);
    a[k * n + k] = reflections[k].value;
    for (let i = k + 1; i < m; i++) a[i * n + k] = 0;
  }
  for (let i = 0; i < a.length; i++) a[i] *= scale;
  return reflections;
}

/** Kernels of the factorisations and of the determinants. */
export const factorKernels = (): KernelEntry[] => [
  kernelFor(determinantOps.det, ([A], [out]) => {
    const matrices = matricesOf(A), result = partsOf(out, matrices.count);
    for (let i = 0; i < matrices.count; i++) result.at(i)[0] = determinant(matrices.at(i), matrices.rows);
    result.commit();
  }),
  kernelFor(determinantOps.slogdet, ([A], [sign, log]) => {
    const matrices = matricesOf(A), signs = partsOf(sign, matrices.count), logs = partsOf(log, matrices.count);
    for (let i = 0; i < matrices.count; i++) [signs.at(i)[0], logs.at(i)[0]] = signedLog(matrices.at(i), matrices.rows);
    signs.commit();
    logs.commit();
  }),
  kernelFor(factorOps.cholesky, ([A], [out, info], { upper, check }) => {
    const matrices = matricesOf(A), result = partsOf(out, matrices.count), orders = partsOf(info, matrices.count), n = matrices.rows;
    for (let i = 0; i < matrices.count; i++) {
      const a = matrices.at(i), l = result.at(i);
      for (let r = 0; r < n; r++) for (let c = 0; c <= r; c++) l[r * n + c] = upper ? a[c * n + r] : a[r * n + c];
      const order = factorCholesky(l, n);
      orders.at(i)[0] = order;
      if (order > 0 && check !== null) {
        throw new LinAlgError(
          `${check}: ${batchText(A.layout.shape, i)}The factorization could not be completed because the input is not positive-definite (the leading minor of order ${order} is not positive-definite).`);
      }
      if (upper) l.set(transposed(l, n, n));
    }
    result.commit();
    orders.commit();
  }),
  kernelFor(factorOps.luFactor, ([A], [out, pivots, info], { check }) => {
    const matrices = matricesOf(A), [lu, exchanged, zeros] = [out, pivots, info].map((part) => partsOf(part, matrices.count));
    const { rows: m, columns: n } = matrices;
    for (let i = 0; i < matrices.count; i++) {
      const a = matrices.at(i);
      exchanged.at(i).set(factorLu(a, m, n).map((p) => p + 1));
      const zero = zeroPivot(a, n, Math.min(m, n));
      zeros.at(i)[0] = zero;
      if (zero > 0 && check !== null) {
        throw new RuntimeError(
          `${check}: ${batchText(A.layout.shape, i)}U[${zero},${zero}] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)`);
      }
      lu.at(i).set(a);
    }
    for (const part of [lu, exchanged, zeros]) part.commit();
  }),
  kernelFor(luOps.rowOrder, ([pivots], [out], { rows, low, high }) => {
    const count = product(pivots.layout.shape.slice(0, -1)), exchanged = contiguousNumbers(pivots), steps = pivots.layout.shape.at(-1)!;
    const orders = partsOf(out, count);
    for (let i = 0; i < count; i++) {
      const part = Int32Array.from({ length: steps }, (_, k) => Number(exchanged[i * steps + k]) - 1);
      if (part.some((p) => p < 0)) throw new RuntimeError(low);
      if (part.some((p) => p >= rows)) throw new RuntimeError(high);
      orders.at(i).set(rowOrder(part, rows));
    }
    orders.commit();
  }),
  kernelFor(factorOps.lu, ([A], outputs) => {
    const matrices = matricesOf(A), [P, L, U] = outputs.map((out) => partsOf(out, matrices.count));
    const { rows: m, columns: n } = matrices, k = Math.min(m, n);
    for (let i = 0; i < matrices.count; i++) {
      const a = matrices.at(i), p = P.at(i), l = L.at(i), u = U.at(i);
      rowOrder(factorLu(a, m, n), m).forEach((from, to) => { p[from * m + to] = 1; });
      for (let r = 0; r < m; r++) for (let c = 0; c < k; c++) l[r * k + c] = r === c ? 1 : r > c ? a[r * n + c] : 0;
      for (let r = 0; r < k; r++) for (let c = r; c < n; c++) u[r * n + c] = a[r * n + c];
    }
    for (const part of [P, L, U]) part.commit();
  }),
  kernelFor(factorOps.qr, ([A], [Q, R], { mode }) => {
    const matrices = matricesOf(A), q = partsOf(Q, matrices.count), r = partsOf(R, matrices.count);
    const { rows: m, columns: n } = matrices, k = Q.layout.shape.at(-1)!;
    for (let i = 0; i < matrices.count; i++) {
      const a = matrices.at(i), reflections = factorQr(a, m, n);
      r.at(i).set(a.subarray(0, r.at(i).length));
      if (mode !== 'r') q.at(i).set(transposed(rowsOf(reflections, 0, k, m), k, m));
    }
    q.commit();
    r.commit();
  }),
  kernelFor(householderOps.geqrf, ([A], [out, tau]) => {
    const matrices = matricesOf(A), result = partsOf(out, matrices.count), taus = partsOf(tau, matrices.count);
    const { rows: m, columns: n } = matrices;
    for (let i = 0; i < matrices.count; i++) {
      const a = matrices.at(i);
      factorQr(a, m, n).forEach(({ v, half }, k) => {
        if (half === 0) return;
        // LAPACK's vectors begin with a one, which is not kept
        taus.at(i)[k] = v[0] * v[0] / half;
        for (let j = 1; j < v.length; j++) a[(k + j) * n + k] = v[j] / v[0];
      });
      result.at(i).set(a);
    }
    result.commit();
    taus.commit();
  }),
];
