import { RuntimeError } from '@sconce/tensor';

/** There is no WebGPU here, or no adapter that fits what was asked. */
export class NoAdapterError extends RuntimeError { override readonly name = 'NoAdapterError'; }

/** The device is gone: destroyed, unplugged, or reset by the driver. What it held is lost. */
export class DeviceLostError extends RuntimeError { override readonly name = 'DeviceLostError'; }

/** The device has no memory left, or a tensor is larger than it can hold. */
export class OutOfMemoryError extends RuntimeError { override readonly name = 'OutOfMemoryError'; }

/** A number of bytes as PyTorch writes it: 512 bytes, 1.50 GiB. */
export function sizeText(nbytes: number): string {
  if (nbytes <= 1024) return `${nbytes} bytes`;
  const unit = nbytes <= 2 ** 20 ? 1 : nbytes <= 2 ** 30 ? 2 : 3;
  return `${(nbytes / 1024 ** unit).toFixed(2)} ${' KMG'[unit]}iB`;
}
