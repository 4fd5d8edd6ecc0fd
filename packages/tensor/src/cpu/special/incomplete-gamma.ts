import { erfc } from './error.js';
import { lgamma, lgamma1p, stirlingRest } from './gamma.js';

/** Beyond this order an asymptotic expansion in its inverse takes the place of series, which need some √a terms. */
const LARGE = 1e4;
const EPSILON = 2 ** -53;

/** The regularized lower incomplete gamma function P(a, x). @see https://dlmf.nist.gov/8.2 */
export function gammainc(a: number, x: number): number {
  const limit = limitOf(a, x);
  if (limit !== undefined) return limit;
  if (a > LARGE) return uniform(a, x, -1);
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** The upper one, 1 - P(a, x) without cancellation. */
export function gammaincc(a: number, x: number): number {
  const limit = limitOf(a, x);
  if (limit !== undefined) return 1 - limit;
  if (a > LARGE) return uniform(a, x, 1);
  if (a < 1) return x < 1 ? upperSeries(a, x) : upperFraction(a, x);
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

/** P(a, x) at the ends of the axes, as PyTorch has it. */
function limitOf(a: number, x: number): number | undefined {
  if (!(a >= 0 && x >= 0) || (a === 0 && x === 0) || (a === Infinity && x === Infinity)) return NaN;
  if (a === 0 || x === Infinity) return 1;
  return x === 0 || a === Infinity ? 0 : undefined;
}

/** x^a e^-x / Γ(a + 1) */
function powerTerm(a: number, x: number): number {
  if (a < 10) return Math.exp(a * Math.log(x) - x - (a < 1 ? lgamma1p(a) : lgamma(a + 1)));
  return Math.exp(-a * excess((x - a) / a) - stirlingRest(a)) / Math.sqrt(2 * Math.PI * a);
}

/** μ - log(1 + μ), exact near 0: with r = μ / (2 + μ) it is r μ - 2 (r³ / 3 + r⁵ / 5 + …). */
function excess(mu: number): number {
  if (Math.abs(mu) > 0.5) return mu - Math.log1p(mu);
  const r = mu / (2 + mu), square = r * r;
  let sum = 0, power = r * square;
  for (let k = 3; Math.abs(power) > EPSILON * Math.abs(sum); k += 2, power *= square) sum += power / k;
  return r * mu - 2 * sum;
}

/** P for x below a. @see https://dlmf.nist.gov/8.11.E4 */
function lowerSeries(a: number, x: number): number {
  let sum = 1, term = 1;
  for (let n = 1; term > sum * EPSILON; n++) sum += term *= x / (a + n);
  return powerTerm(a, x) * sum;
}

/** Q where both are below 1: 1 - x^a / Γ(1 + a) and what the alternating series of P has beside its first term. @see https://dlmf.nist.gov/8.7.E1 */
function upperSeries(a: number, x: number): number {
  let sum = 0, power = -x; // (-x)^n / n!
  for (let n = 1; Math.abs(power) > EPSILON * Math.abs(sum); n++, power *= -x / n) sum += power / (a + n);
  const exponent = a * Math.log(x) - lgamma1p(a);
  return -Math.expm1(exponent) - Math.exp(exponent) * a * sum;
}

/** Q for x above a, as a continued fraction by Lentz' method. @see https://dlmf.nist.gov/8.9.E2 */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a, c = Infinity, d = 1 / b, fraction = d;
  for (let n = 1, change = 0; Math.abs(change - 1) > EPSILON * 4; n++) {
    const numerator = n * (a - n);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    change = c * d;
    fraction *= change;
  }
  return powerTerm(a, x) * a * fraction;
}

/** Coefficients of c0, c1 and c2 by powers of η. @see https://dlmf.nist.gov/8.12.E10 */
const UNIFORM = [
  [
    -0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073, 0.0003527336860670194,
    -0.0001787551440329218, 3.919263178522438e-5, -2.185448510679992e-6, -1.85406221071516e-6, 8.296711340953087e-7,
    -1.7665952736826078e-7, 6.707853543401498e-9, 1.0261809784240309e-8, -4.382036018453353e-9,
  ],
  [
    -0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596, 0.00020576131687242798,
    -4.018775720164609e-7, -1.8098550334489977e-5, 7.64916091608111e-6, -1.6120900894563446e-6, 4.647127802807434e-9,
  ],
  [0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-6, -0.0001073666322636516, 5.2923448829120125e-5],
];

/** P (sign -1) or Q (sign 1) for large a, by N. M. Temme's uniform expansion. @see https://dlmf.nist.gov/8.12.E3 */
function uniform(a: number, x: number, sign: -1 | 1): number {
  const mu = (x - a) / a, exponent = a * excess(mu);
  const eta = Math.sign(mu) * Math.sqrt((2 * exponent) / a);
  // further out both functions are 0 and 1 to the last digit
  const polynomials = Math.abs(eta) > 1 ? [] : UNIFORM.map((c) => c.reduceRight((sum, k) => sum * eta + k, 0));
  const rest = polynomials.reduceRight((sum, c) => sum / a + c, 0);
  return 0.5 * erfc(sign * Math.sign(mu) * Math.sqrt(exponent)) + sign * rest * Math.exp(-exponent) / Math.sqrt(2 * Math.PI * a);
}
