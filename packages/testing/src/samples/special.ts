import { finfo, frexp, igamma, igammac, nextafter, special as S, type Binary, type Unary } from '@sconce/tensor';
import { between, constant, inUnit, integers, normal, positive, values } from '../draws.js';
import { row } from '../row.js';

const corners = { gradcheck: false } as const;

/** Ends of the axes, and a place of each of the ways to compute incomplete gamma functions. */
const gammaCorners = {
  x: values([0, 0, -1, 1, Infinity, Infinity, 2, NaN, 1e-6, 0.75, 30, 150, 5e4, 1e6, 300]),
  y: values([0, 1, 1, -1, 1, Infinity, Infinity, 1, 0.5, 0.125, 20, 200, 5.01e4, 1e6, 250]),
};

/** Those without derivatives, where PyTorch's own values of Bessel and Airy functions have all digits. */
const bessel = (fn: Unary, name: string, ...places: readonly number[]) => [
  row(fn.op.name, `torch.special.${name}(x)`, ({ x }) => fn(x), { x: between(-2, 2, 3, 4) }, { grad: false }),
  row(fn.op.name, `torch.special.${name}(x)`, ({ x }) => fn(x), { x: values([0, NaN, Infinity, -Infinity, ...places]) }, { grad: false }),
];

/** Degrees up to where Chebyshev polynomials come from cosines, at places that the shifted ones have at their ends as well. */
const polynomial = (fn: Binary, name: string) => [
  row(fn.op.name, `torch.special.${name}(x, n)`, ({ x, n }) => fn(x, n), { x: normal(5, 3), n: integers(-2, 8, 5, 1) }, { grad: false }),
  row(fn.op.name, `torch.special.${name}(x, 9.5)`, ({ x }) => fn(x, 9.5), { x: values([-1, -0.75, 0, 0.25, 0.5, 1, 1.25, NaN]) }, { grad: false }),
  row(fn.op.name, `torch.special.${name}(0.75, n)`, ({ n }) => fn(0.75, n),
    { n: values([-1, -0.5, 0.75, 1, 2.5, 6, 12, NaN, Infinity]) }, { grad: false }),
];

export const special = [
  row('specialI0e', 'torch.special.i0e(x)', ({ x }) => S.i0e(x), { x: normal(3, 4) }),
  row('specialI1', 'torch.special.i1(x)', ({ x }) => S.i1(x), { x: normal(3, 4) }),
  row('specialI1', 'torch.special.i1(x)', ({ x }) => S.i1(x), { x: values([0, 10, -10]) }, corners),
  row('specialI1e', 'torch.special.i1e(x)', ({ x }) => S.i1e(x), { x: normal(3, 4) }),
  row('specialNdtr', 'torch.special.ndtr(x)', ({ x }) => S.ndtr(x), { x: normal(3, 4) }, { node: 'MulBackward0' }),
  row('specialNdtri', 'torch.special.ndtri(x)', ({ x }) => S.ndtri(x), { x: inUnit(3, 4) }),
  row('specialLogNdtr', 'torch.special.log_ndtr(x)', ({ x }) => S.logNdtr(x), { x: normal(3, 4) }),
  row('specialErfcx', 'torch.special.erfcx(x)', ({ x }) => S.erfcx(x), { x: normal(3, 4) }),
  row('specialEntr', 'torch.special.entr(x)', ({ x }) => S.entr(x), { x: positive(3, 4) }),
  row('specialEntr', 'torch.special.entr(x)', ({ x }) => S.entr(x), { x: values([0, -1, 1]) }, corners),
  row('specialXlog1py', 'torch.special.xlog1py(x, y)', ({ x, y }) => S.xlog1py(x, y),
    { x: normal(3, 4), y: positive(4) }),
  row('specialXlog1py', 'torch.special.xlog1py(x, 2.5)', ({ x }) => S.xlog1py(x, 2.5), { x: normal(3) }),
  row('specialXlog1py', 'torch.special.xlog1py(2.5, y)', ({ y }) => S.xlog1py(2.5, y), { y: positive(3) }),
  row('logsumexp', 'torch.special.logsumexp(x, 1)', ({ x }) => S.logsumexp(x, 1), { x: normal(3, 4) }),
  row('softmax', 'torch.special.softmax(x, 0)', ({ x }) => S.softmax(x, 0), { x: normal(3, 4) }),
  row('logSoftmax', 'torch.special.log_softmax(x, 0)', ({ x }) => S.logSoftmax(x, 0), { x: normal(3, 4) }),
  // PyTorch has no derivative by the first operand
  row('igamma', 'torch.igamma(x, y)', ({ x, y }) => igamma(x, y), { x: { ...between(0.25, 3, 3, 4), grad: false }, y: positive(4) }),
  row('igamma', 'torch.special.gammainc(x, y)', ({ x, y }) => S.gammainc(x, y), gammaCorners, { grad: false }),
  row('igammac', 'torch.igammac(x, y)', ({ x, y }) => igammac(x, y), { x: { ...between(0.25, 3, 3, 4), grad: false }, y: positive(4) }),
  row('igammac', 'torch.special.gammaincc(x, y)', ({ x, y }) => S.gammaincc(x, y), gammaCorners, { grad: false }),
  row('specialZeta', 'torch.special.zeta(x, y)', ({ x, y }) => S.zeta(x, y),
    { x: { ...between(2, 4, 3), grad: false }, y: positive(3) }),
  row('specialZeta', 'torch.special.zeta(x, 1.5)', ({ x }) => S.zeta(x, 1.5), { x: between(2, 4, 3) }, { grad: false }),
  row('specialZeta', 'torch.special.zeta(2.5, y)', ({ y }) => S.zeta(2.5, y), { y: positive(3) }),
  ...bessel(S.besselJ0, 'bessel_j0', 20, -25, 100),
  ...bessel(S.besselJ1, 'bessel_j1', 20, -25, 100),
  ...bessel(S.besselY0, 'bessel_y0', 20, 25, 100),
  ...bessel(S.besselY1, 'bessel_y1', 20, 25, 100),
  ...bessel(S.modifiedBesselI0, 'modified_bessel_i0', 0.125, 7.5, -9),
  ...bessel(S.modifiedBesselI1, 'modified_bessel_i1', 0.125, 7.5, -9),
  ...bessel(S.modifiedBesselK0, 'modified_bessel_k0', 0.125, 7.5, 9),
  ...bessel(S.modifiedBesselK1, 'modified_bessel_k1', 0.125, 7.5, 9),
  ...bessel(S.scaledModifiedBesselK0, 'scaled_modified_bessel_k0', 0.125, 7.5, 900),
  ...bessel(S.scaledModifiedBesselK1, 'scaled_modified_bessel_k1', 0.125, 7.5, 900),
  ...bessel(S.sphericalBesselJ0, 'spherical_bessel_j0', 20, -25, 100),
  ...bessel(S.airyAi, 'airy_ai', 2.5, 4, -5.5, -12),
  ...polynomial(S.chebyshevPolynomialT, 'chebyshev_polynomial_t'),
  ...polynomial(S.chebyshevPolynomialU, 'chebyshev_polynomial_u'),
  ...polynomial(S.chebyshevPolynomialV, 'chebyshev_polynomial_v'),
  ...polynomial(S.chebyshevPolynomialW, 'chebyshev_polynomial_w'),
  ...polynomial(S.shiftedChebyshevPolynomialT, 'shifted_chebyshev_polynomial_t'),
  ...polynomial(S.shiftedChebyshevPolynomialU, 'shifted_chebyshev_polynomial_u'),
  ...polynomial(S.shiftedChebyshevPolynomialV, 'shifted_chebyshev_polynomial_v'),
  ...polynomial(S.shiftedChebyshevPolynomialW, 'shifted_chebyshev_polynomial_w'),
  ...polynomial(S.hermitePolynomialH, 'hermite_polynomial_h'),
  ...polynomial(S.hermitePolynomialHe, 'hermite_polynomial_he'),
  ...polynomial(S.laguerrePolynomialL, 'laguerre_polynomial_l'),
  ...polynomial(S.legendrePolynomialP, 'legendre_polynomial_p'),
  // how far the neighbours are in units of the last place, whatever the dtype
  row('nextafter', '(torch.nextafter(x, y) - x) / torch.finfo(dtype).eps', ({ x, y }, { dtype }) => nextafter(x, y).sub(x).div(finfo(dtype).eps),
    { x: values([1, 1, 1, 2, 2, -3, -3, 1, NaN, 1]), y: values([2, 0, 1, 0, 3, 0, -4, Infinity, 1, NaN]) }, { grad: false }),
  row('frexp', 'torch.frexp(x)', ({ x }) => frexp(x), { x: normal(3, 4) }),
  row('frexp', 'torch.frexp(x)', ({ x }) => x.frexp(), { x: constant(values([0, 1, -0.5, 1e30, 1e-30, 12345, -Infinity, NaN])) }),
];
