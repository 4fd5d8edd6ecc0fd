import { runPointwise, runStructured, runView } from '../dispatch.js';
import { float16, float32, float64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { complexOps } from './complex-records.js';
import type { OutOption } from './define.js';
import { intoOut } from './out.js';
import { select } from './views-windows.js';

/**
 * A complex tensor as a real one with a last dimension of size 2, real and imaginary part, of the same memory.
 * @param x complex, of shape (*)
 * @returns (*, 2): float32 of complex64, float64 of complex128
 * @throws RuntimeError for a real tensor
 * @see https://pytorch.org/docs/stable/generated/torch.view_as_real.html
 * @example torch.viewAsReal(torch.tensor([{ re: 1, im: 2 }])) // tensor([[1., 2.]])
 */
export function viewAsReal(x: Tensor): Tensor {
  if (!x.dtype.isComplex) throw new RuntimeError('view_as_real is only supported for complex tensors');
  return runView(complexOps.viewAsReal, x, null);
}

/**
 * A real tensor with a last dimension of size 2 as a complex one, of the same memory.
 * @param x (*, 2), float32 or float64, of which two numbers each lie side by side
 * @throws RuntimeError for other dtypes, sizes and strides
 * @see https://pytorch.org/docs/stable/generated/torch.view_as_complex.html
 * @example torch.viewAsComplex(torch.tensor([[1, 2]])) // tensor([1.+2.j])
 */
export function viewAsComplex(x: Tensor): Tensor {
  checkNotHalf('view_as_complex', x);
  if (x.dtype !== float32 && x.dtype !== float64) {
    throw new RuntimeError(
      `view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: ${x.dtype.scalarType}`);
  }
  return runView(complexOps.viewAsComplex, x, null);
}

function checkNotHalf(name: string, x: Tensor): void {
  if (x.dtype === float16) throw new RuntimeError(`${name}: complex numbers of half precision (complex32) are not there; convert with .float() first`);
}

/**
 * A complex tensor of its real and imaginary parts.
 * @param real float32 or float64
 * @param imag of the same dtype and of a shape that broadcasts
 * @throws RuntimeError for other dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.complex.html
 * @example torch.complex(torch.tensor([1, 2]), torch.tensor([3, 4])) // tensor([1.+3.j, 2.+4.j])
 */
export const complex = (real: Tensor, imag: Tensor, options: OutOption = {}): Tensor => ofParts(complexOps.complex, real, imag, options);

function ofParts(op: typeof complexOps.complex, real: Tensor, imag: Tensor, options: OutOption): Tensor {
  const { out } = checked(op.name, options, 'out');
  checkNotHalf(op.name, real);
  if ((real.dtype !== float32 && real.dtype !== float64) || (imag.dtype !== float32 && imag.dtype !== float64)) {
    throw new RuntimeError(
      `Expected both inputs to be Half, Float or Double tensors but got ${real.dtype.scalarType} and ${imag.dtype.scalarType}`);
  }
  if (real.dtype !== imag.dtype) {
    throw new RuntimeError(
      `Expected object of scalar type ${real.dtype.scalarType} but got scalar type ${imag.dtype.scalarType} for second argument`);
  }
  return intoOut(runStructured(op, [real, imag], null)[0], out);
}

/**
 * The complex numbers of these absolute values and angles, in radians.
 * @param abs float32 or float64
 * @param angle of the same dtype
 * @see https://pytorch.org/docs/stable/generated/torch.polar.html
 * @example torch.polar(torch.tensor([2]), torch.tensor([Math.PI / 2])) // tensor([-8.7423e-08+2.j])
 */
export const polar = (abs: Tensor, angle: Tensor, options: OutOption = {}): Tensor => ofParts(complexOps.polar, abs, angle, options);

/**
 * The real parts, as a view; a real tensor as it is.
 * @see https://pytorch.org/docs/stable/generated/torch.real.html
 */
export const real = (x: Tensor): Tensor => (x.dtype.isComplex ? select(viewAsReal(x), -1, 0) : x);

/**
 * The imaginary parts, as a view.
 * @throws RuntimeError for a real tensor
 * @see https://pytorch.org/docs/stable/generated/torch.imag.html
 */
export function imag(x: Tensor): Tensor {
  if (!x.dtype.isComplex) throw new RuntimeError('imag is not implemented for tensors with non-complex dtypes.');
  return select(viewAsReal(x), -1, 1);
}

/**
 * The complex conjugates; a real tensor as it is. Computed at once, in new memory.
 * @see https://pytorch.org/docs/stable/generated/torch.conj.html
 * @example torch.conj(torch.tensor([{ re: 1, im: 2 }])) // tensor([1.-2.j])
 */
export const conj = (x: Tensor): Tensor => (x.dtype.isComplex ? runPointwise(complexOps.conj, [x]) : x);
export { conj as conjPhysical };

/** The tensor as it is: conjugates are computed at once. @see https://pytorch.org/docs/stable/generated/torch.resolve_conj.html */
export const resolveConj = (x: Tensor): Tensor => x;
/** The tensor as it is: negatives are computed at once. @see https://pytorch.org/docs/stable/generated/torch.resolve_neg.html */
export const resolveNeg = (x: Tensor): Tensor => x;
/** Whether a tensor is marked to be read as its conjugate, which none is here. @see https://pytorch.org/docs/stable/generated/torch.is_conj.html */
export const isConj = (_x: Tensor): boolean => false;
/** Whether a tensor is marked to be read as its negative, which none is here. @see https://pytorch.org/docs/stable/generated/torch.Tensor.is_neg.html */
export const isNeg = (_x: Tensor): boolean => false;

/**
 * The conjugate transpose of the last two dimensions; of a number the conjugate.
 * @throws RuntimeError for one dimension
 * @see https://pytorch.org/docs/stable/generated/torch.adjoint.html
 */
export function adjoint(x: Tensor): Tensor {
  if (x.dim() === 1) throw new RuntimeError('tensor.adjoint() is only supported on matrices or batches of matrices. Got 1-D tensor.');
  return conj(x.dim() === 0 ? x : x.transpose(-2, -1));
}

/**
 * The angles in radians, in (-π, π]; of real numbers 0 or π.
 * @see https://pytorch.org/docs/stable/generated/torch.angle.html
 * @example torch.angle(torch.tensor([{ re: 0, im: 1 }, { re: -1, im: 0 }])) // tensor([1.5708, 3.1416])
 */
export const angle = (x: Tensor, options: OutOption = {}): Tensor => runPointwise(complexOps.angle, [x], options.out);
