import { sortingOps, type DimAttrs, type SortAttrs, type TopkAttrs } from '@sconce/tensor/internal';
import { define, saving, type Rule } from './define.js';
import { atIndices, evenlyTo } from './reduction.js';

/** The gradient of elements moved along a dimension, back to where they came from. */
const moved = <A extends SortAttrs | TopkAttrs>(): Rule<A> => saving<A>(['result1'], (g, { results: [, indices], shapes: [shape], attrs }) =>
  atIndices(g, indices, shape, { dim: attrs.dim, keepdim: true }));
define(sortingOps.sort, [moved<SortAttrs>()]);
define(sortingOps.topk, [moved<TopkAttrs>()]);

const selected: Rule<DimAttrs> = saving<DimAttrs>(['result1'], (g, { results: [, indices], shapes: [shape], attrs }) =>
  atIndices(g, indices, shape, attrs));
define(sortingOps.kthvalue, [selected]);
define(sortingOps.mode, [selected]);
define(sortingOps.medianDim, [selected]);
define(sortingOps.nanmedianDim, [selected]);

/** The gradient of the median of all, in equal parts to the elements that are equal to it. */
const evenly: Rule<DimAttrs> = saving<DimAttrs>([0, 'result'], (g, { inputs: [x], result }) => evenlyTo(g, x, result));
define(sortingOps.median, [evenly]);
define(sortingOps.nanmedian, [evenly]);
