import { reflectionOf, reflectRows, scaleToOne, turnRows, type Reflection } from './linalg-reflect.js';
import { identity } from './linalg-support.js';

const EPSILON = 2 ** -52;
/** Steps for one eigenvalue, of which two or three are usual. */
const MOST_STEPS = 60;

/** Eigenvalues, ascending, and eigenvectors as columns. */
export interface Eigen { readonly values: Float64Array; readonly vectors: Float64Array }

/**
 * Of a symmetric matrix, whose lower triangle is read and written over: by reflections to a tridiagonal one, and rotations of that.
 * @returns null where it has numbers that are not finite, or the rotations do not end
 * @see J. Wilkinson, C. Reinsch: Handbook for Automatic Computation II, Linear Algebra (1971), II/2 and II/4
 */
export function eigenSymmetric(a: Float64Array, n: number): Eigen | null {
  const scale = scaleToOne(a);
  if (Number.isNaN(scale)) return null;
  const { diagonal, beside, rows } = tridiagonal(a, n);
  if (!diagonalize(diagonal, beside, rows, n)) return null;
  const order = [...diagonal.keys()].sort((i, j) => diagonal[i] - diagonal[j]), vectors = new Float64Array(n * n);
  order.forEach((from, to) => { for (let r = 0; r < n; r++) vectors[r * n + to] = rows[from * n + r]; });
  return { values: Float64Array.from(order, (i) => diagonal[i] * scale), vectors };
}

/** A = Q T Qᵀ: the diagonal of T, what stands beside it (number i right of diagonal element i), and the rows of Qᵀ. */
function tridiagonal(a: Float64Array, n: number): { diagonal: Float64Array; beside: Float64Array; rows: Float64Array } {
  const beside = new Float64Array(n), reflections: Reflection[] = [], p = new Float64Array(n);
  // from the last row on, so that what is left is the first rows
  for (let k = n - 1; k > 0; k--) {
    const reflection = reflectionOf(a.slice(k * n, k * n + k).reverse());
    reflection.v.reverse(); // its last element is the one that stays
    reflections[k] = reflection;
    beside[k - 1] = reflection.value;
    reflectBoth(a, n, k, reflection, p);
  }
  const rows = identity(n);
  for (let k = 1; k < n; k++) reflectRows(rows, n, 0, k, 0, reflections[k]);
  return { diagonal: Float64Array.from({ length: n }, (_, i) => a[i * n + i]), beside, rows };
}

/** H A H of the first k rows and columns, of which the lower triangle is kept: A - v wᵀ - w vᵀ. */
function reflectBoth(a: Float64Array, n: number, k: number, { v, half }: Reflection, p: Float64Array): void {
  if (half === 0) return;
  p.fill(0, 0, k);
  for (let r = 0; r < k; r++) {
    const row = r * n, x = v[r];
    let sum = a[row + r] * x;
    for (let c = 0; c < r; c++) {
      sum += a[row + c] * v[c];
      p[c] += a[row + c] * x;
    }
    p[r] += sum;
  }
  let share = 0;
  for (let i = 0; i < k; i++) share += (p[i] /= half) * v[i];
  share /= 2 * half;
  for (let i = 0; i < k; i++) p[i] -= share * v[i];
  for (let r = 0; r < k; r++) {
    const row = r * n, x = v[r], y = p[r];
    for (let c = 0; c <= r; c++) a[row + c] -= x * p[c] + y * v[c];
  }
}

/** Makes a tridiagonal matrix diagonal, by the implicit QL algorithm; rows are turned alike. */
function diagonalize(d: Float64Array, e: Float64Array, rows: Float64Array, n: number): boolean {
  for (let first = 0; first < n; first++) {
    for (let step = 0; ; step++) {
      let last = first; // of a block that is not split
      while (last < n - 1 && Math.abs(e[last]) > EPSILON * (Math.abs(d[last]) + Math.abs(d[last + 1]))) last++;
      if (last === first) break;
      if (step === MOST_STEPS) return false;
      const slope = (d[first + 1] - d[first]) / (2 * e[first]), root = Math.hypot(slope, 1);
      let g = d[last] - d[first] + e[first] / (slope + (slope < 0 ? -root : root)), sine = 1, cosine = 1, shift = 0, i = last - 1;
      for (; i >= first; i--) {
        const f = sine * e[i], b = cosine * e[i], length = Math.hypot(f, g);
        e[i + 1] = length;
        if (length === 0) break; // the block is split here
        sine = f / length;
        cosine = g / length;
        g = d[i + 1] - shift;
        const r = (d[i] - g) * sine + 2 * cosine * b;
        shift = sine * r;
        d[i + 1] = g + shift;
        g = cosine * r - b;
        turnRows(rows, n, i + 1, i, cosine, sine);
      }
      if (i >= first) d[i + 1] -= shift;
      else {
        d[first] -= shift;
        e[first] = g;
      }
      e[last] = 0;
    }
  }
  return true;
}
