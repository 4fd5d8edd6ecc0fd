import { where, zeros, type Tensor } from '@sconce/tensor';
import { scatterOps, type AlongDim, type IndexAddAttrs, type ScatterReduceAttrs, product } from '@sconce/tensor/internal';
import { define, saving, type Context } from './define.js';
import { grown } from './indexing.js';

const zerosOf = (g: Tensor, shape: readonly number[]): Tensor => zeros(shape, { dtype: g.dtype, device: g.device });

/** What an index was written to has no gradient. */
const withoutWritten = saving<AlongDim>([1], (g, { inputs: [, index], attrs: { dim } }) => g.scatter(dim, index, 0));
/** The source's gradient: that of the elements to which it went; the source may be larger than the index. */
const picked = saving<AlongDim>([1], (g, { inputs: [, index], attrs: { dim }, shapes: [, , shape] }) =>
  grown(g.gather(dim, index), shape));

define(scatterOps.scatter, [withoutWritten, null, picked]);
define(scatterOps.scatterValue, [withoutWritten, null]);
define(scatterOps.scatterAdd, [(g) => g, null, picked]);

const everything = [0, 1, 2, 'result'] as const;
define(scatterOps.scatterReduce, [
  saving<ScatterReduceAttrs>(everything, (g, context) => {
    const { inputs: [, index], attrs: { dim, includeSelf } } = context;
    const own = scatterReduceSelf(g, context);
    // without the tensor's own elements, those that something was sent to do not count
    return includeSelf ? own : own.scatter(dim, index, 0);
  }),
  null,
  saving<ScatterReduceAttrs>(everything, (g, context) => grown(scatterReduceSource(g, context), context.shapes[2])),
]);

/** How many elements meet in each element. */
function meeting(g: Tensor, { inputs: [x, index, src], attrs: { dim, includeSelf } }: Context<ScatterReduceAttrs>): Tensor {
  const start = zerosOf(g, x.shape).add(includeSelf ? 1 : 0);
  return start.scatterAdd(dim, index, zerosOf(g, src.shape).add(1)).clampMin(1);
}

/** The gradient of a largest or smallest element, shared among all that equal it; and which of x and src do. */
function shared(g: Tensor, { inputs: [x, index, src], result, attrs: { dim } }: Context<ScatterReduceAttrs>) {
  const value = corner(result.gather(dim, index), index);
  const xIs = x.eq(result).to(g.dtype), srcIs = corner(src, index).eq(value).to(g.dtype);
  const ways = xIs.scatterAdd(dim, index, srcIs);
  return { each: g.div(ways), xIs, srcIs };
}

/** The part of a source that an index sends. */
function corner(src: Tensor, index: Tensor): Tensor {
  return index.shape.reduce((x, n, d) => (x.shape[d] === n ? x : x.narrow(d, 0, n)), src);
}

function scatterReduceSelf(g: Tensor, context: Context<ScatterReduceAttrs>): Tensor {
  const { inputs: [x, index, src], attrs: { dim, reduce, includeSelf } } = context;
  switch (reduce) {
    case 'sum': return g;
    case 'mean': return g.div(meeting(g, context));
    // the product of all others: zeros are left out of it and not divided by
    case 'prod': {
      const nonzero = x.maskedFill(x.eq(0), 1);
      return g.mul(nonzero.scatterReduce(dim, index, src, 'prod', { includeSelf })).div(nonzero);
    }
    default: {
      const { each, xIs } = shared(g, context);
      return xIs.mul(each);
    }
  }
}

function scatterReduceSource(g: Tensor, context: Context<ScatterReduceAttrs>): Tensor {
  const { inputs: [x, index, whole], result, attrs: { dim, reduce, includeSelf } } = context;
  switch (reduce) {
    case 'sum': return g.gather(dim, index);
    case 'mean': return g.div(meeting(g, context)).gather(dim, index);
    case 'prod': {
      const src = corner(whole, index);
      const isZero = src.eq(0);
      const zerosThere = zerosOf(g, x.shape).scatterAdd(dim, index, isZero.to(g.dtype)).gather(dim, index);
      const onlyZero = isZero.logicalAnd(zerosThere.eq(1));
      // of the only zero among the factors, the product of the others
      const others = x.scatterReduce(dim, index, src.maskedFill(onlyZero, 1), 'prod', { includeSelf });
      return where(onlyZero, g.mul(others).gather(dim, index), g.mul(result).gather(dim, index).div(src.maskedFill(isZero, 1)));
    }
    default: {
      const { each, srcIs } = shared(g, context);
      return srcIs.mul(each.gather(dim, index));
    }
  }
}

define(scatterOps.indexAdd, [
  (g) => g, null,
  saving<IndexAddAttrs>([1], (g, { inputs: [, index], attrs: { dim, alpha }, shapes: [, , shape] }) =>
    sliceGradient(g, dim, index, shape).mul(alpha)),
]);
define(scatterOps.indexCopy, [
  saving<AlongDim>([1], (g, { inputs: [, index], attrs: { dim } }) => g.indexFill(dim, index, 0)), null,
  saving<AlongDim>([1], (g, { inputs: [, index], attrs: { dim }, shapes: [, , shape] }) => sliceGradient(g, dim, index, shape)),
]);

/** The slices of a gradient that an index names; a 0-d source stands for one of one element. */
const sliceGradient = (g: Tensor, dim: number, index: Tensor, shape: readonly number[]): Tensor => {
  const slices = g.indexSelect(dim, index);
  return shape.length === 0 ? slices.reshape([]) : slices.dim() === 0 ? slices.reshape(shape) : slices;
};

define(scatterOps.indexFill, [saving<AlongDim>([1], (g, { inputs: [, index], attrs: { dim } }) => g.indexFill(dim, index, 0)), null]);
define(scatterOps.indexFillTensor, [
  saving<AlongDim>([1], (g, { inputs: [, index], attrs: { dim } }) => g.indexFill(dim, index, 0)), null,
  saving<AlongDim>([1], (g, { inputs: [, index], attrs: { dim } }) => g.indexSelect(dim, index).sum()),
]);

interface PutAttrs { readonly accumulate: boolean }
define(scatterOps.put, [
  saving<PutAttrs>([1], (g, { inputs: [, index], attrs: { accumulate } }) => (accumulate ? g : g.put(index, zerosOf(g, index.shape)))), null,
  saving<PutAttrs>([1], (g, { inputs: [, index], shapes: [, , shape] }) => g.take(index).reshape(shape)),
]);

define(scatterOps.maskedScatter, [
  saving([1], (g, { inputs: [, mask] }) => g.maskedFill(mask.bool(), 0)), null,
  // how many are chosen need not be known: what is not goes behind the end
  saving([1], (g, { inputs: [, mask], shapes: [, , shape] }) => {
    const end = product(shape), chosen = mask.bool().expand(g.shape).flatten();
    const index = chosen.cumsum(0).sub(1).maskedFill(chosen.logicalNot(), end);
    return zerosOf(g, [end + 1]).scatter(0, index, g.flatten()).narrow(0, 0, end).reshape(shape);
  }),
]);
