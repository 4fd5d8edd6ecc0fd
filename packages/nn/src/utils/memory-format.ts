import type { MemoryFormat } from '@sconce/tensor';
import { ConvTranspose2d } from '../layers/conv-transpose.js';
import { Conv2d } from '../layers/conv.js';
import type { Module } from '../module.js';

/**
 * Gives the weights of all two-dimensional convolutions of a module a format in memory.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.convert_conv2d_weight_memory_format.html
 * @example torch.nn.utils.convertConv2dWeightMemoryFormat(net, torch.channelsLast)
 */
export function convertConv2dWeightMemoryFormat<M extends Module>(module: M, memoryFormat: MemoryFormat): M {
  for (const part of module.modules()) {
    if (!(part instanceof Conv2d || part instanceof ConvTranspose2d)) continue;
    part.weight.data = part.weight.detach().clone({ memoryFormat });
  }
  return module;
}
