import { RuntimeError, stack, Tensor, zeros } from '@sconce/tensor';
import { checked, sameShape } from '@sconce/tensor/internal';
import { enableGrad } from './grad-mode.js';
import { grad } from './hook.js';

/** What the functions here take and give: a tensor where a tensor was passed, a list where a list was. */
export type OneOrMore = Tensor | readonly Tensor[];

/** A function of one or several tensors. */
export type Differentiable<I extends OneOrMore, O extends OneOrMore> =
  (...inputs: I extends readonly Tensor[] ? Tensor[] : [Tensor]) => O;

/** As many tensors as `T`: one for one, a list for a list. */
export type Like<T extends OneOrMore> = T extends Tensor ? Tensor : Tensor[];

/** The derivatives of each output by each input. */
export type Jacobian<I extends OneOrMore, O extends OneOrMore> =
  O extends Tensor ? Like<I> : Like<I>[];

export interface FunctionalOptions {
  /** record the computation, so that its result can be differentiated; default false */
  readonly createGraph?: boolean | undefined;
}

const listOf = (x: OneOrMore): readonly Tensor[] => (x instanceof Tensor ? [x] : x);
/** A list in the form of `like`. */
const asLike = <T extends OneOrMore>(list: readonly Tensor[], like: T): Like<T> =>
  (like instanceof Tensor ? list[0] : list) as Like<T>;
const zerosFor = ({ shape, dtype, device }: Tensor): Tensor => zeros(shape, { dtype, device });
const orZeros = (gradients: readonly (Tensor | null)[], like: readonly Tensor[]): Tensor[] =>
  gradients.map((g, i) => g ?? zerosFor(like[i]));

/** Inputs that are the function's own, so that what it reaches in other ways does not count. */
const fresh = (inputs: OneOrMore, createGraph: boolean): Tensor[] => listOf(inputs).map((x) =>
  (createGraph && x.requiresGrad ? x.view(x.shape) : x.detach().requiresGrad_()));

const finished = (xs: readonly Tensor[], createGraph: boolean): Tensor[] => xs.map((x) => (createGraph ? x : x.detach()));

/** Gradients of outputs of which some may have no history. */
function gradients(
  outputs: readonly Tensor[], inputs: readonly Tensor[], vectors: readonly (Tensor | null)[], createGraph: boolean,
): Tensor[] {
  const rooted = outputs.map((_, i) => i).filter((i) => outputs[i].requiresGrad);
  if (rooted.length === 0) return inputs.map(zerosFor);
  const found = grad(rooted.map((i) => outputs[i]), inputs, rooted.map((i) => vectors[i]), {
    createGraph, retainGraph: true, allowUnused: true,
  });
  return orZeros(found, inputs);
}

function checkVector(v: readonly Tensor[], like: readonly Tensor[], single: boolean): void {
  if (v.length !== like.length) {
    throw new RuntimeError(single ? 'The given v should contain a single Tensor.'
      : `v is a tuple of invalid length: should be ${like.length} but got ${v.length}.`);
  }
  v.forEach((x, i) => {
    if (sameShape(x.shape, like[i].shape)) return;
    const size = ({ shape }: Tensor): string => `torch.Size([${shape.join(', ')}])`;
    throw new RuntimeError(
      `${single ? '' : `Entry ${i} in `}v has invalid size: should be ${size(like[i])} but got ${size(x)}.`);
  });
}

/**
 * A function's outputs, and the product of a vector with its Jacobian.
 * @param v the vector, of the outputs' shapes; may be left out for one output of one element
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.vjp.html
 * @example functional.vjp((x) => x.exp(), torch.zeros(2), torch.ones(2)) // [tensor([1., 1.]), tensor([1., 1.])]
 */
export function vjp<I extends OneOrMore, O extends OneOrMore>(
  fn: Differentiable<I, O>, inputs: I, v?: OneOrMore | null, options: FunctionalOptions = {},
): [O, Like<I>] {
  const { createGraph = false } = checked('vjp', options, 'createGraph');
  return enableGrad(() => {
    const xs = fresh(inputs, createGraph);
    const result = (fn as (...inputs: Tensor[]) => O)(...xs), outputs = listOf(result);
    if (v) checkVector(listOf(v), outputs, result instanceof Tensor);
    else if (outputs.length !== 1 || outputs[0].numel() !== 1) {
      throw new RuntimeError(
        'The vector v can only be None if the user-provided function returns a single Tensor with a single element.');
    }
    const found = gradients(outputs, xs, v ? listOf(v) : [null], createGraph);
    return [asLike(finished(outputs, createGraph), result) as OneOrMore as O, asLike(finished(found, createGraph), inputs)];
  });
}

/**
 * A function's outputs, and the product of its Jacobian with a vector, by differentiating backward twice.
 * @param v the vector, of the inputs' shapes; may be left out for one input of one element
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.jvp.html
 */
export function jvp<I extends OneOrMore, O extends OneOrMore>(
  fn: Differentiable<I, O>, inputs: I, v?: OneOrMore | null, options: FunctionalOptions = {},
): [O, Like<O>] {
  const { createGraph = false } = checked('jvp', options, 'createGraph');
  return enableGrad(() => {
    const xs = fresh(inputs, createGraph);
    checkInputVector(v, xs, inputs instanceof Tensor);
    const result = (fn as (...inputs: Tensor[]) => O)(...xs), outputs = listOf(result);
    // the gradient is linear in the gradients of the outputs: its derivative by them is the Jacobian, transposed
    const dummies = outputs.map((y) => zerosFor(y).requiresGrad_());
    const back = gradients(outputs, xs, dummies, true);
    const found = gradients(back, dummies, v ? listOf(v) : back.map(onesFor), createGraph);
    return [asLike(finished(outputs, createGraph), result) as OneOrMore as O, asLike(finished(found, createGraph), result)];
  });
}

const onesFor = ({ shape, dtype, device }: Tensor): Tensor => zeros(shape, { dtype, device }).add(1);

function checkInputVector(v: OneOrMore | null | undefined, xs: readonly Tensor[], single: boolean): void {
  if (v) checkVector(listOf(v), xs, single);
  else if (xs.length !== 1 || xs[0].numel() !== 1) {
    throw new RuntimeError(
      'The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.');
  }
}

/**
 * The derivatives of every element of the outputs by every element of the inputs: tensors of the output's shape followed
 * by the input's; a list per output and per input where there are lists.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.jacobian.html
 * @example functional.jacobian((x) => x.mul(x), torch.tensor([1, 2])) // tensor([[2., 0.], [0., 4.]])
 */
export function jacobian<I extends OneOrMore, O extends OneOrMore>(
  fn: Differentiable<I, O>, inputs: I, options: FunctionalOptions = {},
): Jacobian<I, O> {
  const { createGraph = false } = checked('jacobian', options, 'createGraph');
  return enableGrad(() => {
    const xs = fresh(inputs, createGraph);
    const result = (fn as (...inputs: Tensor[]) => O)(...xs);
    const blocks = listOf(result).map((y) => {
      const flat = y.reshape(-1);
      const rows = Array.from({ length: y.numel() }, (_, i) => gradients([flat.select(0, i)], xs, [null], createGraph));
      return asLike(xs.map((x, k) => {
        const column = rows.map((row) => row[k]);
        const block = column.length > 0 ? stack(column, 0).view([...y.shape, ...x.shape]) : x.newZeros([...y.shape, ...x.shape]);
        return createGraph ? block : block.detach();
      }), inputs);
    });
    return (result instanceof Tensor ? blocks[0] : blocks) as Jacobian<I, O>;
  });
}

/** A function of which the gradient is taken: one tensor of one element. */
function scalarOutput(y: unknown, what: string): Tensor {
  if (!(y instanceof Tensor)) throw new RuntimeError(`The function given to ${what} should return a single Tensor`);
  if (y.numel() !== 1) {
    throw new RuntimeError(`The Tensor returned by the function given to ${what} should contain a single element`);
  }
  return y;
}

/**
 * The second derivatives of a function with one element as output: tensors of the one input's shape followed by the
 * other's; a list of lists where the inputs are a list.
 * @throws RuntimeError for another output
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.hessian.html
 * @example functional.hessian((x) => x.pow(3).sum(), torch.tensor([1, 2])) // tensor([[ 6.,  0.], [ 0., 12.]])
 */
export function hessian<I extends OneOrMore>(
  fn: Differentiable<I, Tensor>, inputs: I, options: FunctionalOptions = {},
): Jacobian<I, I extends Tensor ? Tensor : Tensor[]> {
  const gradient = (...xs: Tensor[]): OneOrMore => {
    const y = scalarOutput((fn as (...inputs: Tensor[]) => unknown)(...xs), 'hessian');
    return asLike(gradients([y.reshape([])], xs, [null], true), inputs);
  };
  return jacobian(gradient as Differentiable<I, OneOrMore>, inputs, options) as Jacobian<I, I extends Tensor ? Tensor : Tensor[]>;
}

/**
 * A function's output, and the product of a vector with its Hessian.
 * @param v the vector, of the inputs' shapes
 * @throws RuntimeError for anything but one element as output
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.vhp.html
 */
export function vhp<I extends OneOrMore>(
  fn: Differentiable<I, Tensor>, inputs: I, v?: OneOrMore | null, options: FunctionalOptions = {},
): [Tensor, Like<I>] {
  const { createGraph = false } = checked('vhp', options, 'createGraph');
  return enableGrad(() => {
    const xs = fresh(inputs, createGraph);
    checkInputVector(v, xs, inputs instanceof Tensor);
    const y = scalarOutput((fn as (...inputs: Tensor[]) => unknown)(...xs), 'vhp');
    const first = gradients([y], xs, [null], true);
    const found = gradients(first, xs, v ? listOf(v) : first.map(onesFor), createGraph);
    return [finished([y], createGraph)[0], asLike(finished(found, createGraph), inputs)];
  });
}

/**
 * A function's output, and the product of its Hessian with a vector. The Hessian is symmetric, and `vhp` is faster.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.hvp.html
 */
export function hvp<I extends OneOrMore>(
  fn: Differentiable<I, Tensor>, inputs: I, v?: OneOrMore | null, options: FunctionalOptions = {},
): [Tensor, Like<I>] {
  const named = (...xs: Tensor[]): Tensor => scalarOutput((fn as (...inputs: Tensor[]) => unknown)(...xs), 'hvp');
  return vhp(named as Differentiable<I, Tensor>, inputs, v, options);
}
