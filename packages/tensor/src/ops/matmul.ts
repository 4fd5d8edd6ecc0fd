import { autocastOperands } from '../autocast-hook.js';
import { checkTensor } from '../check-tensors.js';
import { runStructured, runStructuredInplace, runView } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { broadcastShapes, sameShape, shapeText, product } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { checkFactors } from './dtype-checks.js';
import { mT } from './linalg-checks.js';
import { addmmMeta, bmmMeta, matmulOps as ops } from './matmul-ops.js';
import { conj } from './complex.js';
import { intoOut } from './out.js';
import { expand, reshape, t, unsqueeze, viewOps } from './views.js';
import { squeeze_ } from './views-inplace.js';

export { matmulOps, type AddMmAttrs } from './matmul-ops.js';

export interface AddMmOptions extends OutOption {
  /** a factor of the added tensor, default 1 */
  readonly beta?: number | undefined;
  /** a factor of the product, default 1 */
  readonly alpha?: number | undefined;
}

/** Throws PyTorch's text where `x` does not expand to a shape. */
function checkExpands(x: Tensor, shape: readonly number[]): void {
  if (!sameShape(x.shape, shape)) expand(x.detach(), shape);
}

/** Throws where the result of an in-place product would have another shape. */
function checkInplace(x: Tensor, shape: readonly number[]): void {
  if (sameShape(x.shape, shape)) return;
  throw new RuntimeError(
    `Bad in-place call: input tensor size ${shapeText(x.shape)} and output tensor size ${shapeText(shape)} should match`);
}

/**
 * The product of two matrices, (m × k) · (k × n).
 * @throws RuntimeError for operands that are not matrices, do not fit, or differ in dtype
 * @see https://pytorch.org/docs/stable/generated/torch.mm.html
 * @example torch.mm(torch.tensor([[1, 2]]), torch.tensor([[3], [4]])) // tensor([[11.]])
 */
export function mm(x: Tensor, mat2: Tensor, options: OutOption = {}): Tensor {
  checkTensor(x, 'mm');
  checkTensor(mat2, 'mm', 'mat2', 2);
  return intoOut(runStructured(ops.mm, [x, mat2], null)[0], checked('mm', options).out);
}

/**
 * `beta * x + alpha * (mat1 · mat2)`; `x` is broadcast to the product.
 * @see https://pytorch.org/docs/stable/generated/torch.addmm.html
 * @example torch.addmm(torch.ones(2), torch.ones(1, 3), torch.ones(3, 2)) // tensor([[4., 4.]])
 */
export function addmm(x: Tensor, mat1: Tensor, mat2: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1, out } = checked('addmm', options, 'beta');
  checkFactors('addmm', { beta, alpha });
  checkExpands(x, addmmMeta(mat1, mat2).shape);
  return intoOut(runStructured(ops.addmm, [x, mat1, mat2], { beta, alpha })[0], out);
}

/** As `addmm`, written over `x`. */
export function addmm_(x: Tensor, mat1: Tensor, mat2: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1 } = checked('addmm_', options, 'beta');
  checkFactors('addmm_', { beta, alpha });
  checkInplace(x, addmmMeta(mat1, mat2).shape);
  return runStructuredInplace(ops.addmm, [x, mat1, mat2], { beta, alpha });
}

/**
 * The products of two batches of matrices, (b × m × k) · (b × k × n).
 * @see https://pytorch.org/docs/stable/generated/torch.bmm.html
 * @example torch.bmm(torch.ones(4, 2, 3), torch.ones(4, 3, 5)).shape // [4, 2, 5]
 */
export function bmm(x: Tensor, mat2: Tensor, options: OutOption = {}): Tensor {
  checkTensor(x, 'bmm');
  checkTensor(mat2, 'bmm', 'mat2', 2);
  return intoOut(runStructured(ops.bmm, [x, mat2], null)[0], checked('bmm', options).out);
}

/**
 * `beta * x + alpha * (batch1 · batch2)`, matrix by matrix.
 * @see https://pytorch.org/docs/stable/generated/torch.baddbmm.html
 * @example torch.baddbmm(torch.ones(3), torch.ones(4, 2, 5), torch.ones(4, 5, 3)).shape // [4, 2, 3]
 */
export function baddbmm(x: Tensor, batch1: Tensor, batch2: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1, out } = checked('baddbmm', options, 'beta');
  checkFactors('baddbmm', { beta, alpha });
  const [c, a, b] = autocastOperands('baddbmm', [x, batch1, batch2]);
  checkExpands(c, bmmMeta(a, b).shape);
  return intoOut(runStructured(ops.baddbmm, [c, a, b], { beta, alpha })[0], out);
}

/** As `baddbmm`, written over `x`. */
export function baddbmm_(x: Tensor, batch1: Tensor, batch2: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1 } = checked('baddbmm_', options, 'beta');
  checkFactors('baddbmm_', { beta, alpha });
  checkInplace(x, bmmMeta(batch1, batch2).shape);
  return runStructuredInplace(ops.baddbmm, [x, batch1, batch2], { beta, alpha });
}

/**
 * `beta * x + alpha * Σ (batch1[i] · batch2[i])`.
 * @see https://pytorch.org/docs/stable/generated/torch.addbmm.html
 * @example torch.addbmm(torch.ones(3), torch.ones(4, 2, 5), torch.ones(4, 5, 3)).shape // [2, 3]
 */
export function addbmm(x: Tensor, batch1: Tensor, batch2: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1, out } = checked('addbmm', options, 'beta');
  checkFactors('addbmm', { beta, alpha });
  const operands = autocastOperands('addbmm', [x, batch1, batch2]);
  checkExpands(operands[0], ops.addbmm.meta(operands, { beta, alpha })[0].shape);
  return intoOut(runStructured(ops.addbmm, operands, { beta, alpha })[0], out);
}

/** As `addbmm`, written over `x`. */
export function addbmm_(x: Tensor, batch1: Tensor, batch2: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1 } = checked('addbmm_', options, 'beta');
  checkFactors('addbmm_', { beta, alpha });
  checkInplace(x, ops.addbmm.meta([x, batch1, batch2], { beta, alpha })[0].shape);
  return runStructuredInplace(ops.addbmm, [x, batch1, batch2], { beta, alpha });
}

/**
 * The product of a matrix and a vector.
 * @see https://pytorch.org/docs/stable/generated/torch.mv.html
 * @example torch.mv(torch.tensor([[1, 2], [3, 4]]), torch.ones(2)) // tensor([3., 7.])
 */
export const mv = (x: Tensor, vec: Tensor, options: OutOption = {}): Tensor =>
  intoOut(runStructured(ops.mv, [x, vec], null)[0], checked('mv', options).out);

/**
 * `beta * x + alpha * (mat · vec)`.
 * @see https://pytorch.org/docs/stable/generated/torch.addmv.html
 * @example torch.addmv(torch.ones(2), torch.ones(2, 3), torch.ones(3)) // tensor([4., 4.])
 */
export function addmv(x: Tensor, mat: Tensor, vec: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1, out } = checked('addmv', options, 'beta');
  checkFactors('addmv', { beta, alpha });
  return intoOut(runStructured(ops.addmv, [x, mat, vec], { beta, alpha })[0], out);
}

/** As `addmv`, written over `x`. */
export function addmv_(x: Tensor, mat: Tensor, vec: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1 } = checked('addmv_', options, 'beta');
  checkFactors('addmv_', { beta, alpha });
  checkInplace(x, ops.addmv.meta([x, mat, vec], { beta, alpha })[0].shape);
  return runStructuredInplace(ops.addmv, [x, mat, vec], { beta, alpha });
}

/**
 * The dot product of two vectors, a 0-d tensor.
 * @see https://pytorch.org/docs/stable/generated/torch.dot.html
 * @example torch.dot(torch.tensor([2, 3]), torch.tensor([2, 1])) // tensor(7.)
 */
export const dot = (x: Tensor, tensor: Tensor, options: OutOption = {}): Tensor =>
  intoOut(runStructured(ops.dot, [x, tensor], null)[0], checked('dot', options).out);

/** As `dot`, of the conjugate of the first vector. @see https://pytorch.org/docs/stable/generated/torch.vdot.html */
export const vdot = (x: Tensor, tensor: Tensor, options: OutOption = {}): Tensor => dot(conj(x), tensor, options);

/**
 * The product of two tensors: of vectors their dot product, of matrices their matrix product; a vector counts as a row
 * on the left and as a column on the right; all but the last two dimensions are broadcast batches.
 * @throws RuntimeError for 0-d operands and for sizes that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.matmul.html
 * @example torch.matmul(torch.ones(10, 3, 4), torch.ones(4, 5)).shape // [10, 3, 5]
 */
export function matmul(x: Tensor, other: Tensor, options: OutOption = {}): Tensor {
  const { out } = checked('matmul', options, 'out');
  checkTensor(x, 'matmul');
  checkTensor(other, 'matmul', 'other', 2);
  return intoOut(multiply(...autocastOperands('matmul', [x, other])), out);
}

function multiply(x: Tensor, y: Tensor): Tensor {
  const a = x.dim(), b = y.dim();
  if (a === 0 || b === 0) {
    throw new RuntimeError(`both arguments to matmul need to be at least 1D, but they are ${a}D and ${b}D`);
  }
  if (a === 1 && b === 1) return dot(x, y);
  if (a === 2 && b === 1) return mv(x, y);
  if (a === 1 && b === 2) return squeeze_(mm(unsqueeze(x, 0), y), 0);
  if (a === 2 && b === 2) return mm(x, y);
  if (shouldFold(x, b)) return folded(x, y);
  if (shouldFold(y, a)) {
    // (y^T x^T)^T, so that the batch dimensions come first
    const product = folded(mT(y), a === 2 ? t(x) : x);
    return a === 2 ? mT(product).contiguous() : product;
  }
  return batched(x, y);
}

/** Whether the batch dimensions of `x` can be rows of one matrix: not if that would copy a transposed batch. */
function shouldFold(x: Tensor, otherDims: number): boolean {
  if (x.dim() < 3 || otherDims > 2) return false;
  const strides = x.stride();
  return !(x.dim() === 3 && otherDims === 2 && strides[2] !== 1 && strides[0] === x.shape[1] * x.shape[2]);
}

function folded(x: Tensor, y: Tensor): Tensor {
  const lead = x.shape.slice(0, -1);
  const rows = reshape(x, product(lead), x.shape.at(-1)!);
  return y.dim() === 1 ? unsafeView(mv(rows, y), lead) : unsafeView(mm(rows, y), [...lead, y.shape[1]]);
}

function batched(x: Tensor, y: Tensor): Tensor {
  const column = y.dim() === 1;
  const left = x.dim() === 1 ? [1, ...x.shape] : x.shape;
  const right = column ? [...y.shape, 1] : y.shape;
  const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
  const flat = product(batch);
  const a = reshape(expand(x, [...batch, ...left.slice(-2)]), [flat, ...left.slice(-2)]);
  const b = reshape(expand(column ? unsqueeze(y, 1) : y, [...batch, ...right.slice(-2)]), [flat, ...right.slice(-2)]);
  const shape = [...batch, ...(x.dim() > 1 ? [left.at(-2)!] : []), ...(column ? [] : [right.at(-1)!])];
  return unsafeView(bmm(a, b), shape);
}

/** A fresh contiguous result in another shape. */
const unsafeView = (x: Tensor, shape: readonly number[]): Tensor => runView(viewOps.unsafeView, x, { shape });
