import { product, sortingOps, type Op } from '@sconce/tensor/internal';
import { pointer, type KernelFunction } from '../engine.js';
import { isComparable } from '../kernels/scalars.js';
import { addTopk } from '../kernels/sorting.js';
import { dense } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** More of the largest or smallest elements are for the JavaScript kernel, whose time does not depend on their order. */
const FEW = 16;

/** The few largest or smallest elements. */
export const lowerSorting: Lowering = (engine) => {
  const compiled = new Map<number, KernelFunction>();
  return [[sortingOps.topk as Op<never>, orElse(sortingOps.topk, (inputs, outputs, { dim, k, largest }) => {
    const [{ dtype, layout: { shape, numel } }] = inputs;
    if (k === 0 || k > FEW || numel === 0 || !isComparable(dtype)) return false;
    const key = dtype.code * 2 + (largest ? 1 : 0), n = shape[dim] ?? 1;
    let fn = compiled.get(key);
    if (!fn) compiled.set(key, (fn = engine.compile((m) => addTopk(m, dtype, largest)).topk));
    return dense(engine, inputs, outputs, ([x], [values, places]) =>
      engine.launch(fn, numel / n, 2 * numel, n, product(shape.slice(dim + 1)), k, pointer(x), pointer(values), pointer(places)));
  })]];
};
