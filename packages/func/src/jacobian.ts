import { enableGrad, isGradEnabled } from '@sconce/autograd';
import { contiguousFormat, stack, zerosLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import {
  differentiable, gradients, settled, tensorsOf, withAux, type AndAux, type Chosen, type GradOptions, type Output,
} from './differentiable.js';
import { forwardOf } from './grad.js';
import { mapTree } from './tree.js';

/** For each tensor of a result one for each of the arguments. */
type Jacobian<R, C> = R extends Tensor ? C : { -readonly [K in keyof R]: Jacobian<R[K], C> };
type Result<A extends readonly unknown[], R, O> = AndAux<Jacobian<Output<R, O>, Chosen<A, O>>, R, O>;
/** The blocks of a Jacobian, of shape [...result, ...argument]: for each result one for each argument. */
type Blocks = (outputs: readonly Tensor[], inputs: readonly Tensor[]) => Tensor[][];

function jacobian<A extends readonly unknown[], R, O extends GradOptions>(
  name: string, fn: (...args: A) => R, options: O | undefined, blocksOf: Blocks,
): (...args: A) => Result<A, R, O> {
  const { argnums = 0, hasAux = false } = checked<GradOptions>(name, options ?? {}, 'argnums');
  return (...given) => {
    const isRecorded = isGradEnabled();
    return enableGrad(() => {
      const inputs = differentiable(given, argnums), [result, aux] = withAux(fn(...inputs.args as unknown as A), hasAux, `${name}(f, *args)`);
      const outputs = tensorsOf(result, `${name}(f, *args)`), blocks = blocksOf(outputs, inputs.leaves);
      const all = mapTree(result, (_, i) => mapTree(inputs.chosen, (_leaf, k) => blocks[i][k]));
      return settled((hasAux ? [all, aux] : all) as Result<A, R, O>, blocks.flat(), inputs, isRecorded);
    });
  };
}

/** Blocks of all the rows, or with their dimensions in front the columns. */
const block = (parts: readonly Tensor[], y: Tensor, x: Tensor, dim: 0 | -1): Tensor =>
  (parts.length === 0 ? zerosLike(x).newZeros([...y.shape, ...x.shape]) : stack(parts, dim).reshape([...y.shape, ...x.shape]));

/**
 * A function that gives the derivatives of every element of what `fn` gives by every element of its argument, row by row: tensors of the
 * result's shape followed by the argument's. For functions of more arguments than results.
 * @see https://pytorch.org/docs/stable/generated/torch.func.jacrev.html
 * @example func.jacrev((x) => x.mul(x))(torch.tensor([1, 2])) // tensor([[2., 0.], [0., 4.]])
 */
export const jacrev = <A extends readonly unknown[], R, const O extends GradOptions>(fn: (...args: A) => R, options?: O): (...args: A) => Result<A, R, O> =>
  jacobian('jacrev', fn, options, (outputs, inputs) => outputs.map((y) => {
    const flat = y.reshape(-1), rows = Array.from({ length: y.numel() }, (_, i) => gradients([flat.select(0, i)], inputs));
    return inputs.map((x, k) => block(rows.map((row) => row[k]), y, x, 0));
  }));

/**
 * As `jacrev`, column by column: for functions of fewer arguments than results.
 * @see https://pytorch.org/docs/stable/generated/torch.func.jacfwd.html
 */
export const jacfwd = <A extends readonly unknown[], R, const O extends GradOptions>(fn: (...args: A) => R, options?: O): (...args: A) => Result<A, R, O> =>
  jacobian('jacfwd', fn, options, (outputs, inputs) => {
    const forward = forwardOf(outputs, inputs), zeros = inputs.map((x) => zerosLike(x, { memoryFormat: contiguousFormat }).detach());
    const columns = inputs.map((x, k) => Array.from({ length: x.numel() }, (_, i) => {
      const one = zeros[k].clone();
      one.view(-1).select(0, i).fill_(1);
      return forward(zeros.map((z, at) => (at === k ? one : z)));
    }));
    return outputs.map((y, at) => inputs.map((x, k) => block(columns[k].map((column) => column[at]), y, x, -1)));
  });

/**
 * A function that gives the second derivatives of `fn`: `jacfwd(jacrev(fn))`.
 * @see https://pytorch.org/docs/stable/generated/torch.func.hessian.html
 * @example func.hessian((x) => x.pow(3).sum())(torch.tensor([1, 2])) // tensor([[ 6.,  0.], [ 0., 12.]])
 */
export const hessian = <A extends readonly unknown[], const O extends Pick<GradOptions, 'argnums'>>(
  fn: (...args: A) => Tensor, options?: O,
): (...args: A) => Jacobian<Chosen<A, O>, Chosen<A, O>> => jacfwd(jacrev(fn, options), options) as never;
