import { runPointwise, runPointwiseInplace, type Operand } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { checked } from '../options.js';
import { isComplexNumber, type ScalarLike } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { binary, binaryByKind, pointwise, unary, type Binary, type OutOption } from './define.js';
import { numeric } from './dtype-checks.js';
import { resultType } from './dtype-query.js';

export interface AlphaOption extends OutOption {
  /** a factor of the second operand, default 1 */
  readonly alpha?: ScalarLike | undefined;
}

const add1 = binary('add', (x, y) => (x.dtype.kind === 'bool' ? e.or(x, y) : e.add(x, y)));
const sub1 = binary('sub', e.sub);
const rsub1 = binaryByKind('rsub', [0, 1, 0], (x, y) => e.sub(y, x));
const addScaled = pointwise('add', ['value', 'value', 'param'], (x, y, alpha) =>
  (x.dtype.kind === 'bool' ? e.or(x, e.and(alpha, y)) : e.add(x, e.mul(alpha, y))));
const subScaled = pointwise('sub', ['value', 'value', 'param'], (x, y, alpha) => e.sub(x, e.mul(alpha, y)));
const rsubScaled = pointwise('rsub', ['value', 'value', 'param'], (x, y, alpha) => e.sub(y, e.mul(alpha, x)));

/** No options: one for all calls, as sums of small tensors are over in no time. */
const NONE = {};

/** An op with an optional factor of the second operand: `alpha: 1` takes the plain record. */
function withAlpha(plain: Binary, scaled: typeof addScaled, check: (x: Operand, y: Operand) => void) {
  const fn = (x: Operand, other: Operand, options: AlphaOption = NONE): Tensor => {
    const { alpha = 1, out } = checked(plain.op.name, options, 'alpha');
    check(x, other);
    return alpha === 1 ? plain(x, other, { out }) : runPointwise(scaled, [x, other, checkAlpha(x, other, alpha)], out);
  };
  const inplace = (x: Tensor, other: Operand, options: Omit<AlphaOption, 'out'> = NONE): Tensor => {
    const { alpha = 1 } = checked(`${plain.op.name}_`, options, 'alpha');
    check(x, other);
    return alpha === 1 ? plain.inplace(x, other) : runPointwiseInplace(scaled, [x, other, checkAlpha(x, other, alpha)]);
  };
  return Object.assign(fn, { op: plain.op, scaled, inplace });
}

function checkAlpha<A extends ScalarLike>(x: Operand, y: Operand, alpha: A): A {
  const dtype = resultType(x, y);
  if (dtype.isComplex) return alpha;
  if (isComplexNumber(alpha)) throw new RuntimeError('For non-complex input tensors, argument alpha must not be a complex number.');
  if (typeof alpha === 'boolean' && dtype.kind !== 'bool') {
    throw new RuntimeError('Boolean alpha only supported for Boolean results.');
  }
  if (!dtype.isFloatingPoint && typeof alpha === 'number' && !Number.isInteger(alpha)) {
    throw new RuntimeError('For integral input tensors, argument alpha must not be a floating point number.');
  }
  return alpha;
}

/**
 * `x + alpha * other`, broadcast.
 * @see https://pytorch.org/docs/stable/generated/torch.add.html
 * @example torch.add(torch.tensor([1, 2]), 10, { alpha: 2 }) // tensor([21., 22.])
 */
export const add = withAlpha(add1, addScaled, () => {});

function refuseBools(x: Operand, y: Operand): void {
  const [a, b] = [x, y].map((v) => (v instanceof Tensor ? v.dtype.kind === 'bool' : typeof v === 'boolean'));
  if (a && b) {
    throw new RuntimeError(
      'Subtraction, the `-` operator, with two bool tensors is not supported. ' +
      'Use the `^` or `logical_xor()` operator instead.');
  }
  if (a || b) {
    throw new RuntimeError(
      'Subtraction, the `-` operator, with a bool tensor is not supported. ' +
      'If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.');
  }
}

/**
 * `x - alpha * other`, broadcast.
 * @throws RuntimeError for bool tensors, which have no difference
 * @see https://pytorch.org/docs/stable/generated/torch.sub.html
 * @example torch.sub(torch.tensor([1, 2]), 1) // tensor([0., 1.])
 */
export const sub = withAlpha(sub1, subScaled, refuseBools);
export { sub as subtract };

/**
 * `other - alpha * x`.
 * @throws RuntimeError for bool tensors
 * @example torch.rsub(torch.tensor([1, 2]), 1) // tensor([ 0., -1.])
 */
export const rsub = Object.assign(withAlpha(rsub1, rsubScaled, refuseBools), {
  withNumber: rsub1.withNumber, numberFirst: rsub1.numberFirst,
});

/**
 * `x * other`, broadcast.
 * @see https://pytorch.org/docs/stable/generated/torch.mul.html
 * @example torch.mul(torch.tensor([1, 2]), 3) // tensor([3., 6.])
 */
export const mul = binary('mul', (x, y) => (x.dtype.kind === 'bool' ? e.and(x, y) : e.mul(x, y)));
export { mul as multiply };

/** Whether a remainder is to be corrected by one divisor, to have the divisor's sign. */
const differentSigns = (remainder: e.Expr, y: e.Expr): e.Expr =>
  e.and(e.ne(remainder, 0), e.xor(e.lt(remainder, 0), e.lt(y, 0)));

/** The quotient rounded down, exactly: through the remainder, as in Python. */
function floorQuotient(x: e.Expr, y: e.Expr): e.Expr {
  const rest = e.mod(numeric(x, 'div_floor_cpu'), y);
  if (!x.dtype.isFloatingPoint) {
    const quotient = e.div(x, y);
    return e.where(differentSigns(rest, y), e.sub(quotient, 1), quotient);
  }
  const quotient = e.div(x, y);
  const exact = e.div(e.sub(x, rest), y);
  const down = e.where(differentSigns(rest, y), e.sub(exact, 1), exact);
  const floor = e.floor(down);
  const nearest = e.where(e.gt(e.sub(down, floor), 0.5), e.add(floor, 1), floor);
  // a zero has the quotient's sign (compilers take 0 times a number for 0), and a division by zero is a plain one
  return e.where(e.eq(y, 0), quotient, e.where(e.ne(down, 0), nearest, e.div(quotient, Infinity)));
}

const truncQuotient = (x: e.Expr, y: e.Expr): e.Expr => {
  const quotient = e.div(numeric(x, 'div_trunc_cpu'), y);
  return x.dtype.isFloatingPoint ? e.trunc(quotient) : quotient;
};

export interface DivOptions extends OutOption {
  /** null: a true quotient (integers give floats); 'trunc': towards zero; 'floor': down, as Python's // */
  readonly roundingMode?: 'trunc' | 'floor' | null | undefined;
}

const trueDiv = binary('div', e.div, { compute: 'float' });
const divTrunc = binary('div', truncQuotient, { gradName: 'DivBackward2' });
const divFloor = binary('div', floorQuotient, { gradName: 'DivBackward2' });

function divisionOf(roundingMode: string | null | undefined): Binary {
  if (roundingMode === undefined || roundingMode === null) return trueDiv;
  if (roundingMode === 'trunc') return divTrunc;
  if (roundingMode === 'floor') return divFloor;
  throw new RuntimeError(
    `div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '${String(roundingMode)}'`);
}

/**
 * `x / other`, broadcast, rounded where asked.
 * @throws RuntimeError where integers are divided by zero with rounding
 * @see https://pytorch.org/docs/stable/generated/torch.div.html
 * @example torch.div(torch.tensor([-7, 7]), 2, { roundingMode: 'floor' }) // tensor([-4.,  3.])
 */
export const div = Object.assign(
  (x: Operand, other: Operand, options: DivOptions = NONE): Tensor =>
    divisionOf(checked('div', options, 'roundingMode').roundingMode)(x, other, options),
  {
    op: trueDiv.op, trunc: divTrunc.op, floor: divFloor.op,
    inplace: (x: Tensor, other: Operand, options: Omit<DivOptions, 'out'> = NONE): Tensor =>
      divisionOf(checked('div_', options, 'roundingMode').roundingMode).inplace(x, other),
  });
export { div as divide };

/** `x / other` without rounding. @see https://pytorch.org/docs/stable/generated/torch.true_divide.html */
export const trueDivide: Binary = trueDiv;

/**
 * `x / other` rounded down. No derivative.
 * @see https://pytorch.org/docs/stable/generated/torch.floor_divide.html
 * @example torch.floorDivide(torch.tensor([-7, 7]), 2) // tensor([-4.,  3.])
 */
export const floorDivide = binary('floorDivide', floorQuotient);

/**
 * The rest of a division, with the divisor's sign, as Python's %.
 * @see https://pytorch.org/docs/stable/generated/torch.remainder.html
 * @example torch.remainder(torch.tensor([-3, 3]), 2) // tensor([1., 1.])
 */
export const remainder = binaryByKind('remainder', [1, 0, 1], (x, y) => {
  const rest = e.mod(numeric(x, 'remainder_cpu'), y);
  return e.where(differentSigns(rest, y), e.add(rest, y), rest);
});

/**
 * The rest of a division, with the dividend's sign, as C's fmod.
 * @see https://pytorch.org/docs/stable/generated/torch.fmod.html
 * @example torch.fmod(torch.tensor([-3, 3]), 2) // tensor([-1.,  1.])
 */
export const fmod = binaryByKind('fmod', [1, 0, 1], (x, y) => e.mod(numeric(x, 'fmod_cpu'), y));

const neg1 = unary('neg', e.neg);

/**
 * `-x`.
 * @throws RuntimeError for bool tensors
 * @see https://pytorch.org/docs/stable/generated/torch.neg.html
 * @example torch.neg(torch.tensor([1, -2])) // tensor([-1.,  2.])
 */
export const neg = Object.assign((x: Tensor, options?: OutOption): Tensor => neg1(signed(x), options), {
  op: neg1.op, inplace: (x: Tensor): Tensor => neg1.inplace(signed(x)),
});
export { neg as negative };

function signed(x: Tensor): Tensor {
  if (x.dtype.kind === 'bool') {
    throw new RuntimeError(
      'Negation, the `-` operator, on a bool tensor is not supported. ' +
      'If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.');
  }
  return x;
}

/**
 * The tensor itself.
 * @throws RuntimeError for bool tensors
 * @see https://pytorch.org/docs/stable/generated/torch.positive.html
 */
export function positive(x: Tensor): Tensor {
  if (x.dtype.kind === 'bool') throw new RuntimeError('The `+` operator, on a bool tensor is not supported.');
  return x;
}
