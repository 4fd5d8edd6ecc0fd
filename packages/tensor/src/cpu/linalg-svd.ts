import type { SvdAttrs } from '../ops/linalg-spectral.js';
import { columnReflection, reflectColumns, reflectionOf, reflectRows, rowsOf, scaleToOne, turnRows, type Reflection } from './linalg-reflect.js';
import { transposed } from './linalg-support.js';

const EPSILON = 2 ** -52, TINY = 2 ** -966;
/** Steps for one singular value, of which two or three are usual. */
const MOST_STEPS = 75;

/** Columns of U, singular values, descending, and rows of Vh. */
export interface Svd { readonly u: Float64Array; readonly s: Float64Array; readonly vh: Float64Array }

/**
 * The singular value decomposition of an m × n matrix, which is written over: by reflections to a bidiagonal one, and rotations of that.
 * @param vectors as many columns of U and rows of Vh as there are values, all of them, or none
 * @returns null where it has numbers that are not finite, or the rotations do not end
 * @see G. Golub, C. Reinsch: Singular value decomposition and least squares solutions (1970)
 */
export function decompose(a: Float64Array, m: number, n: number, vectors: SvdAttrs['vectors']): Svd | null {
  if (m < n) {
    const turned = decompose(transposed(a, m, n), n, m, vectors), none = vectors === 'none';
    return turned && { u: transposed(turned.vh, none ? 0 : m, m), s: turned.s, vh: transposed(turned.u, n, none ? 0 : vectors === 'all' ? n : m) };
  }
  const scale = scaleToOne(a);
  if (Number.isNaN(scale)) return null;
  const { d, e, left, right } = bidiagonal(a, m, n), [height, width] = vectors === 'none' ? [0, 0] : [n, vectors === 'all' ? m : n];
  const u = rowsOf(left, 0, width, m), v = rowsOf(right, 1, height, n);
  if (!new Rotations(d, e, u, m, v).run()) return null;
  const order = [...d.keys()].sort((i, j) => d[j] - d[i]), values = Float64Array.from(order, (i) => d[i] * scale);
  if (vectors === 'none') return { u, s: values, vh: v };
  const sorted = u.slice(), vh = new Float64Array(n * n);
  order.forEach((from, to) => {
    sorted.set(u.subarray(from * m, (from + 1) * m), to * m);
    vh.set(v.subarray(from * n, (from + 1) * n), to * n);
  });
  return { u: transposed(sorted, width, m), s: values, vh };
}

/** A = U B Vᵀ: the diagonal of B, what stands right of it, and the reflections that U and V are products of. */
function bidiagonal(a: Float64Array, m: number, n: number): { d: Float64Array; e: Float64Array; left: Reflection[]; right: Reflection[] } {
  const d = new Float64Array(n), e = new Float64Array(n), left: Reflection[] = [], right: Reflection[] = [];
  for (let k = 0; k < n; k++) {
    left[k] = columnReflection(a, m, n, k);
    d[k] = left[k].value;
    reflectColumns(a, n, k, left[k]);
    if (k === n - 1) break;
    right[k] = reflectionOf(a.slice(k * n + k + 1, (k + 1) * n));
    e[k] = right[k].value;
    reflectRows(a, n, k + 1, m, k + 1, right[k]);
  }
  return { d, e, left, right };
}

/** Makes a bidiagonal matrix diagonal; the columns of U and V, which are rows here, are turned alike. */
class Rotations {
  private readonly n: number;

  constructor(
    private readonly d: Float64Array, private readonly e: Float64Array,
    private readonly u: Float64Array, private readonly m: number, private readonly v: Float64Array,
  ) {
    this.n = d.length;
  }

  /** Whether it came to an end. */
  run(): boolean {
    const { d, e, v, n } = this;
    for (let end = n, steps = 0; end > 0; steps++) {
      if (steps === MOST_STEPS) return false;
      let first = end - 1; // of the last block that is not split
      while (first > 0 && Math.abs(e[first - 1]) > TINY + EPSILON * (Math.abs(d[first - 1]) + Math.abs(d[first]))) first--;
      if (first > 0) e[first - 1] = 0;
      if (first === end - 1) {
        if (d[first] < 0) {
          d[first] = -d[first];
          for (let i = first * n; i < Math.min((first + 1) * n, v.length); i++) v[i] = -v[i];
        }
        end--;
        steps = -1;
        continue;
      }
      let zero = end - 1; // where a diagonal element vanishes
      while (zero >= first && Math.abs(d[zero]) > TINY + EPSILON * (Math.abs(e[zero]) + (zero > first ? Math.abs(e[zero - 1]) : 0))) zero--;
      if (zero < first) this.step(first, end);
      else {
        d[zero] = 0;
        if (zero === end - 1) this.clearColumn(first, end);
        else this.clearRow(zero, end);
      }
    }
    return true;
  }

  /** A step of the implicit QR algorithm, with the shift that the last two rows suggest. */
  private step(first: number, end: number): void {
    const { d, e } = this, last = end - 1;
    const scale = Math.max(Math.abs(d[last]), Math.abs(d[last - 1]), Math.abs(e[last - 1]), Math.abs(d[first]), Math.abs(e[first]));
    const x = d[last] / scale, y = d[last - 1] / scale, z = e[last - 1] / scale, p = d[first] / scale;
    const b = ((y + x) * (y - x) + z * z) / 2, c = (x * z) ** 2, root = Math.sqrt(b * b + c);
    const shift = b === 0 && c === 0 ? 0 : c / (b + (b < 0 ? -root : root));
    let f = (p + x) * (p - x) + shift, g = p * (e[first] / scale);
    for (let j = first; j < last; j++) {
      let [length, cosine, sine] = towards(f, g);
      if (j > first) e[j - 1] = length;
      f = cosine * d[j] + sine * e[j];
      e[j] = cosine * e[j] - sine * d[j];
      g = sine * d[j + 1];
      d[j + 1] *= cosine;
      this.turnV(j, j + 1, cosine, sine);
      [length, cosine, sine] = towards(f, g);
      d[j] = length;
      f = cosine * e[j] + sine * d[j + 1];
      d[j + 1] = cosine * d[j + 1] - sine * e[j];
      g = sine * e[j + 1];
      e[j + 1] *= cosine;
      this.turnU(j, j + 1, cosine, sine);
    }
    e[last - 1] = f;
  }

  /** The last diagonal element is 0: what stands above it is turned into the columns before. */
  private clearColumn(first: number, end: number): void {
    const { d, e } = this;
    let f = e[end - 2];
    e[end - 2] = 0;
    for (let j = end - 2; j >= first; j--) {
      const [length, cosine, sine] = towards(d[j], f);
      d[j] = length;
      if (j > first) {
        f = -sine * e[j - 1];
        e[j - 1] *= cosine;
      }
      this.turnV(j, end - 1, cosine, sine);
    }
  }

  /** A diagonal element is 0: what stands right of it is turned into the rows below. */
  private clearRow(zero: number, end: number): void {
    const { d, e } = this;
    let f = e[zero];
    e[zero] = 0;
    for (let j = zero + 1; j < end; j++) {
      const [length, cosine, sine] = towards(d[j], f);
      d[j] = length;
      f = -sine * e[j];
      e[j] *= cosine;
      this.turnU(j, zero, cosine, sine);
    }
  }

  private turnU(p: number, q: number, cosine: number, sine: number): void { if (this.u.length > 0) turnRows(this.u, this.m, p, q, cosine, sine); }
  private turnV(p: number, q: number, cosine: number, sine: number): void { if (this.v.length > 0) turnRows(this.v, this.n, p, q, cosine, sine); }
}

/** The length of a vector, and the rotation that turns it onto the first axis. */
function towards(x: number, y: number): [length: number, cosine: number, sine: number] {
  const length = Math.sqrt(x * x + y * y);
  return length === 0 ? [0, 1, 0] : [length, x / length, y / length];
}
