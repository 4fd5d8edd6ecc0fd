/** Values as Python prints them, for the texts of distributions, constraints and transforms. */
import { Tensor } from '@sconce/tensor';

/** A float: `1.0`, `0.1`, `1e-05`. */
export function floatText(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(x) ? `${Object.is(x, -0) ? '-0' : x}.0` : String(x);
}

/** `format(x)`: of a tensor without dimensions the value, of others all that it prints. */
export function tensorText(x: Tensor): string {
  if (x.dim() > 0 || x.device.type !== 'cpu') return String(x);
  const value = x.detach().hostValue();
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return x.dtype.isFloatingPoint ? floatText(Number(value)) : String(value);
}

/** `(3, 3)`, `(3,)`, `()`. */
export const tupleText = (list: readonly number[]): string => `(${list.join(', ')}${list.length === 1 ? ',' : ''})`;

/** `torch.Size([3, 3])` */
export const sizeText = (shape: readonly number[]): string => `torch.Size([${shape.join(', ')}])`;

/** `totalCount` → `total_count` */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
