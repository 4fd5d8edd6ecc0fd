import { describe } from './scalar.js';
import { Tensor } from './tensor.js';

/**
 * Refuses an argument that is no tensor, in functions that look at its sizes before any op does.
 * @param argument PyTorch's name of it
 * @throws TypeError in PyTorch's words
 */
export function checkTensor(x: unknown, name: string, argument = 'input', position = 1): void {
  if (!(x instanceof Tensor)) throw new TypeError(`${name}(): argument '${argument}' (position ${position}) must be Tensor, not ${describe(x)}`);
}

/** Refuses what is no list of tensors. @throws TypeError in PyTorch's words */
export function checkTensorList(name: string, tensors: unknown): void {
  if (!Array.isArray(tensors)) {
    throw new TypeError(`${name}(): argument 'tensors' (position 1) must be tuple of Tensors, not ${describe(tensors)}`);
  }
  tensors.forEach((x, i) => {
    if (!(x instanceof Tensor)) throw new TypeError(`expected Tensor as element ${i} in argument 0, but got ${describe(x)}`);
  });
}
