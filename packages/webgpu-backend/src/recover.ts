import type { WebgpuOptions } from './adapter.js';
import { currentBackend, type WebgpuBackend } from './backend.js';
import { init } from './device-query.js';

/**
 * Opens a new device in the place of one that was lost. What tensors held is gone with the old one: reading them throws
 * `DeviceLostError` until they are given new values, as from a checkpoint on the host.
 * @param options as for `init`; default: those with which the lost device was opened
 * @throws NoAdapterError where there is no adapter any more
 * @example
 * const saved = await torch.save({ net: net.stateDict(), optimizer: optimizer.stateDict() }); // now and then, in training
 * try { await trainEpoch(); } catch (error) {
 *   if (!(error instanceof torch.webgpu.DeviceLostError)) throw error;
 *   await torch.webgpu.recover();
 *   const { net: parameters, optimizer: state } = await torch.load(saved);
 *   net.loadStateDict(parameters);
 *   optimizer.loadStateDict(state);
 * }
 */
export async function recover(options?: WebgpuOptions): Promise<WebgpuBackend> {
  const { device, options: before } = currentBackend();
  // one that is still there would keep its memory
  device.destroy();
  return init(options ?? { ...before, device: undefined });
}
