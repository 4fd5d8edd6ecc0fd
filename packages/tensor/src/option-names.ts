/**
 * The names of all options there are: another one is a slip, which nothing would read. The types of what `checked` is given
 * see to it that none is missing.
 */
const NAMES = [
  'a', 'accumulate', 'activation', 'activationLayer', 'addBiasKv', 'addZeroAttn', 'adjoint', 'affine', 'aligned', 'alignCorners', 'allOps', 'allow16Bits', 'allowUnused', 'alpha', 'amount',
  'amsgrad', 'annealEpochs', 'annealStrategy', 'antialias', 'append', 'approximate', 'argnums', 'assumeUnique', 'asTuple', 'at', 'atol', 'attentionDropout', 'auxLogits',
  'attnMask', 'averageAttnWeights', 'avgFn', 'aweights', 'b', 'balanced', 'base', 'baseLr', 'baseMomentum', 'baseWidth', 'batchFirst',
  'batchSampler', 'batchSize', 'beta', 'betas', 'bias', 'bidirectional', 'bins', 'blank', 'block', 'blockConfig', 'bnSize', 'bottleneckMultiplier', 'brightness', 'canonicalLevel', 'canonicalScale', 'canvas', 'ceilMode', 'center', 'chainDepth',
  'centered', 'checkDevice', 'checkDtype', 'checkErrors', 'checkGradDtypes', 'checkHash', 'checkNan', 'checkStride', 'checkUndefinedGrad', 'chunkSize', 'collateFn', 'color', 'colors', 'columns', 'compat',
  'compressed', 'compressionLevel', 'computeMode', 'connectivity', 'contrast', 'convStemConfigs', 'cooldown', 'copy', 'correction', 'countIncludePad', 'createGraph',
  'cropSize', 'customDecoder', 'customEncoder', 'cycleMomentum', 'd', 'dampening', 'decimals', 'delta', 'density', 'depths', 'descending', 'device', 'diagonal',
  'dilated', 'dilation', 'dim', 'dim1', 'dim2', 'dimFeedforward', 'dims', 'distanceFunction', 'distortionScale', 'divFactor', 'divisorOverride',
  'divValue', 'dModel', 'download', 'downsampleLayer', 'driver', 'dropLast', 'dropout', 'dropoutAux', 'dropRate', 'dropoutP', 'dtype', 'dx', 'edgeOrder', 'elementwiseAffine', 'embedDim',
  'end', 'endDim', 'endFactor', 'enforceSorted', 'epochs', 'eps', 'equalNan', 'errorIfNonfinite', 'etaMin', 'etas', 'expand',
  'extensions', 'extraBlocks', 'factor', 'fastMode', 'fileName', 'filename', 'fill', 'finalDivFactor', 'format', 'freeze', 'from', 'full', 'fullMatrices',
  'fweights', 'gain', 'gamma', 'generator', 'getInfos', 'gradient', 'gradOutputs', 'gradTensors', 'groups', 'growthRate', 'hard', 'hasAux', 'headBias', 'hermitian', 'hiddenDim', 'historySize', 'hopLength', 'hue',
  'ignoreIndex', 'imageSize', 'importanceScores', 'inChannels', 'includeLastOffset', 'includeSelf', 'inDims', 'increasing', 'ind', 'indexing', 'inFmt', 'init', 'initialAccumulatorValue',
  'initWeights', 'inplace', 'inputs', 'interpolation', 'interpolationMode', 'invert', 'isCausal', 'isGradsBatched', 'iouThreshold', 'isValidFile', 'k', 'kdim', 'keepdim',
  'keepVars', 'kernelSize', 'keyPaddingMask', 'labels', 'labelSmoothing', 'lambd', 'largest', 'lastChannel', 'lastEpoch', 'layerNormEps', 'layerScale', 'leaveParametrized',
  'left', 'length', 'lineSearchFn', 'loader', 'logInput', 'logTarget', 'lower', 'lr', 'lrDecay', 'lrLambda', 'M', 'magnitude', 'mapLocation', 'margin',
  'mask', 'max', 'maxEval', 'maximize', 'maxIter', 'maxLr', 'maxMomentum', 'maxNorm', 'maxSize', 'maxTryCorrection', 'maxVal', 'md5', 'mean', 'median',
  'memoryKeyPaddingMask', 'memoryMask', 'metadata', 'milestones', 'min', 'minlength', 'minLr', 'minVal', 'mixtureWidth', 'mlpDim', 'mlpRatio', 'mode', 'modelDir',
  'momentum', 'momentumDecay', 'msg', 'N', 'n', 'nan', 'needWeights', 'negativeSlope', 'neginf', 'nesterov', 'nhead', 'niter', 'nondetTol',
  'nonlinearity', 'norm', 'normalize', 'normalized', 'normFirst', 'normLayer', 'normType', 'nPowerIterations', 'nrow', 'numClasses', 'numDecoderLayers',
  'numEncoderLayers', 'numHeads', 'numInitFeatures', 'numLayers', 'numMagnitudeBins', 'numOps', 'numOutputChannels', 'numParameters', 'numReplicas', 'numSamples', 'numWorkers', 'offset', 'offsets', 'onesided', 'onProgress',
  'ord', 'orthogonalMap', 'out', 'outDims', 'outerJacobianStrategy', 'outFmt', 'outInt32', 'outputPadding', 'outputRatio', 'outputSize', 'p', 'padding', 'paddingIdx', 'paddingMode',
  'paddingValue', 'padIfNeeded', 'padMode', 'padValue', 'patience', 'patchSize', 'pctStart', 'periodic', 'perSampleWeights', 'persistent', 'persistentWorkers',
  'pinMemory', 'pinMemoryDevice', 'pivot', 'policy', 'posinf', 'posWeight', 'power', 'prefetchFactor', 'prefix', 'prepend', 'preserveRngState', 'processGroup', 'progress',
  'projSize', 'q', 'quality', 'r', 'radius', 'raiseException', 'randomOffset', 'randomness', 'randomSamples', 'range', 'rank', 'ratio', 'rcond', 'recomputeScaleFactor', 'recurse',
  'reduce', 'reducedTail', 'reduction', 'replacement', 'replaceStrideWithDilation', 'representationSize', 'requiresGrad', 'resetHeads', 'resizeSize', 'retainGraph', 'returnComplex', 'returnCounts', 'returnIndices', 'returnInverse',
  'rho', 'right', 'roundingMode', 'rtol', 'runningMean', 'runningVar', 's', 'sampler', 'samplingRatio', 'saturation', 'scale', 'scaleActivation', 'scaleEach', 'scaleFactor',
  'scaleFn', 'scaleGradByFreq', 'scaleMode', 'schedulers', 'seed', 'seRatio', 'setToNone', 'severity', 'sha256', 'shear', 'shuffle', 'side', 'sigma',
  'signal', 'size', 'sizeAverage', 'some', 'sorted', 'sorter', 'spacing', 'spatialScale', 'split', 'srcKeyPaddingMask', 'srcMask', 'stable', 'stallMilliseconds', 'start',
  'startDim', 'startFactor', 'std', 'stemWidth', 'step', 'steps', 'stepSize', 'stepSizeDown', 'stepSizes', 'stepSizeUp', 'stepsPerEpoch', 'stochasticDepthProb', 'strategy',
  'strict', 'stride', 'swaLr', 'swap', 'T0', 't0', 'targetTransform', 'tau', 'tgtKeyPaddingMask', 'tgtMask', 'threePhase', 'threshold',
  'thresholdMode', 'timeout', 'TMax', 'TMult', 'to', 'tol', 'toleranceChange', 'toleranceGrad', 'totalIters', 'totalLength',
  'totalSteps', 'trackRunningStats', 'train', 'training', 'transform', 'transformInput', 'translate', 'transpose', 'unbiased', 'unitriangular', 'unpackData', 'unpackPivots', 'unsafe', 'UPLO',
  'upper', 'useBuffers', 'useInputStats', 'useReentrant', 'useTrivialization', 'value', 'valueRange', 'vdim', 'vectorize', 'verbose', 'verticalFlip', 'warnOnly', 'weight',
  'weightDecay', 'weights', 'weightsOnly', 'what', 'width', 'widthMult', 'widthPerGroup', 'window', 'windowSize', 'winLength', 'withReplacement', 'workerArgs', 'workerInitFn', 'workerModule',
  'wrap', 'zeroInfinity', 'zeroInitResidual',
] as const;

/** What PyTorch asks of devices, layouts and processes that are not here: it changes no value, so programs may go on saying it. */
const WITHOUT_EFFECT = [
  'capturable', 'checkBatchedGrad', 'checkSparseNnz', 'differentiable', 'enableNestedTensor', 'foreach', 'fused', 'layout',
  'maskCheck', 'memoryFormat', 'multiprocessingContext', 'nonBlocking', 'pickleModule', 'pickleProtocol', 'sparse', 'sparseGrad',
] as const;

export type OptionName = (typeof NAMES | typeof WITHOUT_EFFECT)[number];
export const OPTION_NAMES: ReadonlySet<string> = new Set<string>([...NAMES, ...WITHOUT_EFFECT]);
