import { registerBackend, RuntimeError } from '@sconce/tensor';
import { wasm, type WasmBackend } from '@sconce/wasm-backend';

/** The fast kernels of device `cpu`, registered as this module loads; null where the host cannot run them. */
const backend = start();

function start(): WasmBackend | null {
  try {
    const fast = wasm();
    registerBackend(fast);
    return fast;
  } catch (error) {
    console.warn(`sconce: ${(error as Error).message}; computing with plain JavaScript, which is slower`);
    return null;
  }
}

/**
 * Sets how many threads share the work of large operations on the CPU. Where threads cannot share memory (browsers
 * without cross-origin isolation) it stays at one.
 * @throws RuntimeError for anything but a positive integer
 * @see https://pytorch.org/docs/stable/generated/torch.set_num_threads.html
 * @example torch.setNumThreads(2)
 */
export function setNumThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1) throw new RuntimeError('set_num_threads expects a positive integer');
  backend?.setNumThreads(count);
}

/** How many threads share the work of large operations. @see https://pytorch.org/docs/stable/generated/torch.get_num_threads.html */
export const getNumThreads = (): number => backend?.getNumThreads() ?? 1;
