import { describe } from '../scalar.js';
import { Tensor } from '../tensor.js';

/** A size, or one per dimension. */
export type SizeLike = number | readonly number[];

/** A size as a list. @throws TypeError for what is no integer */
export function sizeList(value: SizeLike): readonly number[] {
  const list = typeof value === 'number' ? [value] : value;
  if (!Array.isArray(list) || !list.every(Number.isInteger)) {
    throw new TypeError(`expected an integer or a list of integers, but got ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`);
  }
  return list;
}

/** The last tensors of a call and its options; tensors may be null or left out, also before the options. */
export function tensorsThenOptions<O extends object>(
  name: string, args: readonly (Tensor | O | null | undefined)[], count: number,
): [(Tensor | null)[], Partial<O>] {
  const tensors: (Tensor | null)[] = [];
  let options: Partial<O> | undefined;
  for (const arg of args) {
    if (options === undefined && tensors.length < count && (arg === null || arg === undefined || arg instanceof Tensor)) {
      tensors.push(arg ?? null);
    } else if (options === undefined && arg !== null && typeof arg === 'object' && !(arg instanceof Tensor)) options = arg;
    else if (arg !== undefined) {
      throw new TypeError(`${name}(): expected ${tensors.length < count ? 'a Tensor or ' : ''}an options object, but got ${describe(arg)}`);
    }
  }
  while (tensors.length < count) tensors.push(null);
  return [tensors, options ?? {}];
}
