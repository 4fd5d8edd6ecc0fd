import { expr, normOps, type NormAttrs, type Op } from '@sconce/tensor/internal';
import type { Fold } from '../kernels/reduce.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';
import { reducer } from './reduce.js';

const { abs, add, constant, max, mul, sqrt } = expr;

const SUM: Fold = { init: (dtype) => constant(0, dtype), combine: add };
export const SQUARES: Fold = { ...SUM, map: (x) => mul(x, x) };

/** Norms by their order; others stay with JavaScript. */
const FOLDS: ReadonlyMap<number, Fold> = new Map<number, Fold>([
  [1, { ...SUM, map: abs }],
  [2, { ...SQUARES, finish: sqrt }],
  [Infinity, { ...SUM, combine: max, map: abs }],
]);

export const lowerNorm: Lowering = (engine) => {
  const folds = new Map([...FOLDS].map(([ord, fold]) => [ord, reducer(engine, fold)]));
  return [normOps.norm, normOps.vectorNorm].map((op) => [
    op as Op<never>, orElse<NormAttrs>(op, ([x], [out], { ord, dims }) => folds.get(ord)?.(x, out, dims) ?? false),
  ]);
};
