import { RuntimeError } from '../errors.js';
import { contiguousStrides, Layout, sameShape } from '../layout.js';
import { viewOp } from '../op.js';

export interface ShapeAttrs { readonly shape: readonly number[] }
export interface SelectAttrs { readonly dim: number; readonly index: number }
export interface SliceAttrs { readonly dim: number; readonly start: number; readonly end: number; readonly step: number }
export interface DiagonalAttrs { readonly offset: number; readonly dim1: number; readonly dim2: number }
export interface UnfoldAttrs { readonly dim: number; readonly size: number; readonly step: number }
/** `offset` counts from the input's own. */
export interface AsStridedAttrs {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}
/** Sizes of the parts along a dimension. */
export interface SplitAttrs { readonly dim: number; readonly sizes: readonly number[] }
export interface UnbindAttrs { readonly dim: number }

/**
 * Strides that show a layout's elements in another shape without a copy, or null where there are none: each group of
 * dimensions that lie contiguously may be cut anew.
 */
export function viewStrides(l: Layout, shape: readonly number[]): number[] | null {
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

const view = viewOp<ShapeAttrs>({
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

const transposed = (l: Layout, a: number, b: number): Layout => {
  const shape = l.shape.slice(), strides = l.strides.slice();
  [shape[a], shape[b]] = [shape[b], shape[a]];
  [strides[a], strides[b]] = [strides[b], strides[a]];
  return new Layout(shape, strides, l.offset);
};

const transpose = viewOp<{ readonly dim0: number; readonly dim1: number }>({
  name: 'transpose', view: (l, { dim0, dim1 }) => transposed(l, dim0, dim1),
});
const t = viewOp<null>({ name: 't', view: (l) => (l.shape.length < 2 ? l : transposed(l, 0, 1)) });

const squeezed = (l: Layout, keep: (i: number) => boolean): Layout =>
  new Layout(l.shape.filter((_, i) => keep(i)), l.strides.filter((_, i) => keep(i)), l.offset);

const squeeze = viewOp<null>({ name: 'squeeze', view: (l) => squeezed(l, (i) => l.shape[i] !== 1) });
const squeezeDim = viewOp<{ readonly dim: number }>({
  name: 'squeeze', gradName: 'SqueezeBackward1',
  view: (l, { dim }) => squeezed(l, (i) => i !== dim || l.shape[i] !== 1),
});

const unsqueeze = viewOp<{ readonly dim: number }>({
  name: 'unsqueeze',
  view(l, { dim }) {
    const stride = dim < l.shape.length ? l.shape[dim] * l.strides[dim] : 1;
    return new Layout(l.shape.toSpliced(dim, 0, 1), l.strides.toSpliced(dim, 0, stride), l.offset);
  },
});

const select = viewOp<SelectAttrs>({
  name: 'select',
  view: (l, { dim, index }) =>
    new Layout(l.shape.toSpliced(dim, 1), l.strides.toSpliced(dim, 1), l.offset + index * l.strides[dim]),
});

const sliced = (l: Layout, { dim, start, end, step }: SliceAttrs): Layout => new Layout(
  l.shape.with(dim, Math.max(0, Math.ceil((end - start) / step))),
  l.strides.with(dim, l.strides[dim] * step),
  l.offset + start * l.strides[dim]);

/** Records of the ops that show the same memory in another way. */
export const viewOps = {
  view,
  unsafeView: viewOp<ShapeAttrs>({ name: 'unsafeView', unsafe: true, view: view.view }),
  /** the tensor as it is, in a tensor of its own */
  alias: viewOp<null>({ name: 'alias', view: (l) => l }),
  permute: viewOp<{ readonly dims: readonly number[] }>({
    name: 'permute',
    view: (l, { dims }) => l.permute(dims),
  }),
  transpose, t, squeeze, squeezeDim, unsqueeze, select,
  expand: viewOp<ShapeAttrs>({ name: 'expand', view: (l, { shape }) => l.broadcastTo(shape) }),
  slice: viewOp<SliceAttrs>({ name: 'slice', view: sliced }),
  diagonal: viewOp<DiagonalAttrs>({
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
  }),
  unfold: viewOp<UnfoldAttrs>({
    name: 'unfold',
    view(l, { dim, size, step }) {
      if (l.shape.length === 0) return new Layout([size], [1], l.offset);
      return new Layout(
        [...l.shape.with(dim, Math.floor((l.shape[dim] - size) / step) + 1), size],
        [...l.strides.with(dim, l.strides[dim] * step), l.strides[dim]], l.offset);
    },
  }),
  asStrided: viewOp<AsStridedAttrs>({
    name: 'asStrided', view: (l, { size, stride, offset }) => new Layout(size, stride, l.offset + offset),
  }),
  // the forms that change a tensor's own shape
  squeezeInplace: viewOp<null>({ name: 'squeeze_', gradName: 'SqueezeBackward2', view: squeeze.view }),
  squeezeDimInplace: viewOp<{ readonly dim: number }>({ name: 'squeeze_', gradName: 'SqueezeBackward3', view: squeezeDim.view }),
  unsqueezeInplace: viewOp<{ readonly dim: number }>({ name: 'unsqueeze_', gradName: 'UnsqueezeBackward1', view: unsqueeze.view }),
  transposeInplace: viewOp<{ readonly dim0: number; readonly dim1: number }>({
    name: 'transpose_', gradName: 'TransposeBackward1', view: transpose.view,
  }),
  tInplace: viewOp<null>({ name: 't_', gradName: 'TBackward1', view: t.view }),
  // several views of one tensor; `view` gives the layout of each
  split: viewOp<SplitAttrs>({ name: 'split', multiple: true, view: part }),
  splitWithSizes: viewOp<SplitAttrs>({ name: 'splitWithSizes', multiple: true, view: part }),
  unbind: viewOp<UnbindAttrs>({
    name: 'unbind', multiple: true, view: (l, { dim }, output = 0) => select.view(l, { dim, index: output }),
  }),
};

function part(l: Layout, { dim, sizes }: SplitAttrs, output = 0): Layout {
  let start = 0;
  for (let i = 0; i < output; i++) start += sizes[i];
  return sliced(l, { dim, start, end: start + sizes[output], step: 1 });
}
