import { bfloat16, bool, float16, float32, float64, int16, int32, int64, int8, uint8, type DType } from '../dtype.js';
import { Tensor } from '../tensor.js';
import { empty } from './creation.js';
import { tensor, type TensorData } from './from-data.js';

/** Makes tensors of one dtype, as the legacy classes of PyTorch do; `new` may stand before it. */
export interface TypedTensor {
  (...sizes: number[]): Tensor;
  (data: TensorData): Tensor;
  new (...sizes: number[]): Tensor;
  new (data: TensorData): Tensor;
}

function typed(dtype: DType): TypedTensor {
  function make(...args: [TensorData] | number[]): Tensor {
    const [first] = args;
    if (first instanceof Tensor) {
      if (first.dtype === dtype) return first.detach();
      throw new TypeError(`expected a tensor of dtype ${dtype}, but got one of ${first.dtype}: convert it by x.to(dtype)`);
    }
    if (typeof first === 'string') throw new TypeError("new(): invalid data type 'str'");
    if (typeof first === 'number' && !Number.isInteger(first)) throw new TypeError('new(): data must be a sequence (got float)');
    return typeof first === 'object' ? tensor(first as TensorData, { dtype }) : empty(args.length === 0 ? [0] : args as number[], { dtype });
  }
  return make as TypedTensor;
}

/**
 * A tensor of float32 with the data, or of the sizes, whose elements are then not set: the legacy form of `torch.tensor` and `torch.empty`.
 * So are `DoubleTensor`, `HalfTensor`, `BFloat16Tensor`, `LongTensor`, `IntTensor`, `ShortTensor`, `CharTensor`, `ByteTensor` and `BoolTensor`.
 * @throws TypeError for a tensor of another dtype and for what is no data, RuntimeError for numbers that the dtype does not hold
 * @see https://pytorch.org/docs/stable/tensors.html
 * @example torch.FloatTensor([1, 2]) // tensor([1., 2.])
 */
export const FloatTensor = typed(float32);
export const DoubleTensor = typed(float64);
export const HalfTensor = typed(float16);
export const BFloat16Tensor = typed(bfloat16);
export const LongTensor = typed(int64);
export const IntTensor = typed(int32);
export const ShortTensor = typed(int16);
export const CharTensor = typed(int8);
export const ByteTensor = typed(uint8);
export const BoolTensor = typed(bool);
