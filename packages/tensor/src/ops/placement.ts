import type { Tensor } from '../tensor.js';

// What programs ask of a tensor before they move it

/** Whether it is on the CPU. @see https://pytorch.org/docs/stable/generated/torch.Tensor.is_cpu.html */
export const isCpu = (x: Tensor): boolean => x.device.type === 'cpu';
/** No: there are no devices of CUDA here. @see https://pytorch.org/docs/stable/generated/torch.Tensor.is_cuda.html */
export const isCuda = (_x: Tensor): boolean => false;
/** No: every tensor has memory of its own. @see https://pytorch.org/docs/stable/generated/torch.Tensor.is_meta.html */
export const isMeta = (_x: Tensor): boolean => false;
/** No: there are no quantized dtypes here. @see https://pytorch.org/docs/stable/generated/torch.Tensor.is_quantized.html */
export const isQuantized = (_x: Tensor): boolean => false;
/** No: every tensor is strided. @see https://pytorch.org/docs/stable/generated/torch.Tensor.is_sparse.html */
export const isSparse = (_x: Tensor): boolean => false;

/**
 * The number of the device on which a tensor is; -1 for the CPU.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.get_device.html
 * @example torch.ones(2).getDevice() // -1
 */
export const getDevice = (x: Tensor): number => (isCpu(x) ? -1 : x.device.index ?? 0);

/** No: no memory is pinned. @see https://pytorch.org/docs/stable/generated/torch.Tensor.is_pinned.html */
export const isPinned = (_x: Tensor): boolean => false;
/** The tensor itself: its memory needs no pinning. @see https://pytorch.org/docs/stable/generated/torch.Tensor.pin_memory.html */
export const pinMemory = (x: Tensor): Tensor => x;
