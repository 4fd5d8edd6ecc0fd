import * as torch from '@sconce/tensor';
import { fromNumpy, tensor, zeros, type Device, type DType, type Tensor } from '@sconce/tensor';

/**
 * Values that both languages draw by the same formula (`tooling/oracle/draws.py`), so that recordings need not hold
 * them. All are multiples of 2^-16 (those of `distinct` of 2^-4), which float32 holds as exactly as float64.
 */
export interface Draw {
  readonly kind: 'between' | 'normal' | 'distinct' | 'integers' | 'mask' | 'values';
  readonly shape: readonly number[];
  /** `float`: the floating-point dtype in which a suite runs; else a dtype's name */
  readonly dtype: string;
  readonly range?: readonly [number, number];
  readonly values?: readonly number[];
  /** differentiate with respect to it? Default: where the dtype is `float` */
  readonly grad?: boolean;
  /** for other values than those of the input's position in its row */
  readonly seed?: number;
}

/** Uniform from `lo` to `hi`. */
export const between = (lo: number, hi: number, ...shape: number[]): Draw =>
  ({ kind: 'between', shape, dtype: 'float', range: [lo, hi] });
/** A bell from -3.5 to 3.5 of variance 1. */
export const normal = (...shape: number[]): Draw => ({ kind: 'normal', shape, dtype: 'float' });
/** From 0.25 to 3: for logarithms, roots, divisors. */
export const positive = (...shape: number[]): Draw => between(0.25, 3, ...shape);
/** From 0.05 to 0.95: for probabilities. */
export const inUnit = (...shape: number[]): Draw => between(0.05, 0.95, ...shape);
/** Each value once, a quarter or more apart, in a shuffled order: for whatever picks or orders values. */
export const distinct = (...shape: number[]): Draw => ({ kind: 'distinct', shape, dtype: 'float' });
/** int64 from `lo` up to, not including, `hi`. */
export const integers = (lo: number, hi: number, ...shape: number[]): Draw =>
  ({ kind: 'integers', shape, dtype: 'int64', range: [lo, hi] });
/** Booleans, half of them true. */
export const mask = (...shape: number[]): Draw => ({ kind: 'mask', shape, dtype: 'bool' });
/** These int64 values, in one dimension or in the shape given. */
export const indices = (values: readonly number[], ...shape: number[]): Draw =>
  ({ kind: 'values', shape: shape.length ? shape : [values.length], dtype: 'int64', values });
/** These floating-point values: for corners such as 0 and ties, where there is no numerical gradient to compare with. */
export const values = (list: readonly number[], ...shape: number[]): Draw =>
  ({ kind: 'values', shape: shape.length ? shape : [list.length], dtype: 'float', values: list });
/** A draw that is not differentiated. */
export const constant = (draw: Draw): Draw => ({ ...draw, grad: false });
/** A draw in a dtype of its own, whatever the suite runs in. */
export const typed = (dtype: string, draw: Draw): Draw => ({ ...draw, dtype });

export const isDifferentiated = (draw: Draw): boolean => draw.grad ?? draw.dtype === 'float';

/** 32 well-mixed bits of an element's index and a seed. */
function hash(index: number, seed: number): number {
  let h = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

const uniform = (index: number, seed: number): number => hash(index, seed) / 2 ** 32;
const onGrid = (x: number): number => Math.floor(x * 65536 + 0.5) / 65536;

/** The values of a draw, in logical order. */
export function drawValues({ kind, shape, range = [0, 0], values: given = [] }: Draw, seed: number): number[] {
  const n = shape.reduce((p, size) => p * size, 1);
  const each = (value: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => value(i));
  const [lo, hi] = range;
  if (kind === 'between') return each((i) => onGrid(lo + (hi - lo) * uniform(i, seed)));
  if (kind === 'integers') return each((i) => lo + Math.floor((hi - lo) * uniform(i, seed)));
  if (kind === 'mask') return each((i) => hash(i, seed) & 1);
  if (kind === 'values') return [...given];
  if (kind === 'normal') {
    return each((i) => onGrid(
      (uniform(4 * i, seed) + uniform(4 * i + 1, seed) + uniform(4 * i + 2, seed) + uniform(4 * i + 3, seed) - 2) * 1.75));
  }
  const order = each((i) => i).sort((a, b) => hash(a, seed) - hash(b, seed));
  const ranks = new Array<number>(n);
  order.forEach((at, rank) => { ranks[at] = rank; });
  return ranks.map((rank) => (rank - Math.floor(n / 2)) * 0.25 + 0.0625);
}

/** How the elements of an input lie in memory. */
export type Arrangement = 'contiguous' | 'strided';

export interface DrawOptions {
  readonly device: Device;
  /** what `float` stands for */
  readonly dtype: DType;
  readonly arrangement?: Arrangement | undefined;
}

/** The dtype that a draw has in a suite. */
export const dtypeOf = (draw: Draw, float: DType): DType =>
  draw.dtype === 'float' ? float : (torch as unknown as Record<string, DType>)[draw.dtype];

/** A draw as a tensor, a leaf that requires a gradient where it is to be differentiated. */
export function drawTensor(draw: Draw, seed: number, { device, dtype, arrangement = 'contiguous' }: DrawOptions): Tensor {
  const host = fromNumpy(Float64Array.from(drawValues(draw, seed)), draw.shape).to(dtypeOf(draw, dtype));
  const leaf = arrangement === 'strided' ? strided(host, device) : tensor(host).to(device);
  return isDifferentiated(draw) ? leaf.requiresGrad_() : leaf;
}

/** The same values with dimensions in reverse order in memory and a gap between the elements, at an offset. */
function strided(x: Tensor, device: Device): Tensor {
  const dims = x.shape.map((_, i) => x.ndim - 1 - i);
  const view = (base: Tensor): Tensor => base.select(x.ndim, 1).permute(dims);
  const base = zeros([...x.shape.toReversed(), 2], { dtype: x.dtype });
  view(base).copy_(x);
  return view(base.to(device)).detach();
}

/** A draw as text: part of what identifies a recording. */
export function drawText({ kind, shape, dtype, range, values: given, grad, seed }: Draw): string {
  const what = `${kind}${range ? `[${range}]` : ''}${given ? `[${given}]` : ''}(${shape})`;
  const own = [dtype !== 'float' && dtype, grad !== undefined && `grad=${grad}`, seed !== undefined && `seed=${seed}`];
  return [what, ...own.filter((part) => part !== false)].join(' ');
}
