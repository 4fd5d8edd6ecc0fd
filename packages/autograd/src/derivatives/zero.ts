import { zerosLike, type Tensor } from '@sconce/tensor';

/** The rule of what is a constant, as far as derivatives go: zeros of the gradient's shape. */
export const zero = (g: Tensor): Tensor => zerosLike(g);
