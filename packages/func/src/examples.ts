import { Device, fromTypedArray, Tensor, viewAsComplex, viewAsReal, zeros, type DType } from '@sconce/tensor';
import { isWhole, Layout, product, type Storage, type View } from '@sconce/tensor/internal';
import { placed } from './placed.js';
import type { Randomness } from './vmap.js';

/**
 * What a call of `vmap` maps over: a device on which a tensor stands for one of each of `size` examples. To ops and views its
 * memory is an example's; behind it is a tensor with one more dimension, wherever the examples are.
 */
export class ExamplesDevice extends Device {
  /**
   * @param level how many calls of `vmap` are around, this one included
   * @param where the device of the examples
   */
  constructor(readonly level: number, readonly size: number, readonly where: Device, readonly randomness: Randomness) { super('vmap', level); }
}

/** Memory of which each example has its own. */
export class ExamplesStorage implements Storage {
  version = 0;
  holders = 1;
  /** of shape [examples, elements], of the dtype that was written last; null before that */
  values: Tensor | null = null;
  /** what the host has written, which is the same for all examples, until its dtype is known */
  bytes: Uint8Array | null = null;
  constructor(readonly device: ExamplesDevice, readonly nbytes: number) {}
}

/** Whether the examples are one and the same memory. */
export const isShared = (x: Tensor): boolean => x.shape[0] > 1 && x.stride(0) === 0;

/** What stands for one of each of the examples [examples, …]. */
export function exampleOf(examples: Tensor, device: ExamplesDevice): Tensor {
  const [size, ...shape] = examples.shape, count = product(shape), storage = new ExamplesStorage(device, count * examples.dtype.itemsize);
  storage.values = examples.reshape(size, count);
  return new Tensor(storage, examples.dtype, Layout.contiguous(shape));
}

/** What stands for a tensor that is the same for all examples. */
export const sameForAll = (x: Tensor, device: ExamplesDevice): Tensor => exampleOf(x.unsqueeze(0).expand(device.size, ...x.shape), device);

/** The examples [examples, …] for which a view stands. */
export const examplesOf = (view: View): Tensor => placed(valuesOf(view), view.layout);

/** Writes the examples [examples, …] for which a view stands. What was read before stays as it was: gradients go their way. */
export function setExamples(view: View, examples: Tensor): void {
  const storage = view.storage as ExamplesStorage, values = examples.to(view.dtype);
  if (isWhole(view)) {
    storage.bytes = null;
    storage.values = values.reshape(values.shape[0], view.layout.numel);
    return;
  }
  const all = valuesOf(view).clone().contiguous();
  placed(all, view.layout).copy_(values);
  storage.values = all;
}

/** All of a view's memory, [examples, elements], as numbers of the view's dtype. */
function valuesOf(view: View): Tensor {
  const { dtype } = view, storage = view.storage as ExamplesStorage, { device: { size, where }, nbytes } = storage;
  if (storage.bytes) {
    storage.values = reread(fromTypedArray(storage.bytes).unsqueeze(0), dtype).to(where).expand(size, -1);
    storage.bytes = null;
  }
  if (storage.values) return storage.values.dtype === dtype ? storage.values : reread(storage.values, dtype);
  return zeros([1, nbytes / dtype.itemsize], { dtype, device: where }).expand(size, -1);
}

/** The same bytes as numbers of another dtype; complex numbers and their parts with gradients. */
function reread(values: Tensor, dtype: DType): Tensor {
  if (values.dtype.isComplex && !dtype.isComplex) return viewAsReal(values).flatten(1);
  if (dtype.isComplex && values.isFloatingPoint()) return viewAsComplex(values.contiguous().unflatten(1, [-1, 2]));
  return values.contiguous().view(dtype);
}
