import * as e from '../expr.js';
import { binary, unary } from './define.js';

/**
 * The sine of angles in radians.
 * @see https://pytorch.org/docs/stable/generated/torch.sin.html
 * @example torch.sin(torch.tensor([0, 1])) // tensor([0.0000, 0.8415])
 */
export const sin = unary('sin', e.sin, { compute: 'float' });

/** The cosine of angles in radians. @see https://pytorch.org/docs/stable/generated/torch.cos.html */
export const cos = unary('cos', e.cos, { compute: 'float' });

/** The tangent of angles in radians. @see https://pytorch.org/docs/stable/generated/torch.tan.html */
export const tan = unary('tan', e.tan, { compute: 'float' });

/** The angle of [-π/2, π/2] with this sine. @see https://pytorch.org/docs/stable/generated/torch.asin.html */
export const asin = unary('asin', e.asin, { compute: 'float' });
export { asin as arcsin };

/** The angle of [0, π] with this cosine. @see https://pytorch.org/docs/stable/generated/torch.acos.html */
export const acos = unary('acos', e.acos, { compute: 'float' });
export { acos as arccos };

/** The angle of [-π/2, π/2] with this tangent. @see https://pytorch.org/docs/stable/generated/torch.atan.html */
export const atan = unary('atan', e.atan, { compute: 'float' });
export { atan as arctan };

/**
 * The angle of the points (other, x), in all four quadrants.
 * @see https://pytorch.org/docs/stable/generated/torch.atan2.html
 * @example torch.atan2(torch.tensor([1, -1]), torch.tensor([-1, 1])) // tensor([ 2.3562, -0.7854])
 */
export const atan2 = binary('atan2', e.atan2, { compute: 'float' });
export { atan2 as arctan2 };

/** The hyperbolic sine. @see https://pytorch.org/docs/stable/generated/torch.sinh.html */
export const sinh = unary('sinh', e.sinh, { compute: 'float' });

/** The hyperbolic cosine. @see https://pytorch.org/docs/stable/generated/torch.cosh.html */
export const cosh = unary('cosh', e.cosh, { compute: 'float' });

/**
 * The hyperbolic tangent.
 * @see https://pytorch.org/docs/stable/generated/torch.tanh.html
 * @example torch.tanh(torch.tensor([0, 1])) // tensor([0.0000, 0.7616])
 */
export const tanh = unary('tanh', e.tanh, { compute: 'float' });

/** The inverse of sinh. @see https://pytorch.org/docs/stable/generated/torch.asinh.html */
export const asinh = unary('asinh', e.asinh, { compute: 'float' });
export { asinh as arcsinh };

/** The inverse of cosh. @see https://pytorch.org/docs/stable/generated/torch.acosh.html */
export const acosh = unary('acosh', e.acosh, { compute: 'float' });
export { acosh as arccosh };

/** The inverse of tanh. @see https://pytorch.org/docs/stable/generated/torch.atanh.html */
export const atanh = unary('atanh', e.atanh, { compute: 'float' });
export { atanh as arctanh };

/** Radians from degrees. @see https://pytorch.org/docs/stable/generated/torch.deg2rad.html */
export const deg2rad = unary('deg2rad', (x) => e.mul(x, Math.PI / 180), { compute: 'float', gradName: 'Deg2Rad' });

/** Degrees from radians. @see https://pytorch.org/docs/stable/generated/torch.rad2deg.html */
export const rad2deg = unary('rad2deg', (x) => e.mul(x, 180 / Math.PI), { compute: 'float', gradName: 'Rad2Deg' });

/**
 * sin(πx) / (πx), 1 at 0.
 * @see https://pytorch.org/docs/stable/generated/torch.sinc.html
 * @example torch.sinc(torch.tensor([0, 0.5])) // tensor([1.0000, 0.6366])
 */
export const sinc = unary('sinc', (x) => {
  const angle = e.mul(x, Math.PI);
  return e.where(e.eq(x, 0), 1, e.div(e.sin(angle), angle));
}, { compute: 'float' });
