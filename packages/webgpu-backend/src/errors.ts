import { RuntimeError } from '@sconce/tensor';

/** There is no WebGPU here, or no adapter that fits what was asked. */
export class NoAdapterError extends RuntimeError { override readonly name = 'NoAdapterError'; }

/** The device is gone: destroyed, unplugged, or reset by the driver. What it held is lost. */
export class DeviceLostError extends RuntimeError { override readonly name = 'DeviceLostError'; }

/** The device has no memory left, or a tensor is larger than it can hold. */
export class OutOfMemoryError extends RuntimeError { override readonly name = 'OutOfMemoryError'; }
