/** The functions that show, pick, place and rearrange elements and that are methods as well. */
export { index, indexPut, indexPut_ } from './indexing.js';
export {
  argwhere, gather, indexSelect, maskedSelect, nonzero, repeatInterleave, take, takeAlongDim,
} from './indexing-select.js';
export { maskedSelectAsync, nonzeroAsync, uniqueAsync } from './indexing-async.js';
export { bincount } from './indexing-search.js';
export { unique, uniqueConsecutive } from './indexing-unique.js';
export {
  indexAdd, indexAdd_, indexCopy, indexCopy_, indexFill, indexFill_, indexReduce, indexReduce_, maskedScatter, maskedScatter_, put, put_, scatter,
  scatter_, scatterAdd, scatterAdd_, scatterReduce, scatterReduce_,
} from './scatter.js';
export {
  diag, diagEmbed, diagflat, flip, fliplr, flipud, repeat, roll, rot90, tile, tril, tril_, triu, triu_,
} from './shape.js';
export {
  broadcastTo, expand, expandAs, flatten, moveaxis, movedim, permute, ravel, reshape, reshapeAs, squeeze, swapaxes, swapdims,
  t, transpose, unflatten, unsqueeze, view, viewAs,
} from './views.js';
export { squeeze_, swapaxes_, swapdims_, t_, transpose_, unsqueeze_ } from './views-inplace.js';
export { chunk, dsplit, hsplit, split, splitWithSizes, tensorSplit, unbind, vsplit } from './views-split.js';
export { asStridedScatter, diagonalScatter, selectScatter, sliceScatter } from './views-scatter.js';
export { adjoint, viewAsReal } from './complex.js';
export { asStrided, diagonal, narrow, narrowCopy, select, slice, unfold } from './views-windows.js';
