import { product } from '@sconce/tensor/internal';
import { ValueError, type Tensor } from '@sconce/tensor';

/** How many inputs and outputs each output and input of a weight is connected with. */
export function fans(x: Tensor): { fanIn: number; fanOut: number } {
  if (x.dim() < 2) throw new ValueError('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions');
  const field = product(x.shape.slice(2));
  return { fanIn: x.shape[1] * field, fanOut: x.shape[0] * field };
}
