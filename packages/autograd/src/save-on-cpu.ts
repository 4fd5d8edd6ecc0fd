import { RuntimeError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { savedTensorsHooks } from './saved-tensor.js';

export interface SaveOnCpuOptions {
  /** taken for PyTorch's sake: hosts have no pinned memory here */
  readonly pinMemory?: boolean | undefined;
}

/** What is kept: the tensor itself until its copy on the host has come, for reading takes time. */
interface Kept { tensor: Tensor; readonly source: Tensor['device']; readonly version: number }

/**
 * Calls `fn`, which may be async, and has what its ops keep for backward kept on the CPU: the device's memory is free again once the copies
 * have come, and backward brings them back.
 * @throws RuntimeError in backward for a tensor that was written to before its copy had come
 * @see https://pytorch.org/docs/stable/autograd.html#torch.autograd.graph.save_on_cpu
 * @example
 * const loss = autograd.graph.saveOnCpu(() => lossFn(net(x), y));
 * loss.backward();
 */
export function saveOnCpu<T>(fn: () => T, options: SaveOnCpuOptions = {}): T {
  checked<SaveOnCpuOptions>('saveOnCpu', options, 'pinMemory');
  return savedTensorsHooks(pack, unpack, fn);
}

function pack(x: Tensor): Kept {
  const kept: Kept = { tensor: x.detach(), source: x.device, version: x.storage.version };
  // a device that fails to read says so to whoever reads next
  if (x.device.type !== 'cpu') kept.tensor.cpu().then((copy) => { kept.tensor = copy; }, () => {});
  return kept;
}

function unpack({ tensor, source, version }: Kept): Tensor {
  if (tensor.device !== source) return tensor.to(source);
  if (source.type === 'cpu' || tensor.storage.version === version) return tensor;
  throw new RuntimeError('saveOnCpu: a saved tensor was modified by an inplace operation before its copy had come to the CPU');
}
