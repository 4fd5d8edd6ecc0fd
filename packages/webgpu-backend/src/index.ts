export { currentBackend, explain, webgpu, type WebgpuBackend } from './backend.js';
export type { WebgpuOptions } from './adapter.js';
export { DeviceLostError, NoAdapterError, OutOfMemoryError } from './errors.js';
export { deviceCount, getDeviceName, getDeviceProperties, init, isAvailable, synchronize } from './device-query.js';
export type { DeviceProperties } from './device-query.js';
export { recover } from './recover.js';
export { compiledKernels, warmup } from './warmup.js';
export type { CompiledKernel } from './warmup.js';
