import type { View } from '../backend.js';
import { LinAlgError } from '../ops/linalg-checks.js';
import { spectralOps, type SvdAttrs } from '../ops/linalg-spectral.js';
import { contiguousNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { eigenSymmetric } from './linalg-eigh.js';
import { decompose, type Svd } from './linalg-svd.js';
import { batchText, matricesOf, multiply, partsOf, transposed, type Matrices } from './linalg-support.js';

/** Copies one triangle of a matrix onto the other. */
function mirror(a: Float64Array, n: number, upper: boolean): void {
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < r; c++) {
      if (upper) a[r * n + c] = a[c * n + r];
      else a[c * n + r] = a[r * n + c];
    }
  }
}

/** The decomposition of the i-th matrix. @throws LinAlgError where there is none */
function svdOf(matrices: Matrices, i: number, { layout: { shape } }: View, vectors: SvdAttrs['vectors']): Svd {
  const result = decompose(matrices.at(i), matrices.rows, matrices.columns, vectors);
  if (result) return result;
  throw new LinAlgError(
    `linalg.svd: ${batchText(shape, i)}The algorithm failed to converge because the input matrix contained non-finite values.`);
}

/** Kernels of the spectral decompositions. */
export const spectralKernels = (): KernelEntry[] => [
  kernelFor(spectralOps.svd, ([A], outputs, { vectors }) => {
    const matrices = matricesOf(A), [U, S, Vh] = outputs.map((out) => partsOf(out, matrices.count));
    for (let i = 0; i < matrices.count; i++) {
      const { u, s, vh } = svdOf(matrices, i, A, vectors);
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
      mirror(a, n, upper); // nobody looks at the other triangle: it may hold anything
      const result = eigenSymmetric(a, n);
      if (!result) {
        throw new LinAlgError(`linalg.eigh: ${batchText(A.layout.shape, i)}The algorithm failed to converge because the input matrix is ` +
          `ill-conditioned or has too many repeated eigenvalues (error code: ${n - 1}).`);
      }
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
      const { u, s, vh } = svdOf(matrices, i, A, 'thin');
      // the sum of v uᵀ / s over the values that are above the limit
      const v = transposed(vh, k, n);
      for (let c = 0; c < n; c++) for (let p = 0; p < k; p++) v[c * k + p] = round(s[p]) > limits[i] ? v[c * k + p] / s[p] : 0;
      result.at(i).set(multiply(v, transposed(u, m, k), n, k, m));
    }
    result.commit();
  }),
];
