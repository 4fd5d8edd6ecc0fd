import type { View } from '../backend.js';
import { LinAlgError } from '../ops/linalg-checks.js';
import { spectralOps } from '../ops/linalg-spectral.js';
import { contiguousNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { batchText, identity, matricesOf, partsOf, transposed } from './linalg-support.js';

const EPSILON = 2 ** -52;
const SWEEPS = 60;

/** Rotation that makes a symmetric 2 × 2 matrix [[a, c], [c, b]] diagonal: tangent, cosine and sine. */
function rotation(a: number, b: number, c: number): [cosine: number, sine: number, tangent: number] {
  const zeta = (b - a) / (2 * c);
  const tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  return [cosine, cosine * tangent, tangent];
}

/** Turns two columns of a matrix with `n` columns. */
function turnColumns(
  a: Float64Array, rows: number, n: number, p: number, q: number, cosine: number, sine: number,
): void {
  for (let i = 0; i < rows; i++) {
    const x = a[i * n + p], y = a[i * n + q];
    a[i * n + p] = cosine * x - sine * y;
    a[i * n + q] = sine * x + cosine * y;
  }
}

interface Svd { readonly u: Float64Array; readonly s: Float64Array; readonly vh: Float64Array }

/**
 * The singular value decomposition of an m × n matrix, by one-sided Jacobi rotations: columns are turned until all are
 * orthogonal; their lengths are the singular values.
 * @param columns of U, and rows of Vh, to give: min(m, n), or all
 * @see Demmel, Veselić: Jacobi's method is more accurate than QR (1992)
 */
function decompose(a: Float64Array, m: number, n: number, full: boolean): Svd {
  if (m < n) {
    const { u, s, vh } = decompose(transposed(a, m, n), n, m, full);
    return { u: transposed(vh, m, m), s, vh: transposed(u, n, full ? n : m) };
  }
  const work = Float64Array.from(a), v = identity(n);
  for (let sweep = 0, turned = true; turned && sweep < SWEEPS; sweep++) {
    turned = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        let alpha = 0, beta = 0, gamma = 0;
        for (let i = 0; i < m; i++) {
          const x = work[i * n + p], y = work[i * n + q];
          alpha += x * x;
          beta += y * y;
          gamma += x * y;
        }
        if (Math.abs(gamma) <= EPSILON * Math.sqrt(alpha * beta) || gamma === 0) continue;
        turned = true;
        const [cosine, sine] = rotation(alpha, beta, gamma);
        turnColumns(work, m, n, p, q, cosine, sine);
        turnColumns(v, n, n, p, q, cosine, sine);
      }
    }
  }
  const lengths = Float64Array.from({ length: n }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += work[i * n + j] ** 2;
    return Math.sqrt(sum);
  });
  const order = descending(lengths);
  const width = full ? m : n;
  const u = new Float64Array(m * width), vh = new Float64Array(n * n);
  order.forEach((from, to) => {
    for (let i = 0; i < m; i++) u[i * width + to] = work[i * n + from] / lengths[from];
    for (let i = 0; i < n; i++) vh[to * n + i] = v[i * n + from];
  });
  const s = Float64Array.from(order, (i) => lengths[i]);
  // the direction of a column of length zero says nothing: any that is orthogonal to the others will do
  const reliable = s.findIndex((x) => !(x > EPSILON * s[0]));
  complete(u, m, width, reliable < 0 ? n : reliable);
  return { u, s, vh };
}

const descending = (values: Float64Array): number[] => [...values.keys()].sort((i, j) => values[j] - values[i]);

/** Makes the columns from `from` on orthonormal to all before, by Gram-Schmidt on unit vectors, twice for precision. */
function complete(u: Float64Array, m: number, width: number, from: number): void {
  for (let j = from, axis = 0; j < width; axis++) {
    const x = new Float64Array(m);
    x[axis] = 1;
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        let dot = 0;
        for (let i = 0; i < m; i++) dot += x[i] * u[i * width + k];
        for (let i = 0; i < m; i++) x[i] -= dot * u[i * width + k];
      }
    }
    const length = Math.hypot(...x);
    if (length < 1e-3 / m) continue; // nearly within the span of those before: another axis serves better
    for (let i = 0; i < m; i++) u[i * width + j] = x[i] / length;
    j++;
  }
}

/** Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations. */
function eigen(a: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const v = identity(n);
  let scale = 0;
  for (const x of a) scale = Math.max(scale, Math.abs(x));
  for (let sweep = 0, turned = true; turned && sweep < SWEEPS; sweep++) {
    turned = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (!(Math.abs(a[p * n + q]) > EPSILON * EPSILON * scale)) continue;
        turned = true;
        const [cosine, sine] = rotation(a[p * n + p], a[q * n + q], a[p * n + q]);
        turnColumns(a, n, n, p, q, cosine, sine);
        for (let i = 0; i < n; i++) { // the rows alike
          const x = a[p * n + i], y = a[q * n + i];
          a[p * n + i] = cosine * x - sine * y;
          a[q * n + i] = sine * x + cosine * y;
        }
        a[p * n + q] = a[q * n + p] = 0;
        turnColumns(v, n, n, p, q, cosine, sine);
      }
    }
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]);
  const order = descending(diagonal).reverse();
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => { for (let i = 0; i < n; i++) vectors[i * n + to] = v[i * n + from]; });
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors };
}

/** Copies one triangle of a matrix onto the other. */
function mirror(a: Float64Array, n: number, upper: boolean): void {
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < r; c++) {
      if (upper) a[r * n + c] = a[c * n + r];
      else a[c * n + r] = a[r * n + c];
    }
  }
}

function checkFinite(a: Float64Array, { layout: { shape } }: View, i: number): void {
  if (a.every(Number.isFinite)) return;
  throw new LinAlgError(
    `linalg.svd: ${batchText(shape, i)}The algorithm failed to converge because the input matrix contained non-finite values.`);
}

/** Kernels of the spectral decompositions. */
export const spectralKernels = (): KernelEntry[] => [
  kernelFor(spectralOps.svd, ([A], outputs, { fullMatrices }) => {
    const matrices = matricesOf(A), [U, S, Vh] = outputs.map((out) => partsOf(out, matrices.count));
    for (let i = 0; i < matrices.count; i++) {
      checkFinite(matrices.at(i), A, i);
      const { u, s, vh } = decompose(matrices.at(i), matrices.rows, matrices.columns, fullMatrices);
      U.at(i).set(u);
      S.at(i).set(s);
      Vh.at(i).set(vh);
    }
    for (const part of [U, S, Vh]) part.commit();
  }),
  kernelFor(spectralOps.eigh, ([A], [values, vectors], { upper }) => {
    const matrices = matricesOf(A), n = matrices.rows;
    const L = partsOf(values, matrices.count), V = partsOf(vectors, matrices.count);
    for (let i = 0; i < matrices.count; i++) {
      const a = matrices.at(i);
      mirror(a, n, upper);
      const result = eigen(a, n);
      L.at(i).set(result.values);
      V.at(i).set(result.vectors);
    }
    L.commit();
    V.commit();
  }),
  kernelFor(spectralOps.pinv, ([A, limit], [out], { hermitian }) => {
    const matrices = matricesOf(A), limits = contiguousNumbers(limit), result = partsOf(out, matrices.count);
    const { rows: m, columns: n } = matrices, k = Math.min(m, n);
    // limits are rounded to the dtype, and so has to be what is compared with them
    const round = A.dtype.name === 'float64' ? (x: number) => x : Math.fround;
    for (let i = 0; i < matrices.count; i++) {
      if (hermitian) mirror(matrices.at(i), n, false);
      const { u, s, vh } = decompose(matrices.at(i), m, n, false), inverse = result.at(i);
      for (let p = 0; p < k; p++) {
        if (!(round(s[p]) > limits[i])) continue;
        for (let c = 0; c < n; c++) {
          for (let r = 0; r < m; r++) inverse[c * m + r] += (vh[p * n + c] * u[r * k + p]) / s[p];
        }
      }
    }
    result.commit();
  }),
];
