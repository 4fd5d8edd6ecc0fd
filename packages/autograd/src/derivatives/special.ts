import {
  digamma, erf, erfc, erfinv, i0, igamma, igammac, lgamma, logit, nextafter, NotImplementedError, sigmoid, special, where, type Tensor,
} from '@sconce/tensor';
import { activationGradients, partsOfFloats, polygammaOf, runPointwise } from '@sconce/tensor/internal';
import { define, nonDifferentiable, saving } from './define.js';

define(sigmoid.op, [saving(['result'], (g, { result }) => runPointwise(activationGradients.sigmoid, [g, result]))]);

// 1 / (x (1 - x)), 0 where x was moved, NaN outside [0, 1]
const logitSlope = (g: Tensor, x: Tensor): Tensor => g.div(x.mul(x.rsub(1)));
define(logit.op, [saving([0], (g, { inputs: [x] }) => where(x.lt(0).logicalOr(x.gt(1)), NaN, logitSlope(g, x)))]);
define(logit.withEps, [
  saving([0, 1], (g, { inputs: [x, eps] }) => where(x.lt(eps).logicalOr(x.gt(eps.rsub(1))), 0, logitSlope(g, x))), null,
]);

const ERF_SLOPE = 2 / Math.sqrt(Math.PI);
// 2/√π exp(-x²)
define(erf.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.mul(x).neg().exp().mul(ERF_SLOPE)))]);
define(erfc.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.mul(x).neg().exp().mul(-ERF_SLOPE)))]);
// √π/2 exp(erfinv(x)²)
define(erfinv.op, [saving([0], (g, { inputs: [x] }) => g.mul(erfinv(x).square().exp().div(ERF_SLOPE)))]);

define(lgamma.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.digamma()))]);
define(digamma.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.polygamma(1)))]);
// ± x^(a - 1) e^-x / Γ(a)
for (const [fn, name, sign] of [[igamma, 'igamma', 1], [igammac, 'igammac', -1]] as const) {
  define(fn.op, [
    () => { throw new NotImplementedError(`the derivative for '${name}: input' is not implemented.`); },
    saving([0, 1], (g, { inputs: [a, x] }) => g.mul(x.log().mul(a.sub(1)).sub(x).sub(a.lgamma()).exp()).mul(sign)),
  ]);
}
define(polygammaOf.op, [saving([0, 1], (g, { inputs: [x, n] }) => g.mul(x.polygamma(n.add(1)))), null]);

const { i0e, i1, i1e } = special;
define(i0.op, [saving([0], (g, { inputs: [x] }) => g.mul(i1(x)))]);
// i1e - sign(x) i0e
define(i0e.op, [saving([0, 'result'], (g, { inputs: [x], result }) => g.mul(i1e(x).sub(x.sgn().mul(result))))]);
// i0 - i1 / x, at 0 its limit
define(i1.op, [saving([0, 'result'], (g, { inputs: [x], result }) =>
  g.mul(where(x.eq(0), 0.5, x.i0().sub(result.div(x)))))]);
// i0e - i1e (sign(x) + 1 / x), at 0 its limit
define(i1e.op, [saving([0, 'result'], (g, { inputs: [x], result }) =>
  g.mul(where(x.eq(0), 0.5, i0e(x).sub(result.mul(x.sgn().add(x.reciprocal()))))))]);

// √(π/2) exp(result² / 2)
define(special.ndtri.op, [
  saving(['result'], (g, { result }) => g.mul(result.mul(result).div(2).exp().mul(Math.sqrt(Math.PI / 2) * 2))),
]);
// √(2/π) / erfcx(-x/√2)
define(special.logNdtr.op, [
  saving([0], (g, { inputs: [x] }) => g.div(special.erfcx(x.mul(-Math.SQRT1_2))).mul(Math.sqrt(2 / Math.PI))),
]);
// 2 x erfcx(x) - 2/√π
define(special.erfcx.op, [
  saving([0, 'result'], (g, { inputs: [x], result }) => g.mul(x.mul(result).mul(2).sub(ERF_SLOPE))),
]);
define(special.entr.op, [saving([0], (g, { inputs: [x] }) => g.mul(x.log().add(1).neg()))]);

// x log(1 + y), as x log y
for (const op of [special.xlog1py.op, special.xlog1py.withNumber, special.xlog1py.numberFirst]) {
  define(op, [
    saving([0, 1], (g, { inputs: [x, y] }) => g.mul(y.log1p()).maskedFill(x.eq(0).logicalAnd(y.le(-1)), 0)),
    saving([0, 1], (g, { inputs: [x, y] }) => g.mul(x).div(y.add(1))),
  ]);
}

// d/dq ζ(s, q) = -s ζ(s + 1, q)
for (const op of [special.zeta.op, special.zeta.withNumber, special.zeta.numberFirst]) {
  define(op, [
    () => { throw new NotImplementedError("the derivative for 'zeta' is not implemented."); },
    saving([0, 1], (g, { inputs: [s, q] }) => g.mul(s.neg().mul(special.zeta(s.add(1), q)))),
  ]);
}

nonDifferentiable(...[
  special.besselJ0, special.besselJ1, special.besselY0, special.besselY1, special.modifiedBesselI0, special.modifiedBesselI1,
  special.modifiedBesselK0, special.modifiedBesselK1, special.scaledModifiedBesselK0, special.scaledModifiedBesselK1,
  special.sphericalBesselJ0, special.airyAi, special.chebyshevPolynomialT, special.chebyshevPolynomialU, special.chebyshevPolynomialV,
  special.chebyshevPolynomialW, special.shiftedChebyshevPolynomialT, special.shiftedChebyshevPolynomialU,
  special.shiftedChebyshevPolynomialV, special.shiftedChebyshevPolynomialW, special.hermitePolynomialH, special.hermitePolynomialHe,
  special.laguerrePolynomialL, special.legendrePolynomialP, partsOfFloats.exponent,
].map(({ op }) => op));

const noNextafter = (): never => { throw new NotImplementedError("the derivative for 'nextafter' is not implemented."); };
define(nextafter.op, [noNextafter, noNextafter]);
define(partsOfFloats.mantissa.op, [saving([0], (g, { inputs: [x] }) => g.div(partsOfFloats.exponent(x).exp2()))]);
