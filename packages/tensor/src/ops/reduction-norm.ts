import { runStructured, runStructuredInplace } from '../dispatch.js';
import { RuntimeError, ValueError } from '../errors.js';
import { wrapDim } from '../layout.js';
import { checked } from '../options.js';
import { resultDtype } from '../scalar.js';
import type { Tensor } from '../tensor.js';
import { zeros } from './creation.js';
import type { OutOption } from './define.js';
import { svdvals } from './linalg-spectral.js';
import { intoOut } from './out.js';
import { isOptions, type Dims } from './reduction-arguments.js';
import type { ReduceOptions } from './reduction.js';
import { normOps, vectorNormOf, type RenormAttrs } from './vector-norm.js';
import { movedim, unsqueeze } from './views.js';

/** 'fro' for the root of the sum of squares, 'nuc' for the sum of the singular values, or the order of a vector norm. */
export type NormOrder = number | 'fro' | 'nuc' | null;

export interface NormOptions extends ReduceOptions {
  /** the kind of norm, where it is not given as an argument */
  readonly p?: NormOrder | undefined;
}

/**
 * The norm over some dimensions, or over all: by default the root of the sum of squares.
 * @param p the order of a vector norm (any number, ±Infinity included), 'fro', or 'nuc' for matrices
 * @throws RuntimeError for integers, and for 'fro' and 'nuc' over other than matrix dimensions
 * @see https://pytorch.org/docs/stable/generated/torch.norm.html
 * @example torch.tensor([[3, 4], [6, 8]]).norm(2, 1) // tensor([ 5., 10.])
 */
export function norm(x: Tensor, p?: NormOrder | NormOptions, dim?: Dims | NormOptions, options?: NormOptions): Tensor {
  const given = checked('norm', isOptions<NormOptions>(p) ? p : isOptions<NormOptions>(dim) ? dim : options ?? {}, 'keepdim');
  const order = (isOptions<NormOptions>(p) ? undefined : p) ?? given.p ?? 'fro';
  const dims = (isOptions<NormOptions>(dim) ? undefined : dim) ?? given.dim;
  const { keepdim = false, dtype, out } = given;
  if (typeof order === 'number') return intoOut(vectorNormOf(normOps.norm, 'norm()', x, order, dims, keepdim, dtype), out);
  if (order !== 'fro' && order !== 'nuc') throw new RuntimeError(`only valid string values are 'fro' and 'nuc', found ${String(order)}`);
  if (dtype) throw new ValueError(`dtype argument is not supported in ${order === 'fro' ? 'frobenius' : 'nuclear'} norm`);
  return intoOut(order === 'fro' ? frobenius(x, dims, keepdim) : nuclear(x, dims, keepdim), out);
}

function frobenius(x: Tensor, dim: Dims, keepdim: boolean): Tensor {
  if (Array.isArray(dim) && dim.length > 2) {
    throw new RuntimeError(`Expected at most 2 dimensions, but got ${dim.length} dimensions instead.`);
  }
  return vectorNormOf(normOps.norm, 'norm()', x, 2, dim, keepdim);
}

function nuclear(x: Tensor, dim: Dims, keepdim: boolean): Tensor {
  if (dim === undefined || dim === null) {
    if (x.dim() !== 2) {
      throw new RuntimeError(
        `Expected a tensor with 2 dimensions, but got a tensor with ${x.dim()} dimension${x.dim() === 1 ? '' : 's'} instead.`);
    }
    return nuclear(x, [0, 1], keepdim);
  }
  if (typeof dim === 'number' || dim.length !== 2) throw new RuntimeError("nuclear norm requires a 'dim' argument of size 2");
  const [a, b] = dim.map((d) => wrapDim(d, x.dim()));
  const result = svdvals(movedim(x, [a, b], [-2, -1])).sum(-1);
  return keepdim ? [a, b].sort((p, q) => p - q).reduce((y, d) => unsqueeze(y, d), result) : result;
}

/**
 * The p-norm of the difference of two tensors.
 * @see https://pytorch.org/docs/stable/generated/torch.dist.html
 * @example torch.dist(torch.tensor([0, 0]), torch.tensor([3, 4])) // tensor(5.)
 */
export function dist(x: Tensor, other: Tensor, p: number | { readonly p?: number | undefined } = 2): Tensor {
  const dtype = resultDtype([x, other]);
  if (dtype.isComplex) return dist(x.sub(other).abs(), zeros(1, { device: x.device }), p);
  if (!dtype.isFloatingPoint) throw new RuntimeError(`norm(): input dtype should be either floating point or complex. Got ${dtype.scalarType} instead.`);
  return runStructured(normOps.dist, [x.to(dtype), other.to(dtype)], { p: typeof p === 'number' ? p : p.p ?? 2 })[0];
}

/** The attributes of `renorm`, checked. */
function renormAttrs(x: Tensor, p: number, dim: number, maxnorm: number): RenormAttrs {
  if (x.dim() < 2) throw new RuntimeError(`renorm: input needs at least 2 dimensions, got ${x.dim()} dimensions`);
  if (!(p > 0)) throw new RuntimeError('renorm: non-positive-norm not supported');
  if (maxnorm < 0) throw new RuntimeError(`renorm: expected maxnorm to be >= 0 but got ${maxnorm}`);
  const d = wrapDim(dim, x.dim());
  if (x.dtype.isComplex) throw new RuntimeError('renorm: complex tensors are not implemented here');
  if (!x.dtype.isFloatingPoint) {
    throw new RuntimeError(`linalg.vector_norm: Expected a floating point or complex tensor as input. Got ${x.dtype.scalarType}`);
  }
  return { p, dim: d, maxnorm };
}

/**
 * Each slice along a dimension whose p-norm is larger than `maxnorm` scaled down to it.
 * @see https://pytorch.org/docs/stable/generated/torch.renorm.html
 * @example torch.tensor([[1, 1], [5, 5]]).renorm(1, 0, 5) // tensor([[1.0000, 1.0000], [2.5000, 2.5000]])
 */
export const renorm = (x: Tensor, p: number, dim: number, maxnorm: number, options: OutOption = {}): Tensor =>
  intoOut(runStructured(normOps.renorm, [x], renormAttrs(x, p, dim, maxnorm))[0], checked('renorm', options, 'out').out);

/** As `renorm`, written over `x`. */
export const renorm_ = (x: Tensor, p: number, dim: number, maxnorm: number): Tensor =>
  runStructuredInplace(normOps.renorm, [x], renormAttrs(x, p, dim, maxnorm));
