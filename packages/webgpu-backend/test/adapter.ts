import { registerBackend } from '@sconce/tensor';
import { isAvailable, webgpu, type WebgpuBackend, type WebgpuOptions } from '../src/index.js';
import { linalg } from '../src/linalg.js';
import { extra } from '../src/extra.js';

/** Whether there is an adapter to test on. */
export const available = await isAvailable();

/** A backend with all kernels: tests in one page share what is registered. */
export const open = (options: WebgpuOptions = {}): Promise<WebgpuBackend> => webgpu({ kernels: [...linalg, ...extra], ...options });

if (available) registerBackend(await open());
else console.warn('no WebGPU adapter: the tests of device webgpu are skipped (a Vulkan driver and the package webgpu make one)');
