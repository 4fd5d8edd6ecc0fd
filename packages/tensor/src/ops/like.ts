import { alloc } from '../dispatch.js';
import { preserveFormat } from '../memory-format.js';
import { orderIn } from '../memory-order.js';
import { checked } from '../options.js';
import type { ScalarLike } from '../scalar.js';
import type { Tensor } from '../tensor.js';
import { deviceFrom, fillWith, withGrad, type TensorOptions } from './creation.js';

/**
 * A tensor with uninitialised memory (zeros here), of the shape, dtype and device of another.
 * @see https://pytorch.org/docs/stable/generated/torch.empty_like.html
 */
export function emptyLike(x: Tensor, options: TensorOptions = {}): Tensor {
  const { dtype = x.dtype, device, requiresGrad, memoryFormat = preserveFormat } = checked('emptyLike', options, 'dtype');
  const on = device === undefined ? x.device : deviceFrom(device);
  return withGrad(alloc(x.shape, dtype, on, orderIn(memoryFormat, x.shape, [x])), requiresGrad);
}

/**
 * A tensor filled with one value, of the shape, dtype and device of another.
 * @see https://pytorch.org/docs/stable/generated/torch.full_like.html
 * @example torch.fullLike(torch.ones(2), 7) // tensor([7., 7.])
 */
export const fullLike = (x: Tensor, value: ScalarLike, options: TensorOptions = {}): Tensor => filledLike('fullLike', x, value, options);

function filledLike(name: string, x: Tensor, value: ScalarLike, options: TensorOptions = {}): Tensor {
  const { requiresGrad, ...rest } = checked(name, options, 'dtype');
  return withGrad(fillWith(emptyLike(x, rest), value), requiresGrad);
}

/**
 * Zeros of the shape, dtype and device of another tensor.
 * @see https://pytorch.org/docs/stable/generated/torch.zeros_like.html
 * @example torch.zerosLike(torch.ones(2)) // tensor([0., 0.])
 */
export const zerosLike = (x: Tensor, options?: TensorOptions): Tensor => filledLike('zerosLike', x, 0, options);

/**
 * Ones of the shape, dtype and device of another tensor.
 * @see https://pytorch.org/docs/stable/generated/torch.ones_like.html
 */
export const onesLike = (x: Tensor, options?: TensorOptions): Tensor => filledLike('onesLike', x, 1, options);
