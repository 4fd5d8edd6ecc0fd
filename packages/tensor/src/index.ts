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
export { add, exp, mul, neg, sub } from './ops/arithmetic.js';
export { clone } from './ops/conversion.js';
export * from './ops/creation.js';
export { addbmm, addmm, addmv, baddbmm, bmm, dot, matmul, mm, mv, vdot } from './ops/matmul.js';
export type { AddMmOptions } from './ops/matmul.js';
export * from './ops/reduction.js';
export * from './ops/views.js';
