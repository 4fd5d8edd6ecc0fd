import { describe } from './scalar.js';
import { Tensor } from './tensor.js';

/**
 * Refuses arguments that are no tensors, in functions that look at their sizes before any op does.
 * @param args by PyTorch's names, in the order of its positions
 * @throws TypeError in PyTorch's words
 */
export function checkTensors(name: string, args: Readonly<Record<string, unknown>>): void {
  let position = 0;
  for (const key in args) {
    position++;
    const x = args[key];
    if (!(x instanceof Tensor)) throw new TypeError(`${name}(): argument '${key}' (position ${position}) must be Tensor, not ${describe(x)}`);
  }
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
