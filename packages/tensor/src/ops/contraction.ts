import { runPointwise, runPointwiseInplace } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { shapeText } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { mul } from './arithmetic.js';
import { crossAlong, crossOp } from './cross.js';
import { pointwise, type OutOption } from './define.js';
import { tensordot } from './einsum.js';
import type { AddMmOptions } from './matmul.js';
import { intoOut } from './out.js';
import { dimAndOptions } from './reduction-arguments.js';
import { sum } from './reduction.js';
import { expand, reshape, unsqueeze } from './views.js';
import { diagonal } from './views-windows.js';

/** beta · x + alpha · a · b; x is not read where beta is 0. */
const addrOp = pointwise('addr', ['value', 'value', 'value', 'param', 'param'], (x, a, b, beta, alpha) => {
  const product = x.dtype.kind === 'bool' ? e.and(alpha, e.and(a, b)) : e.mul(alpha, e.mul(a, b));
  if (x.dtype.kind === 'bool') return e.or(e.and(beta, x), product);
  return e.where(e.eq(beta, 0), product, e.add(e.mul(beta, x), product));
});

/** Records of the products of vectors. */
export const contractionOps = { addr: addrOp, cross: crossOp };

function checkVector(name: string, argument: string, x: Tensor): void {
  if (x.dim() !== 1) throw new RuntimeError(`${name}: Expected 1-D argument ${argument}, but got ${x.dim()}-D`);
}

/**
 * The product of each element of one vector with each of another.
 * @see https://pytorch.org/docs/stable/generated/torch.outer.html
 * @example torch.outer(torch.tensor([1, 2]), torch.tensor([3, 4])) // tensor([[3., 4.], [6., 8.]])
 */
export function outer(x: Tensor, vec2: Tensor, options: OutOption = {}): Tensor {
  const { out } = checked('outer', options, 'out');
  checkVector('outer', 'self', x);
  checkVector('outer', 'vec2', vec2);
  return mul(reshape(x, x.shape[0], 1), vec2, { out });
}
export { outer as ger };

/**
 * The sums of products over the last dimensions of two tensors; a 0-d tensor is a factor.
 * @see https://pytorch.org/docs/stable/generated/torch.inner.html
 * @example torch.inner(torch.tensor([1, 2, 3]), torch.tensor([0, 2, 1])) // tensor(7.)
 */
export function inner(x: Tensor, other: Tensor, options: OutOption = {}): Tensor {
  const { out } = checked('inner', options, 'out');
  if (x.dim() === 0 || other.dim() === 0) return mul(x, other, { out });
  if (x.shape.at(-1) !== other.shape.at(-1)) {
    throw new RuntimeError(
      `inner() the last dimension must match on both input tensors but got shapes ${shapeText(x.shape)} and ${shapeText(other.shape)}`);
  }
  return intoOut(tensordot(x, other, { dims: [[-1], [-1]] }), out);
}

/**
 * The Kronecker product: each element of the first tensor times the whole second one.
 * @see https://pytorch.org/docs/stable/generated/torch.kron.html
 * @example torch.kron(torch.eye(2), torch.ones(1, 2)) // tensor([[1., 1., 0., 0.], [0., 0., 1., 1.]])
 */
export function kron(x: Tensor, other: Tensor, options: OutOption = {}): Tensor {
  const { out } = checked('kron', options, 'out');
  const n = Math.max(x.dim(), other.dim());
  const a = [...new Array<number>(n - x.dim()).fill(1), ...x.shape];
  const b = [...new Array<number>(n - other.dim()).fill(1), ...other.shape];
  const product = mul(reshape(x, a.flatMap((size) => [size, 1])), reshape(other, b.flatMap((size) => [1, size])));
  return intoOut(reshape(product, a.map((size, i) => size * b[i])), out);
}

export interface CrossOptions extends OutOption {
  /** the dimension, where it is not given as an argument */
  readonly dim?: number | null | undefined;
}

/**
 * The cross product of vectors of three elements along a dimension.
 * @param dim default: the first of size 3
 * @see https://pytorch.org/docs/stable/generated/torch.cross.html
 * @example torch.cross(torch.tensor([1, 0, 0]), torch.tensor([0, 1, 0])) // tensor([0., 0., 1.])
 */
export function cross(x: Tensor, other: Tensor, dim?: number | CrossOptions | null, options?: CrossOptions): Tensor {
  const [given, { out }] = dimAndOptions<number | null, CrossOptions>('cross', dim ?? undefined, options, 'dim');
  if (given !== undefined) return intoOut(crossAlong(x, other, given), out);
  const first = x.shape.indexOf(3);
  if (first < 0) throw new RuntimeError('no dimension of size 3 in input');
  return intoOut(crossAlong(x, other, first), out);
}

function addrOperands(x: Tensor, vec1: Tensor, vec2: Tensor, options: AddMmOptions) {
  const { beta = 1, alpha = 1 } = checked('addr', options, 'beta');
  checkVector('addr', 'vec1', vec1);
  checkVector('addr', 'vec2', vec2);
  const integral = [x, vec1, vec2].every(({ dtype }) => !dtype.isDifferentiable);
  for (const [name, factor] of Object.entries({ beta, alpha })) {
    if (integral && !Number.isInteger(factor)) {
      throw new RuntimeError(`For integral input tensors, argument ${name} must not be a floating point number.`);
    }
  }
  expand(x.detach(), vec1.shape[0], vec2.shape[0]); // throws where it does not fit
  return [x, unsqueeze(vec1, 1), vec2, beta, alpha];
}

/**
 * `beta * x + alpha * outer(vec1, vec2)`.
 * @see https://pytorch.org/docs/stable/generated/torch.addr.html
 * @example torch.addr(torch.zeros(2, 2), torch.tensor([1, 2]), torch.ones(2)) // tensor([[1., 1.], [2., 2.]])
 */
export const addr = (x: Tensor, vec1: Tensor, vec2: Tensor, options: AddMmOptions = {}): Tensor =>
  runPointwise(addrOp, addrOperands(x, vec1, vec2, options), options.out);

/** As `addr`, written over `x`. */
export const addr_ = (x: Tensor, vec1: Tensor, vec2: Tensor, options: AddMmOptions = {}): Tensor =>
  runPointwiseInplace(addrOp, addrOperands(x, vec1, vec2, options));

/**
 * The sum of the diagonal of a matrix.
 * @see https://pytorch.org/docs/stable/generated/torch.trace.html
 * @example torch.eye(3).trace() // tensor(3.)
 */
export function trace(x: Tensor): Tensor {
  if (x.dim() !== 2) throw new RuntimeError(`trace: expected a matrix, but got tensor with dim ${x.dim()}`);
  if (x.dtype.kind === 'bool') throw new RuntimeError(`"trace" not implemented for 'Bool'`);
  return sum(diagonal(x));
}
