/** Functions that JavaScript's Math lacks, in double precision. */
export { i0e, i1e } from './bessel.js';
export { erf, erfc, erfcinv, erfcx, erfinv } from './error.js';
export { digamma, lgamma, zeta } from './gamma.js';
export { gammainc, gammaincc } from './incomplete-gamma.js';
export { gcd, gcdBig } from './integer.js';
