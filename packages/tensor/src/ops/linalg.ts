/** torch.linalg. @see https://pytorch.org/docs/stable/linalg.html */
export { LinAlgError } from './linalg-checks.js';
export { det, slogdet } from './linalg-determinant.js';
export { cholesky, lu, luFactor, qr } from './linalg-factor.js';
export { lstsq } from './linalg-lstsq.js';
export { matrixNorm, norm, vectorNorm } from './linalg-norms.js';
export { cross, matrixExp, matrixPower, multiDot, vander, vecdot } from './linalg-products.js';
export { inv, solve, solveTriangular } from './linalg-solve.js';
export { eigh, eigvalsh, matrixRank, pinv, svd, svdvals } from './linalg-spectral.js';
export { matmul } from './matmul.js';
