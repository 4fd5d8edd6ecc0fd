/** Σ c[k] T_k(t) by Clenshaw's recurrence. */
export function chebyshev(c: readonly number[], t: number): number {
  let b1 = 0, b2 = 0;
  for (let k = c.length - 1; k > 0; k--) [b1, b2] = [2 * t * b1 - b2 + c[k], b1];
  return t * b1 - b2 + c[0];
}
