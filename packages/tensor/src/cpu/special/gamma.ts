import { chebyshev } from './chebyshev.js';

// log Γ(x) / ((x - 1)(x - 2)) on [1, 2] as a Chebyshev series in 2x - 3: the zeros at 1 and 2 stay exact
const LOG_GAMMA = [
  0.491415393029387127, -0.076114161670435843, 0.00843232496593277796, -0.00107949372632860815,
  0.000149007480036929645, -0.0000215123998885567854, 3.19793298608621864e-6, -4.85169301213992619e-7,
  7.47148782116315976e-8, -1.16382967001705186e-8, 1.82940043711866796e-9, -2.89691806071296064e-10,
  4.6157014062090901e-11, -7.39281023049798246e-12, 1.18942800083330856e-12, -1.92120686765228045e-13,
  3.113975526387164e-14, -5.06284329844861127e-15, 8.25415028163114428e-16, -1.34905789875748432e-16,
  2.20987611678282285e-17, -3.62741295492397693e-18,
];

/** Bernoulli's numbers B2, B4, …, B20. */
const BERNOULLI = [
  1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330,
];

/** log |Γ(x)|. */
export function lgamma(x: number): number {
  if (x !== x) return NaN;
  if (!Number.isFinite(x)) return Infinity;
  if (x <= 0) {
    if (Number.isInteger(x)) return Infinity;
    // reflection; for tiny x, Γ(x) is nearly 1 / x
    if (x > -1e-20) return -Math.log(-x);
    return Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgamma(-x);
  }
  if (x >= 10) return stirling(x);
  if (x < 1) return lgamma1p(x) - Math.log(x);
  let product = 1, y = x;
  for (; y > 2; product *= y) y--;
  return (y - 1) * (y - 2) * chebyshev(LOG_GAMMA, 2 * y - 3) + Math.log(product);
}

/** log Γ(1 + x) for x from 0 to 1, exact near both. */
export const lgamma1p = (x: number): number => x * (x - 1) * chebyshev(LOG_GAMMA, 2 * x - 1);

/** log Γ(x) for x ≥ 10. @see https://dlmf.nist.gov/5.11 */
const stirling = (x: number): number => (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + stirlingRest(x);

/** What Stirling's formula for log Γ(x) leaves out, for x ≥ 10. */
export function stirlingRest(x: number): number {
  const z = 1 / (x * x);
  let series = 0;
  for (let k = BERNOULLI.length; k >= 1; k--) series = series * z + BERNOULLI[k - 1] / (2 * k * (2 * k - 1));
  return series / x;
}

/** sin(πx), exact for integers and halves. */
export function sinPi(x: number): number {
  const r = x - 2 * Math.round(x / 2); // in [-1, 1]
  return Math.sin(Math.PI * (r > 0.5 ? 1 - r : r < -0.5 ? -1 - r : r));
}

/** The derivative of log Γ: recurrence up to 10, then the asymptotic series. @see https://dlmf.nist.gov/5.11 */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Infinity : -Infinity;
  if (x < 0) {
    if (Number.isInteger(x) || x === -Infinity) return NaN;
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)));
  }
  let shift = 0;
  let y = x;
  for (; y < 10; y++) shift += 1 / y;
  const z = 1 / (y * y);
  let series = 0;
  for (let k = BERNOULLI.length; k >= 1; k--) series = series * z + BERNOULLI[k - 1] / (2 * k);
  return Math.log(y) - 0.5 / y - series * z - shift;
}

/**
 * Hurwitz' zeta function Σ (q + k)^-s over k ≥ 0: the first terms, then the Euler-Maclaurin formula.
 * @see https://dlmf.nist.gov/25.11
 */
export function zeta(s: number, q: number): number {
  if (s === 1) return Infinity;
  if (!(s > 1) || q !== q) return NaN;
  if (q <= 0) {
    if (q === Math.floor(q)) return Infinity;
    if (!Number.isInteger(s)) return NaN;
    // far below 0 the terms up to there are those of two other sums, which need not be added one by one
    if (q < -10) {
      const floor = Math.floor(q), below = floor + 1 - q;
      const upTo0 = zeta(s, below) - zeta(s, below - floor);
      return zeta(s, 1 - below) + (s % 2 === 0 ? upTo0 : -upTo0);
    }
  }
  let sum = 0, a = q;
  for (; a < s + 10; a++) {
    const term = a ** -s;
    sum += term;
    // all that follows is smaller still
    if (a > 0 && term <= sum * 1e-19) return sum;
  }
  const last = a ** -s;
  sum += (last * a) / (s - 1) + last / 2;
  let factor = (s * last) / a; // s (s + 1) … (s + 2k - 2) a^(-s - 2k + 1)
  let factorial = 2;
  for (let k = 1; k <= BERNOULLI.length; k++) {
    const term = (BERNOULLI[k - 1] / factorial) * factor;
    sum += term;
    if (Math.abs(term) < Math.abs(sum) * 1e-17) break;
    factor *= ((s + 2 * k - 1) * (s + 2 * k)) / (a * a);
    factorial *= (2 * k + 1) * (2 * k + 2);
  }
  return sum;
}
