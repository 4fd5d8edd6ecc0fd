import { bool } from '@sconce/tensor';
import { indexingOps, Layout, scatterOps, type Op, type StructuredOp, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildNonzero } from '../kernels/nonzero.js';
import { copyTo, dense, fill, relaid, reshaped, withContiguous, withScratch } from './dense.js';
import type { Lowering } from './index.js';
import { gatherElements, scatterElements, wordsOf } from './index-elements.js';
import { addRows, along, isSummable, partOf, pickRows, sameBut, sendRows, withOffsets } from './index-rows.js';
import { orElse } from './or-else.js';
import { withIntegers } from './tables.js';

/** Reading and writing by indices. What has an index out of range is left to the JavaScript kernel, which says so. */
export const lowerIndexing: Lowering = (engine) => [
  entry(indexingOps.indexSelect, ([x, index], [out], { dim }) => x.layout.shape.length > 0 &&
    pickRows(engine, x, [along(index, x, dim, false)], out, dim, dim)),
  entry(indexingOps.embedding, ([weight, index], [out]) => pickRows(engine, weight, [along(index, weight, 0, false)], out, 0, 0)),
  entry(indexingOps.take, ([x, index], [out]) => withContiguous(engine, [x], ([together]) => {
    const row = reshaped(together, [x.layout.numel]);
    return pickRows(engine, row, [along(index, row, 0, true)], out, 0, 0);
  })),
  entry(indexingOps.index, ([x, indices], [out], { dims }) => areNeighbours(dims) &&
    pickRows(engine, x, indicesOf(indices, x, dims), out, dims[0], dims.at(-1)!)),
  entry(indexingOps.indexPut, ([x, indices, values], [out], { dims, accumulate }) => {
    if (!areNeighbours(dims)) return false;
    const { shape } = x.layout, target = [...shape.slice(0, dims[0]), ...indices.layout.shape.slice(1), ...shape.slice(dims.at(-1)! + 1)];
    const spread = { storage: values.storage, dtype: values.dtype, layout: values.layout.broadcastTo(target) };
    return sendRows(engine, x, indicesOf(indices, x, dims), spread, out, dims[0], dims.at(-1)!, accumulate ? 1 : null);
  }),
  entry(scatterOps.indexCopy, ([x, index, source], [out], { dim }) => sameBut(source, x, dim) &&
    sendRows(engine, x, [along(index, x, dim, false)], source, out, dim, dim, null)),
  entry(scatterOps.indexAdd, ([x, index, source], [out], { dim, alpha }) => sameBut(source, x, dim) &&
    sendRows(engine, x, [along(index, x, dim, false)], source, out, dim, dim, Number(alpha))),
  entry(indexingOps.embeddingDenseBackward, ([grad, index], [out], { paddingIdx, scaleGradByFreq }) => !scaleGradByFreq &&
    isSummable(grad) && grad.layout.numel > 0 && withContiguous(engine, [grad], ([g]) => withOffsets(engine, [along(index, out, 0, false)], (at, count) =>
      dense(engine, [], [out], (_, [sums]) => {
        fill(engine, sums, 0);
        const width = out.layout.shape[1];
        addRows(engine, { outer: 1, outerBytes: 0, count, width }, g, at, sums, 1, paddingIdx * width * g.dtype.itemsize);
      })))),
  entry(indexingOps.gather, ([x, index], [out], { dim }) => sameBut(index, x, dim) && gatherElements(engine, x, index, dim, out)),
  entry(scatterOps.scatter, ([x, index, src], [out], { dim }) => sameBut(index, x, dim) && sameBut(index, src) &&
    scatterElements(engine, 'scatter', x, index, src, dim, out)),
  entry(scatterOps.scatterAdd, ([x, index, src], [out], { dim }) => isSummable(x) && sameBut(index, x, dim) && sameBut(index, src) &&
    scatterElements(engine, 'scatterAdd', x, index, src, dim, out)),
  entry(scatterOps.scatterValue, ([x, index], [out], { dim, value }) => sameBut(index, x, dim) &&
    scatterElements(engine, 'scatterValue', x, index, null, dim, out, wordsOf(value, x.dtype))),
  entry(indexingOps.nonzero, ([x], [out]) => out.layout.numel > 0 && findNonzero(engine, x, out)),
];

const entry = <A>(op: StructuredOp<A>, fast: (inputs: readonly View[], outputs: readonly View[], attrs: A) => boolean): ReturnType<Lowering>[number] =>
  [op as Op<never>, orElse(op, fast)];

const areNeighbours = (dims: readonly number[]): boolean => dims.every((d, i) => d === dims[0] + i);

/** The stacked index tensors of some dimensions. */
const indicesOf = (indices: View, x: View, dims: readonly number[]) => dims.map((d, k) => along(partOf(indices, k), x, d, true));

/** Bytes of a vector. */
const VECTOR = 16;

/** Writes the indices of the elements that are not zero, for as many as there are; then true. */
function findNonzero(engine: Engine, x: View, out: View): true {
  const { shape, numel } = x.layout, width = shape.at(-1)!, leading = shape.length - 1, zeros = new Array<number>(2 * leading).fill(0);
  // the last vector may reach beyond the flags
  return withScratch(engine, { storage: x.storage, dtype: bool, layout: Layout.contiguous([numel + VECTOR]) }, (room) => {
    const flags = relaid(room, Layout.contiguous(shape));
    copyTo(engine, x, flags);
    return withIntegers(engine, shape.slice(0, -1), (sizes) => withIntegers(engine, zeros, (index) => dense(engine, [], [out], (_, [places]) =>
      engine.functions(buildNonzero).nonzero(0, numel / width, width, pointer(flags), leading, sizes, index, pointer(places)))));
  });
}
