/** torch.linalg. @see https://pytorch.org/docs/stable/linalg.html */
export { LinAlgError } from './linalg-checks.js';
export { cond, diagonal } from './linalg-condition.js';
export { det, slogdet } from './linalg-determinant.js';
export { cholesky, lu, luFactor, qr } from './linalg-factor.js';
export { lstsq } from './linalg-lstsq.js';
export { matrixNorm, norm, vectorNorm } from './linalg-norms.js';
export { cross, matrixExp, matrixPower, multiDot, vander, vecdot } from './linalg-products.js';
export { inv, solve, solveTriangular } from './linalg-solve.js';
export { eig, eigvals } from './linalg-eig.js';
export { eigh, eigvalsh, matrixRank, pinv, svd, svdvals } from './linalg-spectral.js';
export { matmul } from './matmul.js';
export type { UpperOption } from './linalg-checks.js';
export type { LuOptions, QrMode } from './linalg-factor.js';
export type { LstsqOptions } from './linalg-lstsq.js';
export type { AnyOrder, LinalgNormOptions, MatrixNormOrder } from './linalg-norms.js';
export type { LastDim } from './linalg-products.js';
export type { SolveOptions, SolveTriangularOptions } from './linalg-solve.js';
export type { EighOptions, PinvOptions, RankOptions, SvdOptions, ToleranceOptions } from './linalg-spectral.js';
