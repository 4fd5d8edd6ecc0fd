import type { Complex, DType, ScalarLike } from '@sconce/tensor';
import { pythonFloat } from '@sconce/tensor/internal';

/** How far numbers may be from each other, relatively and absolutely. */
export type Tolerance = readonly [rtol: number, atol: number];

const TOLERANCES: Readonly<Partial<Record<DType['name'], Tolerance>>> = {
  float16: [1e-3, 1e-5], bfloat16: [1.6e-2, 1e-5], float32: [1.3e-6, 1e-5], float64: [1e-7, 1e-7], complex64: [1.3e-6, 1e-5], complex128: [1e-7, 1e-7],
};

/** PyTorch's tolerance for a dtype: numbers without a fraction must be equal. */
export const toleranceOf = ({ name }: DType): Tolerance => TOLERANCES[name] ?? [0, 0];

/** The greatest difference of a kind, and which element has it. */
interface Greatest { readonly value: number; readonly at: number }
export interface Differences { readonly count: number; readonly absolute: Greatest; readonly relative: Greatest }

const complex = (x: ScalarLike): Complex => (typeof x === 'object' ? x : { re: Number(x), im: 0 });
const isNaNs = ({ re, im }: Complex): boolean => Number.isNaN(re) || Number.isNaN(im);

/** What differs by more than `atol + rtol · |expected|`; null where nothing does. */
export function differencesOf(
  actual: readonly ScalarLike[], expected: readonly ScalarLike[], [rtol, atol]: Tolerance, equalNan: boolean,
): Differences | null {
  let count = 0, absolute: Greatest = { value: -Infinity, at: 0 }, relative = absolute;
  // NaN is the largest, as for torch.max
  const greater = (most: Greatest, value: number, at: number): Greatest =>
    (!Number.isNaN(most.value) && (Number.isNaN(value) || value > most.value) ? { value, at } : most);
  actual.forEach((a, i) => {
    const b = expected[i], x = complex(a), y = complex(b), away = distance(a, b), size = Math.hypot(y.re, y.im);
    if (away === 0 || (x.re === y.re && x.im === y.im && Number.isNaN(away)) || (equalNan && isNaNs(x) && isNaNs(y))) return;
    if (Number.isFinite(away) && away <= atol + rtol * size) return;
    count++;
    absolute = greater(absolute, away, i);
    relative = greater(relative, away / size, i);
  });
  return count === 0 ? null : { count, absolute, relative };
}

/** |a - b|; large integers are subtracted before they are rounded, and of equal infinities it is NaN. */
function distance(a: ScalarLike, b: ScalarLike): number {
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    const [x, y] = [BigInt(a as bigint), BigInt(b as bigint)];
    return Number(x > y ? x - y : y - x);
  }
  const [x, y] = [complex(a), complex(b)];
  return Math.hypot(x.re - y.re, x.im - y.im);
}

/** What is allowed, in PyTorch's words. */
export const upTo = (allowed: number): string => ` (up to ${pythonFloat(allowed)} allowed)`;

/**
 * PyTorch's text of tensors of a shape that differ.
 * @param texts the greatest differences as they are written
 * @param allowed what is said of each behind its place
 */
export function differenceText(
  { count, absolute, relative }: Differences, shape: readonly number[], texts: readonly [absolute: string, relative: string], allowed: readonly [absolute: string, relative: string],
): string {
  const total = shape.reduce((n, size) => n * size, 1);
  return `Mismatched elements: ${count} / ${total} (${(100 * count / total).toFixed(1)}%)\n` +
    `Greatest absolute difference: ${texts[0]} at index ${place(absolute.at, shape)}${allowed[0]}\n` +
    `Greatest relative difference: ${texts[1]} at index ${place(relative.at, shape)}${allowed[1]}`;
}

/** Numbers as a tuple of Python. */
export const tuple = (numbers: readonly number[]): string => `(${numbers.join(', ')}${numbers.length === 1 ? ',' : ''})`;

function place(at: number, shape: readonly number[]): string {
  let rest = at;
  const fromTheEnd = shape.toReversed().map((size) => {
    const index = rest % size;
    rest = (rest - index) / size;
    return index;
  });
  return tuple(fromTheEnd.toReversed());
}
