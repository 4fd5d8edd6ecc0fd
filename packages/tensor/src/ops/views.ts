import { runView } from '../dispatch.js';
import { DType } from '../dtype.js';
import { IndexError, RuntimeError } from '../errors.js';
import { Layout, shapeText, wrapDim, product } from '../layout.js';
import { contiguousFormat } from '../memory-format.js';
import { describe } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { noteOrigin } from '../view-origin.js';
import { clone, contiguous } from './conversion.js';
import { dimOf, type DimOption } from './reduction-arguments.js';
import { viewOps, viewStrides } from './views-records.js';

export { viewOps };

/** Sizes as separate arguments or as one list. */
export type Sizes = number[] | [sizes: readonly number[]];

/** The list of sizes that was passed in either form. */
export const sizesOf = (sizes: Sizes): readonly number[] =>
  (Array.isArray(sizes[0]) ? sizes[0] : sizes) as readonly number[];

/** A shape with its -1 replaced by what makes the number of elements fit. */
function inferShape(sizes: readonly number[], numel: number): readonly number[] {
  let known = 1, unknown = -1;
  sizes.forEach((n, i) => {
    if (!Number.isInteger(n)) throw new TypeError(`sizes must be integers, but got ${typeof n === 'number' ? n : describe(n)} at position ${i}`);
    if (n === -1) {
      if (unknown >= 0) throw new RuntimeError('only one dimension can be inferred');
      unknown = i;
    } else if (n < 0) throw new RuntimeError(`invalid shape dimension ${n}`);
    else known *= n;
  });
  if (unknown >= 0 && known === 0 && numel === 0) {
    throw new RuntimeError(
      `cannot reshape tensor of 0 elements into shape ${shapeText(sizes)} because the unspecified dimension size -1 can be any value and is ambiguous`);
  }
  const fits = unknown < 0 ? known === numel : known > 0 && numel % known === 0;
  if (!fits) throw new RuntimeError(`shape '${shapeText(sizes)}' is invalid for input of size ${numel}`);
  return unknown < 0 ? sizes.slice() : sizes.with(unknown, numel / known);
}

/**
 * The same memory in another shape, of which one size may be -1; or the same bytes as another dtype.
 * @throws RuntimeError where the shape does not fit or would need a copy
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.view.html
 * @example torch.arange(6).view(2, -1).shape // [2, 3]
 */
export function view(x: Tensor, ...sizes: Sizes | [dtype: DType]): Tensor {
  if (sizes[0] instanceof DType) return viewAsDtype(x, sizes[0]);
  return runView(viewOps.view, x, { shape: inferShape(sizesOf(sizes as Sizes), x.numel()) });
}

/** The bytes of a tensor as another dtype; where its elements are larger or smaller, the last dimension changes. */
function viewAsDtype(x: Tensor, dtype: DType): Tensor {
  if (dtype === x.dtype) return x;
  return noteOrigin(new Tensor(x.storage, dtype, reinterpreted(x, dtype), x.base ?? x), x, false);
}

function reinterpreted({ layout, dtype: from }: Tensor, to: DType): Layout {
  if (from.itemsize === to.itemsize) return layout;
  const { shape, strides, offset } = layout;
  const last = shape.length - 1;
  const check = (ok: boolean, what: string, value?: number): void => {
    if (ok) return;
    throw new RuntimeError(
      `${what} to view ${from.scalarType} as ${to.scalarType} (different element sizes)${value === undefined ? '' : `, but got ${value}`}`);
  };
  check(last >= 0, 'self.dim() cannot be 0');
  check(strides[last] === 1, 'self.stride(-1) must be 1', strides[last]);
  if (from.itemsize > to.itemsize) {
    const ratio = from.itemsize / to.itemsize;
    return new Layout(shape.with(last, shape[last] * ratio), strides.map((s, i) => (i === last ? 1 : s * ratio)), offset * ratio);
  }
  const ratio = to.itemsize / from.itemsize;
  check(shape[last] % ratio === 0, `self.size(-1) must be divisible by ${ratio}`, shape[last]);
  check(offset % ratio === 0, `self.storage_offset() must be divisible by ${ratio}`, offset);
  strides.forEach((s, i) => check(i === last || s % ratio === 0, `self.stride(${i}) must be divisible by ${ratio}`, s));
  return new Layout(shape.with(last, shape[last] / ratio), strides.map((s, i) => (i === last ? 1 : s / ratio)), offset / ratio);
}

/**
 * Another shape: a view where possible, else a copy.
 * @see https://pytorch.org/docs/stable/generated/torch.reshape.html
 * @example torch.arange(6).reshape(3, 2).shape // [3, 2]
 */
export function reshape(x: Tensor, ...sizes: Sizes): Tensor {
  const shape = inferShape(sizesOf(sizes), x.numel());
  if (viewStrides(x.layout, shape)) return runView(viewOps.view, x, { shape });
  return runView(viewOps.unsafeView, clone(x, { memoryFormat: contiguousFormat }), { shape });
}

/** This tensor in the shape of another, as a view. @see https://pytorch.org/docs/stable/generated/torch.Tensor.view_as.html */
export const viewAs = (x: Tensor, other: Tensor): Tensor => view(x, other.shape);
/** This tensor in the shape of another. @see https://pytorch.org/docs/stable/generated/torch.Tensor.reshape_as.html */
export const reshapeAs = (x: Tensor, other: Tensor): Tensor => reshape(x, other.shape);
/** All elements in one dimension, contiguous. @see https://pytorch.org/docs/stable/generated/torch.ravel.html */
export const ravel = (x: Tensor): Tensor => view(contiguous(x), -1);

export interface FlattenOptions {
  /** the first dimension to merge, default 0 */
  readonly startDim?: number | undefined;
  /** the last dimension to merge, default -1 */
  readonly endDim?: number | undefined;
}

/**
 * All elements in one dimension (`startDim` to `endDim` merged).
 * @see https://pytorch.org/docs/stable/generated/torch.flatten.html
 * @example torch.zeros(2, 3, 4).flatten(1).shape // [2, 12]
 */
export function flatten(x: Tensor, startDim: number | FlattenOptions = 0, endDim = -1): Tensor {
  if (typeof startDim === 'object') return flatten(x, startDim.startDim, startDim.endDim);
  const a = wrapDim(startDim, x.dim()), b = wrapDim(endDim, x.dim());
  if (a > b) throw new RuntimeError('flatten() has invalid args: start_dim cannot come after end_dim');
  if (x.dim() === 0) return reshape(x, 1);
  if (a === b) return x;
  const merged = product(x.shape.slice(a, b + 1));
  return reshape(x, x.shape.toSpliced(a, b - a + 1, merged));
}

/**
 * One dimension cut into several, of which one size may be -1.
 * @see https://pytorch.org/docs/stable/generated/torch.unflatten.html
 * @example torch.zeros(3, 6).unflatten(1, [2, -1]).shape // [3, 2, 3]
 */
export function unflatten(x: Tensor, dim: number, sizes: readonly number[]): Tensor {
  const d = wrapDim(dim, x.dim());
  if (sizes.length === 0) throw new RuntimeError('unflatten: sizes must be non-empty');
  if (x.dim() === 0) throw new IndexError(`Dimension specified as ${d} but tensor has no dimensions`);
  const known = sizes.reduce((p, n) => (n === -1 ? p : p * n), 1);
  const open = sizes.filter((n) => n === -1).length;
  if (open > 1) throw new RuntimeError('unflatten got an unexpected error:\nonly one dimension can be inferred');
  const n = x.shape[d];
  if (open ? known === 0 || n % known !== 0 : known !== n) {
    throw new RuntimeError(
      `unflatten: Provided sizes ${shapeText(sizes)} don't multiply up to the size of dim ${d} (${n}) in the input tensor`);
  }
  return view(x, x.shape.toSpliced(d, 1, ...sizes.map((s) => (s === -1 ? n / known : s))));
}

/** The dimensions in another order. @see https://pytorch.org/docs/stable/generated/torch.permute.html */
export function permute(x: Tensor, ...dims: Sizes): Tensor {
  const list = sizesOf(dims);
  if (list.length !== x.dim()) {
    throw new RuntimeError(
      `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${x.dim()} is not equal to len(dims) = ${list.length}`);
  }
  const wrapped = list.map((d) => wrapDim(d, x.dim()));
  if (new Set(wrapped).size !== wrapped.length) throw new RuntimeError('permute(): duplicate dims are not allowed.');
  return runView(viewOps.permute, x, { dims: wrapped });
}

/** Two dimensions exchanged. @see https://pytorch.org/docs/stable/generated/torch.transpose.html */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  const a = wrapDim(dim0, x.dim()), b = wrapDim(dim1, x.dim());
  return x.dim() === 0 ? runView(viewOps.permute, x, { dims: [] }) : runView(viewOps.transpose, x, { dim0: a, dim1: b });
}
export { transpose as swapaxes, transpose as swapdims };

/** The transpose of a matrix; vectors and 0-d tensors as they are. @see https://pytorch.org/docs/stable/generated/torch.t.html */
export function t(x: Tensor): Tensor {
  if (x.dim() > 2) throw new RuntimeError(`t() expects a tensor with <= 2 dimensions, but self is ${x.dim()}D`);
  return runView(viewOps.t, x, null);
}

/**
 * Dimensions moved to other places; the others keep their order.
 * @see https://pytorch.org/docs/stable/generated/torch.movedim.html
 * @example torch.zeros(3, 4, 5).movedim(0, -1).shape // [4, 5, 3]
 */
export function movedim(x: Tensor, source: number | readonly number[], destination: number | readonly number[]): Tensor {
  const from = typeof source === 'number' ? [source] : source;
  const to = typeof destination === 'number' ? [destination] : destination;
  if (from.length !== to.length) {
    throw new RuntimeError(
      `movedim: Invalid source or destination dims: source (${shapeText(from)} dims) should contain the same number of dims as destination (${shapeText(to)} dims)`);
  }
  const a = from.map((d) => wrapDim(d, x.dim())), b = to.map((d) => wrapDim(d, x.dim()));
  if (new Set(a).size !== a.length) throw new RuntimeError(`movedim: repeated dim in \`source\` (${shapeText(from)})`);
  if (new Set(b).size !== b.length) throw new RuntimeError(`movedim: repeated dim in \`destination\` (${shapeText(to)})`);
  if (x.dim() === 0) return runView(viewOps.alias, x, null);
  const rest = x.shape.map((_, d) => d).filter((d) => !a.includes(d));
  return permute(x, x.shape.map((_, d) => (b.includes(d) ? a[b.indexOf(d)] : rest.shift()!)));
}
export { movedim as moveaxis };

/**
 * Dimensions of size 1 repeated, without a copy; -1 keeps a size.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.expand.html
 * @example torch.tensor([[1], [2]]).expand(2, 3) // tensor([[1., 1., 1.], [2., 2., 2.]])
 */
export function expand(x: Tensor, ...sizes: Sizes): Tensor {
  const list = sizesOf(sizes), lead = list.length - x.dim();
  if (lead < 0) {
    throw new RuntimeError(
      `expand(torch.${x.dtype.scalarType}Tensor{${shapeText(x.shape)}}, size=${shapeText(list)}): the number of sizes provided (${list.length}) must be greater or equal to the number of dimensions in the tensor (${x.dim()})`);
  }
  const shape = list.slice();
  // the last size that does not fit is the one that is told
  for (let i = list.length - 1; i >= 0; i--) {
    const n = list[i], own = i < lead ? 1 : x.shape[i - lead];
    if (n === -1) {
      if (i < lead) {
        throw new RuntimeError(`The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${i}`);
      }
      shape[i] = own;
    } else if ((own !== n && own !== 1) || n < 0) {
      throw new RuntimeError(
        `The expanded size of the tensor (${n}) must match the existing size (${own}) at non-singleton dimension ${i}.  Target sizes: ${shapeText(list)}.  Tensor sizes: ${shapeText(x.shape)}`);
    }
  }
  return runView(viewOps.expand, x, { shape });
}

/** This tensor expanded to the shape of another. @see https://pytorch.org/docs/stable/generated/torch.Tensor.expand_as.html */
export const expandAs = (x: Tensor, other: Tensor): Tensor => expand(x, other.shape);
/** As `expand`. @see https://pytorch.org/docs/stable/generated/torch.broadcast_to.html */
export const broadcastTo = (x: Tensor, ...sizes: Sizes): Tensor => expand(x, ...sizes);

/** Without the dimensions of size 1, or without one of them. @see https://pytorch.org/docs/stable/generated/torch.squeeze.html */
export function squeeze(x: Tensor, dim?: number | DimOption): Tensor {
  const d = dimOf('squeeze', dim);
  return d === undefined ? runView(viewOps.squeeze, x, null) : runView(viewOps.squeezeDim, x, { dim: wrapDim(d, x.dim()) });
}

/** With a dimension of size 1 inserted. @see https://pytorch.org/docs/stable/generated/torch.unsqueeze.html */
export const unsqueeze = (x: Tensor, dim: number | DimOption): Tensor =>
  runView(viewOps.unsqueeze, x, { dim: wrapDim(dimOf('unsqueeze', dim), x.dim() + 1) });
