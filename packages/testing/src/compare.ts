import type { DType, Tensor, TypedArray } from '@sconce/tensor';
import { contiguousValues, decode, sameShape, shapeText } from '@sconce/tensor/internal';

/** What a tensor is expected to be. */
export interface Expected {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** in logical order, as numbers; bigints for int64 */
  readonly values: ArrayLike<number | bigint>;
}

/** |a - b| may be `atol + rtol * |b|`. */
export interface Closeness { readonly rtol: number; readonly atol: number }

/** What `torch.testing.assert_close` allows by default. */
export function defaultCloseness(dtype: DType): Closeness {
  const { name } = dtype;
  if (name === 'float64') return { rtol: 1e-7, atol: 1e-7 };
  if (name === 'float32') return { rtol: 1.3e-6, atol: 1e-5 };
  if (name === 'float16') return { rtol: 1e-3, atol: 1e-5 };
  if (name === 'bfloat16') return { rtol: 1.6e-2, atol: 1e-5 };
  return { rtol: 0, atol: 0 };
}

/** Raw elements as values: the bits of the half types become numbers. */
export function meaning(dtype: DType, raw: TypedArray): ArrayLike<number | bigint> {
  const isHalf = dtype.name === 'float16' || dtype.name === 'bfloat16';
  return isHalf ? Float32Array.from(raw as ArrayLike<number>, (bits) => decode(dtype, bits) as number) : raw;
}

/** The shape, dtype and values of a tensor on the CPU. */
export const hostSnapshot = (x: Tensor): Expected =>
  ({ shape: x.shape, dtype: x.dtype, values: meaning(x.dtype, contiguousValues(x)) });

/** The shape, dtype and values of a tensor on any device. */
export const snapshot = async (x: Tensor): Promise<Expected> => hostSnapshot(await x.detach().cpu());

const close = (a: number | bigint, b: number | bigint, { rtol, atol }: Closeness): boolean => {
  if (typeof a === 'bigint' || typeof b === 'bigint') return BigInt(a) === BigInt(b);
  if (Object.is(a, b) || a === b) return true;
  return Number.isFinite(b) && Math.abs(a - b) <= atol + rtol * Math.abs(b);
};

/** How a tensor is not what was expected, in a line; null where it is. */
export function difference(actual: Expected, expected: Expected, closeness = defaultCloseness(expected.dtype)): string | null {
  if (!sameShape(actual.shape, expected.shape)) {
    return `shape ${shapeText(actual.shape)} instead of ${shapeText(expected.shape)}`;
  }
  if (actual.dtype !== expected.dtype) return `dtype ${actual.dtype.name} instead of ${expected.dtype.name}`;
  const wrong: number[] = [];
  for (let i = 0; i < expected.values.length; i++) {
    if (!close(actual.values[i], expected.values[i], closeness)) wrong.push(i);
  }
  if (wrong.length === 0) return null;
  const lines = wrong.slice(0, 3).map((i) =>
    `${actual.values[i]} instead of ${expected.values[i]} at ${shapeText(position(i, expected.shape))}`);
  return `${lines.join(', ')}; ${wrong.length} of ${expected.values.length} values differ`;
}

/** The indices of the element at a place in logical order. */
function position(at: number, shape: readonly number[]): number[] {
  const out: number[] = [];
  for (let rest = at, d = shape.length - 1; d >= 0; d--) {
    out.unshift(rest % shape[d]);
    rest = Math.floor(rest / shape[d]);
  }
  return out;
}
