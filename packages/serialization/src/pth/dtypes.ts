import {
  bfloat16, bool, complex128, complex64, float16, float32, float64, int16, int32, int64, int8, uint8, type DType,
} from '@sconce/tensor';

/** Every dtype by its name in PyTorch. */
export const dtypesByName: ReadonlyMap<string, DType> = new Map(
  [bool, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64, complex64, complex128].map((dtype) => [dtype.name, dtype]));
