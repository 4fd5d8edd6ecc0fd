import { RuntimeError } from '@sconce/tensor';
import { describe } from '@sconce/tensor/internal';

/** How exact products of float32 matrices are to be. */
export type Float32MatmulPrecision = 'highest' | 'high' | 'medium';

const PRECISIONS: readonly string[] = ['highest', 'high', 'medium'];
let precision: Float32MatmulPrecision = 'highest';

/**
 * Says how exact products of float32 matrices need to be. All are as exact as 'highest' here, so this is only remembered; another name
 * is warned of, and changes nothing.
 * @throws RuntimeError for what is no text
 * @see https://pytorch.org/docs/stable/generated/torch.set_float32_matmul_precision.html
 * @example torch.setFloat32MatmulPrecision('high')
 */
export function setFloat32MatmulPrecision(value: Float32MatmulPrecision): void {
  if (typeof value !== 'string') throw new RuntimeError(`set_float32_matmul_precision expects a str, but got ${describe(value)}`);
  if (PRECISIONS.includes(value)) precision = value;
  else console.warn(`${String(value)} is not one of 'highest', 'high', or 'medium'; the currentsetFloat32MatmulPrecision call has no effect.`);
}

/** What `setFloat32MatmulPrecision` was given last. @see https://pytorch.org/docs/stable/generated/torch.get_float32_matmul_precision.html */
export const getFloat32MatmulPrecision = (): Float32MatmulPrecision => precision;

/**
 * Gives false: numbers next to zero stay what they are, as processors cannot be told here to make zeros of them.
 * @throws RuntimeError for what is no boolean
 * @see https://pytorch.org/docs/stable/generated/torch.set_flush_denormal.html
 */
export function setFlushDenormal(mode: boolean): boolean {
  if (typeof mode !== 'boolean') throw new RuntimeError(`flush_denormal expects a bool, but got ${describe(mode)}`);
  return false;
}
