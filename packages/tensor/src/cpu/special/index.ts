/** Functions that JavaScript's Math lacks, in double precision. */
export { airy, i0e, i1e, j0, j1, k0e, k1e, y0, y1 } from './bessel.js';
export { exponent, mantissa, nextafter } from './bits.js';
export { erf, erfc, erfcinv, erfcx, erfinv } from './error.js';
export { digamma, lgamma, zeta } from './gamma.js';
export { gammainc, gammaincc } from './incomplete-gamma.js';
export { gcd, gcdBig } from './integer.js';
export { polynomial } from './polynomials.js';
