import { availableParallelism } from 'node:os';
import { device as deviceOf, getNumThreads, setNumThreads, webgpu } from 'sconce';
import { UsageError } from './usage.js';

/** The name of a device that has a backend, opened where that takes asking. @throws UsageError where there is none */
export async function usableDevice(name: string): Promise<string> {
  try {
    const device = deviceOf(name);
    if (device.type === 'webgpu' && !device.backend) await webgpu.init();
    if (!device.backend && device.type !== 'cpu') throw new UsageError(`--device ${name}: this build has no such device, only cpu and webgpu`);
    return String(device);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--device ${name}: ${(error as Error).message}`);
  }
}

/** Sets the number of threads; says so where fewer can be had. Returns how many there are. */
export function useThreads(wanted: number, print: (line: string) => void): number {
  // more than there are cores would only wait for each other
  setNumThreads(Math.min(wanted, availableParallelism()));
  const threads = getNumThreads();
  if (threads < wanted) print(`--threads ${wanted}: only ${threads} can be had here`);
  return threads;
}
