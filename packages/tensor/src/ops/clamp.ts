import { runPointwise, runPointwiseInplace, type Operand } from '../dispatch.js';
import { finfo } from '../dtype-info.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import type { PointwiseOp } from '../op.js';
import { checked } from '../options.js';
import type { NumberLike } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { pointwise, type OutOption } from './define.js';
import { checkFits, numeric } from './dtype-checks.js';

/** A record for numbers as bounds and one for tensors, whose nodes PyTorch names apart. */
interface Bounded {
  readonly numbers: PointwiseOp;
  readonly tensors: PointwiseOp;
}

function bounded(
  name: string, gradNames: readonly [string, string], kernel: string, expr: (...xs: e.Expr[]) => e.Expr,
): Bounded {
  const roles = new Array<'value'>(expr.length).fill('value');
  const [numbers, tensors] = gradNames.map((gradName, i) => pointwise(name, roles, (x, ...bounds) =>
    // one tensor as a bound is a maximum or minimum, which bools have as well
    expr(i === 1 && bounds.length === 1 ? x : numeric(x, kernel), ...bounds), { gradName }));
  return { numbers, tensors };
}

const CLAMP = ['ClampBackward1', 'ClampBackward0'] as const;
const within = bounded('clamp', CLAMP, 'clamp_cpu', (x, min, max) => e.min(e.max(x, min), max));
const from = bounded('clamp', CLAMP, 'clamp_cpu', (x, min) => e.max(x, min));
const upTo = bounded('clamp', CLAMP, 'clamp_cpu', (x, max) => e.min(x, max));
const atLeast = bounded('clampMin', ['ClampMinBackward0', 'ClampMinBackward1'], 'clamp_min_cpu', (x, min) => e.max(x, min));
const atMost = bounded('clampMax', ['ClampMaxBackward0', 'ClampMaxBackward1'], 'clamp_max_cpu', (x, max) => e.min(x, max));

/** Records of clamping, by which bounds there are: min and max, only min, only max. */
export const clampOps = { within, from, upTo, atLeast, atMost };

const choose = (op: Bounded, bounds: readonly Operand[]): PointwiseOp =>
  (bounds.some((b) => b instanceof Tensor) ? op.tensors : op.numbers);

export interface ClampOptions extends OutOption {
  readonly min?: Operand | null | undefined;
  readonly max?: Operand | null | undefined;
}

type Bound = Operand | null | undefined;

const isOptions = (x: Bound | ClampOptions): x is ClampOptions =>
  typeof x === 'object' && x !== null && !(x instanceof Tensor);

/** Integers that are not of the dtype are refused; other numbers make integers floats. */
function checkBound(x: Tensor, bound: Bound): void {
  if (typeof bound === 'bigint' || Number.isInteger(bound)) checkFits(x, bound);
}

/** The record and the operands for the bounds that there are. */
function resolve(x: Tensor, min: Bound, max: Bound): [PointwiseOp, Operand[]] {
  const low = min ?? null, high = max ?? null;
  checkBound(x, low);
  checkBound(x, high);
  if (low !== null && high !== null) return [choose(within, [low, high]), [x, low, high]];
  if (low !== null) return [choose(from, [low]), [x, low]];
  if (high !== null) return [choose(upTo, [high]), [x, high]];
  throw new RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None");
}

/**
 * Each element moved into [min, max]; a bound may be a number, a tensor or null. Either form: `clamp(x, 0, 1)`,
 * `clamp(x, { min: 0 })`.
 * @throws RuntimeError where there is no bound at all
 * @see https://pytorch.org/docs/stable/generated/torch.clamp.html
 * @example torch.clamp(torch.tensor([-1, 0.5, 2]), 0, 1) // tensor([0.0000, 0.5000, 1.0000])
 */
export const clamp = Object.assign(
  (x: Tensor, min?: Bound | ClampOptions, max?: Bound | OutOption, options: OutOption = {}): Tensor => {
    if (isOptions(min)) return runPointwise(...resolve(x, min.min, min.max), min.out);
    if (isOptions(max as ClampOptions)) return clamp(x, min, null, max as OutOption);
    return runPointwise(...resolve(x, min, max as Bound), options.out);
  },
  {
    inplace: (x: Tensor, min?: Bound | ClampOptions, max?: Bound): Tensor =>
      runPointwiseInplace(...(isOptions(min) ? resolve(x, min.min, min.max) : resolve(x, min, max))),
  });
export { clamp as clip };

/** A function of a tensor and one bound. */
const byBound = (op: Bounded) => Object.assign(
  (x: Tensor, bound: Operand, options?: OutOption): Tensor => runPointwise(choose(op, [bound]), [x, bound], options?.out),
  { inplace: (x: Tensor, bound: Operand): Tensor => runPointwiseInplace(choose(op, [bound]), [x, bound]) });

/** Each element, at least the bound. @see https://pytorch.org/docs/stable/generated/torch.clamp.html */
export const clampMin = byBound(atLeast);

/** Each element, at most the bound. @see https://pytorch.org/docs/stable/generated/torch.clamp.html */
export const clampMax = byBound(atMost);

const replaceNonFinite = pointwise('nanToNum', ['value', 'param', 'param', 'param'], (x, nan, posinf, neginf) =>
  e.where(e.isnan(x), nan, e.where(e.eq(x, Infinity), posinf, e.where(e.eq(x, -Infinity), neginf, x))));
const keepFinite = pointwise('nanToNum', ['value'], (x) => x);

export interface NanToNumOptions extends OutOption {
  /** in place of NaN, default 0 */
  readonly nan?: number | null | undefined;
  /** in place of ∞, default the largest number of the dtype */
  readonly posinf?: number | null | undefined;
  /** in place of -∞, default the smallest number of the dtype */
  readonly neginf?: number | null | undefined;
}

/** The record and operands; integers have nothing to replace. */
function replacing(x: Tensor, options: NanToNumOptions): [PointwiseOp, Operand[]] {
  const { nan, posinf, neginf } = checked('nanToNum', options, 'nan');
  if (!x.isFloatingPoint()) return [keepFinite, [x]];
  const largest = finfo(x.dtype).max;
  const operands: NumberLike[] = [nan ?? 0, posinf ?? largest, neginf ?? -largest];
  return [replaceNonFinite, [x, ...operands]];
}

/**
 * NaN and infinities replaced by numbers.
 * @see https://pytorch.org/docs/stable/generated/torch.nan_to_num.html
 * @example torch.nanToNum(torch.tensor([NaN, 1]), { nan: -1 }) // tensor([-1.,  1.])
 */
export const nanToNum = Object.assign(
  (x: Tensor, options: NanToNumOptions = {}): Tensor => runPointwise(...replacing(x, options), options.out),
  {
    op: replaceNonFinite, integers: keepFinite,
    inplace: (x: Tensor, options: Omit<NanToNumOptions, 'out'> = {}): Tensor =>
      runPointwiseInplace(...replacing(x, options)),
  });
