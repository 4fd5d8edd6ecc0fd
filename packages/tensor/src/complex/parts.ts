import type { View } from '../backend.js';
import { realDtype } from '../dtype.js';
import { Layout } from '../layout.js';
import { Scalar, type Complex } from '../scalar.js';
import { Tensor } from '../tensor.js';

// A complex tensor is memory of real numbers in pairs. Kernels know real numbers only: they are given views of the parts.

/** The real parts of a complex view, or with 1 the imaginary ones: every other number of the same memory. */
export function partOf(view: View, part: 0 | 1): View {
  if (view instanceof Scalar) {
    const { re, im } = view.value as Complex;
    return new Scalar(part ? im : re, realDtype(view.dtype));
  }
  const { shape, strides, offset } = view.layout;
  return new Tensor(view.storage, realDtype(view.dtype), new Layout(shape, strides.map((s) => 2 * s), 2 * offset + part));
}

/** A complex view as one of real numbers, with a last dimension of size 2: real and imaginary part. */
export const pairsOf = (view: View): Tensor => new Tensor(view.storage, realDtype(view.dtype), pairsLayout(view.layout));

/** The layout of `pairsOf`. */
export const pairsLayout = ({ shape, strides, offset }: Layout): Layout =>
  new Layout([...shape, 2], [...strides.map((s) => 2 * s), 1], 2 * offset);
