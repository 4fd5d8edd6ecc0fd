import { RuntimeError } from '../errors.js';
import { product } from '../layout.js';
import { LinAlgError } from '../ops/linalg-checks.js';
import { eigOp } from '../ops/linalg-eig.js';
import { pairsOf } from '../complex/parts.js';
import { contiguousNumbers, storeNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { batchText } from './linalg-support.js';

const EPSILON = 2 ** -52;
/** QR steps for an eigenvalue before giving up; few take more than four. */
const STEPS = 60;

/** A square matrix of complex numbers, row by row: real and imaginary part in turn. */
class Matrix {
  readonly data: Float64Array;
  constructor(readonly n: number) { this.data = new Float64Array(2 * n * n); }

  static identity(n: number): Matrix {
    const matrix = new Matrix(n);
    for (let i = 0; i < n; i++) matrix.data[2 * (i * n + i)] = 1;
    return matrix;
  }

  re(i: number, j: number): number { return this.data[2 * (i * this.n + j)]; }
  im(i: number, j: number): number { return this.data[2 * (i * this.n + j) + 1]; }
  set(i: number, j: number, re: number, im: number): void {
    this.data[2 * (i * this.n + j)] = re;
    this.data[2 * (i * this.n + j) + 1] = im;
  }

  /** Rows p and q become c·p + s·q and -s̄·p + c·q; c is real. */
  turnRows(p: number, q: number, c: number, sr: number, si: number, from = 0): void {
    for (let j = from; j < this.n; j++) {
      const ar = this.re(p, j), ai = this.im(p, j), br = this.re(q, j), bi = this.im(q, j);
      this.set(p, j, c * ar + sr * br - si * bi, c * ai + sr * bi + si * br);
      this.set(q, j, c * br - sr * ar - si * ai, c * bi - sr * ai + si * ar);
    }
  }

  /** Columns p and q become c·p + s̄·q and -s·p + c·q: the inverse from the right. */
  turnColumns(p: number, q: number, c: number, sr: number, si: number, to = this.n): void {
    for (let i = 0; i < to; i++) {
      const ar = this.re(i, p), ai = this.im(i, p), br = this.re(i, q), bi = this.im(i, q);
      this.set(i, p, c * ar + sr * br + si * bi, c * ai + sr * bi - si * br);
      this.set(i, q, c * br - sr * ar + si * ai, c * bi - sr * ai - si * ar);
    }
  }
}

/** The rotation that turns (a, b) into (length, 0) times a's direction: its cosine and sine. */
function rotation(ar: number, ai: number, br: number, bi: number): [c: number, sr: number, si: number] {
  const a = Math.hypot(ar, ai), b = Math.hypot(br, bi), length = Math.hypot(a, b);
  if (b === 0) return [1, 0, 0];
  if (a === 0) return [0, br / b, -bi / b];
  // s = (a / |a|) b̄ / length
  return [a / length, (ar * br + ai * bi) / (a * length), (ai * br - ar * bi) / (a * length)];
}

/** An upper triangular matrix that a matrix becomes by turning it: A = Q T Qᴴ. `A` becomes T. */
function schur(a: Matrix): Matrix {
  const { n } = a, q = Matrix.identity(n);
  const turn = (p: number, r: number, c: number, sr: number, si: number): void => {
    a.turnRows(p, r, c, sr, si);
    a.turnColumns(p, r, c, sr, si);
    q.turnColumns(p, r, c, sr, si);
  };
  // zeros below the first subdiagonal
  for (let k = 0; k + 2 < n; k++) {
    for (let i = n - 1; i > k + 1; i--) turn(i - 1, i, ...rotation(a.re(i - 1, k), a.im(i - 1, k), a.re(i, k), a.im(i, k)));
  }
  const size = (i: number, j: number): number => Math.abs(a.re(i, j)) + Math.abs(a.im(i, j));
  for (let high = n - 1, steps = 0; high > 0;) {
    let low = high;
    while (low > 0 && size(low, low - 1) > EPSILON * (size(low, low) + size(low - 1, low - 1))) low--;
    if (low > 0) a.set(low, low - 1, 0, 0);
    if (low === high) {
      high--;
      steps = 0;
      continue;
    }
    if (++steps > STEPS) throw new LinAlgError('');
    const [shiftRe, shiftIm] = steps % 10 === 0 ? [size(high, high - 1), 0] : wilkinson(a, high);
    const shift = (sign: number): void => {
      for (let i = low; i <= high; i++) a.set(i, i, a.re(i, i) + sign * shiftRe, a.im(i, i) + sign * shiftIm);
    };
    // A - shift = QR, and RQ + shift has the same eigenvalues
    shift(-1);
    const turns: [number, number, number][] = [];
    for (let i = low; i < high; i++) {
      const r = rotation(a.re(i, i), a.im(i, i), a.re(i + 1, i), a.im(i + 1, i));
      a.turnRows(i, i + 1, ...r, i);
      turns.push(r);
    }
    turns.forEach((r, i) => {
      a.turnColumns(low + i, low + i + 1, ...r, Math.min(high, low + i + 1) + 1);
      q.turnColumns(low + i, low + i + 1, ...r);
    });
    shift(1);
  }
  return q;
}

/** The eigenvalue of the last 2 × 2 block that is nearer to its last element. */
function wilkinson(a: Matrix, k: number): [re: number, im: number] {
  const dr = a.re(k, k), di = a.im(k, k);
  const hr = (a.re(k - 1, k - 1) - dr) / 2, hi = (a.im(k - 1, k - 1) - di) / 2;
  const br = a.re(k - 1, k), bi = a.im(k - 1, k), cr = a.re(k, k - 1), ci = a.im(k, k - 1);
  const pr = br * cr - bi * ci, pi = br * ci + bi * cr;
  // d - bc / (h ± √(h² + bc)), of both signs the one with the larger divisor
  let [rr, ri] = root(hr * hr - hi * hi + pr, 2 * hr * hi + pi);
  if (hr * rr + hi * ri < 0) [rr, ri] = [-rr, -ri];
  const [qr, qi] = quotient(pr, pi, hr + rr, hi + ri);
  return [dr - qr, di - qi];
}

function root(re: number, im: number): [number, number] {
  const length = Math.hypot(re, im);
  const a = Math.sqrt((length + Math.abs(re)) / 2), b = length === 0 ? 0 : Math.abs(im) / (2 * a);
  return re >= 0 ? [a, im < 0 ? -b : b] : [b, im < 0 ? -a : a];
}

function quotient(ar: number, ai: number, br: number, bi: number): [number, number] {
  const scale = Math.max(Math.abs(br), Math.abs(bi));
  if (scale === 0) return [0, 0];
  const cr = br / scale, ci = bi / scale, square = (cr * cr + ci * ci) * scale;
  return [(ar * cr + ai * ci) / square, (ai * cr - ar * ci) / square];
}

/** Eigenvectors of length 1 as columns, of the triangular form; their largest components are real. */
function eigenvectors(t: Matrix, q: Matrix): Matrix {
  const { n } = t, vectors = new Matrix(n);
  let norm = 0;
  for (const x of t.data) norm = Math.max(norm, Math.abs(x));
  const tiny = Math.max(EPSILON * norm, Number.MIN_VALUE / EPSILON);
  for (let k = 0; k < n; k++) {
    const xr = new Float64Array(n), xi = new Float64Array(n);
    xr[k] = 1;
    for (let i = k - 1; i >= 0; i--) {
      let sr = 0, si = 0;
      for (let j = i + 1; j <= k; j++) {
        sr -= t.re(i, j) * xr[j] - t.im(i, j) * xi[j];
        si -= t.re(i, j) * xi[j] + t.im(i, j) * xr[j];
      }
      let dr = t.re(i, i) - t.re(k, k), di = t.im(i, i) - t.im(k, k);
      if (Math.abs(dr) + Math.abs(di) < tiny) [dr, di] = [tiny, 0]; // equal eigenvalues
      [xr[i], xi[i]] = quotient(sr, si, dr, di);
    }
    let square = 0, largest = 0, at = 0;
    for (let i = 0; i < n; i++) {
      let vr = 0, vi = 0;
      for (let j = 0; j <= k; j++) {
        vr += q.re(i, j) * xr[j] - q.im(i, j) * xi[j];
        vi += q.re(i, j) * xi[j] + q.im(i, j) * xr[j];
      }
      vectors.set(i, k, vr, vi);
      square += vr * vr + vi * vi;
      if (vr * vr + vi * vi > largest) [largest, at] = [vr * vr + vi * vi, i];
    }
    const length = Math.sqrt(square * largest), tr = vectors.re(at, k) / length, ti = -vectors.im(at, k) / length;
    for (let i = 0; i < n; i++) {
      const vr = vectors.re(i, k), vi = vectors.im(i, k);
      vectors.set(i, k, vr * tr - vi * ti, i === at ? 0 : vr * ti + vi * tr);
    }
  }
  return vectors;
}

/** Of a real matrix, eigenvalues are real or come in pairs of conjugates, and so do their vectors: rounding is taken out of them. */
function pairUp(values: Float64Array, vectors: Matrix, norm: number): void {
  const { n } = vectors, alone = new Set(Array.from({ length: n }, (_, i) => i));
  for (let i = 0; i < n; i++) {
    if (!alone.has(i) || !(values[2 * i + 1] > 16 * n * EPSILON * norm)) continue;
    let partner = -1, nearest = Infinity;
    for (const j of alone) {
      const distance = Math.hypot(values[2 * i] - values[2 * j], values[2 * i + 1] + values[2 * j + 1]);
      if (j !== i && distance < nearest) [nearest, partner] = [distance, j];
    }
    values.set([values[2 * i], -values[2 * i + 1]], 2 * partner);
    for (let r = 0; r < n; r++) vectors.set(r, partner, vectors.re(r, i), -vectors.im(r, i));
    alone.delete(i);
    alone.delete(partner);
  }
  for (const i of alone) {
    values[2 * i + 1] = 0;
    for (let r = 0; r < n; r++) vectors.set(r, i, vectors.re(r, i), 0);
  }
}

/** Kernel of the eigenvalues and eigenvectors of matrices of any kind. */
export const eigKernels = (): KernelEntry[] => [
  kernelFor(eigOp, ([A], [values, vectors]) => {
    const { shape } = A.layout, n = shape.at(-1)!, count = product(shape.slice(0, -2));
    const numbers = contiguousNumbers(A), isComplex = A.dtype.isComplex, size = n * n * (isComplex ? 2 : 1);
    const L = new Float64Array(2 * n * count), V = new Float64Array(2 * n * n * count);
    for (let b = 0; b < count; b++) {
      const own = numbers.subarray(b * size, (b + 1) * size), a = new Matrix(n);
      if (!own.every(Number.isFinite)) {
        throw new RuntimeError('torch.linalg.eig: input tensor should not contain infs or NaNs.');
      }
      let norm = 0;
      own.forEach((x: number, i: number) => {
        a.data[isComplex ? i : 2 * i] = x;
        norm = Math.max(norm, Math.abs(x));
      });
      let q: Matrix;
      try {
        q = schur(a);
      } catch (error) {
        if (!(error instanceof LinAlgError)) throw error;
        throw new LinAlgError(`linalg.eig: ${batchText(shape, b)}The algorithm failed to converge; too many eigenvalues are close to each other.`);
      }
      const columns = eigenvectors(a, q), diagonal = new Float64Array(2 * n);
      for (let i = 0; i < n; i++) diagonal.set([a.re(i, i), a.im(i, i)], 2 * i);
      if (!isComplex) pairUp(diagonal, columns, norm);
      L.set(diagonal, 2 * n * b);
      V.set(columns.data, 2 * n * n * b);
    }
    storeNumbers(pairsOf(values), L);
    storeNumbers(pairsOf(vectors), V);
  }),
];
