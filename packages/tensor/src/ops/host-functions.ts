import { numericValues } from '../cpu/host.js';
import { RuntimeError } from '../errors.js';
import { sameShape, shapeText } from '../layout.js';
import type { NumberLike } from '../scalar.js';
import type { Tensor } from '../tensor.js';
import { item } from './conversion.js';
import { tensor } from './from-data.js';

// Methods that call a JavaScript function or give a JavaScript value

function write(name: string, x: Tensor, others: readonly Tensor[], fn: (...values: never[]) => NumberLike): Tensor {
  if (x.requiresGrad) {
    throw new RuntimeError(`Can't call ${name}() on Variable that requires grad. Use var.detach().${name}() instead.`);
  }
  for (const other of others) {
    if (other.dtype !== x.dtype) {
      throw new TypeError(
        `${name}: expected torch.${x.dtype.scalarType}Tensor for 'other' (got torch.${other.dtype.scalarType}Tensor)`);
    }
    if (!sameShape(other.shape, x.shape)) {
      throw new RuntimeError(`${name}: expected an operand of shape ${shapeText(x.shape)}, but got ${shapeText(other.shape)}`);
    }
  }
  const [own, ...rest] = [x, ...others].map(numericValues) as never[][];
  const values = own.map((value, i) => fn(value, ...rest.map((list) => list[i])));
  return x.copy_(tensor(values, { dtype: x.dtype }).reshape(x.shape));
}

/**
 * Writes what a function makes of each element over it. Slow, and for CPU tensors only.
 * @throws RuntimeError for a tensor that requires gradients
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.apply_.html
 * @example torch.tensor([1, 2]).apply_((v) => v * 10) // tensor([10., 20.])
 */
export const apply_ = (x: Tensor, fn: (value: number) => NumberLike): Tensor => write('apply_', x, [], fn);

/**
 * Writes what a function makes of each element and that of another tensor in its place. Slow, and for CPU tensors only.
 * @throws RuntimeError for a tensor that requires gradients; TypeError for tensors of two dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.map_.html
 */
export const map_ = (x: Tensor, other: Tensor, fn: (value: number, other: number) => NumberLike): Tensor =>
  write('map_', x, [other], fn);

/**
 * Whether the only element is not zero.
 * @throws RuntimeError for any other number of elements
 * @see https://pytorch.org/docs/stable/generated/torch.is_nonzero.html
 * @example await torch.isNonzero(torch.tensor([0])) // false
 */
export async function isNonzero(x: Tensor): Promise<boolean> {
  if (x.numel() !== 1) {
    throw new RuntimeError(`Boolean value of Tensor with ${x.numel() === 0 ? 'no values' : 'more than one value'} is ambiguous`);
  }
  return Number(await item(x)) !== 0;
}
