import { runView } from '../dispatch.js';
import { IndexError, RuntimeError } from '../errors.js';
import { contiguousStrides, Layout, sameShape, shapeText, wrapDim } from '../layout.js';
import { viewOp } from '../op.js';
import type { Tensor } from '../tensor.js';
import { clone } from './conversion.js';

/** Sizes as separate arguments or as one list. */
export type Sizes = number[] | [sizes: readonly number[]];

/** The list of sizes that was passed in either form. */
export const sizesOf = (sizes: Sizes): readonly number[] =>
  (Array.isArray(sizes[0]) ? sizes[0] : sizes) as readonly number[];

interface Shape { readonly shape: readonly number[] }

const view1 = viewOp<Shape>({
  name: 'view',
  view(layout, { shape }) {
    const strides = viewStrides(layout, shape);
    if (!strides) {
      throw new RuntimeError(
        "view size is not compatible with input tensor's size and stride (at least one dimension spans across two " +
        'contiguous subspaces). Use .reshape(...) instead.');
    }
    return new Layout(shape, strides, layout.offset);
  },
});

const unsafeView = viewOp<Shape>({ ...view1, name: 'unsafeView' });

const permuteOp = viewOp<{ readonly dims: readonly number[] }>({
  name: 'permute',
  view: (l, { dims }) => new Layout(dims.map((d) => l.shape[d]), dims.map((d) => l.strides[d]), l.offset),
});

const transposed = (l: Layout, a: number, b: number): Layout => {
  const shape = l.shape.slice(), strides = l.strides.slice();
  [shape[a], shape[b]] = [shape[b], shape[a]];
  [strides[a], strides[b]] = [strides[b], strides[a]];
  return new Layout(shape, strides, l.offset);
};
const transposeOp = viewOp<{ readonly dim0: number; readonly dim1: number }>({
  name: 'transpose', view: (l, { dim0, dim1 }) => transposed(l, dim0, dim1),
});
const tOp = viewOp<null>({ name: 't', view: (l) => (l.shape.length < 2 ? l : transposed(l, 0, 1)) });

const expandOp = viewOp<Shape>({ name: 'expand', view: (l, { shape }) => l.broadcastTo(shape) });

const squeezed = (l: Layout, keep: (i: number) => boolean): Layout =>
  new Layout(l.shape.filter((_, i) => keep(i)), l.strides.filter((_, i) => keep(i)), l.offset);
const squeezeOp = viewOp<null>({ name: 'squeeze', view: (l) => squeezed(l, (i) => l.shape[i] !== 1) });
const squeezeDim = viewOp<{ readonly dim: number }>({
  name: 'squeeze', gradName: 'Squeeze1',
  view: (l, { dim }) => squeezed(l, (i) => i !== dim || l.shape[i] !== 1),
});

const unsqueezeOp = viewOp<{ readonly dim: number }>({
  name: 'unsqueeze',
  view(l, { dim }) {
    const stride = dim < l.shape.length ? l.shape[dim] * l.strides[dim] : 1;
    return new Layout(l.shape.toSpliced(dim, 0, 1), l.strides.toSpliced(dim, 0, stride), l.offset);
  },
});

const selectOp = viewOp<{ readonly dim: number; readonly index: number }>({
  name: 'select',
  view: (l, { dim, index }) =>
    new Layout(l.shape.toSpliced(dim, 1), l.strides.toSpliced(dim, 1), l.offset + index * l.strides[dim]),
});

const sliceOp = viewOp<{ readonly dim: number; readonly start: number; readonly end: number; readonly step: number }>({
  name: 'slice',
  view: (l, { dim, start, end, step }) => new Layout(
    l.shape.with(dim, Math.max(0, Math.ceil((end - start) / step))),
    l.strides.with(dim, l.strides[dim] * step),
    l.offset + start * l.strides[dim]),
});

const diagonalOp = viewOp<{ readonly offset: number; readonly dim1: number; readonly dim2: number }>({
  name: 'diagonal',
  view(l, { offset, dim1, dim2 }) {
    const rows = l.shape[dim1], columns = l.shape[dim2];
    const length = Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns));
    const start = length === 0 ? 0 : offset >= 0 ? offset * l.strides[dim2] : -offset * l.strides[dim1];
    const keep = (_: number, i: number): boolean => i !== dim1 && i !== dim2;
    return new Layout(
      [...l.shape.filter(keep), length],
      [...l.strides.filter(keep), l.strides[dim1] + l.strides[dim2]], l.offset + start);
  },
});

const unfoldOp = viewOp<{ readonly dim: number; readonly size: number; readonly step: number }>({
  name: 'unfold',
  view(l, { dim, size, step }) {
    if (l.shape.length === 0) return new Layout([size], [1], l.offset);
    return new Layout(
      [...l.shape.with(dim, Math.floor((l.shape[dim] - size) / step) + 1), size],
      [...l.strides.with(dim, l.strides[dim] * step), l.strides[dim]], l.offset);
  },
});

const asStridedOp = viewOp<{ readonly size: readonly number[]; readonly stride: readonly number[]; readonly offset: number }>({
  name: 'asStrided', view: (_, { size, stride, offset }) => new Layout(size, stride, offset),
});

/** Records of the ops that show the same memory in another way. */
export const viewOps = {
  view: view1, unsafeView, permute: permuteOp, transpose: transposeOp, t: tOp, expand: expandOp, squeeze: squeezeOp,
  squeezeDim, unsqueeze: unsqueezeOp, select: selectOp, slice: sliceOp, diagonal: diagonalOp, unfold: unfoldOp,
  asStrided: asStridedOp,
};

/** A shape with its -1 replaced by what makes the number of elements fit. */
function inferShape(sizes: readonly number[], numel: number): readonly number[] {
  let known = 1, unknown = -1;
  sizes.forEach((n, i) => {
    if (!Number.isInteger(n)) throw new TypeError(`sizes must be integers, but got ${String(n)} at position ${i}`);
    if (n === -1) {
      if (unknown >= 0) throw new RuntimeError('only one dimension can be inferred');
      unknown = i;
    } else if (n < 0) throw new RuntimeError(`invalid shape dimension ${n}`);
    else known *= n;
  });
  const fits = unknown < 0 ? known === numel : known > 0 && numel % known === 0;
  if (unknown >= 0 && known === 0 && numel === 0) {
    throw new RuntimeError(
      `cannot reshape tensor of 0 elements into shape ${shapeText(sizes)} because the unspecified dimension size -1 can be any value and is ambiguous`);
  }
  if (!fits) throw new RuntimeError(`shape '${shapeText(sizes)}' is invalid for input of size ${numel}`);
  return unknown < 0 ? sizes : sizes.with(unknown, numel / known);
}

/**
 * Strides that show a layout's elements in another shape without a copy, or null where there are none: each group of
 * dimensions that lie contiguously may be cut anew.
 */
function viewStrides(l: Layout, shape: readonly number[]): number[] | null {
  if (l.numel === 0) return sameShape(l.shape, shape) ? l.strides.slice() : contiguousStrides(shape);
  const strides = new Array<number>(shape.length);
  let d = shape.length - 1;
  let groupStep = l.strides[l.shape.length - 1] ?? 1;
  let groupSize = 1, taken = 1;
  for (let i = l.shape.length - 1; i >= 0; i--) {
    groupSize *= l.shape[i];
    const ends = i === 0 || (l.shape[i - 1] !== 1 && l.strides[i - 1] !== groupSize * groupStep);
    if (!ends) continue;
    while (d >= 0 && (taken < groupSize || shape[d] === 1)) {
      strides[d] = taken * groupStep;
      taken *= shape[d--];
    }
    if (taken !== groupSize) return null;
    if (i > 0) {
      groupStep = l.strides[i - 1];
      groupSize = taken = 1;
    }
  }
  for (; d >= 0; d--) strides[d] = 1; // what is left are ones, before a 0-d layout
  return strides;
}

/**
 * The same memory in another shape; one size may be -1.
 * @throws RuntimeError where the shape does not fit or would need a copy
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.view.html
 * @example torch.arange(6).view(2, -1).shape // [2, 3]
 */
export function view(x: Tensor, ...sizes: Sizes): Tensor {
  return runView(view1, x, { shape: inferShape(sizesOf(sizes), x.numel()) });
}

/**
 * Another shape: a view where possible, else a copy.
 * @see https://pytorch.org/docs/stable/generated/torch.reshape.html
 * @example torch.arange(6).reshape(3, 2).shape // [3, 2]
 */
export function reshape(x: Tensor, ...sizes: Sizes): Tensor {
  const shape = inferShape(sizesOf(sizes), x.numel());
  if (viewStrides(x.layout, shape)) return runView(view1, x, { shape });
  return runView(unsafeView, clone(x), { shape });
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
  return runView(permuteOp, x, { dims: wrapped });
}

/** Two dimensions exchanged. @see https://pytorch.org/docs/stable/generated/torch.transpose.html */
export function transpose(x: Tensor, dim0: number, dim1: number): Tensor {
  const a = wrapDim(dim0, x.dim()), b = wrapDim(dim1, x.dim());
  return x.dim() === 0 ? runView(permuteOp, x, { dims: [] }) : runView(transposeOp, x, { dim0: a, dim1: b });
}

/** The transpose of a matrix; vectors and 0-d tensors as they are. */
export function t(x: Tensor): Tensor {
  if (x.dim() > 2) throw new RuntimeError(`t() expects a tensor with <= 2 dimensions, but self is ${x.dim()}D`);
  return runView(tOp, x, null);
}

/**
 * Dimensions of size 1 repeated, without a copy; -1 keeps a size.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.expand.html
 */
export function expand(x: Tensor, ...sizes: Sizes): Tensor {
  const list = sizesOf(sizes), lead = list.length - x.dim();
  if (lead < 0) {
    throw new RuntimeError(
      `expand(torch.${x.dtype.scalarType}Tensor{${shapeText(x.shape)}}, size=${shapeText(list)}): the number of sizes provided (${list.length}) must be greater or equal to the number of dimensions in the tensor (${x.dim()})`);
  }
  const shape = list.map((n, i) => {
    const own = i < lead ? 1 : x.shape[i - lead];
    if (n === -1) {
      if (i < lead) {
        throw new RuntimeError(`The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${i}`);
      }
      return own;
    }
    if (own !== n && own !== 1) {
      throw new RuntimeError(
        `The expanded size of the tensor (${n}) must match the existing size (${own}) at non-singleton dimension ${i}.  Target sizes: ${shapeText(list)}.  Tensor sizes: ${shapeText(x.shape)}`);
    }
    return n;
  });
  return runView(expandOp, x, { shape });
}

/** Without the dimensions of size 1, or without one of them. @see https://pytorch.org/docs/stable/generated/torch.squeeze.html */
export const squeeze = (x: Tensor, dim?: number): Tensor =>
  dim === undefined ? runView(squeezeOp, x, null) : runView(squeezeDim, x, { dim: wrapDim(dim, x.dim()) });

/** With a dimension of size 1 inserted. @see https://pytorch.org/docs/stable/generated/torch.unsqueeze.html */
export const unsqueeze = (x: Tensor, dim: number): Tensor =>
  runView(unsqueezeOp, x, { dim: wrapDim(dim, x.dim() + 1) });

/** One index of a dimension, which goes. @see https://pytorch.org/docs/stable/generated/torch.select.html */
export function select(x: Tensor, dim: number, index: number): Tensor {
  if (x.dim() === 0) throw new IndexError('select() cannot be applied to a 0-dim tensor.');
  const d = wrapDim(dim, x.dim()), n = x.shape[d];
  if (!Number.isInteger(index)) throw new TypeError(`select(): index must be an integer, but got ${String(index)}`);
  if (index < -n || index >= n) {
    throw new IndexError(`select(): index ${index} out of range for tensor of size ${shapeText(x.shape)} at dimension ${d}`);
  }
  return runView(selectOp, x, { dim: d, index: index < 0 ? index + n : index });
}

/** A range of a dimension, as Python's `start:end:step`. */
export function slice(x: Tensor, dim: number, start?: number | null, end?: number | null, step = 1): Tensor {
  if (x.dim() === 0) throw new RuntimeError('slice() cannot be applied to a 0-dim tensor.');
  if (!(Number.isInteger(step) && step > 0)) throw new RuntimeError('slice step must be positive');
  const d = wrapDim(dim, x.dim()), n = x.shape[d];
  const clip = (i: number): number => Math.min(Math.max(i < 0 ? i + n : i, 0), n);
  const from = clip(start ?? 0);
  return runView(sliceOp, x, { dim: d, start: from, end: Math.max(clip(end ?? n), from), step });
}

/** `length` elements of a dimension from `start` on. @see https://pytorch.org/docs/stable/generated/torch.narrow.html */
export function narrow(x: Tensor, dim: number, start: number, length: number): Tensor {
  if (x.dim() === 0) throw new RuntimeError('narrow() cannot be applied to a 0-dim tensor.');
  const d = wrapDim(dim, x.dim()), n = x.shape[d];
  if (length < 0) throw new RuntimeError('narrow(): length must be non-negative.');
  const from = start < 0 ? start + n : start;
  if (from < 0 || from > n) throw new IndexError(`Dimension out of range (expected to be in range of [${-n}, ${n}], but got ${start})`);
  if (from + length > n) throw new RuntimeError(`start (${from}) + length (${length}) exceeds dimension size (${n}).`);
  return runView(sliceOp, x, { dim: d, start: from, end: from + length, step: 1 });
}

/** The diagonal of two dimensions, as a last dimension. @see https://pytorch.org/docs/stable/generated/torch.diagonal.html */
export function diagonal(x: Tensor, { offset = 0, dim1 = 0, dim2 = 1 }: { offset?: number; dim1?: number; dim2?: number } = {}): Tensor {
  const a = wrapDim(dim1, x.dim()), b = wrapDim(dim2, x.dim());
  if (a === b) throw new RuntimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  return runView(diagonalOp, x, { offset, dim1: a, dim2: b });
}

/** Windows of `size` along a dimension, every `step`, as a last dimension. @see https://pytorch.org/docs/stable/generated/torch.Tensor.unfold.html */
export function unfold(x: Tensor, dim: number, size: number, step: number): Tensor {
  const d = wrapDim(dim, x.dim()), n = x.shape[d] ?? 1;
  if (size > n) throw new RuntimeError(`maximum size for tensor at dimension ${d} is ${n} but size is ${size}`);
  if (step <= 0) throw new RuntimeError(`step is ${step} but must be > 0`);
  return runView(unfoldOp, x, { dim: d, size, step });
}

/**
 * A view by sizes, strides and offset, all in elements of the storage.
 * @throws RuntimeError where it would reach beyond the storage
 * @see https://pytorch.org/docs/stable/generated/torch.as_strided.html
 */
export function asStrided(x: Tensor, size: readonly number[], stride: readonly number[], storageOffset = x.storageOffset()): Tensor {
  if (size.length !== stride.length) throw new RuntimeError('mismatch in length of strides and shape');
  const negative = stride.some((s) => s < 0);
  if (negative) throw new RuntimeError(`as_strided: Negative strides are not supported at the moment, got strides: ${shapeText(stride)}`);
  const extent = size.includes(0) ? 0 : size.reduce((sum, n, i) => sum + (n - 1) * stride[i], 1);
  const need = (storageOffset + extent) * x.dtype.itemsize;
  if (need > x.storage.nbytes) {
    throw new RuntimeError(
      `setStorage: sizes ${shapeText(size)}, strides ${shapeText(stride)}, storage offset ${storageOffset}, and itemsize ${x.dtype.itemsize} requiring a storage size of ${need} are out of bounds for storage of size ${x.storage.nbytes}`);
  }
  return runView(asStridedOp, x, { size: size.slice(), stride: stride.slice(), offset: storageOffset });
}

/** All elements in one dimension (`startDim` to `endDim` merged). @see https://pytorch.org/docs/stable/generated/torch.flatten.html */
export function flatten(x: Tensor, startDim = 0, endDim = -1): Tensor {
  if (x.dim() === 0) return reshape(x, 1);
  const a = wrapDim(startDim, x.dim()), b = wrapDim(endDim, x.dim());
  if (a > b) throw new RuntimeError('flatten() has invalid args: start_dim cannot come after end_dim');
  if (a === b) return x;
  const merged = x.shape.slice(a, b + 1).reduce((p, n) => p * n, 1);
  return reshape(x, x.shape.toSpliced(a, b - a + 1, merged));
}

/** This tensor expanded to the shape of another. */
export const expandAs = (x: Tensor, other: Tensor): Tensor => expand(x, other.shape);
/** This tensor in the shape of another, as a view. */
export const viewAs = (x: Tensor, other: Tensor): Tensor => view(x, other.shape);
