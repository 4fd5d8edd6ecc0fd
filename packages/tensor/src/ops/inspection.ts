import { DType } from '../dtype.js';
import * as dtypes from '../dtype.js';
import { ValueError } from '../errors.js';
import { sameShape } from '../layout.js';
import { Tensor } from '../tensor.js';
import { resize_, to } from './conversion.js';

// Other names of what a tensor is

/** How many elements. */
export const nelement = (x: Tensor): number => x.layout.numel;
/** How many dimensions. */
export const ndimension = (x: Tensor): number => x.layout.shape.length;

/** Whether another tensor has the same shape. @see https://pytorch.org/docs/stable/generated/torch.Tensor.is_same_size.html */
export const isSameSize = (x: Tensor, other: Tensor): boolean => sameShape(x.shape, other.shape);

/** Changes the shape in place to that of another tensor. @see https://pytorch.org/docs/stable/generated/torch.Tensor.resize_as_.html */
export const resizeAs_ = (x: Tensor, other: Tensor): Tensor => resize_(x, other.shape);

/**
 * PyTorch's name of the type; or, given a dtype or such a name, the tensor in that dtype.
 * @throws ValueError for another name
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.type.html
 * @example
 * torch.ones(2).type() // torch.FloatTensor
 * torch.ones(2).type('torch.LongTensor') // tensor([1, 1])
 */
function type(x: Tensor, dtype?: DType | string): string | Tensor {
  if (dtype === undefined) return nameOf(x.dtype);
  if (dtype instanceof DType) return to(x, dtype);
  const named = Object.values(dtypes).find((d) => d instanceof DType && nameOf(d) === dtype);
  if (!named) throw new ValueError(`invalid type: '${dtype}'`);
  return to(x, named as DType);
}
export { type };

const nameOf = (dtype: DType): string => `torch.${dtype.scalarType}Tensor`;
