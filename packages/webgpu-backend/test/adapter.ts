import { registerBackend } from '@sconce/tensor';
import { isAvailable, webgpu } from '../src/index.js';
import { linalg } from '../src/linalg.js';

/** Whether there is an adapter to test on. */
export const available = await isAvailable();

if (available) registerBackend(await webgpu({ kernels: linalg }));
else console.warn('no WebGPU adapter: the tests of device webgpu are skipped (a Vulkan driver and the package webgpu make one)');
