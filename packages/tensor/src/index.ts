import './methods.js';
export {
  bfloat16, bool, canCast, complex128, complex64, complex128 as cdouble, complex64 as cfloat, DType, float16, float32, float64, getDefaultDtype, int16, int32, int64, int8,
  promoteTypes, setDefaultDtype, uint8, float16 as half, float32 as float, float64 as double, int16 as short, int32 as int, int64 as long,
} from './dtype.js';
export type { DTypeKind, DTypeName, TypedArray } from './dtype.js';
export { e, inf, nan, pi } from './constants.js';
export { channelsLast, channelsLast3d, contiguousFormat, preserveFormat, strided } from './memory-format.js';
export type { MemoryFormat, MemoryFormatOption, StorageLayout } from './memory-format.js';
export { finfo, iinfo } from './dtype-info.js';
export type { FloatInfo, IntegerInfo } from './dtype-info.js';
export { Device, device, memoryStats, registerBackend } from './device.js';
export type { MemoryStats } from './backend.js';
export type { DeviceLike } from './device.js';
export { AssertionError, IndexError, NotImplementedError, RuntimeError, ValueError } from './errors.js';
export { Tensor } from './tensor.js';
export type { Nested } from './tensor.js';
export type { TensorMethods } from './methods.js';
export type { Complex, NumberLike, ScalarLike } from './scalar.js';
export type { Operand, RealOperand } from './dispatch.js';
export type { BackwardOptions, GradFn, NodeHook, RemovableHandle } from './autograd-hook.js';
export { getPrintoptions, setPrintoptions } from './printing.js';
export { defaultGenerator, Generator, initialSeed, manualSeed, seed } from './random/index.js';
// all of a file whose exports are public: what is added there needs no mention here
export * from './ops/pointwise.js';
export {
  acos, acosh, add, addcdiv, addcmul, allclose, arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh, asin, asinh,
  atan, atan2, atanh, bitwiseAnd, bitwiseLeftShift, bitwiseNot, bitwiseOr, bitwiseRightShift, bitwiseXor, ceil, clamp,
  clampMax, clampMin, clip, cos, cosh, deg2rad, digamma, div, divide, eq, equal, erf, erfc, erfinv, fix, floor, floorDivide,
  fmax, fmin, fmod, frac, frexp, gcd, ge, greater, greaterEqual, gt, hardshrink, heaviside, i0, igamma, igammac, isclose, isfinite, isinf, isnan,
  isneginf, isposinf, isreal, lcm, le, lerp, less, lessEqual, lgamma, logicalAnd, logicalNot, logicalOr, logicalXor, logit,
  lt, maskedFill, maximum, minimum, mul, multiply, mvlgamma, nanToNum, ne, neg, negative, nextafter, notEqual, positive, prelu,
  rad2deg, relu, remainder, round, rsub, sigmoid, sin, sinc, sinh, sub, subtract, tan, tanh, trueDivide, trunc,
} from './ops/elementwise.js';
export type {
  AlphaOption, ClampOptions, CloseOptions, DivOptions, LogitOptions, NanToNumOptions, RoundOptions, ShrinkOptions, ValueOption,
} from './ops/elementwise.js';
export type { Binary, OutOption, Unary } from './ops/define.js';
export { isComplex, isFloatingPoint, isSigned, isTensor, resultType } from './ops/dtype-query.js';
export { isNonzero } from './ops/host-functions.js';
export { isSameSize, nelement as numel } from './ops/inspection.js';
export { getDevice } from './ops/placement.js';
export { celu, rrelu, selu, threshold } from './ops/functional-activations.js';
export type { EluOptions, RreluOptions } from './ops/functional-activations.js';
export * from './ops/inplace.js';
export * as special from './ops/special.js';
export { polygamma } from './ops/special.js';
export {
  adjoint, angle, complex, conj, conjPhysical, imag, isConj, isNeg, polar, real, resolveConj, resolveNeg, viewAsComplex, viewAsReal,
} from './ops/complex.js';
export * as fft from './ops/fft.js';
export type { Fft, Fftn, FftNorm, FftnOptions, FftOptions, FrequencyOptions, ShiftOptions } from './ops/fft.js';
export { istft, stft } from './ops/stft.js';
export type { IstftOptions, StftOptions } from './ops/stft.js';
export { where } from './ops/where.js';
export { isin } from './ops/membership.js';
export type { IsinOptions } from './ops/membership.js';
export { clone } from './ops/conversion.js';
export { empty, emptyStrided, full, ones, scalarTensor, zeros } from './ops/creation.js';
export type { SizesAndOptions, TensorOptions } from './ops/creation.js';
export { asTensor, asTensor as asarray, fromNumpy, fromTypedArray, tensor } from './ops/from-data.js';
export {
  BFloat16Tensor, BoolTensor, ByteTensor, CharTensor, DoubleTensor, FloatTensor, HalfTensor, IntTensor, LongTensor, ShortTensor,
} from './ops/typed-tensors.js';
export type { TypedTensor } from './ops/typed-tensors.js';
export type { TensorData } from './ops/from-data.js';
export { emptyLike, fullLike, onesLike, zerosLike } from './ops/like.js';
export { arange, eye, linspace, logspace } from './ops/ranges.js';
export type { LogspaceOptions } from './ops/ranges.js';
export { bartlettWindow, blackmanWindow, hammingWindow, hannWindow, kaiserWindow } from './ops/windows.js';
export type { HammingOptions, KaiserOptions, WindowOptions } from './ops/windows.js';
export {
  bernoulli, forkRng, getRngState, multinomial, normal, poisson, rand, randint, randintLike, randLike, randn, randnLike, randperm, setRngState,
} from './ops/random.js';
export type { MultinomialOptions, NormalOptions, RandomOptions } from './ops/random.js';
export type { BernoulliOptions, GeneratorOption } from './ops/random-inplace.js';
export {
  addbmm, addmm, addmv, addr, all, amax, amin, aminmax, any, argmax, argmin, argsort, baddbmm, bmm, cholesky, choleskyInverse,
  choleskySolve, corrcoef, countNonzero, cov, cross, cummax, cummin, cumprod, cumsum, det, diff, dist, dot, geqrf, ger, histc, histogram, inner,
  inverse, kron, kthvalue, logSoftmax, logcumsumexp, logdet, logsumexp, lu, luSolve, matmul, matrixExp, matrixPower, max, mean, median, min,
  mm, mode, msort, mv, nanmean, nanmedian, nanquantile, nansum, norm, orgqr, ormqr, outer, pinverse, prod, qr, quantile, renorm, slogdet,
  softmax, sort, std, sum, svd, topk, trace, var, vdot,
} from './ops/folding.js';
export type {
  AddMmOptions, CovOptions, CrossOptions, DiffOptions, DimOrOptions, HistcOptions, KeepdimOptions, NormOptions, NormOrder, QuantileOptions, ReduceOptions,
  ScanOptions, SoftmaxOptions, SortOptions, TopkOptions,
} from './ops/folding.js';
export { histogramdd } from './ops/histogramdd.js';
export type { Histogramdd, HistogramddOptions } from './ops/histogramdd.js';
export { cdist } from './ops/distance.js';
export type { CdistOptions } from './ops/distance.js';
export { einsum, tensordot } from './ops/einsum.js';
export type { TensordotOptions } from './ops/einsum.js';
export { cumulativeTrapezoid, gradient, trapezoid, trapz } from './ops/integration.js';
export type { GradientOptions, TrapezoidOptions } from './ops/integration.js';
export * as linalg from './ops/linalg.js';
export { pcaLowrank, svdLowrank } from './ops/linalg-lowrank.js';
export type { PcaLowrankOptions, SvdLowrankOptions } from './ops/linalg-lowrank.js';
export { luUnpack } from './ops/linalg-lu.js';
export type { LuUnpackOptions, TorchLuOptions } from './ops/linalg-lu.js';
export type { OrmqrOptions } from './ops/linalg-householder.js';
export { chainMatmul } from './ops/linalg-products.js';
export { vander } from './ops/vander.js';
export type { VanderOptions } from './ops/vander.js';
export type { Dims } from './ops/reduction-arguments.js';
export { stdMean, varMean } from './ops/statistics-pairs.js';
export type { VarianceOptions } from './ops/variance.js';
export type { NamedTuple, ValuesAndIndices } from './named-tuple.js';
export {
  adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d, adaptiveMaxPool1d, adaptiveMaxPool2d, adaptiveMaxPool3d, avgPool1d,
  avgPool2d, avgPool3d, conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d, groupNorm, layerNorm,
  maxPool1d, maxPool2d, maxPool3d,
} from './ops/neural.js';
export type {
  AdaptiveMaxPool, AdaptiveSize, AffineAndOptions, AvgPoolOptions, BiasAndOptions, ConvOptions, ConvTransposeOptions, MaxPool,
  MaxPoolOptions, SizeLike, StrideAndOptions,
} from './ops/neural.js';
export {
  argwhere, asStrided, bincount, broadcastTo, chunk, diag, diagEmbed, diagflat, diagonal, dsplit, expand, flatten, flip, fliplr,
  flipud, gather, hsplit, indexAdd, indexCopy, indexFill, indexPut, indexReduce, indexSelect, maskedScatter, maskedSelect, moveaxis, movedim,
  narrow, narrowCopy, nonzero, permute, put, ravel, repeatInterleave, reshape, roll, rot90, scatter, scatterAdd, scatterReduce, select, split,
  splitWithSizes, squeeze, swapaxes, swapdims, t, take, takeAlongDim, tensorSplit, tile, transpose, tril, triu, unbind, unflatten, unique,
  uniqueConsecutive, unsqueeze, vsplit,
} from './ops/arranging.js';
export { indexAsync, maskedSelectAsync, nonzeroAsync, uniqueAsync } from './ops/indexing-async.js';
export type { UniqueAsyncOptions } from './ops/indexing-async.js';
export { asStridedScatter, diagonalScatter, selectScatter, sliceScatter } from './ops/views-scatter.js';
export type { SliceScatterOptions } from './ops/views-scatter.js';
export { Slice, slice } from './ops/indexing-items.js';
export type { IndexItem } from './ops/indexing-items.js';
export type { IndexPutOptions } from './ops/indexing.js';
export { bucketize, searchsorted } from './ops/indexing-search.js';
export type { BincountOptions, SearchOptions, SearchsortedOptions } from './ops/indexing-search.js';
export type { NonzeroOptions, RepeatInterleaveOptions } from './ops/indexing-select.js';
export type { UniqueConsecutiveOptions, UniqueOptions, UniqueResult } from './ops/indexing-unique.js';
export { cat, columnStack, concat, concatenate, dstack, hstack, rowStack, stack, vstack } from './ops/joining.js';
export { blockDiag, cartesianProd, combinations, trilIndices, triuIndices } from './ops/joining-products.js';
export type { CombinationsOptions, TriangleIndicesOptions } from './ops/joining-products.js';
export type { IndexAddOptions, PutOptions, ScatterOptions, ScatterReduceOptions } from './ops/scatter.js';
export type { ScatterReduction } from './ops/scatter-records.js';
export type { DiagEmbedOptions, DiagonalOption, OffsetOption } from './ops/shape.js';
export { constantPadNd } from './ops/shape-pad.js';
export { channelShuffle, pixelShuffle, pixelUnshuffle } from './ops/shape-patches.js';
export type { FlattenOptions, Sizes } from './ops/views.js';
export { atleast1d, atleast2d, atleast3d, broadcastShapes, broadcastTensors, meshgrid } from './ops/views-many.js';
export type { MeshgridOptions, Tensors } from './ops/views-many.js';
export type { DiagonalOptions } from './ops/views-windows.js';
