import type { Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';

/**
 * The tensor itself, since tensors have gradients of their own: what older programs wrap them in.
 * @see https://pytorch.org/docs/stable/autograd.html#variable-deprecated
 * @example const x = autograd.Variable(torch.ones(2), { requiresGrad: true });
 */
export function Variable(data: Tensor, options: { readonly requiresGrad?: boolean } = {}): Tensor {
  const { requiresGrad = false } = checked('Variable', options, 'requiresGrad');
  return data.detach().requiresGrad_(requiresGrad);
}
