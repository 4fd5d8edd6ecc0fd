/** Special functions in double precision. */

/**
 * The error function: its Maclaurin series near 0, a continued fraction for the complement beyond.
 * @see https://dlmf.nist.gov/7.6 and https://dlmf.nist.gov/7.9
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a !== a) return NaN;
  if (a > 6) return Math.sign(x);
  if (a >= 2.5) return Math.sign(x) * (1 - erfcTail(a));
  let term = x, sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    const add = term / (2 * n + 1);
    sum += add;
    if (Math.abs(add) < 1e-17 * Math.abs(sum)) break;
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** erfc for x ≥ 2.5 by its continued fraction, evaluated from the back. */
function erfcTail(x: number): number {
  let f = x;
  for (let k = 60; k >= 1; k--) f = x + k / 2 / f;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * f);
}

/** The inverse of erf: Giles' approximation (2010), then two Newton steps on erf. */
export function erfinv(y: number): number {
  if (!(Math.abs(y) <= 1)) return NaN;
  if (Math.abs(y) === 1) return y * Infinity;
  const w = -Math.log((1 - y) * (1 + y));
  let x = y * (w < 5
    ? 0.886227 + 0.2323 * (1 - Math.exp(-w))
    : Math.sqrt(Math.max(w - 0.5 * Math.log(w * Math.PI), 1)) );
  for (let i = 0; i < 40; i++) {
    // Halley's method: the second derivative of erf is -2x times the first
    const error = (erf(x) - y) / ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x));
    const step = error / (1 + x * error);
    x -= step;
    if (Math.abs(step) <= 1e-16 * Math.abs(x)) break;
  }
  return x;
}

// Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients)
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** log |Γ(x)|. */
export function lgamma(x: number): number {
  if (x !== x) return NaN;
  if (!Number.isFinite(x)) return Infinity;
  if (x <= 0 && Number.isInteger(x)) return Infinity;
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  let sum = LANCZOS[0];
  for (let i = 1; i < 9; i++) sum += LANCZOS[i] / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The derivative of log Γ: recurrence up to 10, then the asymptotic series. @see https://dlmf.nist.gov/5.11 */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Infinity : -Infinity;
  if (x < 0) {
    if (Number.isInteger(x)) return NaN;
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
  }
  let result = 0;
  while (x < 10) result -= 1 / x++;
  const z = 1 / (x * x);
  return result + Math.log(x) - 0.5 / x - z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z * (1 / 132)))));
}

/** The modified Bessel function of the first kind, order 0: power series, asymptotic beyond 20. */
export function i0(x: number): number {
  const a = Math.abs(x);
  if (a < 20) {
    let term = 1, sum = 1;
    for (let k = 1; k < 200 && term > 1e-17 * sum; k++) sum += (term *= (a * a) / (4 * k * k));
    return sum;
  }
  let term = 1, sum = 1;
  for (let k = 1; k < 30; k++) {
    const next = (term * (2 * k - 1) ** 2) / (8 * k * a);
    if (Math.abs(next) > Math.abs(term)) break;
    sum += term = next;
  }
  return (Math.exp(a) / Math.sqrt(2 * Math.PI * a)) * sum;
}
