import * as e from '../expr.js';
import type { Tensor } from '../tensor.js';
import { binaryByKind, unary, type OutOption } from './define.js';
import { besselFunctions, erfc, polygamma as polygammaOf } from './special-functions.js';

// torch.special: names of its own for functions that are elsewhere as well, and some that are only here

export {
  digamma, digamma as psi, erf, erfc, erfinv, i0, igamma as gammainc, igammac as gammaincc, lgamma as gammaln, logit,
  mvlgamma as multigammaln, sigmoid as expit,
} from './special-functions.js';
export * from './bessel.js';
export * from './polynomials.js';
export { logSoftmax, logsumexp, softmax } from './softmax.js';
export { exp2, expm1, log1p, xlogy } from './pointwise.js';
export { round } from './rounding.js';
export { sinc } from './trigonometry.js';

/** exp(-|x|) · I0(x). @see https://pytorch.org/docs/stable/special.html#torch.special.i0e */
export const i0e = besselFunctions.i0e;

/**
 * The modified Bessel function of the first kind of order 1.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.i1
 */
export const i1 = besselFunctions.i1;

/** exp(-|x|) · I1(x). @see https://pytorch.org/docs/stable/special.html#torch.special.i1e */
export const i1e = besselFunctions.i1e;

/** The n-th derivative of digamma. @see https://pytorch.org/docs/stable/special.html#torch.special.polygamma */
export const polygamma = (n: number, x: Tensor, options?: OutOption): Tensor => polygammaOf(x, n, options);

/**
 * The distribution function of the normal distribution.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.ndtr
 * @example torch.special.ndtr(torch.tensor([0, 1])) // tensor([0.5000, 0.8413])
 */
export const ndtr = (x: Tensor, options: OutOption = {}): Tensor => erfc(x.mul(-Math.SQRT1_2)).mul(0.5, options);

/**
 * The argument at which `ndtr` has a value.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.ndtri
 * @example torch.special.ndtri(torch.tensor([0.5, 0.8413])) // tensor([0.0000, 0.9998])
 */
export const ndtri = unary('specialNdtri', (x) => e.sub(0, e.mul(e.erfcinv(e.mul(x, 2)), Math.SQRT2)), { compute: 'float' });

/**
 * log(ndtr(x)), exact for large negative x.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.log_ndtr
 */
export const logNdtr = unary('specialLogNdtr', (x) => {
  const t = e.mul(x, Math.SQRT1_2);
  const tail = e.sub(e.log(e.mul(e.erfcx(e.neg(t)), 0.5)), e.mul(t, t));
  return e.where(e.lt(x, -1), tail, e.log1p(e.mul(e.erfc(t), -0.5)));
}, { compute: 'float' });

/** exp(x²) · erfc(x). @see https://pytorch.org/docs/stable/special.html#torch.special.erfcx */
export const erfcx = unary('specialErfcx', e.erfcx, { compute: 'float' });

/**
 * -x · log(x), 0 at 0 and -∞ below.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.entr
 * @example torch.special.entr(torch.tensor([0, 0.5])) // tensor([0.0000, 0.3466])
 */
export const entr = unary('specialEntr', (x) => {
  const outside = e.where(e.eq(x, 0), e.constant(0, x.dtype), -Infinity);
  return e.where(e.isnan(x), x, e.where(e.gt(x, 0), e.neg(e.mul(x, e.log(x))), outside));
}, { compute: 'float' });

/** x · log(1 + other), 0 where x is 0. @see https://pytorch.org/docs/stable/special.html#torch.special.xlog1py */
export const xlog1py = binaryByKind('specialXlog1py', [0, 2, 1], (x, y) =>
  e.where(e.and(e.eq(x, 0), e.not(e.isnan(y))), 0, e.mul(x, e.log1p(y))), { compute: 'float', gradName: 'SpecialXlog1Py' });

/** Hurwitz' zeta function. @see https://pytorch.org/docs/stable/special.html#torch.special.zeta */
export const zeta = binaryByKind('specialZeta', [0, 2, 1], e.zeta, { compute: 'float' });
