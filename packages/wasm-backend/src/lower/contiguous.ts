import { conversionOps, Layout, type Kernel, type View } from '@sconce/tensor/internal';
import type { DType } from '@sconce/tensor';
import type { Engine } from '../engine.js';
import { WasmStorage } from '../storage.js';
import { lowerPointwise } from './pointwise.js';

const copies = new WeakMap<Engine, Kernel<DType>>();

/** Copies a view to another of the same shape, converted to its dtype. */
export function copyTo(engine: Engine, from: View, to: View): void {
  let copy = copies.get(engine);
  if (!copy) copies.set(engine, (copy = lowerPointwise(engine, conversionOps.toCopy)));
  copy([from], [to], from.dtype);
}

/** Calls `fn` with views whose elements lie together in order: those that do not are copied to scratch memory first. */
export function withContiguous<T>(engine: Engine, views: readonly View[], fn: (views: readonly View[]) => T): T {
  const at = views.findIndex((v) => !v.layout.isContiguous);
  if (at < 0) return fn(views);
  return withScratch(engine, views[at], (dense) => {
    copyTo(engine, views[at], dense);
    return withContiguous(engine, views.with(at, dense), fn);
  });
}

/** Calls `fn` with scratch memory for a view's elements. */
export const withScratch = <T>(engine: Engine, { storage, dtype, layout }: View, fn: (dense: View) => T): T => {
  const nbytes = layout.numel * dtype.itemsize;
  return engine.scratch(nbytes, (address) => fn({
    storage: new WasmStorage(storage.device, nbytes, address, engine.heap, null, null), dtype, layout: Layout.contiguous(layout.shape),
  }));
};
