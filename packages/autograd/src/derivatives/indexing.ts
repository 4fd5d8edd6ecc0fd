import { broadcastShapes, constantPadNd, ones, zeros, type Tensor } from '@sconce/tensor';
import {
  addAtIndices, atIndices, embeddingDenseBackward, embeddingOps, indexingOps, putAtIndices, type AlongDim, type EmbeddingAttrs,
  type IndexAttrs, type IndexPutAttrs,
} from '@sconce/tensor/internal';
import { define, nonDifferentiable, saving, type Context } from './define.js';

const zerosLike = (g: Tensor, shape: readonly number[]): Tensor => zeros(shape, { dtype: g.dtype, device: g.device });

// an element that was read several times gets the sum
define(indexingOps.index, [saving<IndexAttrs>([1], (g, { inputs: [, indices], attrs: { dims }, shapes: [shape] }) =>
  addAtIndices(zerosLike(g, shape), indices, g, dims)), null]);
define(indexingOps.indexPut, [
  // what was written over has no gradient
  saving<IndexPutAttrs>([1], (g, { inputs: [, indices], attrs: { dims, accumulate } }) =>
    (accumulate ? g : putAtIndices(g, indices, zerosLike(g, []), dims))),
  null,
  // the engine sums over what the values were broadcast to
  saving<IndexPutAttrs>([1], (g, { inputs: [, indices], attrs: { dims } }) => atIndices(g, indices, dims)),
]);
define(indexingOps.indexSelect, [saving<AlongDim>([1], (g, { inputs: [, index], attrs: { dim }, shapes: [shape] }) =>
  zerosLike(g, shape).indexAdd(dim, index, g)), null]);
define(indexingOps.gather, [saving<AlongDim>([1], (g, { inputs: [, index], attrs: { dim }, shapes: [shape] }) =>
  zerosLike(g, shape).scatterAdd(dim, index, g)), null]);
define(indexingOps.take, [saving([1], (g, { inputs: [, index], shapes: [shape] }) =>
  zerosLike(g, shape).put(index, g, { accumulate: true })), null]);
define(indexingOps.maskedSelect, [saving([1], (g, { inputs: [, mask], shapes: [shape, maskShape] }) =>
  zerosLike(g, broadcastShapes(shape, maskShape)).maskedScatter(mask, g)), null]);

define(indexingOps.embedding, [saving<EmbeddingAttrs>([1], (g, { inputs: [, indices], shapes: [[rows]], attrs }) =>
  embeddingDenseBackward(g, indices, rows, attrs.paddingIdx, attrs.scaleGradByFreq)), null]);
define(indexingOps.embeddingDenseBackward, [saving<DenseAttrs>([1], embeddingDoubleBackward), null]);

type DenseAttrs = EmbeddingAttrs & { readonly rows: number };

/** Each row's gradient, in the places where the row was read; the padding row got none. */
function embeddingDoubleBackward(g: Tensor, { inputs: [, indices], shapes: [shape], attrs }: Context<DenseAttrs>): Tensor {
  const { rows, paddingIdx, scaleGradByFreq } = attrs;
  const flat = indices.reshape(-1);
  let read = g.indexSelect(0, flat);
  if (scaleGradByFreq) {
    const counts = zerosLike(g, [rows]).indexAdd(0, flat, ones([flat.numel()], { dtype: g.dtype, device: g.device }));
    read = read.div(counts.indexSelect(0, flat).unsqueeze(-1));
  }
  if (paddingIdx >= 0) read = read.maskedFill(flat.eq(paddingIdx).unsqueeze(-1), 0);
  return read.reshape(shape);
}

/** A gradient of the corner of a tensor, with zeros where the tensor goes on. @internal */
export function grown(g: Tensor, shape: readonly number[]): Tensor {
  const pads = shape.toReversed().flatMap((n, i) => [0, n - g.shape[shape.length - 1 - i]]);
  return pads.some((n) => n > 0) ? constantPadNd(g, pads) : g;
}

nonDifferentiable(indexingOps.nonzero, indexingOps.searchsorted, embeddingOps.embeddingRenorm);
