import * as e from '../expr.js';
import { unary, type Unary } from './define.js';
import { kernelName, wide } from './dtype-checks.js';
import { besselFunctions, i0 } from './special-functions.js';

/** A function of numbers of 32 and 64 bits, which PyTorch gives no derivative. */
const bessel = (name: string, expr: (x: e.Expr) => e.Expr): Unary =>
  unary(name, (x) => expr(wide(x, kernelName(name))), { compute: 'float' });

/**
 * The Bessel function of the first kind of order 0. Between 2 and 15 PyTorch's own values are off by up to 3e-7; these are not.
 * @throws RuntimeError for float16 and bfloat16, as every function here
 * @see https://pytorch.org/docs/stable/special.html#torch.special.bessel_j0
 * @example torch.special.besselJ0(torch.tensor([0, 1])) // tensor([1.0000, 0.7652])
 */
export const besselJ0 = bessel('besselJ0', e.j0);

/** That of order 1. @see https://pytorch.org/docs/stable/special.html#torch.special.bessel_j1 */
export const besselJ1 = bessel('besselJ1', e.j1);

/**
 * The Bessel function of the second kind of order 0: -∞ at 0, NaN below.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.bessel_y0
 * @example torch.special.besselY0(torch.tensor([0, 1])) // tensor([  -inf, 0.0883])
 */
export const besselY0 = bessel('besselY0', e.y0);

/** That of order 1. @see https://pytorch.org/docs/stable/special.html#torch.special.bessel_y1 */
export const besselY1 = bessel('besselY1', e.y1);

/** As `i0`, without a derivative. @see https://pytorch.org/docs/stable/special.html#torch.special.modified_bessel_i0 */
export const modifiedBesselI0 = bessel('modifiedBesselI0', i0.op.expr);

/** As `i1`, without a derivative. @see https://pytorch.org/docs/stable/special.html#torch.special.modified_bessel_i1 */
export const modifiedBesselI1 = bessel('modifiedBesselI1', besselFunctions.i1.op.expr);

/**
 * The modified Bessel function of the second kind of order 0: ∞ at 0, NaN below.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.modified_bessel_k0
 * @example torch.special.modifiedBesselK0(torch.tensor([0, 1])) // tensor([   inf, 0.4210])
 */
export const modifiedBesselK0 = bessel('modifiedBesselK0', (x) => e.mul(e.exp(e.neg(x)), e.k0e(x)));

/** That of order 1. @see https://pytorch.org/docs/stable/special.html#torch.special.modified_bessel_k1 */
export const modifiedBesselK1 = bessel('modifiedBesselK1', (x) => e.mul(e.exp(e.neg(x)), e.k1e(x)));

/**
 * exp(x) · `modifiedBesselK0(x)`, which vanishes slowly.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.scaled_modified_bessel_k0
 */
export const scaledModifiedBesselK0 = bessel('scaledModifiedBesselK0', e.k0e);

/** That of order 1. @see https://pytorch.org/docs/stable/special.html#torch.special.scaled_modified_bessel_k1 */
export const scaledModifiedBesselK1 = bessel('scaledModifiedBesselK1', e.k1e);

/**
 * The spherical Bessel function of the first kind of order 0, sin(x) / x.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.spherical_bessel_j0
 */
export const sphericalBesselJ0 = bessel('sphericalBesselJ0', (x) => {
  const limit = e.where(e.eq(x, 0), e.constant(1, x.dtype), 0);
  return e.where(e.or(e.eq(x, 0), e.eq(e.abs(x), Infinity)), limit, e.div(e.sin(x), x));
});

/**
 * Airy's function Ai. Near -2.2 PyTorch's own values are off by up to 3e-6; these are not.
 * @see https://pytorch.org/docs/stable/special.html#torch.special.airy_ai
 * @example torch.special.airyAi(torch.tensor([0, 1])) // tensor([0.3550, 0.1353])
 */
export const airyAi = bessel('airyAi', e.airy);
