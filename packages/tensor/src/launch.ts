import type { Kernel, Storage, View } from './backend.js';
import { launchComplex } from './complex/launch.js';
import { backendOf, type Device } from './device.js';
import type { DType } from './dtype.js';
import { NotImplementedError } from './errors.js';
import { isInferenceModeEnabled, markInference } from './inference.js';
import { Layout } from './layout.js';
import type { Op } from './op.js';
import { Tensor } from './tensor.js';

/** A new tensor with uninitialised memory. */
export function alloc(shape: readonly number[], dtype: DType, device: Device): Tensor {
  const layout = Layout.contiguous(shape);
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

function anyComplex(views: readonly View[]): boolean {
  for (let i = 0; i < views.length; i++) if (views[i].dtype.kind === 'complex') return true;
  return false;
}
