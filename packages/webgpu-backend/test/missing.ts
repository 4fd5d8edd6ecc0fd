/** Names of samples that need kernels which are still to be written. */
export const missing: ReadonlySet<string> = new Set<string>([
  'adaptiveAvgPool1d', 'adaptiveAvgPool2d', 'adaptiveAvgPool3d', 'adaptiveMaxPool1d', 'adaptiveMaxPool2d',
  'adaptiveMaxPool3d', 'avgPool1d', 'avgPool2d', 'avgPool3d', 'binaryCrossEntropy',
  'binaryCrossEntropyWithLogits', 'bucketize', 'cdist', 'choleskyInverse', 'choleskySolve', 'col2im',
  'conv1d', 'conv2d', 'conv3d', 'convTranspose1d', 'convTranspose2d', 'convTranspose3d', 'cross', 'dist',
  'eigvalsh', 'embeddingRenorm', 'histc', 'huberLoss', 'im2col', 'isin', 'linalgCholesky', 'linalgCross',
  'linalgDet', 'linalgEigh', 'linalgInv', 'linalgLu', 'linalgLuFactor', 'linalgMatrixExp', 'linalgPinv',
  'linalgQr', 'linalgSlogdet', 'linalgSolve', 'linalgSolveTriangular', 'linalgSvd', 'logcumsumexp', 'logdet',
  'lstsq', 'matrixNorm', 'matrixPower', 'matrixRank', 'maxPool1d', 'maxPool2d', 'maxPool3d', 'mode',
  'mseLoss', 'nllLoss', 'nllLoss2d', 'pad', 'renorm', 'searchsorted', 'smoothL1Loss', 'softMarginLoss',
  'svdvals', 'unfold', 'upsampleBicubic2d', 'upsampleBicubic2dAa', 'upsampleBilinear2d',
  'upsampleBilinear2dAa', 'upsampleLinear1d', 'upsampleNearest1d', 'upsampleNearest2d', 'upsampleNearest3d',
  'upsampleNearestExact1d', 'upsampleNearestExact2d', 'upsampleNearestExact3d', 'upsampleTrilinear3d',
]);
