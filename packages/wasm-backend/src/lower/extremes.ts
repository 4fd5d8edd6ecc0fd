import { extremaOps, type DimAttrs, type Op, type StructuredOp, type View, product } from '@sconce/tensor/internal';
import { pointer, type Engine, type KernelFunction } from '../engine.js';
import { addExtreme } from '../kernels/extremes.js';
import { isComparable } from '../kernels/scalars.js';
import { dense } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** max and min along a dimension, argmax and argmin. */
export const lowerExtremes: Lowering = (engine) => {
  const compiled = new Map<number, KernelFunction>();
  const find = ({ dtype }: View, largest: boolean): KernelFunction => {
    const key = dtype.code * 2 + (largest ? 1 : 0);
    let fn = compiled.get(key);
    if (!fn) compiled.set(key, (fn = engine.compile((m) => addExtreme(m, dtype, largest)).extreme));
    return fn;
  };
  const entry = (op: StructuredOp<DimAttrs>, largest: boolean): ReturnType<Lowering>[number] => [op as Op<never>, orElse(op, (inputs, outputs, { dim }) =>
    isComparable(inputs[0].dtype) && inputs[0].layout.numel > 0 && dense(engine, inputs, outputs, ([x], ys) =>
      run(engine, find(x, largest), x, dim, ys.at(-1)!, ys.length > 1 ? ys[0] : null)))];
  const { maxDim, minDim, argmax, argmin } = extremaOps;
  return [entry(maxDim, true), entry(minDim, false), entry(argmax, true), entry(argmin, false)];
};

function run(engine: Engine, fn: KernelFunction, x: View, dim: number | null, places: View, values: View | null): void {
  const { shape, numel } = x.layout, size = x.dtype.itemsize;
  const [n, inner] = dim === null || shape.length === 0 ? [numel, 1] : [shape[dim], product(shape.slice(dim + 1))];
  engine.launch(fn, numel / n, numel, n, inner, inner * size, n * inner * size, pointer(x), pointer(places), values ? pointer(values) : 0);
}
