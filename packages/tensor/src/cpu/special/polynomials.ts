interface Family {
  /** the polynomial of degree 1 */
  readonly first: (x: number) => number;
  /** that of degree k + 1, of those of degrees k and k - 1 */
  readonly next: (x: number, k: number, p: number, before: number) => number;
  /** that of degree n at cos t, in as many steps for all n */
  readonly wave?: (n: number, t: number) => number;
}

const chebyshev = (first: Family['first'], wave: Family['wave']): Family =>
  ({ first, next: (x, _, p, before) => 2 * x * p - before, wave });

/** In the order of `POLYNOMIALS`. @see https://dlmf.nist.gov/18.5 and https://dlmf.nist.gov/18.9 */
const FAMILIES: readonly Family[] = [
  chebyshev((x) => x, (n, t) => Math.cos(n * t)),
  chebyshev((x) => 2 * x, (n, t) => Math.sin((n + 1) * t) / Math.sin(t)),
  chebyshev((x) => 2 * x - 1, (n, t) => Math.cos((n + 0.5) * t) / Math.cos(t / 2)),
  chebyshev((x) => 2 * x + 1, (n, t) => Math.sin((n + 0.5) * t) / Math.sin(t / 2)),
  { first: (x) => 2 * x, next: (x, k, p, before) => 2 * x * p - 2 * k * before },
  { first: (x) => x, next: (x, k, p, before) => x * p - k * before },
  { first: (x) => 1 - x, next: (x, k, p, before) => ((2 * k + (1 - x)) * p - k * before) / (k + 1) },
  { first: (x) => x, next: (x, k, p, before) => ((2 * k + 1) * x * p - k * before) / (k + 1) },
];

/** The orthogonal polynomial of degree n, without its fraction, of a family; 0 for what is no degree. */
export function polynomial(x: number, n: number, family: number): number {
  if (!(n > -1 && n < 2 ** 63)) return 0;
  const degree = Math.trunc(n), { first, next, wave } = FAMILIES[family];
  if (degree === 0) return 1;
  if (wave && degree > 8 && Math.abs(x) < 1) return wave(degree, Math.acos(x));
  let before = 1, p = first(x);
  for (let k = 1; k < degree && !Number.isNaN(p); k++) [before, p] = [p, next(x, k, p, before)];
  return p;
}
