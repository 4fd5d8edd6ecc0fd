import { registerBackend } from '@sconce/tensor';
import { findAdapter, type WebgpuOptions } from './adapter.js';
import { currentBackend, webgpu, type WebgpuBackend } from './backend.js';

/** What a device is and can do, as `torch.cuda.get_device_properties`. */
export interface DeviceProperties {
  readonly name: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/**
 * Opens a device and lets it serve `webgpu`.
 * @throws NoAdapterError where there is no WebGPU
 * @example
 * await torch.webgpu.init();
 * const x = torch.ones(2, 3).to('webgpu');
 */
export async function init(options: WebgpuOptions = {}): Promise<WebgpuBackend> {
  const backend = await webgpu(options);
  registerBackend(backend);
  return backend;
}

/** Whether there is an adapter. @example if (await torch.webgpu.isAvailable()) await torch.webgpu.init(); */
export const isAvailable = async (options: WebgpuOptions = {}): Promise<boolean> => (await findAdapter(options)) !== null;

/** How many devices there are: WebGPU shows one at a time. */
export const deviceCount = async (options: WebgpuOptions = {}): Promise<number> => ((await isAvailable(options)) ? 1 : 0);

/** The name of the adapter in use. @throws RuntimeError before `init` */
export const getDeviceName = (): string => currentBackend().name;

/** What the adapter in use has. @throws RuntimeError before `init` */
export function getDeviceProperties(): DeviceProperties {
  const { name, device: { features, limits } } = currentBackend();
  const numbers: Record<string, number> = {};
  for (const key in limits) {
    const value = limits[key as keyof GPUSupportedLimits];
    if (typeof value === 'number') numbers[key] = value;
  }
  return { name, features: [...features], limits: numbers };
}

/** Waits until all work is done. */
export const synchronize = (): Promise<void> => currentBackend().synchronize();
