/**
 * How a random number moves with the parameters of its distribution, at a fixed probability of what is below it:
 * -(∂F/∂α) / (∂F/∂x). The formulas are PyTorch's approximations: Taylor series, saddle points, and fitted rational functions
 * between them.
 * @see Figurnov, Mohamed and Mnih, "Implicit reparameterization gradients" (2018)
 * @see Rice, "Uniform asymptotic expansions for saddle point integrals", Bell System Technical Journal 47 (1968)
 */
import { float64, type Tensor } from '@sconce/tensor';
import { beside, floatsOf, shapedAs } from './host.js';

const orZero = (x: number): number => (Number.isNaN(x) ? 0 : x);
/** An array of their own: the next tensor may need memory that has to grow for it, and what is seen of it is lost then. */
const digammas = (x: Tensor): Float64Array => (x.detach().to(float64).digamma().hostValues() as Float64Array).slice();

/** c₀ + c₁ x + c₂ x² + … */
const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduceRight((sum, c) => c + x * sum, 0);

/** ∂x/∂α of numbers x of gamma distributions of shape α and rate 1. */
export function gammaGradient(concentration: Tensor, x: Tensor): Tensor {
  const psi = digammas(concentration), [alphas, xs] = floatsOf('gamma_cpu', concentration, x), out = beside(xs);
  for (let i = 0; i < out.length; i++) {
    if (xs[i] < Math.fround(0.8)) out[i] = gammaNearZero(alphas[i], xs[i], psi[i]);
    else out[i] = alphas[i] > 8 ? gammaSaddle(alphas[i], xs[i]) : gammaFitted(alphas[i], xs[i]);
  }
  return shapedAs(x, out);
}

function gammaNearZero(alpha: number, x: number, psi: number): number {
  let term = 1, cdf = 0, slope = 0;
  for (let i = 0; i <= 5; i++) {
    if (i > 0) term *= -x / i;
    cdf += term / (alpha + i);
    slope += term / (alpha + i) ** 2;
  }
  const power = x ** alpha;
  return orZero(-((Math.log(x) - psi) * power * cdf - power * slope) / (x ** (alpha - 1) * Math.exp(-x)));
}

function gammaSaddle(alpha: number, x: number): number {
  if (Math.fround(0.9) * alpha <= x && x <= Math.fround(1.1) * alpha) { // the singularity at x = α
    const first = 1 + 24 * alpha * (1 + 12 * alpha);
    const second = 1440 * alpha ** 2 + 6 * x * (53 - 120 * x) - 65 * x * x / alpha + alpha * (107 + 3600 * x);
    return first * second / (1244160 * alpha ** 4);
  }
  const root = Math.sqrt(8 * alpha), ratio = Math.log(x / alpha), pole = (x - alpha - alpha * ratio) ** -1.5;
  const term = ratio * (root / (alpha - x) - (x < alpha ? pole : -pole)) - Math.sqrt(2 / alpha) * (alpha + x) / (alpha - x) ** 2;
  const stirling = 1 + 1 / (12 * alpha) * (1 + 1 / (24 * alpha));
  return -stirling * x * term / root;
}

/** ln ∂x/∂α as a fraction of polynomials, quadratic in ln(x/α) (rows) and cubic in ln α. */
const GAMMA_NUMERATOR = [
  [0.16009398, -0.094634809, 0.025146376, -0.0030648343],
  [0.53487893, 0.1298071, 0.065735949, -0.0015649758],
  [0.040121004, -0.0065914022, -0.0026286047, -0.0013441777],
];
const GAMMA_DENOMINATOR = [
  [1, 0.32668115, 0.10406089, 0.0014179084],
  [0.16639465, 0.020070113, -0.0035938915, -0.00058392623],
  [0.017050642, -0.0021309326, 0.00085092367, -1.5247877e-7],
];

function gammaFitted(alpha: number, x: number): number {
  const u = Math.log(x / alpha), v = Math.log(alpha);
  const value = (rows: readonly (readonly number[])[]): number => polynomial(rows.map((row) => polynomial(row, v)), u);
  return Math.exp(value(GAMMA_NUMERATOR) / value(GAMMA_DENOMINATOR));
}

/** ∂x/∂α / (1 - x) of the elements x of Dirichlet vectors. */
export function dirichletGradient(x: Tensor, concentration: Tensor): Tensor {
  const total = concentration.sum(-1, { keepdim: true }).expand(concentration.shape);
  const ofAlpha = digammas(concentration), ofTotal = digammas(total);
  const [xs, alphas, totals] = floatsOf('_dirichlet_grad_cpu', x, concentration, total), out = beside(xs);
  for (let i = 0; i < out.length; i++) {
    const z = xs[i], alpha = alphas[i], beta = totals[i] - alpha, edge = totals[i] * z * (1 - z);
    if (z <= 0.5 && edge < 2.5) out[i] = betaNearZero(z, alpha, beta, ofAlpha[i] - ofTotal[i]);
    else if (z >= 0.5 && edge < 0.75) out[i] = betaNearOne(1 - z, beta, alpha, ofTotal[i] - ofAlpha[i]);
    else if (alpha > 6 && beta > 6) out[i] = betaSaddle(z, alpha, beta);
    else out[i] = betaFitted(z, alpha, totals[i]) * z * (ofTotal[i] - ofAlpha[i]) / beta;
  }
  return shapedAs(x, out);
}

/** @param psi ψ(α) - ψ(α + β) */
function betaNearZero(x: number, alpha: number, beta: number, psi: number): number {
  const factor = psi - Math.log(x);
  let term = 1, series = 0;
  for (let i = 0; i <= 10; i++) {
    if (i > 0) term *= (i - beta) * x / i;
    series += term / (alpha + i) * (factor + 1 / (alpha + i));
  }
  return orZero(x * (1 - x) ** -beta * series);
}

/**
 * With 1 - x and the parameters exchanged: the derivative by the second parameter, of which the sign turns.
 * @param psi ψ(α + β) - ψ(β)
 */
function betaNearOne(x: number, alpha: number, beta: number, psi: number): number {
  let term = 1, product = 1, slope = 0, series = psi / alpha;
  for (let i = 1; i <= 8; i++) {
    term *= -x / i;
    slope = slope * (beta - i) + product;
    product *= beta - i;
    series += term / (alpha + i) * (slope + psi * product);
  }
  return orZero((1 - x) ** (1 - beta) * series);
}

function betaSaddle(x: number, alpha: number, beta: number): number {
  const total = alpha + beta, mean = alpha / total, deviation = Math.sqrt(alpha * beta / (total + 1)) / total;
  if (mean - 0.1 * deviation <= x && x <= mean + 0.1 * deviation) { // the singularity at the mean
    const inAlpha = [
      47 * x * beta ** 4, (43 + 20 * (16 + 27 * beta) * x) * beta ** 3, 3 * (59 + 180 * beta - 90 * x) * beta ** 2,
      (453 + 1620 * beta * (1 - x) - 455 * x) * beta, 8 * (1 - x) * (135 * beta - 11),
    ];
    return (1 + 12 * alpha) * (1 + 12 * beta) / total ** 2 / (1 - x) * polynomial(inAlpha, alpha)
      / (12960 * alpha ** 3 * beta ** 2 * (1 + 12 * total));
  }
  const correction = (z: number): number => 1 + 1 / (12 * z) + 1 / (288 * z * z);
  const stirling = correction(alpha) * correction(beta) / correction(total);
  const offset = alpha * (x - 1) + beta * x;
  const first = (2 * alpha ** 2 * (x - 1) + alpha * beta * (x - 1) - x * beta ** 2) / (Math.sqrt(2 * alpha / beta) * total ** 1.5 * offset ** 2);
  const pole = (beta * Math.log(beta / (total * (1 - x))) + alpha * Math.log(alpha / (total * x))) ** -1.5;
  const root = Math.sqrt(8 * alpha * beta / total);
  const terms = first + 0.5 * Math.log(alpha / (total * x)) * (root / offset + (x < mean ? pole : -pole));
  return stirling * -x / Math.sqrt(2 * alpha * beta / total) * terms;
}

/** A fraction of polynomials, quadratic in ln x and in a = ln(α/x), cubic in ln(α + β) - a. */
const BETA_NUMERATOR = [
  [[1.003668233, -0.01061107488, -0.0657888334, 0.01201642863], [0.6336835991, -0.3557432599, 0.05486251648, -0.001465281033],
    [-0.03276231906, 0.004474107445, 0.002429354597, -0.0001557569013]],
  [[0.221950385, -0.3187676331, 0.01799915743, 0.01074823814], [-0.2951249643, 0.06219954479, 0.01535556598, 0.001550077057],
    [0.02155310298, 0.004170831599, 0.001292462449, 6.976601077e-5]],
  [[-0.05980841433, 0.008441916499, 0.01085618172, 0.002319392565], [0.02911413504, 0.01400243777, -0.002721828457, 0.000751041181],
    [0.005900514878, -0.001936558688, -9.495446725e-6, 5.385558597e-5]],
];
const BETA_DENOMINATOR = [
  [[1, -0.02924021934, -0.04438342661, 0.007285809825], [0.6357567472, -0.3473456711, 0.05454656494, -0.002407477521],
    [-0.03301322327, 0.004845219414, 0.00231480583, -0.0002307248149]],
  [[0.5925320577, -0.1757678135, 0.01505928619, 0.000564515273], [0.1014815858, -0.06589186703, 0.01272886114, -0.0007316646956],
    [-0.007258481865, 0.001096195486, 0.0003934994223, -4.12701925e-5]],
  [[0.06469649321, -0.0236701437, 0.002902096474, -5.896963079e-5], [0.001925008108, -0.002869809258, 0.0008000589141, -6.063713228e-5],
    [-0.0003477407336, 6.959756487e-5, 1.097287507e-5, -1.650964693e-6]],
];

function betaFitted(x: number, alpha: number, total: number): number {
  const u = Math.log(x), a = Math.log(alpha) - u, b = Math.log(total) - a;
  const value = (cubes: readonly (readonly (readonly number[])[])[]): number =>
    polynomial(cubes.map((rows) => polynomial(rows.map((row) => polynomial(row, b)), a)), u);
  return value(BETA_NUMERATOR) / value(BETA_DENOMINATOR);
}
