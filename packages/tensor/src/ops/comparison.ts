import { bool } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { sameShape } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { cpu } from './conversion.js';
import { binary, unary } from './define.js';

/**
 * Whether elements are equal, as bools.
 * @see https://pytorch.org/docs/stable/generated/torch.eq.html
 * @example torch.eq(torch.tensor([1, 2]), 2) // tensor([False,  True])
 */
export const eq = binary('eq', e.eq, { result: 'bool' });

/** Whether elements differ; NaN differs from all. @see https://pytorch.org/docs/stable/generated/torch.ne.html */
export const ne = binary('ne', e.ne, { result: 'bool' });
export { ne as notEqual };

/** `x < other`. @see https://pytorch.org/docs/stable/generated/torch.lt.html */
export const lt = binary('lt', e.lt, { result: 'bool' });
export { lt as less };

/** `x <= other`. @see https://pytorch.org/docs/stable/generated/torch.le.html */
export const le = binary('le', e.le, { result: 'bool' });
export { le as lessEqual };

/** `x > other`. @see https://pytorch.org/docs/stable/generated/torch.gt.html */
export const gt = binary('gt', e.gt, { result: 'bool' });
export { gt as greater };

/** `x >= other`. @see https://pytorch.org/docs/stable/generated/torch.ge.html */
export const ge = binary('ge', e.ge, { result: 'bool' });
export { ge as greaterEqual };

/** False for all elements, where a dtype does not have what is asked for. */
const never = e.constant(0, bool);

/** Whether elements are NaN. @see https://pytorch.org/docs/stable/generated/torch.isnan.html */
export const isnan = unary('isnan', (x) => (x.dtype.isFloatingPoint ? e.isnan(x) : never), { result: 'bool' });

const isInfinity = (of: (x: e.Expr) => e.Expr) => (x: e.Expr): e.Expr => (x.dtype.isFloatingPoint ? of(x) : never);

/** Whether elements are infinite. @see https://pytorch.org/docs/stable/generated/torch.isinf.html */
export const isinf = unary('isinf', isInfinity((x) => e.eq(e.abs(x), Infinity)), { result: 'bool' });

/** Whether elements are +∞. @see https://pytorch.org/docs/stable/generated/torch.isposinf.html */
export const isposinf = unary('isposinf', isInfinity((x) => e.eq(x, Infinity)), { result: 'bool' });

/** Whether elements are -∞. @see https://pytorch.org/docs/stable/generated/torch.isneginf.html */
export const isneginf = unary('isneginf', isInfinity((x) => e.eq(x, -Infinity)), { result: 'bool' });

/** Whether elements are neither infinite nor NaN. @see https://pytorch.org/docs/stable/generated/torch.isfinite.html */
export const isfinite = unary('isfinite', (x) =>
  (x.dtype.isFloatingPoint ? e.lt(e.abs(x), Infinity) : e.not(never)), { result: 'bool' });

/** Whether elements are real numbers: all are. @see https://pytorch.org/docs/stable/generated/torch.isreal.html */
export const isreal = unary('isreal', () => e.not(never), { result: 'bool' });

/**
 * The larger of two elements; NaN where either is.
 * @see https://pytorch.org/docs/stable/generated/torch.maximum.html
 * @example torch.maximum(torch.tensor([1, 5]), torch.tensor([3, 2])) // tensor([3., 5.])
 */
export const maximum = binary('maximum', e.max);

/**
 * The smaller of two elements; NaN where either is.
 * @see https://pytorch.org/docs/stable/generated/torch.minimum.html
 */
export const minimum = binary('minimum', e.min);

const unlessNan = (choose: (x: e.Expr, y: e.Expr) => e.Expr) => (x: e.Expr, y: e.Expr): e.Expr =>
  e.where(e.isnan(x), y, e.where(e.isnan(y), x, choose(x, y)));

/**
 * The larger of two elements; the other one where one is NaN.
 * @see https://pytorch.org/docs/stable/generated/torch.fmax.html
 */
export const fmax = binary('fmax', unlessNan(e.max));

/**
 * The smaller of two elements; the other one where one is NaN.
 * @see https://pytorch.org/docs/stable/generated/torch.fmin.html
 */
export const fmin = binary('fmin', unlessNan(e.min));

const step = binary('heaviside', (x, values) => e.where(e.eq(x, 0), values, e.cast(e.gt(x, 0), x.dtype)));

function alike(x: Tensor, values: Tensor): void {
  if (x.dtype !== values.dtype) {
    throw new RuntimeError('heaviside is not yet implemented for tensors with different dtypes.');
  }
}

/**
 * 0 for negative elements, 1 for positive ones, and `values` where `x` is 0.
 * @throws RuntimeError for tensors of different dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.heaviside.html
 * @example torch.heaviside(torch.tensor([-1.5, 0, 2]), torch.tensor([0.5])) // tensor([0.0000, 0.5000, 1.0000])
 */
export const heaviside = Object.assign((x: Tensor, values: Tensor, options?: { out?: Tensor }): Tensor => {
  alike(x, values);
  return step(x, values, options);
}, {
  op: step.op,
  inplace: (x: Tensor, values: Tensor): Tensor => {
    alike(x, values);
    return step.inplace(x, values);
  },
});

export interface CloseOptions {
  /** relative tolerance, of the size of `other`; default 1e-5 */
  readonly rtol?: number | undefined;
  /** absolute tolerance, default 1e-8 */
  readonly atol?: number | undefined;
  /** whether two NaN are close */
  readonly equalNan?: boolean | undefined;
}

/**
 * Whether |x - other| <= atol + rtol · |other|, as bools.
 * @throws RuntimeError for tensors of different dtypes and for negative tolerances
 * @see https://pytorch.org/docs/stable/generated/torch.isclose.html
 * @example torch.isclose(torch.tensor([1, 2]), torch.tensor([1, 2.1])) // tensor([ True, False])
 */
export function isclose(x: Tensor, other: Tensor, options: CloseOptions = {}): Tensor {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = checked('isclose', options);
  if (x.dtype !== other.dtype) throw new RuntimeError(`${x.dtype.scalarType} did not match ${other.dtype.scalarType}`);
  if (!(rtol >= 0)) throw new RuntimeError(`rtol must be greater than or equal to zero, but got ${rtol}`);
  if (!(atol >= 0)) throw new RuntimeError(`atol must be greater than or equal to zero, but got ${atol}`);
  let close = x.eq(other);
  if (equalNan && x.dtype.isDifferentiable) close = close.logicalOr(x.isnan().logicalAnd(other.isnan()));
  if (rtol === 0 && atol === 0) return close;
  const [a, b] = [x, other].map((v) => (v.dtype.isDifferentiable ? v : v.float()));
  const difference = a.sub(b).abs();
  return close.logicalOr(difference.isfinite().logicalAnd(difference.le(b.mul(rtol).abs().add(atol))));
}

/**
 * Whether all elements are close, as `isclose` tells.
 * @see https://pytorch.org/docs/stable/generated/torch.allclose.html
 * @example await torch.allclose(torch.ones(2), torch.ones(2)) // true
 */
export const allclose = async (x: Tensor, other: Tensor, options: CloseOptions = {}): Promise<boolean> =>
  allTrue(isclose(x, other, options));

/**
 * Whether two tensors have the same shape and the same elements.
 * @see https://pytorch.org/docs/stable/generated/torch.equal.html
 * @example await torch.equal(torch.ones(2), torch.ones(2)) // true
 */
export const equal = async (x: Tensor, other: Tensor): Promise<boolean> =>
  sameShape(x.shape, other.shape) && allTrue(eq(x, other));

async function allTrue(x: Tensor): Promise<boolean> {
  const values = (await cpu(x)).hostValues() as Uint8Array;
  return !values.includes(0);
}
