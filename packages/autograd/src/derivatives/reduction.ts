import { cat, ones, where, type Tensor } from '@sconce/tensor';
import { extremaOps, reductionOps, type DimAttrs, type ReduceAttrs } from '@sconce/tensor/internal';
import { define, nonDifferentiable, saving, type Rule } from './define.js';

/** Puts reduced dimensions back with size 1. */
export function unsqueezed(x: Tensor, { dims, keepdim }: ReduceAttrs): Tensor {
  if (keepdim) return x;
  let full = x;
  for (const d of dims) full = full.unsqueeze(d);
  return full;
}

/** A reduced gradient, spread over the shape that was reduced. */
export const unreduce = (g: Tensor, shape: readonly number[], attrs: ReduceAttrs): Tensor =>
  unsqueezed(g, attrs).expand(shape);

/** How many elements were folded into one. */
export const countOf = (shape: readonly number[], { dims }: ReduceAttrs): number =>
  dims.reduce((n, d) => n * shape[d], 1);

const sumRule: Rule<ReduceAttrs> = (g, { shapes: [shape], attrs }) => unreduce(g, shape, attrs);
define(reductionOps.sum, [sumRule]);
define(reductionOps.sumDim, [sumRule]);

const meanRule: Rule<ReduceAttrs> = (g, { shapes: [shape], attrs }) => unreduce(g, shape, attrs).div(countOf(shape, attrs));
define(reductionOps.mean, [meanRule]);
define(reductionOps.meanDim, [meanRule]);

/** For each element the product of all others along a dimension: those before times those after; no division by zero. */
export function productOfOthers(x: Tensor, dim: number): Tensor {
  const n = x.shape[dim];
  if (n === 0) return x;
  const one = ones(x.shape.with(dim, 1), { dtype: x.dtype, device: x.device });
  const before = cat([one, x.narrow(dim, 0, n - 1)], dim).cumprod(dim);
  const after = cat([one, x.narrow(dim, 1, n - 1).flip(dim)], dim).cumprod(dim).flip(dim);
  return before.mul(after);
}

define(reductionOps.prod, [
  saving([0], (g, { inputs: [x] }) => g.mul(productOfOthers(x.reshape(-1), 0)).reshape(x.shape)),
]);
define(reductionOps.prodDim, [
  saving<ReduceAttrs>([0], (g, { inputs: [x], attrs }) =>
    (x.dim() === 0 ? g : unsqueezed(g, attrs).mul(productOfOthers(x, attrs.dims[0])))),
]);

/** A gradient in equal parts to the elements that are equal to what was found, along dimensions or among all of them. */
export function evenlyTo(g: Tensor, x: Tensor, found: Tensor, dims?: readonly number[]): Tensor {
  const equal = x.eq(found).logicalOr(x.isnan().logicalAnd(found.isnan()));
  const share = g.div(equal.sum(dims, { keepdim: true }));
  // among all, a gradient that is not finite stays where it belongs, as in PyTorch; along dimensions it is multiplied
  return dims ? share.mul(equal) : where(equal, share, 0);
}

/** The gradient of an extreme, in equal parts to the elements that are equal to it. */
const evenly: Rule<ReduceAttrs> = saving<ReduceAttrs>([0, 'result'], (g, { inputs: [x], result, attrs }) =>
  evenlyTo(unsqueezed(g, attrs), x, unsqueezed(result, attrs), attrs.dims));
define(extremaOps.amax, [evenly]);
define(extremaOps.amin, [evenly]);
const ofAll: Rule<ReduceAttrs> = saving<ReduceAttrs>([0, 'result'], (g, { inputs: [x], result }) => evenlyTo(g, x, result));
define(extremaOps.max, [ofAll]);
define(extremaOps.min, [ofAll]);

/** The gradient of values that were selected along a dimension, at their indices. */
export function atIndices(g: Tensor, indices: Tensor, shape: readonly number[], { dim, keepdim }: DimAttrs): Tensor {
  if (shape.length === 0) return g;
  const kept = (x: Tensor): Tensor => (keepdim ? x : x.unsqueeze(dim!));
  return g.newZeros(shape).scatter(dim!, kept(indices), kept(g));
}

const selected: Rule<DimAttrs> = saving<DimAttrs>(['result1'], (g, { results: [, indices], shapes: [shape], attrs }) =>
  atIndices(g, indices, shape, attrs));
define(extremaOps.maxDim, [selected]);
define(extremaOps.minDim, [selected]);

nonDifferentiable(extremaOps.argmax, extremaOps.argmin, reductionOps.all, reductionOps.any);
