import { runPointwise, runPointwiseInplace } from '../dispatch.js';
import * as e from '../expr.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { pointwise, unary, type OutOption } from './define.js';
import { floating, numeric } from './dtype-checks.js';

/** Integers are left as they are. */
const rounded = (kernel: string, round: (x: e.Expr) => e.Expr) => (x: e.Expr): e.Expr =>
  (numeric(x, kernel).dtype.isFloatingPoint ? round(x) : x);

/**
 * The largest integer that is not above each element.
 * @see https://pytorch.org/docs/stable/generated/torch.floor.html
 * @example torch.floor(torch.tensor([-1.5, 1.5])) // tensor([-2.,  1.])
 */
export const floor = unary('floor', rounded('floor_vml_cpu', e.floor));

/**
 * The smallest integer that is not below each element.
 * @see https://pytorch.org/docs/stable/generated/torch.ceil.html
 */
export const ceil = unary('ceil', rounded('ceil_vml_cpu', e.ceil));

/** Without what follows the point. @see https://pytorch.org/docs/stable/generated/torch.trunc.html */
export const trunc = unary('trunc', rounded('trunc_vml_cpu', e.trunc));
export { trunc as fix };

/** What follows the point, with the sign. @see https://pytorch.org/docs/stable/generated/torch.frac.html */
export const frac = unary('frac', (x) => e.sub(floating(x, 'frac_cpu'), e.trunc(x)));

export interface RoundOptions extends OutOption {
  /** digits kept after the point; negative ones before it */
  readonly decimals?: number | undefined;
}

const roundOp = unary('round', rounded('round_vml_cpu', e.round));
const roundDecimals = pointwise('round', ['value', 'param'], (x, scale) =>
  e.div(e.round(e.mul(floating(x, 'round_cpu'), scale)), scale), { gradName: 'RoundBackward1' });
const roundTens = pointwise('round', ['value', 'param'], (x, scale) =>
  e.mul(e.round(e.div(floating(x, 'round_cpu'), scale)), scale), { gradName: 'RoundBackward1' });

const decimalsOp = (decimals: number): typeof roundTens => (decimals > 0 ? roundDecimals : roundTens);

/**
 * Each element rounded, halves to the even neighbour.
 * @see https://pytorch.org/docs/stable/generated/torch.round.html
 * @example torch.round(torch.tensor([0.5, 1.5, 2.5])) // tensor([0., 2., 2.])
 */
export const round = Object.assign(
  (x: Tensor, options: RoundOptions = {}): Tensor => {
    const { decimals = 0, out } = checked('round', options, 'decimals');
    return decimals === 0 ? roundOp(x, { out }) : runPointwise(decimalsOp(decimals), [x, 10 ** Math.abs(decimals)], out);
  },
  {
    op: roundOp.op, decimals: roundDecimals, tens: roundTens,
    inplace: (x: Tensor, options: Omit<RoundOptions, 'out'> = {}): Tensor => {
      const { decimals = 0 } = checked('round_', options, 'decimals');
      return decimals === 0 ? roundOp.inplace(x) : runPointwiseInplace(decimalsOp(decimals), [x, 10 ** Math.abs(decimals)]);
    },
  });
