import { checkTensorList } from '../check-tensors.js';
import { runStructured } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { sameShape, shapeText, wrapDim } from '../layout.js';
import { imageOrder } from '../memory-order.js';
import { structuredOp } from '../op.js';
import { resultDtype } from '../scalar.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { intoOut } from './out.js';
import { dimAndOptions, type DimOptions } from './reduction-arguments.js';
import type { AlongDim } from './softmax.js';
import { atleast1d, atleast2d, atleast3d } from './views-many.js';
import { reshape } from './views.js';

/** Vectors without elements may be joined with anything, as they were once the only empty tensors. */
export const isSkipped = (shape: readonly number[]): boolean => shape.length === 1 && shape[0] === 0;

/** Any number of inputs, whose dtypes meet as operands do. */
const catOp = structuredOp<AlongDim>({
  name: 'cat',
  meta(inputs, { dim }) {
    const first = inputs.find((x) => !isSkipped(x.layout.shape)) ?? inputs[0];
    const { shape } = first.layout;
    let total = 0;
    inputs.forEach((x, i) => {
      const other = x.layout.shape;
      if (isSkipped(other)) return;
      if (other.length !== shape.length) {
        throw new RuntimeError(`Tensors must have same number of dimensions: got ${shape.length} and ${other.length}`);
      }
      other.forEach((n, d) => {
        if (d === dim || n === shape[d]) return;
        throw new RuntimeError(
          `Sizes of tensors must match except in dimension ${dim}. Expected size ${shape[d]} but got size ${n} for tensor number ${i} in the list.`);
      });
      total += other[dim];
    });
    const order = inputs.every((x) => imageOrder(x.layout)) ? imageOrder(first.layout) : null;
    return [{ shape: shape.with(dim, total), dtype: resultDtype(inputs), order }];
  },
});

const stackOp = structuredOp<AlongDim>({
  name: 'stack',
  meta(inputs, { dim }) {
    const { shape } = inputs[0].layout;
    inputs.forEach((x, i) => {
      if (sameShape(x.layout.shape, shape)) return;
      throw new RuntimeError(
        `stack expects each tensor to be equal size, but got ${shapeText(shape)} at entry 0 and ${shapeText(x.layout.shape)} at entry ${i}`);
    });
    return [{ shape: shape.toSpliced(dim, 0, inputs.length), dtype: resultDtype(inputs) }];
  },
});

/** Records of the ops that join tensors. */
export const joiningOps = { cat: catOp, stack: stackOp };

/**
 * Tensors one after the other along a dimension. Vectors without elements are skipped.
 * @throws RuntimeError where sizes differ in another dimension, and for an empty list
 * @see https://pytorch.org/docs/stable/generated/torch.cat.html
 * @example torch.cat([torch.ones(2), torch.zeros(1)]) // tensor([1., 1., 0.])
 */
export function cat(tensors: readonly Tensor[], dim: number | DimOptions = 0, options: DimOptions = {}): Tensor {
  const [along = 0, { out }] = dimAndOptions<number, DimOptions>('cat', dim, options, 'out');
  checkTensorList('cat', tensors);
  if (tensors.length === 0) throw new RuntimeError('torch.cat(): expected a non-empty list of Tensors');
  tensors.forEach((x, i) => {
    if (x.dim() === 0) throw new RuntimeError(`zero-dimensional tensor (at position ${i}) cannot be concatenated`);
  });
  const { shape } = tensors.find((x) => !isSkipped(x.shape)) ?? tensors[0];
  const d = isSkipped(shape) ? 0 : wrapDim(along, shape.length);
  return intoOut(runStructured(catOp, tensors, { dim: d })[0], out);
}
export { cat as concat, cat as concatenate };

/**
 * Tensors of one shape along a new dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.stack.html
 * @example torch.stack([torch.zeros(2), torch.ones(2)], 1) // tensor([[0., 1.], [0., 1.]])
 */
export function stack(tensors: readonly Tensor[], dim: number | DimOptions = 0, options: DimOptions = {}): Tensor {
  const [along = 0, { out }] = dimAndOptions<number, DimOptions>('stack', dim, options, 'out');
  checkTensorList('stack', tensors);
  if (tensors.length === 0) throw new RuntimeError('stack expects a non-empty TensorList');
  const d = wrapDim(along, tensors[0].dim() + 1);
  return intoOut(runStructured(stackOp, tensors, { dim: d })[0], out);
}

function nonEmpty(name: string, tensors: readonly Tensor[]): readonly Tensor[] {
  if (tensors.length === 0) throw new RuntimeError(`${name} expects a non-empty TensorList`);
  return tensors;
}

/** Side by side: along dimension 1, vectors along 0. @see https://pytorch.org/docs/stable/generated/torch.hstack.html */
export function hstack(tensors: readonly Tensor[], options: OutOption = {}): Tensor {
  const list = atleast1d(nonEmpty('hstack', tensors));
  return cat(list, list[0].dim() === 1 ? 0 : 1, options);
}

/** Below one another: along dimension 0, vectors as rows. @see https://pytorch.org/docs/stable/generated/torch.vstack.html */
export const vstack = (tensors: readonly Tensor[], options: OutOption = {}): Tensor =>
  cat(atleast2d(nonEmpty('vstack', tensors)), 0, options);
export { vstack as rowStack };

/** Behind one another: along dimension 2. @see https://pytorch.org/docs/stable/generated/torch.dstack.html */
export const dstack = (tensors: readonly Tensor[], options: OutOption = {}): Tensor =>
  cat(atleast3d(nonEmpty('dstack', tensors)), 2, options);

/** Side by side, vectors as columns. @see https://pytorch.org/docs/stable/generated/torch.column_stack.html */
export const columnStack = (tensors: readonly Tensor[], options: OutOption = {}): Tensor =>
  hstack(nonEmpty('column_stack', tensors).map((x) => (x.dim() <= 1 ? reshape(x, x.numel(), 1) : x)), options);
