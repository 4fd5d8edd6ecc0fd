import { sortingOps } from '@sconce/tensor/internal';
import { rowsAlong } from '../kernels/rows.js';
import { sortRows } from '../kernels/sort.js';
import { entry, type Lowering } from './entry.js';

/** Ops that order elements. */
export const lowerSort: Lowering = (engine) => [
  entry(sortingOps.sort, ([x], [values, places], { dim, descending }) =>
    sortRows(engine, x, values, places, rowsAlong(x.layout, dim), descending, x.layout.shape[dim] ?? 1)),
  entry(sortingOps.topk, ([x], [values, places], { dim, k, largest }) =>
    sortRows(engine, x, values, places, rowsAlong(x.layout, dim), largest, k)),
];
