/** Names of samples that need kernels which are still to be written. */
export const missing: ReadonlySet<string> = new Set<string>([
  'bucketize', 'choleskyInverse', 'choleskySolve', 'col2im', 'cross', 'eigvalsh', 'embeddingRenorm', 'histc',
  'im2col', 'isin', 'linalgCholesky', 'linalgCross', 'linalgDet', 'linalgEigh', 'linalgInv', 'linalgLu',
  'linalgLuFactor', 'linalgMatrixExp', 'linalgPinv', 'linalgQr', 'linalgSlogdet', 'linalgSolve',
  'linalgSolveTriangular', 'linalgSvd', 'logcumsumexp', 'logdet', 'lstsq', 'matrixNorm', 'matrixPower',
  'matrixRank', 'mode', 'pad', 'searchsorted', 'svdvals', 'unfold', 'upsampleBicubic2d', 'upsampleBicubic2dAa',
  'upsampleBilinear2d', 'upsampleBilinear2dAa', 'upsampleLinear1d', 'upsampleNearest1d', 'upsampleNearest2d',
  'upsampleNearest3d', 'upsampleNearestExact1d', 'upsampleNearestExact2d', 'upsampleNearestExact3d',
  'upsampleTrilinear3d',
]);
