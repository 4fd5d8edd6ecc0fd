import type { Operand } from '../dispatch.js';
import type { DType } from '../dtype.js';
import { resultDtype, Scalar } from '../scalar.js';
import { Tensor } from '../tensor.js';

/**
 * The dtype in which two operands meet.
 * @see https://pytorch.org/docs/stable/generated/torch.result_type.html
 * @example torch.resultType(torch.arange(3), 1.5) // torch.float32
 */
export const resultType = (x: Operand, other: Operand): DType =>
  resultDtype([x, other].map((v) => (v instanceof Tensor ? v : new Scalar(v))));

/**
 * Whether the dtype of a tensor is a floating-point one.
 * @see https://pytorch.org/docs/stable/generated/torch.is_floating_point.html
 */
export const isFloatingPoint = (x: Tensor): boolean => x.dtype.isFloatingPoint;

/** Whether the dtype of a tensor has negative numbers. */
export const isSigned = (x: Tensor): boolean => x.dtype.isSigned;

/**
 * Whether the dtype of a tensor is complex.
 * @see https://pytorch.org/docs/stable/generated/torch.is_complex.html
 */
export const isComplex = (x: Tensor): boolean => x.dtype.isComplex;

/** Whether `x` is a tensor. @see https://pytorch.org/docs/stable/generated/torch.is_tensor.html */
export const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;
