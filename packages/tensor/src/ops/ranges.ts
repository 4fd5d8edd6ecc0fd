import { bool, getDefaultDtype, int64, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { zerosOf } from '../host-memory.js';
import { checked } from '../options.js';
import { describe, type NumberLike } from '../scalar.js';
import type { Tensor } from '../tensor.js';
import { numbersThenOptions } from './arguments.js';
import { asOut, deviceFrom, withGrad, type CreationOptions } from './creation.js';
import { notImplementedFor } from './dtype-checks.js';
import { hostTensor } from './from-data.js';
import { intoOut } from './out.js';
import { setInt64, wordsOf } from '../words.js';

/** Values as a tensor, in the dtype and on the device asked for. */
function finish(
  values: Float64Array | BigInt64Array, dtype: DType, { device, requiresGrad, out }: CreationOptions, shape?: readonly number[],
): Tensor {
  return withGrad(intoOut(hostTensor(values, shape).to({ dtype, device: deviceFrom(device) }), out), requiresGrad);
}

export interface RangeOptions extends CreationOptions {
  /** where they are not given as arguments */
  readonly start?: NumberLike | undefined;
  readonly end?: NumberLike | undefined;
  readonly step?: NumberLike | undefined;
}

type RangeArguments =
  | [options: RangeOptions]
  | [start: NumberLike, options: RangeOptions & { readonly end: NumberLike }]
  | [end: NumberLike, options?: CreationOptions]
  | [start: NumberLike, end: NumberLike, options?: RangeOptions]
  | [start: NumberLike, end: NumberLike, step: NumberLike, options?: CreationOptions];

/** Start, end and step, of which only the end must be given, and options, which may name them; a bool counts as an integer. */
function rangeArguments(args: RangeArguments): [(number | bigint)[], CreationOptions] {
  const given = args.filter((x) => x !== undefined);
  const options = typeof given.at(-1) === 'object' ? checked('arange', given.pop() as RangeOptions, 'dtype') : {};
  const positional = given.length === 1 && options.end === undefined ? [undefined, given[0]] : given;
  const bounds = [options.start ?? 0, options.end, options.step ?? 1].map((named, i) => positional[i] ?? named);
  if (given.length > 3 || bounds[1] === undefined) {
    throw new TypeError(
      `arange(): expected start, end and step, of which only the end must be given, but got ${given.length} numbers`);
  }
  const numbers = bounds.map((x) => {
    if (typeof x === 'number' || typeof x === 'bigint') return x;
    if (typeof x === 'boolean') return Number(x);
    throw new TypeError(`arange(): expected numbers and an options object, but got ${describe(x)}`);
  });
  return [numbers, asOut(options)];
}

/**
 * Numbers from `start` (0) up to but without `end`, `step` (1) apart; int64 where all three are integers.
 * @throws RuntimeError for a step of 0, or of the wrong sign
 * @see https://pytorch.org/docs/stable/generated/torch.arange.html
 * @example torch.arange(1, 2.5, 0.5) // tensor([1.0000, 1.5000, 2.0000])
 */
export function arange(...args: RangeArguments): Tensor {
  const [[start, end, step], options] = rangeArguments(args);
  const integral = [start, end, step].every((x) => typeof x === 'bigint' || Number.isInteger(x));
  const dtype = options.dtype ?? (integral ? int64 : getDefaultDtype());
  if (dtype === bool) throw notImplementedFor('arange_cpu', dtype);
  const n = rangeLength(Number(start), Number(end), Number(step));
  if (dtype === int64) return finish(integerRange(start, end, step), dtype, options);
  const [a, s] = [start, step].map((x) => (dtype.isFloatingPoint ? Number(x) : Math.trunc(Number(x))));
  const values = zerosOf(Float64Array, n);
  for (let i = 0; i < n; i++) values[i] = a + i * s;
  return finish(values, dtype, options);
}

function rangeLength(start: number, end: number, step: number): number {
  if (step === 0) throw new RuntimeError('step must be nonzero');
  if (!Number.isFinite(start) || !Number.isFinite(end)) {
    throw new RuntimeError(`unsupported range: ${cpp(start)} -> ${cpp(end)}`);
  }
  if (!(step > 0 ? end >= start : step < 0 && end <= start)) {
    throw new RuntimeError('upper bound and larger bound inconsistent with step sign');
  }
  return Math.ceil((end - start) / step);
}

const cpp = (x: number): string => (Number.isFinite(x) ? String(x) : Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf');

function integerRange(start: number | bigint, end: number | bigint, step: number | bigint): BigInt64Array {
  const [a, b, s] = [start, end, step].map((x) => (typeof x === 'bigint' ? x : BigInt(Math.trunc(x))));
  if (s === 0n) throw new RuntimeError('step must be nonzero');
  const n = (b - a + s - (s > 0n ? 1n : -1n)) / s;
  const values = zerosOf(BigInt64Array, Number(n));
  if ([a, b, s].every((x) => BigInt.asIntN(31, x) === x)) {
    const words = wordsOf(values);
    for (let i = 0, x = Number(a), by = Number(s); i < values.length; i++, x += by) setInt64(words, i, x);
  } else for (let i = 0, x = a; i < values.length; i++, x += s) values[i] = x;
  return values;
}

function checkSteps(steps: number): void {
  if (!Number.isInteger(steps)) throw new TypeError(`steps must be an integer, but got ${String(steps)}`);
  if (steps < 0) throw new RuntimeError('number of steps must be non-negative');
}

/** Numbers at equal distances: from the start in the first half, from the end in the second. */
function evenly(start: number, end: number, steps: number): Float64Array {
  if (steps === 1) return Float64Array.of(start);
  const step = (end - start) / (steps - 1), half = Math.floor(steps / 2), values = zerosOf(Float64Array, steps);
  for (let i = 0; i < steps; i++) values[i] = i < half ? start + step * i : end - step * (steps - i - 1);
  return values;
}

/**
 * As `evenly`, in float32 or float64 as PyTorch computes it: one vector register after the other, whose first number is
 * computed in one rounding and the others by adding to it; what does not fill two registers, number by number.
 */
function evenFloats(start: number, end: number, steps: number, { itemsize }: DType): Float64Array {
  const single = itemsize === 4, round = single ? Math.fround : (x: number): number => x;
  const [from, to] = [round(start), round(end)], values = zerosOf(Float64Array, steps);
  if (steps === 1) return values.fill(from);
  // products of float32 are exact in float64
  const atOnce = single ? (a: number, b: number, c: number) => round(a * b + c) : fusedMultiplyAdd;
  const step = round(round(to - from) / (steps - 1)), half = Math.floor(steps / 2);
  const at = (i: number): number => (i < half ? atOnce(step, i, from) : atOnce(-step, steps - i - 1, to));
  const lanes = 32 / itemsize, inRegisters = steps - steps % (2 * lanes);
  const further = Array.from({ length: lanes }, (_, lane) => round(step * lane));
  // rounded to float32 when they are written there
  for (let i = 0; i < inRegisters; i += lanes) {
    const first = at(i);
    for (let lane = 0; lane < lanes; lane++) values[i + lane] = first + further[lane];
  }
  for (let i = inRegisters; i < steps; i++) values[i] = at(i);
  return values;
}

/** a · b + c in one rounding, but where its last bit is a tie. @see https://doi.org/10.1007/BF01397083 (Dekker) */
function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b, ah = upperHalf(a), al = a - ah, bh = upperHalf(b), bl = b - bh;
  const lost = al * bl - (product - ah * bh - al * bh - ah * bl);
  const sum = product + c, part = sum - product;
  const rest = (product - (sum - part)) + (c - part) + lost;
  return Number.isFinite(rest) ? sum + rest : sum;
}

/** A number's upper 26 bits. */
function upperHalf(x: number): number {
  const large = x * 134217729;
  return large - (large - x);
}

/**
 * As `evenly`, cut off to integers as PyTorch does it: one vector register after the other, of which the first number is
 * cut off before the distances of the others are added; what does not fill two registers is cut off number by number.
 */
function evenIntegers(start: number, end: number, steps: number, { itemsize }: DType): Float64Array {
  const values = evenly(start, end, steps), step = steps > 1 ? (end - start) / (steps - 1) : 0;
  const lanes = 32 / itemsize, inRegisters = steps - steps % (2 * lanes);
  return values.map((x, i) => Math.trunc(i < inRegisters ? Math.trunc(values[i - i % lanes]) + step * (i % lanes) : x));
}

/** How many numbers, which may be an option as well. */
type StepsAndOptions<O> = [steps: number, options?: O] | [options: O & { readonly steps: number }];

/**
 * `steps` numbers at equal distances, from `start` to `end`, both included.
 * @see https://pytorch.org/docs/stable/generated/torch.linspace.html
 * @example torch.linspace(0, 1, 3) // tensor([0.0000, 0.5000, 1.0000])
 */
export function linspace(start: number, end: number, ...rest: StepsAndOptions<CreationOptions>): Tensor {
  const [{ steps }, given] = numbersThenOptions<CreationOptions, 'steps'>('linspace', rest, { steps: NaN }, 'dtype');
  checkSteps(steps);
  const options = asOut(given), dtype = options.dtype ?? getDefaultDtype();
  const values = dtype.kind === 'int' ? evenIntegers(Math.trunc(start), Math.trunc(end), steps, dtype)
    : dtype.kind === 'float' && dtype.itemsize > 2 ? evenFloats(start, end, steps, dtype) : evenly(start, end, steps);
  return finish(values, dtype, options);
}

export interface LogspaceOptions extends CreationOptions {
  /** default 10 */
  readonly base?: number | undefined;
}

/**
 * `steps` numbers from base^start to base^end, at equal ratios.
 * @see https://pytorch.org/docs/stable/generated/torch.logspace.html
 * @example torch.logspace(0, 2, 3) // tensor([  1.,  10., 100.])
 */
export function logspace(start: number, end: number, ...rest: StepsAndOptions<LogspaceOptions>): Tensor {
  const [{ steps }, { base = 10, ...given }] = numbersThenOptions<LogspaceOptions, 'steps'>('logspace', rest, { steps: NaN }, 'base');
  checkSteps(steps);
  const options = asOut(given);
  return finish(evenly(start, end, steps).map((x) => base ** x), options.dtype ?? getDefaultDtype(), options);
}

/**
 * A matrix with ones on its diagonal, of `n` rows and `m` columns (as many as rows).
 * @see https://pytorch.org/docs/stable/generated/torch.eye.html
 * @example torch.eye(2) // tensor([[1., 0.], [0., 1.]])
 */
export function eye(n: number, m?: number | CreationOptions, options: CreationOptions = {}): Tensor {
  const columns = typeof m === 'number' ? m : n;
  if (!(n >= 0)) throw new RuntimeError(`n must be greater or equal to 0, got ${n}`);
  if (!(columns >= 0)) throw new RuntimeError(`m must be greater or equal to 0, got ${columns}`);
  const values = zerosOf(Float64Array, n * columns);
  for (let i = 0; i < Math.min(n, columns); i++) values[i * columns + i] = 1;
  const asked = asOut(checked<CreationOptions>('eye', typeof m === 'object' ? m : options, 'dtype'));
  return finish(values, asked.dtype ?? getDefaultDtype(), asked, [n, columns]);
}
