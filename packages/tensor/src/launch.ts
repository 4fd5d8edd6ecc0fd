import type { Kernel, Storage, View } from './backend.js';
import { launchComplex } from './complex/launch.js';
import { backendOf, type Device } from './device.js';
import type { DType } from './dtype.js';
import { NotImplementedError } from './errors.js';
import { isInferenceModeEnabled, markInference } from './inference.js';
import { inverse, layoutIn, orderOf } from './memory-order.js';
import type { Op } from './op.js';
import { Tensor } from './tensor.js';

/** A new tensor with uninitialised memory. @param order see `layoutIn` */
export function alloc(shape: readonly number[], dtype: DType, device: Device, order: readonly number[] | null = null): Tensor {
  const layout = layoutIn(order, shape);
  return new Tensor(allocStorage(device, layout.numel * dtype.itemsize), dtype, layout);
}

/** Uninitialised memory. */
export function allocStorage(device: Device, nbytes: number): Storage {
  const storage = backendOf(device).alloc(device, nbytes);
  if (isInferenceModeEnabled()) markInference(storage);
  return storage;
}

/** The kernel of an op on a device. @throws NotImplementedError naming both where there is none */
export function kernelOf(op: Op<never>, device: Device): Kernel {
  return device.kernels[op.id] ?? lower(op, device);
}

function lower(op: Op<never>, device: Device): Kernel {
  const kernel = backendOf(device).lower(op as Op);
  if (!kernel) {
    throw new NotImplementedError(
      `'${op.name}' is not implemented for device '${device}'. Move the operands with .to('cpu') to compute it there`);
  }
  return (device.kernels[op.id] = kernel);
}

/** Computes an op: by its kernel, or where complex numbers are among the operands by those for their parts. */
export function launch(op: Op<never>, device: Device, inputs: readonly View[], outputs: readonly View[], attrs: unknown): void {
  (anyComplex(inputs) || anyComplex(outputs) ? complexKernelOf : kernelOf)(op, device)(inputs, outputs, attrs);
}

/** What computes an op of which an operand or a result is complex. */
export const complexKernelOf = (op: Op<never>, device: Device): Kernel => (backendOf(device).complex ? kernelOf(op, device)
  : (inputs, outputs, attrs) => launchComplex(op, device, inputs, outputs, attrs, kernelOf));

/**
 * Computes a new tensor element by element.
 * @param order in which its dimensions lie in memory: see `layoutIn`
 */
export function launchInOrder(
  order: readonly number[] | null, kernel: Kernel, views: readonly View[], shape: readonly number[], dtype: DType, device: Device, attrs: unknown,
): Tensor {
  if (order === null) {
    const result = alloc(shape, dtype, device);
    kernel(views, [result], attrs);
    return result;
  }
  const result = alloc(order.map((d) => shape[d]), dtype, device);
  kernel(inOrder(order, shape, views), [result], attrs);
  return new Tensor(result.storage, dtype, result.layout.permute(inverse(order)));
}

/** Computes element by element what is written over the first of some tensors of one shape. */
export function launchOver(op: Op<never>, device: Device, views: readonly View[], outputs: readonly View[], attrs: unknown): void {
  const { shape } = outputs[0].layout, order = orderOf(shape, outputs);
  if (order === null) launch(op, device, views, outputs, attrs);
  else launch(op, device, inOrder(order, shape, views), inOrder(order, shape, outputs), attrs);
}

/** All that is computed is permuted alike, so that what lies contiguously in memory is read and written so. */
export const inOrder = (order: readonly number[], shape: readonly number[], views: readonly View[]): View[] => views.map((v) => (v.layout.numel === 1 ? v
  : { storage: v.storage, dtype: v.dtype, layout: v.layout.broadcastTo(shape).permute(order) }));

function anyComplex(views: readonly View[]): boolean {
  for (let i = 0; i < views.length; i++) if (views[i].dtype.kind === 'complex') return true;
  return false;
}
