import { product } from '@sconce/tensor/internal';
import { DType, type Tensor } from '@sconce/tensor';
import { UnpicklingError } from '../errors.js';
import { PyTuple } from '../pickle/values.js';
import { StorageRef } from './storages.js';

/** PyTorch's own limit. */
const maxDims = 64;
/** Expanded tensors have more elements than memory: beyond this many, they are refused. */
const maxExpanded = 2 ** 31;

/** A tensor as a pickle describes it, before its memory is read. */
export class TensorRecipe {
  constructor(
    readonly storage: StorageRef,
    readonly dtype: DType,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
    readonly requiresGrad: boolean,
    readonly isParameter: boolean,
  ) {}

  /** The same tensor as a parameter. */
  asParameter(requiresGrad: boolean): TensorRecipe {
    return new TensorRecipe(this.storage, this.dtype, this.offset, this.shape, this.strides, requiresGrad, true);
  }
}

/** Dequantised, sparse and other tensors are rebuilt by other functions; a storage alone is a tensor of one dimension. */
export type TensorOfRecipe = (recipe: TensorRecipe | StorageRef) => Tensor;

const isSize = (x: unknown): x is number => typeof x === 'number' && Number.isSafeInteger(x) && x >= 0;

/** Sizes or strides. They are shared with the pickle, not copied. */
function sizes(x: unknown, what: string): readonly number[] {
  const list = x instanceof PyTuple ? x.items : x;
  if (!Array.isArray(list) || list.length > maxDims || !list.every(isSize)) {
    throw new UnpicklingError(`a tensor with an invalid ${what}`);
  }
  return list;
}

/**
 * What `torch._utils._rebuild_tensor_v2` makes.
 * @throws UnpicklingError for arguments that describe no tensor, and for one that reaches beyond its storage
 */
export function recipe(
  storage: unknown, offset: unknown, size: unknown, stride: unknown, requiresGrad: unknown, dtype?: DType,
): TensorRecipe {
  if (!(storage instanceof StorageRef)) throw new UnpicklingError('a tensor without a storage');
  const shape = sizes(size, 'size'), strides = sizes(stride, 'stride');
  if (!isSize(offset) || shape.length !== strides.length) {
    throw new UnpicklingError('a tensor with an invalid size, stride or offset');
  }
  const own = dtype ?? storage.dtype;
  const available = Math.floor(storage.numel * storage.dtype.itemsize / own.itemsize);
  const numel = product(shape), empty = shape.includes(0);
  const last = shape.reduce((at, n, i) => at + (n - 1) * strides[i], offset);
  if (!empty && !(last < available)) {
    throw new UnpicklingError(
      `setStorage: sizes [${shape.join(', ')}], strides [${strides.join(', ')}], storage offset ${offset}, ` +
      `and itemsize ${own.itemsize} requiring a storage size of ${(last + 1) * own.itemsize} are out of bounds ` +
      `for storage of size ${available * own.itemsize}`);
  }
  if (!empty && numel > Math.max(available, maxExpanded)) {
    throw new UnpicklingError(`an expanded tensor of ${numel} elements is refused`);
  }
  if (typeof requiresGrad !== 'boolean') throw new UnpicklingError('a tensor with an invalid requires_grad');
  return new TensorRecipe(storage, own, offset, shape, strides, requiresGrad && own.isDifferentiable, false);
}
