import { cat, stack, zeros, type Tensor } from '@sconce/tensor';
import { sameShape, viewBackward, viewBackwardOps, viewOps, type SplitAttrs } from '@sconce/tensor/internal';
import { define, type Context } from './define.js';
import { asStridedBackward } from './as-strided.js';

const zerosLike = (g: Tensor, shape: readonly number[]): Tensor => zeros(shape, { dtype: g.dtype, device: g.device });

// ---- the same elements in another shape or order
define(viewOps.view, [(g, { shapes: [shape] }) => g.reshape(shape)]);
define(viewOps.unsafeView, [(g, { shapes: [shape] }) => g.reshape(shape)]);
define(viewOps.alias, [(g) => g]);
for (const op of [viewOps.squeeze, viewOps.squeezeInplace]) define(op, [(g, { shapes: [shape] }) => g.reshape(shape)]);
for (const op of [viewOps.squeezeDim, viewOps.squeezeDimInplace]) define(op, [(g, { shapes: [shape] }) => g.reshape(shape)]);
for (const op of [viewOps.unsqueeze, viewOps.unsqueezeInplace]) define(op, [(g, { attrs: { dim } }) => g.squeeze(dim)]);
for (const op of [viewOps.t, viewOps.tInplace]) define(op, [(g) => g.t()]);
for (const op of [viewOps.transpose, viewOps.transposeInplace]) {
  define(op, [(g, { attrs: { dim0, dim1 } }) => g.transpose(dim0, dim1)]);
}
define(viewOps.permute, [(g, { attrs: { dims } }) => g.permute(dims.map((_, d) => dims.indexOf(d)))]);
// the engine sums over what was expanded
define(viewOps.expand, [(g) => g]);

// ---- a part of the elements: zeros with the gradient in its place
define(viewOps.select, [(g, { attrs, shapes: [shape] }) => viewBackward(viewBackwardOps.select, g, attrs, shape)]);
define(viewOps.slice, [(g, { attrs, shapes: [shape] }) =>
  (sameShape(g.shape, shape) ? g : viewBackward(viewBackwardOps.slice, g, attrs, shape))]);
define(viewOps.diagonal, [(g, { attrs, shapes: [shape] }) => viewBackward(viewBackwardOps.diagonal, g, attrs, shape)]);
define(viewOps.unfold, [(g, { attrs, shapes: [shape] }) => viewBackward(viewBackwardOps.unfold, g, attrs, shape)]);
define(viewBackwardOps.select, [(g, { attrs: { dim, index } }) => g.select(dim, index)]);
define(viewBackwardOps.slice, [(g, { attrs: { dim, start, end, step } }) => g.slice(dim, start, end, step)]);
define(viewBackwardOps.diagonal, [(g, { attrs: { offset, dim1, dim2 } }) => g.diagonal(offset, dim1, dim2)]);
define(viewBackwardOps.unfold, [(g, { attrs: { dim, size, step } }) => g.unfold(dim, size, step)]);

define(viewOps.asStrided, [(g, { attrs, shapes: [shape], strides: [strides] }) => asStridedBackward(g, attrs, shape, strides)]);

// ---- several views
/** The gradients of all parts, joined; zeros where a part has none. */
function splitBackward(g: Tensor, { grads, attrs: { dim, sizes }, shapes: [shape] }: Context<SplitAttrs>): Tensor {
  return cat(sizes.map((n, i) => grads[i] ?? zerosLike(g, shape.with(dim, n))), dim);
}
for (const op of [viewOps.split, viewOps.splitWithSizes]) define(op, [splitBackward]);
define(viewOps.unbind, [(g, { grads, attrs: { dim }, shapes: [shape] }) =>
  stack(grads.map((part) => part ?? zerosLike(g, shape.toSpliced(dim, 1))), dim)]);
