import { sortingOps, type AlongDim, type DimAttrs } from '@sconce/tensor/internal';
import { define, saving, type Rule } from './define.js';
import { atIndices, evenlyTo } from './reduction.js';

/** The gradient of elements moved along a dimension, back to where they came from. */
const moved = saving<AlongDim>(['result1'], (g, { results: [, indices], shapes: [shape], attrs: { dim } }) =>
  atIndices(g, indices, shape, { dim, keepdim: true }));
define(sortingOps.sort, [moved]);
define(sortingOps.topk, [moved]);

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
