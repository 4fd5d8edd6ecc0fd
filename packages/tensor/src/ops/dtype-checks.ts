import type { DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import type { Expr } from '../expr.js';
import { cppTypeName } from '../random/support.js';
import { isComplexNumber } from '../scalar.js';
import type { Tensor } from '../tensor.js';

/** @throws RuntimeError with PyTorch's text for a complex number that is to be an element of a real tensor */
export function checkFits(x: Tensor, value: unknown): void {
  if (isComplexNumber(value) && !x.dtype.isComplex) {
    throw new RuntimeError(`value cannot be converted to type ${cppTypeName(x.dtype)} without overflow`);
  }
}

/** @throws RuntimeError for complex factors of ops that know real ones only */
export function checkFactors(name: string, factors: Readonly<Record<string, unknown>>): void {
  for (const [factor, value] of Object.entries(factors)) {
    if (isComplexNumber(value)) throw new RuntimeError(`${name}(): complex ${factor} is not implemented here; multiply the operand by it: x.mul(${factor})`);
  }
}

// The checks stand in the ops' expressions, where the dtype of the computation is known.

/** PyTorch's name for the kernel of an op. */
export const kernelName = (op: string): string => `${op.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_cpu`;

/** PyTorch's error where a kernel does not exist for a dtype. */
export const notImplementedFor = (kernel: string, dtype: DType): RuntimeError =>
  new RuntimeError(`"${kernel}" not implemented for '${dtype.scalarType}'`);

/** The operand, which must be floating point; `kernel` is PyTorch's name in the message. */
export function floating(x: Expr, kernel: string): Expr {
  if (!x.dtype.isFloatingPoint) throw notImplementedFor(kernel, x.dtype);
  return x;
}

/** The operand, which must not be of 16 bits. */
export function wide(x: Expr, kernel: string): Expr {
  if (x.dtype.isFloatingPoint && x.dtype.itemsize === 2) throw notImplementedFor(kernel, x.dtype);
  return x;
}

/** The operand, which must be integral or bool. */
export function integral(x: Expr, kernel: string): Expr {
  if (x.dtype.isFloatingPoint) throw notImplementedFor(kernel, x.dtype);
  return x;
}

/** The operand, which must not be bool. */
export function numeric(x: Expr, kernel: string): Expr {
  if (x.dtype.kind === 'bool') throw notImplementedFor(kernel, x.dtype);
  return x;
}
