import { float32, int16, type DType } from '@sconce/tensor';
import { conversionOps, creationOps, Layout, Scalar, type Kernel, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { WasmStorage } from '../storage.js';
import { lowerPointwise } from './pointwise.js';

interface Movers { readonly copy: Kernel<DType>; readonly fill: Kernel<DType> }
const movers = new WeakMap<Engine, Movers>();

function moversOf(engine: Engine): Movers {
  let found = movers.get(engine);
  if (!found) movers.set(engine, (found = { copy: lowerPointwise(engine, conversionOps.toCopy), fill: lowerPointwise(engine, creationOps.fill) }));
  return found;
}

const asInt16 = ({ storage, layout }: View): View => ({ storage, dtype: int16, layout });

/** Copies a view to another of the same shape, converted to its dtype. */
export function copyTo(engine: Engine, from: View, to: View): void {
  // half types are not computed with, but moved they can be
  if (from.dtype === to.dtype && from.dtype.itemsize === 2 && from.dtype !== int16) return copyTo(engine, asInt16(from), asInt16(to));
  moversOf(engine).copy([from], [to], from.dtype);
}

/** Sets all elements of a view to a number. */
export const fill = (engine: Engine, view: View, value: number | bigint | boolean): void =>
  moversOf(engine).fill([view, new Scalar(value)], [view], view.dtype);

/** Calls `fn` with scratch memory for a view's elements, in order. */
export function withScratch<T>(engine: Engine, { storage, dtype, layout }: View, fn: (dense: View) => T): T {
  const nbytes = layout.numel * dtype.itemsize;
  return engine.scratch(nbytes, (address) => fn({
    storage: new WasmStorage(storage.device, nbytes, address, engine.heap, null), dtype, layout: Layout.contiguous(layout.shape),
  }));
}

const firstScattered = (views: readonly View[]): number => {
  for (let i = 0; i < views.length; i++) if (!views[i].layout.isContiguous) return i;
  return -1;
};

/** Calls `fn` with views whose elements lie together in order: those that do not are copied to scratch memory first. */
export function withContiguous<T>(engine: Engine, views: readonly View[], fn: (views: readonly View[]) => T): T {
  const at = firstScattered(views);
  if (at < 0) return fn(views);
  return withScratch(engine, views[at], (dense) => {
    copyTo(engine, views[at], dense);
    return withContiguous(engine, views.with(at, dense), fn);
  });
}

/** The first output that is scattered, or lies where an input lies. */
function firstInTheWay(inputs: readonly View[], outputs: readonly View[]): number {
  for (let i = 0; i < outputs.length; i++) {
    if (!outputs[i].layout.isContiguous) return i;
    for (let k = 0; k < inputs.length; k++) if (inputs[k].storage === outputs[i].storage) return i;
  }
  return -1;
}

/**
 * Calls `fn` with outputs whose elements lie together, and apart from those of the inputs: in scratch memory, from where
 * they are moved to where they belong; then true.
 */
export function intoContiguous(
  engine: Engine, inputs: readonly View[], outputs: readonly View[], fn: (outputs: readonly View[]) => void,
): true {
  const at = firstInTheWay(inputs, outputs);
  if (at < 0) {
    fn(outputs);
    return true;
  }
  return withScratch(engine, outputs[at], (scratch) => {
    intoContiguous(engine, inputs, outputs.with(at, scratch), fn);
    copyTo(engine, scratch, outputs[at]);
    return true;
  });
}

/** Calls `fn` with inputs and outputs whose elements lie together; then true. */
export const dense = (
  engine: Engine, inputs: readonly View[], outputs: readonly View[], fn: (inputs: readonly View[], outputs: readonly View[]) => void,
): true => withContiguous(engine, inputs, (xs) => intoContiguous(engine, inputs, outputs, (ys) => fn(xs, ys)));

/** Whether kernels of float32 can run: all views have that dtype, and some element. */
export function areFloats(views: readonly View[]): boolean {
  for (let i = 0; i < views.length; i++) if (views[i].dtype !== float32 || views[i].layout.numel === 0) return false;
  return true;
}

/** The same memory by another layout. */
export const relaid = ({ storage, dtype }: View, layout: Layout): View => ({ storage, dtype, layout });

/** The same memory by another shape; the view is contiguous. */
export const reshaped = (view: View, shape: readonly number[]): View =>
  relaid(view, new Layout(shape, Layout.contiguous(shape).strides, view.layout.offset));

/** A view with its dimensions in another order. */
export const inOrder = (view: View, dims: readonly number[]): View => relaid(view, view.layout.permute(dims));

/** A view with one dimension moved to the end. */
export const movedLast = (view: View, dim: number): View =>
  inOrder(view, [...[...view.layout.shape.keys()].filter((d) => d !== dim), dim]);
