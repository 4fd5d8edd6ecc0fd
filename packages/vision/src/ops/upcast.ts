import { float32, float64, int32, int64, type Tensor } from '@sconce/tensor';

/** In a dtype whose products of coordinates do not overflow. @internal */
export function upcast(x: Tensor): Tensor {
  const { dtype } = x;
  if (dtype.isFloatingPoint) return dtype === float32 || dtype === float64 ? x : x.to(float32);
  return dtype === int32 || dtype === int64 ? x : x.to(int32);
}

/** In float32, but for float64. @internal */
export const upcastNonFloat = (x: Tensor): Tensor => (x.dtype === float32 || x.dtype === float64 ? x : x.to(float32));
