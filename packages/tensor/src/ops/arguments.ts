import { checked } from '../options.js';
import { describe } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { isOptions } from './reduction-arguments.js';

/** A size, or one per dimension. */
export type SizeLike = number | readonly number[];

/** What is said of options where a size ought to be. */
export const UNNAMED = 'an object: sizes are arguments of their own here, before the options, as in nn.Conv2d(1, 6, 5, { padding: 2 })';

/** A size as a list. @throws TypeError for what is no integer */
export function sizeList(value: SizeLike): readonly number[] {
  const list = typeof value === 'number' ? [value] : value;
  if (!Array.isArray(list) || !list.every(Number.isInteger)) {
    throw new TypeError(`expected an integer or a list of integers, but got ${Array.isArray(value) ? `[${value.join(', ')}]` : isOptions(value) ? UNNAMED : String(value)}`);
  }
  return list;
}

/**
 * The last tensors of a call and its options. Tensors may be null or left out, also before the options, which may name them:
 * `conv2d(x, weight, { bias, stride: 2 })`.
 */
export function tensorsThenOptions<O extends object>(
  name: string, args: readonly (Tensor | O | null | undefined)[], names: readonly (keyof O & string)[],
): [(Tensor | null)[], Partial<O>] {
  const tensors: (Tensor | null)[] = [];
  let options: Partial<O> | undefined;
  for (const arg of args) {
    if (options === undefined && tensors.length < names.length && (arg === null || arg === undefined || arg instanceof Tensor)) {
      tensors.push(arg ?? null);
    } else if (options === undefined && arg !== null && typeof arg === 'object' && !(arg instanceof Tensor)) options = arg;
    else if (arg !== undefined) {
      throw new TypeError(`${name}(): expected ${tensors.length < names.length ? 'a Tensor or ' : ''}an options object, but got ${describe(arg)}`);
    }
  }
  const given: Partial<O> = checked<object>(name, options ?? {});
  return [names.map((key, i) => tensors[i] ?? (given[key] as Tensor | null | undefined) ?? null), given];
}

/**
 * The last numbers of a call and its options, which may name them: `normal_(0, 0.02)`, `normal_({ std: 0.02 })`.
 * @param defaults of the numbers, in order
 * @param first as `checked` has it
 * @throws TypeError for what is neither
 */
export function numbersThenOptions<O extends object, N extends string>(
  name: string, args: readonly (number | O | undefined)[], defaults: Readonly<Record<N, number>>, first?: keyof O & string,
): [Record<N, number>, Partial<O>] {
  const names = Object.keys(defaults) as N[];
  const end = args.findIndex((arg, i) => i >= names.length || (arg !== undefined && typeof arg !== 'number'));
  const positional = end < 0 ? args : args.slice(0, end);
  const options = (end < 0 ? {} : checked<object>(name, args[end] as object, (names[end] ?? first) as never)) as Partial<O & Record<N, number>>;
  const numbers = Object.fromEntries(names.map((key, i) => [key, positional[i] ?? options[key] ?? defaults[key]])) as Record<N, number>;
  for (const key of names) {
    if (typeof numbers[key] !== 'number') throw new TypeError(`${name}(): ${key} must be a number, but got ${describe(numbers[key])}`);
  }
  return [numbers, options];
}
