/** exp(-|x|) I0(x), where I0 is the modified Bessel function of the first kind of order 0. */
export const i0e = (x: number): number => scaled(Math.abs(x), 0);

/** exp(-|x|) I1(x). */
export const i1e = (x: number): number => Math.sign(x) * scaled(Math.abs(x), 1);

/**
 * exp(-x) I_n(x) for n of 0 or 1: the power series, all of whose terms are positive, then the asymptotic one.
 * @see https://dlmf.nist.gov/10.25 and https://dlmf.nist.gov/10.40
 */
function scaled(x: number, n: number): number {
  if (x === Infinity) return 0;
  if (x < 20) {
    const t = (x * x) / 4;
    let term = n === 0 ? 1 : x / 2, sum = term;
    for (let k = 1; k < 200 && term > 1e-17 * sum; k++) sum += term *= t / (k * (k + n));
    return sum * Math.exp(-x);
  }
  let term = 1, sum = 1;
  for (let k = 1; k < 30 && Math.abs(term) > 1e-17; k++) sum += term *= ((2 * k - 1) ** 2 - 4 * n * n) / (8 * k * x);
  return sum / Math.sqrt(2 * Math.PI) / Math.sqrt(x); // the product may be beyond the largest number
}

const STEP = 0.18;
/** exp(-u²) at the places of the trapezoidal rule, the first of which counts half. */
const WEIGHTS = Array.from({ length: 36 }, (_, k) => (k === 0 ? 0.5 : Math.exp(-((k * STEP) ** 2))));

const THIRD = 1 / 3;

/** A complex number. */
type Pair = readonly [re: number, im: number];

/** cosh(2n asinh(s)) of s = v or, `turned`, of s = v √i; with c, √(v² + 1) or √(v² - i), s + √(1 + s²) is v + c, turned back. */
function ofOrder(n: number, v: number, [re, im]: Pair, turned: boolean): Pair {
  if (n !== THIRD) return turned ? [1, 2 * n * v * v] : [1 + 2 * n * v * v, 0];
  const length = Math.cbrt((v + re) ** 2 + im * im), angle = (2 / 3) * (Math.atan2(im, v + re) + (turned ? Math.PI / 4 : 0));
  return [((length + 1 / length) / 2) * Math.cos(angle), ((length - 1 / length) / 2) * Math.sin(angle)];
}

/**
 * K_n(z) e^z for n of 0, 1 or 1/3 and z of x or, `turned`, of -ix, far from 0: the trapezoidal rule on the path of steepest descent of
 * K_n(z) = ∫ exp(-z cosh t) cosh(nt) dt, where z (cosh t - 1) = u² and dt = 2 du / √(u² + 2z).
 * @see https://dlmf.nist.gov/10.32 and https://dlmf.nist.gov/3.5
 */
function descended(x: number, n: number, turned: boolean): Pair {
  const scale = 1 / Math.sqrt(x) / Math.SQRT2;
  let re = 0, im = 0;
  for (let k = 0; k < WEIGHTS.length; k++) {
    const v = k * STEP * scale, t = v * v;
    const root = Math.sqrt(turned ? (Math.sqrt(t * t + 1) + t) / 2 : t + 1);
    const c: Pair = [root, turned ? -0.5 / root : 0];
    const [p, q] = ofOrder(n, v, c, turned), w = WEIGHTS[k] / (c[0] * c[0] + c[1] * c[1]);
    re += w * (p * c[0] + q * c[1]);
    im += w * (q * c[0] - p * c[1]);
  }
  return [2 * STEP * scale * re, 2 * STEP * scale * im];
}

/** 2/π K_n(-ix), whose parts are, but for their signs, the Bessel functions of both kinds. */
function wave(x: number, n: number): Pair {
  const [re, im] = descended(x, n, true), c = (2 / Math.PI) * Math.cos(x), s = (2 / Math.PI) * Math.sin(x);
  return [c * re - s * im, s * re + c * im];
}

const LOG_HALF = 0.57721566490153286061 - Math.LN2;

/**
 * The power series about 0, where s is x²/4 for modified functions and -x²/4 for others: of the first kind, and what the second kind
 * has beside its pole, log(x/2) + γ less ½(H_k + H_(k + n)) times its terms.
 * @see https://dlmf.nist.gov/10.8 and https://dlmf.nist.gov/10.31
 */
function series(x: number, n: 0 | 1, s: number): [first: number, second: number] {
  let term = n === 0 ? 1 : x / 2, h = n / 2, sum = term, other = term * h;
  for (let k = 1; k < 14; k++) {
    term *= s / (k * (k + n));
    h += 0.5 / k + 0.5 / (k + n);
    sum += term;
    other += term * h;
  }
  return [sum, (Math.log(x) + LOG_HALF) * sum - other];
}

/** The Bessel function of the first kind of order 0. */
export function j0(x: number): number {
  const a = Math.abs(x);
  return a < 2 ? series(a, 0, -(a * a) / 4)[0] : wave(a, 0)[1];
}

/** That of order 1. */
export function j1(x: number): number {
  const a = Math.abs(x);
  return a < 2 ? series(x, 1, -(x * x) / 4)[0] : -Math.sign(x) * wave(a, 1)[0];
}

/** The Bessel function of the second kind of order 0. */
export function y0(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  return x < 2 ? (2 / Math.PI) * series(x, 0, -(x * x) / 4)[1] : -wave(x, 0)[0];
}

/** That of order 1. */
export function y1(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  return x < 2 ? (2 / Math.PI) * (series(x, 1, -(x * x) / 4)[1] - 1 / x) : -wave(x, 1)[1];
}

/** exp(x) K0(x), where K0 is the modified Bessel function of the second kind of order 0. */
export function k0e(x: number): number {
  if (!(x > 0)) return x === 0 ? Infinity : NaN;
  return x < 1 ? -Math.exp(x) * series(x, 0, (x * x) / 4)[1] : descended(x, 0, false)[0];
}

/** That of order 1. */
export function k1e(x: number): number {
  if (!(x > 0)) return x === 0 ? Infinity : NaN;
  return x < 1 ? Math.exp(x) * (series(x, 1, (x * x) / 4)[1] + 1 / x) : descended(x, 1, false)[0];
}

// Ai(0) and -Ai'(0)
const AIRY = [0.355028053887817239, 0.258819403792806798];

/**
 * Airy's function Ai, which has the modified Bessel function of order 1/3 on the right and waves on the left.
 * @see https://dlmf.nist.gov/9.4 and https://dlmf.nist.gov/9.6
 */
export function airy(x: number): number {
  const a = Math.abs(x), z = (2 / 3) * a * Math.sqrt(a);
  if (a === Infinity) return NaN;
  if (x >= 1) return (Math.sqrt(x / 3) / Math.PI) * Math.exp(-z) * descended(z, THIRD, false)[0];
  if (x < -2.1) return Math.sqrt(a / 3) * wave(z, THIRD)[1];
  let [f, g] = AIRY, sum = f - g * x;
  for (let k = 3; k < 45; k += 3) {
    f *= (x * x * x) / ((k - 1) * k);
    g *= (x * x * x) / (k * (k + 1));
    sum += f - g * x;
  }
  return sum;
}
