/** `torch.webgpu`: the backend, and its memory as `torch.cuda` tells of it. */
import {
  currentBackend, init as initBackend, webgpu as openBackend, type WebgpuBackend, type WebgpuOptions,
} from '@sconce/webgpu-backend';
import { extra } from '@sconce/webgpu-backend/extra';
import { linalg, type Lowering } from '@sconce/webgpu-backend/linalg';

export * from '@sconce/webgpu-backend';

/** A function, as bundlers keep what a module does when it is loaded. */
const kernels = (): readonly Lowering[] => [...linalg, ...extra];

/** A backend of device `webgpu` with all kernels. @see init */
export const webgpu = (options: WebgpuOptions = {}): Promise<WebgpuBackend> => openBackend({ kernels: kernels(), ...options });

/**
 * Opens a device and lets it serve `webgpu`, with all kernels.
 * @throws NoAdapterError where there is no WebGPU
 * @example
 * await torch.webgpu.init();
 * const x = torch.ones(2, 3).to('webgpu');
 */
export const init = (options: WebgpuOptions = {}): Promise<WebgpuBackend> => initBackend({ kernels: kernels(), ...options });

const meters = () => {
  const { allocated, reserved } = currentBackend().gpu.pool;
  return { allocated, reserved };
};

/** Bytes in use by tensors. @see https://pytorch.org/docs/stable/generated/torch.cuda.memory_allocated.html */
export const memoryAllocated = (): number => meters().allocated.current;
/** The most bytes that tensors used at a time. @see https://pytorch.org/docs/stable/generated/torch.cuda.max_memory_allocated.html */
export const maxMemoryAllocated = (): number => meters().allocated.peak;
/** Bytes taken from the device. @see https://pytorch.org/docs/stable/generated/torch.cuda.memory_reserved.html */
export const memoryReserved = (): number => meters().reserved.current;
/** The most bytes that were taken at a time. @see https://pytorch.org/docs/stable/generated/torch.cuda.max_memory_reserved.html */
export const maxMemoryReserved = (): number => meters().reserved.peak;

/** Begins anew to look for the most. @see https://pytorch.org/docs/stable/generated/torch.cuda.reset_peak_memory_stats.html */
export function resetPeakMemoryStats(): void {
  for (const meter of Object.values(meters())) meter.peak = meter.current;
}

/** Gives memory back that no tensor uses. @see https://pytorch.org/docs/stable/generated/torch.cuda.empty_cache.html */
export function emptyCache(): void {
  const { gpu } = currentBackend();
  gpu.pool.emptyCache();
  gpu.flush();
  gpu.trim();
}

/**
 * Memory in bytes under PyTorch's names: `allocated_bytes.all.current`, `.peak`, `.allocated` and `.freed` (all that ever
 * was), the same of `reserved_bytes`, and `num_ooms`.
 * @throws RuntimeError before `init`
 * @see https://pytorch.org/docs/stable/generated/torch.cuda.memory_stats.html
 * @example torch.webgpu.memoryStats()['allocated_bytes.all.peak']
 */
export function memoryStats(): Record<string, number> {
  const stats: Record<string, number> = {};
  for (const [name, { current, peak, total }] of Object.entries(meters())) {
    Object.assign(stats, {
      [`${name}_bytes.all.current`]: current, [`${name}_bytes.all.peak`]: peak,
      [`${name}_bytes.all.allocated`]: total, [`${name}_bytes.all.freed`]: total - current,
    });
  }
  return { ...stats, num_ooms: currentBackend().gpu.pool.failures };
}
