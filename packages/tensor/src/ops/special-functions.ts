import { runPointwise, runPointwiseInplace, type Operand } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { checked } from '../options.js';
import { Tensor } from '../tensor.js';
import { binary, pointwise, unary, type OutOption } from './define.js';
import { floating } from './dtype-checks.js';

/**
 * 1 / (1 + exp(-x)).
 * @see https://pytorch.org/docs/stable/generated/torch.sigmoid.html
 * @example torch.sigmoid(torch.tensor([0, 2])) // tensor([0.5000, 0.8808])
 */
export const sigmoid = unary('sigmoid', logistic, { compute: 'float' });

/** 1 / (1 + exp(-x)) as an expression. */
function logistic(x: e.Expr): e.Expr { return e.div(1, e.add(e.exp(e.neg(x)), 1)); }

export interface LogitOptions extends OutOption {
  /** moves `x` into [eps, 1 - eps] first */
  readonly eps?: number | null | undefined;
}

const odds = (x: e.Expr): e.Expr => e.log(e.div(x, e.sub(1, x)));
const logit1 = unary('logit', odds, { compute: 'float' });
const logitEps = pointwise('logit', ['value', 'param'],
  (x, eps) => odds(e.where(e.lt(x, eps), eps, e.where(e.gt(x, e.sub(1, eps)), e.sub(1, eps), x))), { compute: 'float' });

/** A number to move `x` by, or options that hold one. */
type Eps = number | null | undefined | LogitOptions;

const epsOf = (eps: Eps): number | null => (typeof eps === 'object' && eps !== null ? eps.eps ?? null : eps ?? null);

/**
 * log(x / (1 - x)), the inverse of the sigmoid. Either form: `logit(x, 1e-6)`, `logit(x, { eps: 1e-6 })`.
 * @see https://pytorch.org/docs/stable/generated/torch.logit.html
 * @example torch.logit(torch.tensor([0.5, 0.8808])) // tensor([0.0000, 2.0000])
 */
export const logit = Object.assign(
  (x: Tensor, eps?: Eps, options: OutOption = {}): Tensor => {
    const least = epsOf(eps), { out } = typeof eps === 'object' && eps !== null ? eps : options;
    return least === null ? logit1(x, { out }) : runPointwise(logitEps, [x, least], out);
  },
  {
    op: logit1.op, withEps: logitEps,
    inplace: (x: Tensor, eps?: Eps): Tensor => {
      const least = epsOf(eps);
      return least === null ? logit1.inplace(x) : runPointwiseInplace(logitEps, [x, least]);
    },
  });

/**
 * The error function.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.erf
 * @example torch.erf(torch.tensor([0, 1])) // tensor([0.0000, 0.8427])
 */
export const erf = unary('erf', e.erf, { compute: 'float' });

/** 1 - erf(x), exact for large x. @see https://pytorch.org/docs/stable/special.html#torch.special.erfc */
export const erfc = unary('erfc', e.erfc, { compute: 'float' });

/** The inverse of erf. @see https://pytorch.org/docs/stable/special.html#torch.special.erfinv */
export const erfinv = unary('erfinv', e.erfinv, { compute: 'float' });

/**
 * log |Γ(x)|.
 * @see https://pytorch.org/docs/stable/generated/torch.lgamma.html
 * @example torch.lgamma(torch.tensor([1, 5])) // tensor([0.0000, 3.1781])
 */
export const lgamma = unary('lgamma', e.lgamma, { compute: 'float' });

/** The derivative of log Γ. @see https://pytorch.org/docs/stable/special.html#torch.special.digamma */
export const digamma = unary('digamma', e.digamma, { compute: 'float' });

/**
 * The regularized lower incomplete gamma function P(input, other), the distribution function of the gamma distribution. There is a
 * derivative by `other` only.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.gammainc
 * @example torch.igamma(torch.tensor([4]), torch.tensor([3])) // tensor([0.3528])
 */
export const igamma = binary('igamma', (a, x) => e.gammainc(floating(a, 'igamma_cpu'), x));

/** 1 - `igamma(input, other)`, without cancellation. @see https://pytorch.org/docs/stable/special.html#torch.special.gammaincc */
export const igammac = binary('igammac', (a, x) => e.gammaincc(floating(a, 'igammac_cpu'), x));

const polygammaOp = pointwise('polygamma', ['value', 'param'], (x, n) => {
  const order = e.add(n, 1);
  const sign = e.where(e.eq(e.mod(n, 2), 0), e.constant(-1, x.dtype), 1);
  const value = e.mul(sign, e.mul(e.exp(e.lgamma(order)), e.zeta(order, x)));
  // PyTorch has limits at the ends of the axis for the first derivative only
  const limit = e.where(e.gt(x, 0), e.constant(0, x.dtype), NaN);
  const isLimit = e.and(e.eq(n, 1), e.eq(e.abs(x), Infinity));
  return e.where(e.eq(n, 0), e.digamma(x), e.where(isLimit, limit, value));
}, { compute: 'float' });

/** The operands, once the order is found to be an integer that is not negative. */
function ofOrder(x: Tensor, n: Operand): Operand[] {
  if (!(n instanceof Tensor) && !(Number(n) >= 0)) throw new RuntimeError('polygamma(n, x) does not support negative n.');
  return [x, n];
}

/** The n-th derivative of digamma. @see https://pytorch.org/docs/stable/special.html#torch.special.polygamma */
export const polygamma = Object.assign(
  (x: Tensor, n: Operand, options: OutOption = {}): Tensor => runPointwise(polygammaOp, ofOrder(x, n), checked('polygamma', options, 'out').out),
  { op: polygammaOp, inplace: (x: Tensor, n: number): Tensor => runPointwiseInplace(polygammaOp, ofOrder(x, n)) });

/**
 * The logarithm of the gamma function of `p` dimensions.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.multigammaln
 */
export const mvlgamma = Object.assign((x: Tensor, p: number, options: OutOption = {}): Tensor => {
  const { out } = checked('mvlgamma', options, 'out');
  if (!(p >= 1)) throw new RuntimeError('p has to be greater than or equal to 1');
  if (x.dtype.kind === 'bool') throw new RuntimeError('The input tensor may not be a boolean tensor.');
  let sum = lgamma(x);
  for (let j = 1; j < p; j++) sum = sum.add(lgamma(x.sub(j / 2)));
  return sum.add((p * (p - 1) * Math.log(Math.PI)) / 4, { out });
}, { inplace: (x: Tensor, p: number): Tensor => x.copy_(mvlgamma(x, p)) });

/** exp(|x|) · scaled, half of the exponential before and half after, so that nothing overflows early. */
function unscaled(x: e.Expr, scaled: e.Expr): e.Expr {
  const half = e.exp(e.mul(e.abs(x), 0.5));
  return e.mul(e.mul(half, scaled), half);
}

/**
 * The modified Bessel function of the first kind of order 0.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.i0
 * @example torch.i0(torch.tensor([0, 1])) // tensor([1.0000, 1.2661])
 */
export const i0 = unary('i0', (x) => unscaled(x, e.i0e(x)), { compute: 'float' });

/** The modified Bessel function of order 1, as an expression. @internal */
const besselI1 = (x: e.Expr): e.Expr => unscaled(x, e.i1e(x));

const i0e = unary('specialI0e', e.i0e, { compute: 'float', gradName: 'SpecialI0E' });
const i1 = unary('specialI1', besselI1, { compute: 'float' });
const i1e = unary('specialI1e', e.i1e, { compute: 'float', gradName: 'SpecialI1E' });

/** Functions that are in `torch.special` only. @internal */
export const besselFunctions = { i0e, i1, i1e };
