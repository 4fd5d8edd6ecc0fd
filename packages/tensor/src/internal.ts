/** The seams of the tensor engine: for backends and for the autograd implementation, not for users. */
export * from './backend.js';
export * from './autograd-hook.js';
export * from './dispatch.js';
export * from './op.js';
export * as expr from './expr.js';
export type { BinaryFn, Expr, ExprFn, UnaryFn } from './expr.js';
export { contiguousStrides, Layout, sameShape, shapeText, wrapDim, wrapDims } from './layout.js';
export { describe, resultDtype, Scalar, scalarDtype } from './scalar.js';
export { backendOf } from './device.js';
export { jsBackend } from './cpu/backend.js';
export { HostStorage } from './cpu/storage.js';
export * from './cpu/host.js';
export { pointwiseExpr } from './cpu/pointwise.js';
export { creationOps } from './ops/creation.js';
export { conversionOps } from './ops/conversion.js';
export { reductionOps } from './ops/reduction.js';
export { viewOps } from './ops/views.js';
