/** Names of samples that need kernels which are still to be written. */
export const missing: ReadonlySet<string> = new Set<string>([
  'choleskyInverse', 'choleskySolve', 'eigvalsh', 'linalgCholesky', 'linalgDet', 'linalgEigh', 'linalgInv',
  'linalgLu', 'linalgLuFactor', 'linalgMatrixExp', 'linalgPinv', 'linalgQr', 'linalgSlogdet', 'linalgSolve',
  'linalgSolveTriangular', 'linalgSvd', 'logdet', 'lstsq', 'matrixNorm', 'matrixPower', 'matrixRank', 'svdvals',
]);
