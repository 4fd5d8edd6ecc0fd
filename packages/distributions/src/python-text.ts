/** Values as Python prints them, for the texts of distributions, constraints and transforms. */
import type { Tensor } from '@sconce/tensor';
import { pythonFloat, pythonText } from '@sconce/tensor/internal';

export { pythonFloat as floatText, pythonText as tupleText };

/** `format(x)`: of a tensor without dimensions the value, of others all that it prints. */
export function tensorText(x: Tensor): string {
  if (x.dim() > 0 || x.device.type !== 'cpu') return String(x);
  const value = x.detach().hostValue();
  return x.dtype.isFloatingPoint ? pythonFloat(Number(value)) : pythonText(value);
}

/** `torch.Size([3, 3])` */
export const sizeText = (shape: readonly number[]): string => `torch.Size([${shape.join(', ')}])`;

/** `totalCount` → `total_count` */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
