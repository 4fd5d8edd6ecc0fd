/** A vector x becomes one of a reflection 1 - v vᵀ / half that turns x into `value` times the first unit vector; half is 0 where it is that already. */
export interface Reflection { readonly v: Float64Array; readonly half: number; readonly value: number }

/** The reflection of a vector, which is written over (A. Householder). */
export function reflectionOf(v: Float64Array): Reflection {
  let rest = 0;
  for (let i = 1; i < v.length; i++) rest += v[i] * v[i];
  const first = v[0];
  if (rest === 0) return { v, half: 0, value: first };
  const length = Math.sqrt(rest + first * first), value = first > 0 ? -length : length;
  v[0] = first - value; // of two numbers of different signs, so that no digits are lost
  return { v, half: length * length - first * value, value };
}

/** Reflects some rows of a matrix, of `width` each, from a column on. */
export function reflectRows(a: Float64Array, width: number, from: number, to: number, column: number, { v, half }: Reflection): void {
  if (half === 0) return;
  const n = v.length;
  for (let r = from; r < to; r++) {
    const start = r * width + column;
    let dot = 0;
    for (let i = 0; i < n; i++) dot += a[start + i] * v[i];
    dot /= half;
    for (let i = 0; i < n; i++) a[start + i] -= dot * v[i];
  }
}

/** The reflection of what is in column k of an m × n matrix from row k on. */
export const columnReflection = (a: Float64Array, m: number, n: number, k: number): Reflection =>
  reflectionOf(Float64Array.from({ length: m - k }, (_, i) => a[(k + i) * n + k]));

/** Reflects the columns right of the k-th, from row k on, going along rows. */
export function reflectColumns(a: Float64Array, n: number, k: number, { v, half }: Reflection): void {
  if (half === 0) return;
  const dots = new Float64Array(n);
  for (let i = 0; i < v.length; i++) {
    const row = (k + i) * n, x = v[i] / half;
    for (let c = k + 1; c < n; c++) dots[c] += x * a[row + c];
  }
  for (let i = 0; i < v.length; i++) {
    const row = (k + i) * n, x = v[i];
    for (let c = k + 1; c < n; c++) a[row + c] -= x * dots[c];
  }
}

/** The first columns of a product of reflections, as rows; the k-th reflection begins at row k + `offset`. */
export function rowsOf(reflections: readonly Reflection[], offset: number, count: number, width: number): Float64Array {
  const rows = new Float64Array(count * width);
  for (let i = 0; i < count; i++) rows[i * width + i] = 1;
  for (let k = reflections.length - 1; k >= 0; k--) reflectRows(rows, width, k + offset, count, k + offset, reflections[k]);
  return rows;
}

/** Turns two rows, of `width` each. */
export function turnRows(a: Float64Array, width: number, p: number, q: number, cosine: number, sine: number): void {
  const first = p * width, second = q * width;
  for (let i = 0; i < width; i++) {
    const x = a[first + i], y = a[second + i];
    a[first + i] = cosine * x + sine * y;
    a[second + i] = cosine * y - sine * x;
  }
}

/**
 * Divides a matrix by the power of two next to its largest element, which changes no digit, so that squares neither overflow nor vanish.
 * @returns that power; NaN where an element is not finite
 */
export function scaleToOne(a: Float64Array): number {
  let largest = 0;
  for (const x of a) {
    if (!Number.isFinite(x)) return NaN;
    largest = Math.max(largest, Math.abs(x));
  }
  if (largest === 0) return 1;
  const exponent = Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest)))), power = 2 ** exponent;
  for (let i = 0; i < a.length; i++) a[i] /= power;
  return power;
}
