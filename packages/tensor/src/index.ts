import './methods.js';
export {
  bfloat16 as bfloat16, bool, canCast, DType, float16, float32, float64, getDefaultDtype, int16, int32, int64, int8,
  promoteTypes, setDefaultDtype, uint8, float16 as half, float32 as float, float64 as double, int16 as short, int32 as int, int64 as long,
} from './dtype.js';
export type { DTypeKind, DTypeName, TypedArray } from './dtype.js';
export { Device, device, registerBackend } from './device.js';
export type { DeviceLike } from './device.js';
export { IndexError, NotImplementedError, RuntimeError, ValueError } from './errors.js';
export { Tensor } from './tensor.js';
export type { Nested } from './tensor.js';
export type { TensorMethods } from './methods.js';
export type { NumberLike } from './scalar.js';
export type { Operand } from './dispatch.js';
export type { BackwardOptions, GradFn, RemovableHandle } from './autograd-hook.js';
export { broadcastShapes } from './layout.js';
export { getPrintoptions, setPrintoptions } from './printing.js';
export { defaultGenerator, Generator, initialSeed, manualSeed, seed } from './random/index.js';
export {
  abs, absolute, acos, acosh, add, addcdiv, addcmul, allclose, arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh,
  asin, asinh, atan, atan2, atanh, bitwiseAnd, bitwiseLeftShift, bitwiseNot, bitwiseOr, bitwiseRightShift, bitwiseXor, ceil,
  clamp, clampMax, clampMin, clip, copysign, cos, cosh, deg2rad, digamma, div, divide, eq, equal, erf, erfc, erfinv, exp, exp2,
  expm1, fix, floatPower, floor, floorDivide, fmax, fmin, fmod, frac, gcd, ge, greater, greaterEqual, gt, hardshrink, heaviside,
  hypot, i0, isclose, isfinite, isinf, isnan, isneginf, isposinf, isreal, lcm, ldexp, le, lerp, less, lessEqual, lgamma, log,
  log10, log1p, log2, logaddexp, logaddexp2, logicalAnd, logicalNot, logicalOr, logicalXor, logit, lt, maskedFill, maximum,
  minimum, mul, multiply, mvlgamma, nanToNum, ne, neg, negative, notEqual, positive, pow, prelu, rad2deg, reciprocal, relu,
  remainder, round, rsqrt, rsub, sgn, sigmoid, sign, signbit, sin, sinc, sinh, sqrt, square, sub, subtract, tan, tanh,
  trueDivide, trunc, xlogy,
} from './ops/elementwise.js';
export type {
  AlphaOption, ClampOptions, CloseOptions, DivOptions, LogitOptions, NanToNumOptions, RoundOptions, ShrinkOptions, ValueOption,
} from './ops/elementwise.js';
export type { Binary, OutOption, Unary } from './ops/define.js';
export { isComplex, isFloatingPoint, isSigned, isTensor, resultType } from './ops/dtype-query.js';
export { celu, selu, threshold } from './ops/functional-activations.js';
export * as special from './ops/special.js';
export { polygamma } from './ops/special.js';
export { where } from './ops/where.js';
export { clone } from './ops/conversion.js';
export * from './ops/creation.js';
export {
  addbmm, addmm, addmv, all, amax, amin, aminmax, any, argmax, argmin, argsort, baddbmm, bmm, cummax, cummin, cumprod, cumsum,
  diff, dot, kthvalue, logSoftmax, logcumsumexp, logsumexp, matmul, max, mean, median, min, mm, mode, msort, mv, nanmedian,
  prod, softmax, sort, std, sum, topk, var, vdot,
} from './ops/folding.js';
export type {
  AddMmOptions, DiffOptions, KeepdimOptions, ReduceOptions, ScanOptions, SoftmaxOptions, SortOptions, TopkOptions,
  VarianceOptions,
} from './ops/folding.js';
export type { Dims } from './ops/reduction-arguments.js';
export { stdMean, varMean } from './ops/statistics-pairs.js';
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
export * from './ops/views.js';
