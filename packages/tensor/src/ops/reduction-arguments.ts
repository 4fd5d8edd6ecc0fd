import { checked } from '../options.js';
import { describe } from '../scalar.js';
import type { OutOption } from './define.js';

/** One dimension, several, or all of them. */
export type Dims = number | readonly number[] | null | undefined;

/** A dimension by its name. */
export interface DimOption {
  readonly dim?: number | undefined;
}
export interface DimOptions extends DimOption, OutOption {}

/** A dimension by its place or its name: `x.chunk(2, 1)`, `x.chunk(2, { dim: 1 })`. */
export const dimOf = (name: string, dim: number | DimOption | undefined): number | undefined =>
  (isOptions<DimOption>(dim) ? checked(name, dim, 'dim').dim : dim);

/**
 * The arguments of `f(x, dim?, options?)`. As Python's keywords do, the options may come without a dimension before
 * them, and may name it: `x.sum({ keepdim: true })`, `x.sort({ dim: 0 })`.
 * @param first the option that a value in their place is for in PyTorch
 */
export function dimAndOptions<D extends Dims, O extends { readonly dim?: D | undefined }>(
  name: string, dim: D | O | undefined, options: O | undefined, first = 'keepdim' as keyof O & string,
): readonly [NonNullable<D> | undefined, Partial<O>] {
  const given: Partial<O> = checked<object>(name, isOptions<O>(dim) ? dim : options ?? {}, first as never);
  const own = isOptions<O>(dim) ? undefined : dim;
  if (own !== undefined && own !== null && typeof own !== 'number' && !Array.isArray(own)) {
    throw new TypeError(`dim must be a number or a list of numbers, but got ${describe(own)}`);
  }
  return [own ?? given.dim ?? undefined, given];
}

/** Whether an argument is the options rather than a value that may come before them. */
export const isOptions = <O>(value: unknown): value is O =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
