import { finfo, iinfo } from '../dtype-info.js';
import { uint8, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import type { Expr } from '../expr.js';
import { cppTypeName } from '../random/support.js';
import { isComplexNumber } from '../scalar.js';

/** The C++ types that numbers of Python's are converted to, where they have another name than elsewhere. */
const SCALAR_NAMES: Readonly<Partial<Record<DType['name'], string>>> = {
  uint8: 'uint8_t', int8: 'int8_t', int16: 'int16_t', int64: 'int64_t', float16: 'at::Half', bfloat16: 'at::BFloat16',
};

/** @throws RuntimeError with PyTorch's text for a number that is to be an element of a dtype which does not hold it, or the complex one */
export function checkFits({ dtype }: { readonly dtype: DType }, value: unknown): void {
  if (typeof value === 'number' && value >= 0 && value <= 127) return; // most numbers are small, and all dtypes hold these
  if (isComplexNumber(value) ? dtype.isComplex : (typeof value !== 'number' && typeof value !== 'bigint') || fits(dtype)(value)) return;
  throw new RuntimeError(`value cannot be converted to type ${SCALAR_NAMES[dtype.name] ?? cppTypeName(dtype)} without overflow`);
}

const limits = new Map<DType, (value: number | bigint) => boolean>();

/** Whether a number is one of a dtype, or near one. */
export function fits(dtype: DType): (value: number | bigint) => boolean {
  let known = limits.get(dtype);
  if (!known) limits.set(dtype, (known = limited(dtype)));
  return known;
}

function limited(dtype: DType): (value: number | bigint) => boolean {
  if (dtype.kind === 'bool' || dtype.isComplex) return () => true;
  if (dtype.isFloatingPoint) {
    const { max } = finfo(dtype);
    return (value) => !Number.isFinite(Number(value)) || Math.abs(Number(value)) <= max;
  }
  const { min, max } = iinfo(dtype);
  // integers below zero are counted from the end in uint8
  return (value) => value <= max && value >= (dtype === uint8 && Number.isInteger(Number(value)) ? -max : min);
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
