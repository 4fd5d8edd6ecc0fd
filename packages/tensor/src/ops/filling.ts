import { runPointwiseInplace, type Operand } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import type { NumberLike } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { creationOps, empty, emptyStrided, full, splitSizes, type SizesAndOptions, type TensorOptions } from './creation.js';
import { checkFits } from './dtype-checks.js';
import { tensor, type TensorData } from './from-data.js';

// Methods that make tensors like this one, or fill it

/** Options completed by a tensor's dtype and device. */
const like = (x: Tensor, { dtype, device, requiresGrad }: TensorOptions = {}): TensorOptions =>
  ({ dtype: dtype ?? x.dtype, device: device ?? x.device, requiresGrad });

/** A tensor with uninitialised memory (zeros here), of this one's dtype and device. */
export function newEmpty(x: Tensor, ...args: SizesAndOptions): Tensor {
  const [size, options] = splitSizes<TensorOptions>(args);
  return empty(size, like(x, options));
}

/** As `emptyStrided`, of this tensor's dtype and device. */
export const newEmptyStrided = (
  x: Tensor, size: readonly number[], stride: readonly number[], options?: TensorOptions,
): Tensor => emptyStrided(size, stride, like(x, options));

/**
 * Zeros of this tensor's dtype and device.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_zeros.html
 * @example torch.ones(1, { dtype: torch.int64 }).newZeros(2) // tensor([0, 0])
 */
export function newZeros(x: Tensor, ...args: SizesAndOptions): Tensor {
  const [size, options] = splitSizes<TensorOptions>(args);
  return full(size, 0, like(x, options));
}

/** Ones of this tensor's dtype and device. @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_ones.html */
export function newOnes(x: Tensor, ...args: SizesAndOptions): Tensor {
  const [size, options] = splitSizes<TensorOptions>(args);
  return full(size, 1, like(x, options));
}

/**
 * A tensor filled with one value, of this one's dtype and device.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_full.html
 */
export const newFull = (x: Tensor, size: readonly number[], value: NumberLike, options: TensorOptions = {}): Tensor =>
  full(size, value, like(x, options));

/**
 * The data as a tensor of this one's dtype and device.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.new_tensor.html
 * @example torch.ones(1).newTensor([1, 2]) // tensor([1., 2.])
 */
export const newTensor = (x: Tensor, data: TensorData, options: TensorOptions = {}): Tensor =>
  tensor(data, like(x, options));

/**
 * Writes one value, a number or a 0-d tensor, over the whole tensor.
 * @throws RuntimeError for a tensor with dimensions
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.fill_.html
 * @example torch.zeros(2).fill_(3) // tensor([3., 3.])
 */
export function fill_(x: Tensor, value: Operand): Tensor {
  if (!(value instanceof Tensor)) {
    checkFits(x, value);
    return runPointwiseInplace(creationOps.fill, [x, value]);
  }
  if (value.dim() > 0) {
    throw new RuntimeError(`fill_ only supports 0-dimension value tensor but got tensor with ${value.dim()} dimensions.`);
  }
  return runPointwiseInplace(creationOps.fillTensor, [x, value]);
}

/** Writes zeros over the whole tensor. @see https://pytorch.org/docs/stable/generated/torch.Tensor.zero_.html */
export const zero_ = (x: Tensor): Tensor => runPointwiseInplace(creationOps.zero, [x]);
