import { linalg, where, type Tensor } from '@sconce/tensor';
import { normOps, type DistanceAttrs, type NormAttrs, type RenormAttrs } from '@sconce/tensor/internal';
import { define, saving, type Context, type Rule } from './define.js';
import { unsqueezed } from './reduction.js';

const zeroWhere = (x: Tensor, condition: Tensor): Tensor => x.maskedFill(condition, 0);

/**
 * d/dx (Σ |x|^p)^(1/p) = sign(x) · (|x| / norm)^(p-1), and 0 where that has no limit: at zeros of the norm, and for p
 * below 1 at zeros of x.
 */
function ofNorm(g: Tensor, x: Tensor, norm: Tensor, { ord, dims }: Pick<NormAttrs, 'ord' | 'dims'>): Tensor {
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

const allDims = (x: Tensor): readonly number[] => [...x.shape.keys()];

/** The gradient of the norm of x - y by the difference. */
function ofDist(g: Tensor, { inputs: [x, y], result, attrs: { p } }: Context<DistanceAttrs>): Tensor {
  const difference = x.sub(y);
  return ofNorm(g, difference, result, { ord: p, dims: allDims(difference) });
}
define(normOps.dist, [
  saving<DistanceAttrs>([0, 1, 'result'], ofDist),
  saving<DistanceAttrs>([0, 1, 'result'], (g, context) => ofDist(g, context).neg()),
]);

/** The gradients of all distances by the differences of rows, (…, rows of x, rows of y, columns). */
function ofRows(g: Tensor, x: Tensor, y: Tensor, distances: Tensor, p: number): Tensor {
  const differences = x.unsqueeze(-2).sub(y.unsqueeze(-3));
  return ofNorm(g.unsqueeze(-1), differences, distances.unsqueeze(-1), { ord: p, dims: [differences.dim() - 1] });
}
define(normOps.cdist, [
  saving<DistanceAttrs>([0, 1, 'result'], (g, { inputs: [x, y], result, attrs: { p } }) =>
    ofRows(g, x, y, result, p).sum(-2)),
  saving<DistanceAttrs>([0, 1, 'result'], (g, { inputs: [x, y], result, attrs: { p } }) =>
    ofRows(g, x, y, result, p).sum(-3).neg()),
]);

// y = f(n) x with n = |x| of a slice, f = maxnorm / n where that is below 1: dx = f g + f' (Σ g x) dn/dx
define(normOps.renorm, [
  saving<RenormAttrs>([0], (g, { inputs: [x], attrs: { p, dim, maxnorm } }) => {
    const dims = allDims(x).filter((d) => d !== dim);
    const norms = linalg.vectorNorm(x, p, dims, { keepdim: true }), inverse = norms.add(1e-7).reciprocal();
    const scaled = norms.gt(maxnorm), factor = where(scaled, inverse.mul(maxnorm), 1);
    const slope = where(scaled, inverse.square().mul(-maxnorm), 0);
    return g.mul(factor).add(ofNorm(g.mul(x).sum(dims, { keepdim: true }).mul(slope), x, norms, { ord: p, dims }));
  }),
]);
