import type { Storage, View } from './backend.js';
import { Device } from './device.js';
import { bool, complexDtype, getDefaultDtype, int64, kindRank, promoteTypes, type DType } from './dtype.js';
import { SCALAR_LAYOUT } from './layout.js';

/** A real number that an op may take in place of a tensor. */
export type NumberLike = number | bigint | boolean;

/** A complex number: what `item()` and `tolist()` give of complex tensors, and what `tensor` and operands take. */
export interface Complex { readonly re: number; readonly im: number }

/** A number that an op may take in place of a tensor. */
export type ScalarLike = NumberLike | Complex;

/** Whether a value is a complex number. */
export const isComplexNumber = (x: unknown): x is Complex =>
  typeof x === 'object' && x !== null && typeof (x as Complex).re === 'number' && typeof (x as Complex).im === 'number';

const nowhere: Storage = { device: /* @__PURE__ */ new Device('host', null), nbytes: 0, version: 0, holders: 1 };

/**
 * A JavaScript number among an op's operands (PyTorch's "wrapped number"). An integral number stands for Python's int,
 * any other for its float; it decides a result's dtype only where its kind (bool, int, float, complex) is above the tensors'.
 */
export class Scalar implements View {
  readonly storage = nowhere;
  readonly layout = SCALAR_LAYOUT;
  readonly dtype: DType;

  constructor(readonly value: ScalarLike, dtype?: DType) {
    this.dtype = dtype ?? scalarDtype(value);
  }
}

/** bool, int64, the default floating-point dtype or the complex one of such parts. */
export function scalarDtype(value: ScalarLike): DType {
  if (typeof value === 'number') return Number.isInteger(value) ? int64 : getDefaultDtype();
  if (typeof value === 'bigint') return int64;
  if (typeof value === 'boolean') return bool;
  if (isComplexNumber(value)) return complexDtype(getDefaultDtype());
  throw new TypeError(`expected a Tensor, number, bigint or boolean, but got ${describe(value)}${complexHint(value)}`);
}

/** What to do about an object that may have been meant as a complex number. */
export const complexHint = (value: unknown): string =>
  (typeof value === 'object' && value !== null && ('re' in value || 'im' in value) ? '; complex numbers are { re, im }, both numbers' : '');

/** What a value is, for messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Promise) return 'Promise: write await before it';
  if (typeof value === 'object') return value.constructor?.name ?? 'object';
  return typeof value;
}

/**
 * The dtype in which operands meet. Tensors with dimensions come first; 0-d tensors, then numbers, change the result
 * only if their kind is higher.
 * @see https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
 */
export function resultDtype(operands: readonly View[]): DType {
  const first = operands[0];
  if (operands.length === 1 && !(first instanceof Scalar)) return first.dtype;
  let dims: DType | undefined, zeroDim: DType | undefined, wrapped: DType | undefined;
  for (let i = 0; i < operands.length; i++) {
    const { dtype, layout } = operands[i];
    if (operands[i] instanceof Scalar) wrapped = wrapped ? promoteTypes(wrapped, dtype) : dtype;
    else if (layout.shape.length > 0) dims = dims ? promoteTypes(dims, dtype) : dtype;
    else zeroDim = zeroDim ? promoteTypes(zeroDim, dtype) : dtype;
  }
  return combine(combine(dims, zeroDim), wrapped)!;
}

function combine(higher: DType | undefined, lower: DType | undefined): DType | undefined {
  if (!higher) return lower;
  if (!lower || kindRank(higher) >= kindRank(lower)) return higher;
  // a kind is all that changes: the parts are as exact as what has dimensions
  return lower.isComplex && higher.isFloatingPoint ? complexDtype(higher) : promoteTypes(higher, lower);
}
