import { channelShuffle, constantPadNd, pixelShuffle, pixelUnshuffle, type Tensor } from '@sconce/tensor';
import {
  padBorder, padBorderBackward, padOps, patchOps, runPatches, shapeOps, viewBackward, viewBackwardOps,
} from '@sconce/tensor/internal';
import { define } from './define.js';

// the sum over the copies
define(shapeOps.repeat, [(g, { shapes: [shape], attrs: { repeats } }) => {
  const lead = repeats.length - shape.length;
  const split = repeats.flatMap((n, i) => [n, i < lead ? 1 : shape[i - lead]]);
  return repeats.length === 0 ? g : g.reshape(split).sum(repeats.map((_, i) => 2 * i)).reshape(shape);
}]);
define(shapeOps.flip, [(g, { attrs: { dims } }) => g.flip(dims)]);
define(shapeOps.roll, [(g, { attrs: { shifts, dims } }) => g.roll(shifts.map((n) => -n), dims)]);
define(shapeOps.rot90, [(g, { attrs: { k, dims } }) => g.rot90(-k, dims)]);
define(shapeOps.tril, [(g, { attrs: { diagonal } }) => g.tril(diagonal)]);
define(shapeOps.triu, [(g, { attrs: { diagonal } }) => g.triu(diagonal)]);
define(shapeOps.diag, [(g, { attrs: { offset }, shapes: [shape] }) =>
  viewBackward(viewBackwardOps.diagonal, g, { offset, dim1: 0, dim2: 1 }, shape)]);
define(shapeOps.diagMatrix, [(g, { attrs: { offset } }) => g.diagonal(offset)]);
define(shapeOps.diagEmbed, [(g, { attrs: { offset, dim1, dim2 } }) => g.diagonal(offset, dim1, dim2)]);

// what was added is taken away again
define(padOps.constantPadNd, [(g, { attrs: { pads } }) => constantPadNd(g, pads.map((n) => -n))]);
for (const op of [...padOps.reflect, ...padOps.replicate, ...padOps.circular]) {
  define(op, [(g: Tensor, { attrs, shapes: [shape] }) => padBorderBackward(g, attrs, shape)]);
}
define(padOps.borderPadBackward, [(g, { attrs }) => padBorder(g, attrs)]);

// adjoint to one another
define(patchOps.im2col, [(g, { attrs }) => runPatches('col2im', g, attrs)]);
define(patchOps.col2im, [(g, { attrs }) => runPatches('im2col', g, attrs)]);
define(patchOps.pixelShuffle, [(g, { attrs: { factor } }) => pixelUnshuffle(g, factor)]);
define(patchOps.pixelUnshuffle, [(g, { attrs: { factor } }) => pixelShuffle(g, factor)]);
define(patchOps.channelShuffle, [(g, { attrs: { groups }, shapes: [shape] }) => channelShuffle(g, Math.max(shape[1] / groups, 1))]);
