import { where, type Tensor } from '@sconce/tensor';
import { normOps, type NormAttrs } from '@sconce/tensor/internal';
import { define, saving, type Rule } from './define.js';
import { unsqueezed } from './reduction.js';

const zeroWhere = (x: Tensor, condition: Tensor): Tensor => x.maskedFill(condition, 0);

/**
 * d/dx (Σ |x|^p)^(1/p) = sign(x) · (|x| / norm)^(p-1), and 0 where that has no limit: at zeros of the norm, and for p
 * below 1 at zeros of x.
 */
function ofNorm(g: Tensor, x: Tensor, norm: Tensor, { ord, dims }: NormAttrs): Tensor {
  if (ord === 0) return x.mul(0);
  if (ord === 1) return x.sgn().mul(g);
  if (ord === 2) return g.mul(zeroWhere(x.div(norm), norm.eq(0)));
  if (Math.abs(ord) === Infinity) {
    // in equal parts to the elements that are the largest (smallest)
    const size = x.abs();
    const chosen = size.eq(norm).logicalOr(size.isnan());
    return x.sgn().mul(g.div(chosen.sum(dims, { keepdim: true })).mul(chosen));
  }
  if (ord < 1) return x.sgn().mul(zeroWhere(x.abs().pow(ord - 1), x.eq(0))).mul(g).mul(norm.pow(1 - ord));
  const scale = zeroWhere(g.div(norm.pow(ord - 1)), norm.eq(0));
  const powers = ord < 2 ? where(x.eq(0), 0, x.sgn().mul(x.abs().pow(ord - 1))) : x.mul(x.abs().pow(ord - 2));
  return powers.mul(scale);
}

const rule: Rule<NormAttrs> = saving<NormAttrs>([0, 'result'], (g, { inputs: [x], result, attrs }) =>
  ofNorm(unsqueezed(g, attrs), x, unsqueezed(result, attrs), attrs));
define(normOps.norm, [rule]);
define(normOps.vectorNorm, [rule]);
