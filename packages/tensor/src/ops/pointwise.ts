import type { Operand } from '../dispatch.js';
import { bool, complex128, float64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { hypotenuse, negative } from '../expr-functions.js';
import { Tensor } from '../tensor.js';
import { binary, binaryByKind, unary, type OutOption, type Unary } from './define.js';
import { floating, numeric } from './dtype-checks.js';
import { resultType } from './dtype-query.js';

/**
 * e to the power of each element; integers give the default dtype.
 * @see https://pytorch.org/docs/stable/generated/torch.exp.html
 * @example torch.exp(torch.tensor([0, 1])) // tensor([1.0000, 2.7183])
 */
export const exp = unary('exp', e.exp, { compute: 'float' });

/** 2 to the power of each element. @see https://pytorch.org/docs/stable/generated/torch.exp2.html */
export const exp2 = unary('exp2', e.exp2, { compute: 'float' });

/** exp(x) - 1, exact for small x. @see https://pytorch.org/docs/stable/generated/torch.expm1.html */
export const expm1 = unary('expm1', e.expm1, { compute: 'float' });

/**
 * The natural logarithm.
 * @see https://pytorch.org/docs/stable/generated/torch.log.html
 * @example torch.log(torch.tensor([1, Math.E])) // tensor([0., 1.])
 */
export const log = unary('log', e.log, { compute: 'float' });

/** log(1 + x), exact for small x. @see https://pytorch.org/docs/stable/generated/torch.log1p.html */
export const log1p = unary('log1p', e.log1p, { compute: 'float', gradName: 'Log1P' });

/** The logarithm to base 2. @see https://pytorch.org/docs/stable/generated/torch.log2.html */
export const log2 = unary('log2', e.log2, { compute: 'float' });

/** The logarithm to base 10. @see https://pytorch.org/docs/stable/generated/torch.log10.html */
export const log10 = unary('log10', e.log10, { compute: 'float' });

/**
 * log(exp(x) + exp(other)) without overflow.
 * @see https://pytorch.org/docs/stable/generated/torch.logaddexp.html
 * @example torch.logaddexp(torch.tensor([-1000]), torch.tensor([-1000])) // tensor([-999.3068])
 */
export const logaddexp = binary('logaddexp', (x, y) => {
  const max = e.max(floating(x, 'logaddexp_cpu'), y);
  const sum = e.add(max, e.log1p(e.exp(e.neg(e.abs(e.sub(x, y))))));
  return e.where(e.and(e.eq(x, y), e.eq(e.abs(x), Infinity)), x, sum);
});

/** log2(2^x + 2^other) without overflow. @see https://pytorch.org/docs/stable/generated/torch.logaddexp2.html */
export const logaddexp2 = binary('logaddexp2', (x, y) => {
  const max = e.max(floating(x, 'logaddexp2_cpu'), y);
  const sum = e.add(max, e.mul(e.log1p(e.exp2(e.neg(e.abs(e.sub(x, y))))), Math.LOG2E));
  return e.where(e.and(e.eq(x, y), e.eq(e.abs(x), Infinity)), x, sum);
});

/**
 * x · log(other), 0 where x is 0.
 * @see https://pytorch.org/docs/stable/generated/torch.xlogy.html
 * @example torch.xlogy(torch.tensor([0, 2]), torch.tensor([0, 1])) // tensor([0., 0.])
 */
export const xlogy = binaryByKind('xlogy', [0, 2, 1], (x, y) =>
  e.where(e.and(e.eq(x, 0), e.not(e.isnan(y))), 0, e.mul(x, e.log(y))), { compute: 'float' });

/**
 * The square root; NaN for negative numbers.
 * @see https://pytorch.org/docs/stable/generated/torch.sqrt.html
 * @example torch.sqrt(torch.tensor([4, 9])) // tensor([2., 3.])
 */
export const sqrt = unary('sqrt', e.sqrt, { compute: 'float' });

/** 1 / sqrt(x). @see https://pytorch.org/docs/stable/generated/torch.rsqrt.html */
export const rsqrt = unary('rsqrt', (x) => e.div(1, e.sqrt(x)), { compute: 'float' });

/** 1 / x. @see https://pytorch.org/docs/stable/generated/torch.reciprocal.html */
export const reciprocal = unary('reciprocal', (x) => e.div(1, x), { compute: 'float' });

const power = binaryByKind('pow', [1, 0, 2], (x, y) => e.pow(numeric(x, 'pow'), y));

const fixedPower = (expr: (x: e.Expr) => e.Expr): Unary => unary('pow', expr, { gradName: 'PowBackward0' });
/** Powers that are not left to pow, as in PyTorch: they are exact or nearly so, and take a small part of its time. */
const fixedPowers: ReadonlyMap<number, Unary> = new Map([
  [2, fixedPower((x) => e.mul(x, x))],
  [3, fixedPower((x) => e.mul(e.mul(x, x), x))],
  [0.5, fixedPower(e.sqrt)],
  [-0.5, fixedPower((x) => e.div(1, e.sqrt(x)))],
  [-1, fixedPower((x) => e.div(1, x))],
  [-2, fixedPower((x) => e.div(1, e.mul(x, x)))],
]);

/**
 * x · x.
 * @see https://pytorch.org/docs/stable/generated/torch.square.html
 * @example torch.square(torch.tensor([-2, 3])) // tensor([4., 9.])
 */
export const square = Object.assign((x: Tensor, { out }: OutOption = {}): Tensor => pow(x, 2, { out }), {
  inplace: (x: Tensor): Tensor => pow.inplace(x, 2),
});

/** The fixed power for a base and an exponent; of integers, those that are integers again. */
function fixedPowerOf(x: Operand, exponent: Operand): Unary | undefined {
  if (typeof exponent !== 'number' || !(x instanceof Tensor)) return undefined;
  return x.dtype.isDifferentiable || (exponent > 1 && x.dtype !== bool) ? fixedPowers.get(exponent) : undefined;
}

function checkPower(x: Operand, exponent: Operand): void {
  if (exponent instanceof Tensor || Number(exponent) >= 0 || typeof exponent === 'boolean') return;
  if (x instanceof Tensor && !resultType(x, exponent).isDifferentiable) {
    throw new RuntimeError('Integers to negative integer powers are not allowed.');
  }
}

/**
 * `x` to the power of `exponent`, broadcast; either may be a number.
 * @throws RuntimeError for integers with a negative integer as exponent
 * @see https://pytorch.org/docs/stable/generated/torch.pow.html
 * @example torch.pow(2, torch.tensor([1, 2, 3])) // tensor([2., 4., 8.])
 */
export const pow = Object.assign(
  (x: Operand, exponent: Operand, options?: OutOption): Tensor => {
    checkPower(x, exponent);
    return fixedPowerOf(x, exponent)?.(x as Tensor, options) ?? power(x, exponent, options);
  },
  {
    op: power.op, withNumber: power.withNumber, numberFirst: power.numberFirst, fixed: fixedPowers,
    inplace: (x: Tensor, exponent: Operand): Tensor => {
      checkPower(x, exponent);
      return fixedPowerOf(x, exponent)?.inplace(x) ?? power.inplace(x, exponent);
    },
  });

const asDouble = (x: Operand): Operand => (x instanceof Tensor ? x.to(x.dtype.isComplex ? complex128 : float64) : x);

/**
 * `x` to the power of `exponent`, computed in float64.
 * @see https://pytorch.org/docs/stable/generated/torch.float_power.html
 * @example torch.floatPower(torch.tensor([4], { dtype: torch.int64 }), -0.5) // tensor([0.5000], dtype=torch.float64)
 */
export const floatPower = Object.assign(
  (x: Operand, exponent: Operand, { out }: OutOption = {}): Tensor => pow(asDouble(x), asDouble(exponent), { out }),
  {
    inplace: (x: Tensor, exponent: Operand): Tensor => {
      if (x.dtype !== float64) {
        throw new RuntimeError(
          `the base given to float_power_ has dtype ${x.dtype.scalarType} but the operation's result requires dtype Double`);
      }
      return pow.inplace(x, asDouble(exponent));
    },
  });

/** x · 2^other. @see https://pytorch.org/docs/stable/generated/torch.ldexp.html */
export const ldexp = Object.assign(
  (x: Tensor, other: Tensor, { out }: OutOption = {}): Tensor => x.mul(pow(2, asFloat(other)), { out }),
  { inplace: (x: Tensor, other: Tensor): Tensor => x.mul_(pow(2, asFloat(other))) });

const asFloat = (x: Tensor): Tensor => (x.dtype.isDifferentiable ? x : x.float());

const absOp = unary('abs', (x) => e.abs(numeric(x, 'abs_cpu')), { result: 'real' });

/**
 * The absolute value; real numbers also of complex ones.
 * @throws RuntimeError for bool tensors
 * @see https://pytorch.org/docs/stable/generated/torch.abs.html
 * @example torch.abs(torch.tensor([-1, 2])) // tensor([1., 2.])
 */
export const abs = Object.assign((x: Tensor, options?: OutOption): Tensor => absOp(x, options), {
  op: absOp.op,
  inplace(x: Tensor): Tensor {
    if (x.dtype.isComplex) throw new RuntimeError('In-place abs is not supported for complex tensors.');
    return absOp.inplace(x);
  },
});
export { abs as absolute };

/**
 * -1, 0 or 1.
 * @see https://pytorch.org/docs/stable/generated/torch.sign.html
 * @example torch.sign(torch.tensor([-3, 0, 2])) // tensor([-1.,  0.,  1.])
 */
export const sign = unary('sign', (x) => (x.dtype.kind === 'bool' ? x : e.sign(x)));

/** As `sign`; of complex numbers z / |z|, and 0 of 0. @see https://pytorch.org/docs/stable/generated/torch.sgn.html */
export const sgn = unary('sgn', (x) => (x.dtype.kind === 'bool' ? x : e.sign(x)));

/** Whether the sign is negative, also that of -0. @see https://pytorch.org/docs/stable/generated/torch.signbit.html */
export const signbit = unary('signbit', negative, { result: 'bool' });

/**
 * The size of `x` with the sign of `other`.
 * @see https://pytorch.org/docs/stable/generated/torch.copysign.html
 * @example torch.copysign(torch.tensor([1, -2]), -0.5) // tensor([-1., -2.])
 */
export const copysign = binaryByKind('copysign', [0, 1, 0], (x, y) => {
  const size = e.abs(x);
  return e.where(negative(y), e.neg(size), size);
}, { compute: 'float' });

/**
 * The hypotenuse √(x² + other²), without overflow on the way.
 * @see https://pytorch.org/docs/stable/generated/torch.hypot.html
 * @example torch.hypot(torch.tensor([3]), torch.tensor([4])) // tensor([5.])
 */
export const hypot = binary('hypot', (x, y) => hypotenuse(floating(x, 'hypot_cpu'), y));
