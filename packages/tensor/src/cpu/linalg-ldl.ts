import { RuntimeError } from '../errors.js';
import { ldlOps } from '../ops/linalg-ldl.js';
import { contiguousNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { matricesOf, partsOf } from './linalg-support.js';

/** What bounds the growth of elements best: as a part of the largest beside it, how large a pivot must be to be taken as it is. */
const THRESHOLD = (1 + Math.sqrt(17)) / 8;

/** The place in `of` from one number up to another where its absolute value is largest, and that. */
function largest(from: number, to: number, of: (i: number) => number): [place: number, size: number] {
  let place = from, size = 0;
  for (let i = from; i < to; i++) {
    const x = Math.abs(of(i));
    if (x > size) [place, size] = [i, x];
  }
  return [place, size];
}

/** The row that is to be exchanged for the pivot at k, and whether that is a block of two rows. */
function choose(a: Float64Array, n: number, k: number, below: number, most: number): [row: number, isBlock: boolean] {
  const own = Math.abs(a[k * n + k]);
  if (own >= THRESHOLD * most) return [k, false];
  const [, left] = largest(k, below, (j) => a[below * n + j]), [, under] = largest(below + 1, n, (i) => a[i * n + below]);
  const beside = Math.max(left, under);
  if (own >= THRESHOLD * most * (most / beside)) return [k, false];
  return [below, Math.abs(a[below * n + below]) < THRESHOLD * beside];
}

/** Exchanges row and column `p` of what is left of a symmetric matrix, of which there is the lower triangle, for `q` > p. */
function exchange(a: Float64Array, n: number, p: number, q: number): void {
  const swap = (x: number, y: number): void => { [a[x], a[y]] = [a[y], a[x]]; };
  for (let i = q + 1; i < n; i++) swap(i * n + p, i * n + q);
  for (let i = p + 1; i < q; i++) swap(i * n + p, q * n + i);
  swap(p * n + p, q * n + q);
}

/**
 * Replaces the lower triangle of a symmetric matrix by its factors L and D.
 * @returns the number of the first pivot that is zero, or 0
 * @see https://doi.org/10.1090/S0025-5718-1977-0428694-0 (Bunch, Kaufman: Some stable methods for calculating inertia and solving symmetric
 *   linear systems)
 */
function factor(a: Float64Array, pivots: Float64Array, n: number): number {
  let zero = 0;
  for (let k = 0; k < n;) {
    const [below, most] = largest(k + 1, n, (i) => a[i * n + k]), own = Math.abs(a[k * n + k]);
    if (Math.max(own, most) === 0 || Number.isNaN(own)) {
      zero ||= k + 1;
      pivots[k] = ++k;
      continue;
    }
    const [row, isBlock] = choose(a, n, k, below, most), last = isBlock ? k + 1 : k;
    if (row !== last) {
      exchange(a, n, last, row);
      if (isBlock) [a[last * n + k], a[row * n + k]] = [a[row * n + k], a[last * n + k]];
    }
    if (isBlock) eliminateTwo(a, n, k);
    else eliminate(a, n, k);
    pivots.fill(isBlock ? -row - 1 : row + 1, k, last + 1);
    k = last + 1;
  }
  return zero;
}

function eliminate(a: Float64Array, n: number, k: number): void {
  const d = a[k * n + k];
  for (let j = k + 1; j < n; j++) {
    const x = a[j * n + k] / d;
    for (let i = j; i < n; i++) a[i * n + j] -= x * a[i * n + k];
    a[j * n + k] = x;
  }
}

function eliminateTwo(a: Float64Array, n: number, k: number): void {
  const corner = a[(k + 1) * n + k], low = a[(k + 1) * n + k + 1] / corner, high = a[k * n + k] / corner;
  const scale = 1 / (low * high - 1) / corner;
  for (let j = k + 2; j < n; j++) {
    const x = a[j * n + k], y = a[j * n + k + 1];
    const first = scale * (low * x - y), second = scale * (high * y - x);
    for (let i = j; i < n; i++) a[i * n + j] -= a[i * n + k] * first + a[i * n + k + 1] * second;
    a[j * n + k] = first;
    a[j * n + k + 1] = second;
  }
}

/** Overwrites b (n × width) with the solution of A X = b, given the factors of A. */
function solve(ld: Float64Array, pivots: Float64Array, b: Float64Array, n: number, width: number): void {
  const swap = (p: number, q: number): void => {
    if (p !== q) for (let j = 0; j < width; j++) [b[p * width + j], b[q * width + j]] = [b[q * width + j], b[p * width + j]];
  };
  /** Subtracts a multiple of one row from another. */
  const subtract = (to: number, factor: number, from: number): void => {
    for (let j = 0; j < width; j++) b[to * width + j] -= factor * b[from * width + j];
  };
  for (let k = 0; k < n;) {
    if (pivots[k] > 0) {
      swap(k, pivots[k] - 1);
      for (let i = k + 1; i < n; i++) subtract(i, ld[i * n + k], k);
      for (let j = 0; j < width; j++) b[k * width + j] /= ld[k * n + k];
      k++;
      continue;
    }
    swap(k + 1, -pivots[k] - 1);
    for (let i = k + 2; i < n; i++) {
      subtract(i, ld[i * n + k], k);
      subtract(i, ld[i * n + k + 1], k + 1);
    }
    const corner = ld[(k + 1) * n + k], high = ld[k * n + k] / corner, low = ld[(k + 1) * n + k + 1] / corner, det = high * low - 1;
    for (let j = 0; j < width; j++) {
      const x = b[k * width + j] / corner, y = b[(k + 1) * width + j] / corner;
      b[k * width + j] = (low * x - y) / det;
      b[(k + 1) * width + j] = (high * y - x) / det;
    }
    k += 2;
  }
  for (let k = n - 1; k >= 0;) {
    const first = pivots[k] > 0 ? k : k - 1;
    for (let i = k + 1; i < n; i++) for (let r = first; r <= k; r++) subtract(r, ld[i * n + r], i);
    swap(k, Math.abs(pivots[k]) - 1);
    k = first - 1;
  }
}

/** Kernels of the factors of symmetric matrices. */
export const ldlKernels = (): KernelEntry[] => [
  kernelFor(ldlOps.factor, ([A], outputs, { check }) => {
    const matrices = matricesOf(A), [ld, pivots, info] = outputs.map((part) => partsOf(part, matrices.count)), n = matrices.rows;
    for (let i = 0; i < matrices.count; i++) {
      const a = matrices.at(i), zero = factor(a, pivots.at(i), n);
      if (zero > 0 && check !== null) throw new RuntimeError(`${check}: Unknown error code: ${zero}.`);
      info.at(i)[0] = zero;
      for (let r = 0; r < n; r++) ld.at(i).set(a.subarray(r * n, r * n + r + 1), r * n);
    }
    for (const part of [ld, pivots, info]) part.commit();
  }),
  kernelFor(ldlOps.solve, ([LD, pivots, B], [out]) => {
    const factors = matricesOf(LD), right = matricesOf(B), result = partsOf(out, right.count), n = factors.rows;
    const exchanged = Float64Array.from(contiguousNumbers(pivots), Number);
    for (let i = 0; i < right.count; i++) {
      result.at(i).set(right.at(i));
      solve(factors.at(i), exchanged.subarray(i * n, (i + 1) * n), result.at(i), n, right.columns);
    }
    result.commit();
  }),
];
