export { currentBackend, explain, webgpu, type WebgpuBackend } from './backend.js';
export type { WebgpuOptions } from './adapter.js';
export { DeviceLostError, NoAdapterError, OutOfMemoryError } from './errors.js';
export { deviceCount, getDeviceName, getDeviceProperties, init, isAvailable, synchronize } from './device-query.js';
export type { DeviceProperties } from './device-query.js';
