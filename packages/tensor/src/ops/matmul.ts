import { autocastOperands } from '../autocast-hook.js';
import type { View } from '../backend.js';
import { runStructured, runStructuredInplace, runView } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { broadcastShapes, sameShape, shapeText, product } from '../layout.js';
import { structuredOp, type Meta } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { mT } from './linalg-checks.js';
import { intoOut } from './out.js';
import { expand, reshape, t, unsqueeze, viewOps } from './views.js';
import { squeeze_ } from './views-inplace.js';

/** Factors of `beta · input + alpha · product`. With `beta: 0` the input is not read, not even for NaN. */
export interface AddMmAttrs { readonly beta: number; readonly alpha: number }

export interface AddMmOptions extends OutOption {
  /** a factor of the added tensor, default 1 */
  readonly beta?: number | undefined;
  /** a factor of the product, default 1 */
  readonly alpha?: number | undefined;
}

/** A product has one dtype; booleans have none. */
function checkDtypes(a: View, b: View, kernel: string): void {
  if (a.dtype !== b.dtype) {
    throw new RuntimeError(`expected scalar type ${a.dtype.scalarType} but found ${b.dtype.scalarType}`);
  }
  if (a.dtype.kind === 'bool') throw new RuntimeError(`"${kernel}" not implemented for 'Bool'`);
}

function mmMeta(a: View, b: View): Meta {
  const [m, k] = a.layout.shape, [k2, n] = b.layout.shape;
  if (k !== k2) throw new RuntimeError(`mat1 and mat2 shapes cannot be multiplied (${m}x${k} and ${k2}x${n})`);
  return { shape: [m, n], dtype: a.dtype };
}

function addmmMeta(a: View, b: View): Meta {
  if (a.layout.shape.length !== 2) throw new RuntimeError(`mat1 must be a matrix, got ${a.layout.shape.length}-D tensor`);
  if (b.layout.shape.length !== 2) throw new RuntimeError(`mat2 must be a matrix, got ${b.layout.shape.length}-D tensor`);
  return mmMeta(a, b);
}

const mmOp = structuredOp<null>({
  name: 'mm',
  meta([a, b]) {
    if (a.layout.shape.length !== 2) throw new RuntimeError('self must be a matrix');
    if (b.layout.shape.length !== 2) throw new RuntimeError('mat2 must be a matrix');
    const meta = mmMeta(a, b);
    checkDtypes(a, b, 'addmm_impl_cpu_');
    return [meta];
  },
});

const addmmOp = structuredOp<AddMmAttrs>({
  name: 'addmm',
  meta([c, a, b]) {
    const meta = addmmMeta(a, b);
    if (c.dtype !== b.dtype) throw new RuntimeError('self and mat2 must have the same dtype');
    if (a.dtype !== b.dtype) throw new RuntimeError('mat1 and mat2 must have the same dtype');
    checkDtypes(a, b, 'addmm_impl_cpu_');
    return [meta];
  },
});

function bmmMeta(a: View, b: View): Meta {
  if (a.layout.shape.length !== 3) throw new RuntimeError('batch1 must be a 3D tensor');
  if (b.layout.shape.length !== 3) throw new RuntimeError('batch2 must be a 3D tensor');
  const [batch, m, k] = a.layout.shape, [batch2, k2, n] = b.layout.shape;
  if (batch !== batch2 || k !== k2) {
    throw new RuntimeError(
      `Expected size for first two dimensions of batch2 tensor to be: ${shapeText([batch, k])} but got: ${shapeText([batch2, k2])}.`);
  }
  checkDtypes(a, b, 'bmm');
  return { shape: [batch, m, n], dtype: a.dtype };
}

const bmmOp = structuredOp<null>({ name: 'bmm', meta: ([a, b]) => [bmmMeta(a, b)] });

const baddbmmOp = structuredOp<AddMmAttrs>({
  name: 'baddbmm',
  meta([c, a, b]) {
    const meta = bmmMeta(a, b);
    checkDtypes(c, a, 'bmm');
    return [meta];
  },
});

const addbmmOp = structuredOp<AddMmAttrs>({
  name: 'addbmm',
  meta([c, a, b]) {
    if (a.layout.shape.length !== 3) throw new RuntimeError('batch1 must be a 3D tensor');
    if (b.layout.shape.length !== 3) throw new RuntimeError('batch2 must be a 3D tensor');
    const [batch, m, k] = a.layout.shape, [batch2, k2, n] = b.layout.shape;
    if (batch !== batch2) {
      throw new RuntimeError(`batch1 and batch2 must have same number of batches, got ${batch} and ${batch2}`);
    }
    if (k !== k2) throw new RuntimeError(`Incompatible matrix sizes for bmm (${m}x${k} and ${k2}x${n})`);
    if (c.dtype !== b.dtype) throw new RuntimeError('self and mat2 must have the same dtype');
    checkDtypes(a, b, 'addbmm');
    return [{ shape: [m, n], dtype: a.dtype }];
  },
});

const vectorExpected = (c: number, a: number, x: number): RuntimeError =>
  new RuntimeError(`vector + matrix @ vector expected, got ${c}, ${a}, ${x}`);

const mvOp = structuredOp<null>({
  name: 'mv',
  meta([a, x]) {
    const { shape } = a.layout, length = x.layout.shape[0];
    if (shape.length !== 2 || x.layout.shape.length !== 1) throw vectorExpected(1, shape.length, x.layout.shape.length);
    if (shape[1] !== length) throw new RuntimeError(`size mismatch, got ${shape[0]}, ${shape[0]}x${shape[1]},${length}`);
    checkDtypes(a, x, 'addmv_impl_cpu');
    return [{ shape: [shape[0]], dtype: a.dtype }];
  },
});

const addmvOp = structuredOp<AddMmAttrs>({
  name: 'addmv',
  meta([c, a, x]) {
    const { shape } = a.layout, length = x.layout.shape[0], bias = c.layout.shape;
    if (shape.length !== 2 || x.layout.shape.length !== 1 || bias.length > 1) {
      throw vectorExpected(bias.length, shape.length, x.layout.shape.length);
    }
    const size = c.layout.numel;
    if (shape[1] !== length || (size !== 1 && size !== shape[0])) {
      throw new RuntimeError(`size mismatch, got ${size}, ${shape[0]}x${shape[1]},${length}`);
    }
    checkDtypes(c, a, 'addmv_impl_cpu');
    checkDtypes(a, x, 'addmv_impl_cpu');
    return [{ shape: [shape[0]], dtype: a.dtype }];
  },
});

const dotOp = structuredOp<null>({
  name: 'dot',
  meta([x, y]) {
    const a = x.layout.shape, b = y.layout.shape;
    if (a.length !== 1 || b.length !== 1) {
      throw new RuntimeError(`1D tensors expected, but got ${a.length}D and ${b.length}D tensors`);
    }
    if (x.dtype !== y.dtype) {
      throw new RuntimeError(
        `dot : expected both vectors to have same dtype, but found ${x.dtype.scalarType} and ${y.dtype.scalarType}`);
    }
    if (a[0] !== b[0]) {
      throw new RuntimeError(
        `inconsistent tensor size, expected tensor ${shapeText(a)} and src ${shapeText(b)} to have the same number of elements, but got ${a[0]} and ${b[0]} elements respectively`);
    }
    checkDtypes(x, y, 'dot');
    return [{ shape: [], dtype: x.dtype }];
  },
});

/** Records of the matrix products. */
export const matmulOps = {
  mm: mmOp, addmm: addmmOp, bmm: bmmOp, baddbmm: baddbmmOp, addbmm: addbmmOp, mv: mvOp, addmv: addmvOp, dot: dotOp,
};

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
export const mm = (x: Tensor, mat2: Tensor, options: OutOption = {}): Tensor =>
  intoOut(runStructured(mmOp, [x, mat2], null)[0], checked('mm', options).out);

/**
 * `beta * x + alpha * (mat1 · mat2)`; `x` is broadcast to the product.
 * @see https://pytorch.org/docs/stable/generated/torch.addmm.html
 * @example torch.addmm(torch.ones(2), torch.ones(1, 3), torch.ones(3, 2)) // tensor([[4., 4.]])
 */
export function addmm(x: Tensor, mat1: Tensor, mat2: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1, out } = checked('addmm', options, 'beta');
  checkExpands(x, addmmMeta(mat1, mat2).shape);
  return intoOut(runStructured(addmmOp, [x, mat1, mat2], { beta, alpha })[0], out);
}

/** As `addmm`, written over `x`. */
export function addmm_(x: Tensor, mat1: Tensor, mat2: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1 } = checked('addmm_', options, 'beta');
  checkInplace(x, addmmMeta(mat1, mat2).shape);
  return runStructuredInplace(addmmOp, [x, mat1, mat2], { beta, alpha });
}

/**
 * The products of two batches of matrices, (b × m × k) · (b × k × n).
 * @see https://pytorch.org/docs/stable/generated/torch.bmm.html
 * @example torch.bmm(torch.ones(4, 2, 3), torch.ones(4, 3, 5)).shape // [4, 2, 5]
 */
export const bmm = (x: Tensor, mat2: Tensor, options: OutOption = {}): Tensor =>
  intoOut(runStructured(bmmOp, [x, mat2], null)[0], checked('bmm', options).out);

/**
 * `beta * x + alpha * (batch1 · batch2)`, matrix by matrix.
 * @see https://pytorch.org/docs/stable/generated/torch.baddbmm.html
 * @example torch.baddbmm(torch.ones(3), torch.ones(4, 2, 5), torch.ones(4, 5, 3)).shape // [4, 2, 3]
 */
export function baddbmm(
  x: Tensor, batch1: Tensor, batch2: Tensor, options: AddMmOptions = {},
): Tensor {
  const { beta = 1, alpha = 1, out } = checked('baddbmm', options, 'beta');
  const [c, a, b] = autocastOperands('baddbmm', [x, batch1, batch2]);
  checkExpands(c, bmmMeta(a, b).shape);
  return intoOut(runStructured(baddbmmOp, [c, a, b], { beta, alpha })[0], out);
}

/** As `baddbmm`, written over `x`. */
export function baddbmm_(x: Tensor, batch1: Tensor, batch2: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1 } = checked('baddbmm_', options, 'beta');
  checkInplace(x, bmmMeta(batch1, batch2).shape);
  return runStructuredInplace(baddbmmOp, [x, batch1, batch2], { beta, alpha });
}

/**
 * `beta * x + alpha * Σ (batch1[i] · batch2[i])`.
 * @see https://pytorch.org/docs/stable/generated/torch.addbmm.html
 * @example torch.addbmm(torch.ones(3), torch.ones(4, 2, 5), torch.ones(4, 5, 3)).shape // [2, 3]
 */
export function addbmm(
  x: Tensor, batch1: Tensor, batch2: Tensor, options: AddMmOptions = {},
): Tensor {
  const { beta = 1, alpha = 1, out } = checked('addbmm', options, 'beta');
  const operands = autocastOperands('addbmm', [x, batch1, batch2]);
  checkExpands(operands[0], addbmmOp.meta(operands, { beta, alpha })[0].shape);
  return intoOut(runStructured(addbmmOp, operands, { beta, alpha })[0], out);
}

/** As `addbmm`, written over `x`. */
export function addbmm_(x: Tensor, batch1: Tensor, batch2: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1 } = checked('addbmm_', options, 'beta');
  checkInplace(x, addbmmOp.meta([x, batch1, batch2], { beta, alpha })[0].shape);
  return runStructuredInplace(addbmmOp, [x, batch1, batch2], { beta, alpha });
}

/**
 * The product of a matrix and a vector.
 * @see https://pytorch.org/docs/stable/generated/torch.mv.html
 * @example torch.mv(torch.tensor([[1, 2], [3, 4]]), torch.ones(2)) // tensor([3., 7.])
 */
export const mv = (x: Tensor, vec: Tensor, options: OutOption = {}): Tensor =>
  intoOut(runStructured(mvOp, [x, vec], null)[0], checked('mv', options).out);

/**
 * `beta * x + alpha * (mat · vec)`.
 * @see https://pytorch.org/docs/stable/generated/torch.addmv.html
 * @example torch.addmv(torch.ones(2), torch.ones(2, 3), torch.ones(3)) // tensor([4., 4.])
 */
export function addmv(x: Tensor, mat: Tensor, vec: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1, out } = checked('addmv', options, 'beta');
  return intoOut(runStructured(addmvOp, [x, mat, vec], { beta, alpha })[0], out);
}

/** As `addmv`, written over `x`. */
export function addmv_(x: Tensor, mat: Tensor, vec: Tensor, options: AddMmOptions = {}): Tensor {
  const { beta = 1, alpha = 1 } = checked('addmv_', options, 'beta');
  checkInplace(x, addmvOp.meta([x, mat, vec], { beta, alpha })[0].shape);
  return runStructuredInplace(addmvOp, [x, mat, vec], { beta, alpha });
}

/**
 * The dot product of two vectors, a 0-d tensor.
 * @see https://pytorch.org/docs/stable/generated/torch.dot.html
 * @example torch.dot(torch.tensor([2, 3]), torch.tensor([2, 1])) // tensor(7.)
 */
export const dot = (x: Tensor, tensor: Tensor, options: OutOption = {}): Tensor =>
  intoOut(runStructured(dotOp, [x, tensor], null)[0], checked('dot', options).out);

/** As `dot`: the first vector is not conjugated, since there are no complex tensors. */
export const vdot = dot;

/**
 * The product of two tensors: of vectors their dot product, of matrices their matrix product; a vector counts as a row
 * on the left and as a column on the right; all but the last two dimensions are broadcast batches.
 * @throws RuntimeError for 0-d operands and for sizes that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.matmul.html
 * @example torch.matmul(torch.ones(10, 3, 4), torch.ones(4, 5)).shape // [10, 3, 5]
 */
export function matmul(x: Tensor, other: Tensor, options: OutOption = {}): Tensor {
  const { out } = checked('matmul', options, 'out');
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
