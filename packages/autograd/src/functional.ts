import { NotImplementedError, RuntimeError, stack, Tensor, ValueError, zeros } from '@sconce/tensor';
import { checked, describe, sameShape } from '@sconce/tensor/internal';
import { enableGrad } from './grad-mode.js';
import { grad } from './hook.js';
import * as strictly from './strictly.js';

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
  /** refuse a function of which some output does not depend on some input, instead of giving zeros; default false */
  readonly strict?: boolean | undefined;
}

type Strategy = 'forward-mode' | 'reverse-mode';

export interface JacobianOptions extends FunctionalOptions {
  /** makes no difference here, but that it does not go with `strict`; default false */
  readonly vectorize?: boolean | undefined;
  /** how PyTorch goes about it: the results are those of 'reverse-mode', which is the default, either way */
  readonly strategy?: Strategy | undefined;
}

export interface HessianOptions extends FunctionalOptions {
  /** makes no difference here, but that it does not go with `strict`; default false */
  readonly vectorize?: boolean | undefined;
  /** as `strategy` of `jacobian` */
  readonly outerJacobianStrategy?: Strategy | undefined;
}

const listOf = (x: OneOrMore): readonly Tensor[] => (x instanceof Tensor ? [x] : x);
/** A list in the form of `like`. */
const asLike = <T extends OneOrMore>(list: readonly Tensor[], like: T): Like<T> =>
  (like instanceof Tensor ? list[0] : list) as Like<T>;
const zerosFor = ({ shape, dtype, device }: Tensor): Tensor => zeros(shape, { dtype, device });
const onesFor = (like: Tensor): Tensor => zerosFor(like).add(1);

/** The tensors of an argument or a result. @throws TypeError for anything else */
function tensorsOf(x: unknown, what: string, name: string): readonly Tensor[] {
  const list = Array.isArray(x) ? x as unknown[] : [x];
  list.forEach((y, i) => {
    if (y instanceof Tensor) return;
    const where = Array.isArray(x) ? `value at index ${i}` : `given ${what}`;
    throw new TypeError(`The ${what} given to ${name} must be either a Tensor or a tuple of Tensors but the ${where} has type ${describe(y)}.`);
  });
  return list as readonly Tensor[];
}

/** Inputs that are the function's own, so that what it reaches in other ways does not count. */
const fresh = (inputs: OneOrMore, createGraph: boolean, name: string): Tensor[] => tensorsOf(inputs, 'inputs', name).map((x) =>
  (createGraph && x.requiresGrad ? x.view(x.shape) : x.detach().requiresGrad_()));

/** The result of a function, and what its tensors are. */
function called<O>(fn: unknown, xs: readonly Tensor[], name: string, strict: boolean): { result: O; outputs: readonly Tensor[] } {
  const result = (fn as (...inputs: readonly Tensor[]) => O)(...xs);
  const outputs = tensorsOf(result, 'outputs of the user-provided function', name);
  if (strict) strictly.checkOutputs(outputs);
  return { result, outputs };
}

const finished = (xs: readonly Tensor[], createGraph: boolean): Tensor[] => xs.map((x) => (createGraph ? x : x.detach()));

/** Gradients of outputs of which some may have no history, or be none; null for inputs that they do not depend on. */
function gradients(
  outputs: readonly (Tensor | null)[], inputs: readonly Tensor[], vectors: readonly (Tensor | null)[], createGraph: boolean,
): (Tensor | null)[] {
  const rooted = outputs.flatMap((y, i) => (y?.requiresGrad ? [i] : []));
  if (rooted.length === 0) return inputs.map(() => null);
  return grad(rooted.map((i) => outputs[i]!), inputs, rooted.map((i) => vectors[i]), {
    createGraph, retainGraph: true, allowUnused: true,
  });
}

const orZeros = (found: readonly (Tensor | null)[], like: readonly Tensor[]): Tensor[] => found.map((g, i) => g ?? zerosFor(like[i]));

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
  const { createGraph = false, strict = false } = checked('vjp', options, 'createGraph');
  return enableGrad(() => {
    const xs = fresh(inputs, createGraph, 'vjp');
    const { result, outputs } = called<O>(fn, xs, 'vjp', strict);
    if (v) checkVector(tensorsOf(v, 'v', 'vjp'), outputs, result instanceof Tensor);
    else if (outputs.length !== 1 || outputs[0].numel() !== 1) {
      throw new RuntimeError(
        'The vector v can only be None if the user-provided function returns a single Tensor with a single element.');
    }
    const found = gradients(outputs, xs, v ? listOf(v) : [null], createGraph);
    if (strict) strictly.checkGradients(found, 'output', createGraph);
    return [asLike(finished(outputs, createGraph), result) as OneOrMore as O, asLike(finished(orZeros(found, xs), createGraph), inputs)];
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
  const { createGraph = false, strict = false } = checked('jvp', options, 'createGraph');
  return enableGrad(() => {
    const xs = fresh(inputs, createGraph, 'jvp');
    checkInputVector(v, xs, inputs instanceof Tensor, 'jvp');
    const { result, outputs } = called<O>(fn, xs, 'jvp', strict);
    // the gradient is linear in the gradients of the outputs: its derivative by them is the Jacobian, transposed
    const dummies = outputs.map((y) => zerosFor(y).requiresGrad_());
    const back = gradients(outputs, xs, dummies, true);
    if (strict) strictly.checkInputGradients(back);
    const found = gradients(back, dummies, v ? listOf(v) : xs.map(onesFor), createGraph);
    if (strict) strictly.checkGradients(found, 'gradOutput', createGraph);
    return [asLike(finished(outputs, createGraph), result) as OneOrMore as O, asLike(finished(orZeros(found, outputs), createGraph), result)];
  });
}

function checkInputVector(v: OneOrMore | null | undefined, xs: readonly Tensor[], single: boolean, name: string): void {
  if (v) checkVector(tensorsOf(v, 'v', name), xs, single);
  else if (xs.length !== 1 || xs[0].numel() !== 1) {
    throw new RuntimeError(
      'The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.');
  }
}

/** @throws ValueError for a strategy that there is not; NotImplementedError or RuntimeError for what does not go with it */
function checkStrategy(strategy: Strategy, { createGraph = false, strict = false, vectorize = false }: JacobianOptions): void {
  if (strategy === 'forward-mode') {
    const apart = (option: string): string => `torch.autograd.functional.jacobian: \`${option}=True\` and \`strategy="forward-mode"\` are not ` +
      `supported together (yet). Please either set \`${option}=False\` or \`strategy="reverse-mode"\`.`;
    if (createGraph) throw new NotImplementedError(apart('create_graph'));
    if (strict) throw new RuntimeError(apart('strict'));
    if (!vectorize) {
      throw new NotImplementedError('Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for `vectorize=True`.');
    }
  }
}

/**
 * The derivatives of every element of the outputs by every element of the inputs: tensors of the output's shape followed
 * by the input's; a list per output and per input where there are lists.
 * @throws RuntimeError with `strict`, for an output that does not depend on an input
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.jacobian.html
 * @example functional.jacobian((x) => x.mul(x), torch.tensor([1, 2])) // tensor([[2., 0.], [0., 4.]])
 */
export function jacobian<I extends OneOrMore, O extends OneOrMore>(
  fn: Differentiable<I, O>, inputs: I, options: JacobianOptions = {},
): Jacobian<I, O> {
  const { createGraph = false, strict = false, vectorize = false, strategy = 'reverse-mode' } = checked('jacobian', options, 'createGraph');
  if (strategy !== 'forward-mode' && strategy !== 'reverse-mode') {
    throw new ValueError('Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs ' +
      'than inputs, "forward-mode" tends to be more performant. Otherwise, prefer to use "reverse-mode".');
  }
  checkStrategy(strategy, { createGraph, strict, vectorize });
  return enableGrad(() => {
    const xs = fresh(inputs, createGraph, 'jacobian');
    const { result, outputs } = called<O>(fn, xs, 'jacobian', strict);
    if (vectorize && strict) {
      throw new RuntimeError('torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. ' +
        'Please either set `strict=False` or `vectorize=False`.');
    }
    const blocks = outputs.map((y, i) => {
      const flat = y.reshape(-1);
      const rows = Array.from({ length: y.numel() }, (_, k) => {
        const row = gradients([flat.select(0, k)], xs, [null], createGraph);
        if (strict) strictly.checkRow(row, i, createGraph);
        return orZeros(row, xs);
      });
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
function scalarOutput(y: OneOrMore, what: string): Tensor {
  if (!(y instanceof Tensor)) throw new RuntimeError(`The function given to ${what} should return a single Tensor`);
  if (y.numel() !== 1) {
    throw new RuntimeError(`The Tensor returned by the function given to ${what} should contain a single element`);
  }
  return y;
}

/**
 * The second derivatives of a function with one element as output: tensors of the one input's shape followed by the
 * other's; a list of lists where the inputs are a list.
 * @throws RuntimeError for another output; with `strict`, for a first derivative that does not depend on an input
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.hessian.html
 * @example functional.hessian((x) => x.pow(3).sum(), torch.tensor([1, 2])) // tensor([[ 6.,  0.], [ 0., 12.]])
 */
export function hessian<I extends OneOrMore>(
  fn: Differentiable<I, Tensor>, inputs: I, options: HessianOptions = {},
): Jacobian<I, I extends Tensor ? Tensor : Tensor[]> {
  const { createGraph = false, strict = false, vectorize = false, outerJacobianStrategy = 'reverse-mode' } = checked('hessian', options, 'createGraph');
  if (outerJacobianStrategy !== 'forward-mode' && outerJacobianStrategy !== 'reverse-mode') {
    throw new ValueError('Expected strategy to be either "forward-mode" or "reverse-mode".');
  }
  const gradient = (...xs: Tensor[]): OneOrMore => {
    const y = scalarOutput(called<OneOrMore>(fn, xs, 'hessian', strict).result, 'hessian');
    const found = orZeros(gradients([y.reshape([])], xs, [null], true), xs);
    if (strict) strictly.checkJacobian(found);
    return asLike(found, inputs);
  };
  return jacobian(gradient as Differentiable<I, OneOrMore>, inputs, { createGraph, strict, vectorize, strategy: outerJacobianStrategy }) as
    Jacobian<I, I extends Tensor ? Tensor : Tensor[]>;
}

/** What both products with a Hessian begin with: the function's value and its gradient. */
function firstDerivative(
  name: string, fn: unknown, inputs: OneOrMore, v: OneOrMore | null | undefined, { createGraph = false, strict = false }: FunctionalOptions,
): { xs: Tensor[]; y: Tensor; first: (Tensor | null)[] } {
  const xs = fresh(inputs, createGraph, name);
  checkInputVector(v, xs, inputs instanceof Tensor, name);
  const y = scalarOutput(called<OneOrMore>(fn, xs, name, strict).result, name);
  const first = gradients([y], xs, [null], true);
  if (strict) strictly.checkJacobian(first);
  return { xs, y, first };
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
  const { createGraph = false, strict = false } = checked('vhp', options, 'createGraph');
  return enableGrad(() => {
    const { xs, y, first } = firstDerivative('vhp', fn, inputs, v, { createGraph, strict });
    const found = gradients(first, xs, v ? listOf(v) : xs.map(onesFor), createGraph);
    if (strict) strictly.checkGradients(found, 'jacobian', createGraph);
    return [finished([y], createGraph)[0], asLike(finished(orZeros(found, xs), createGraph), inputs)];
  });
}

/**
 * A function's output, and the product of its Hessian with a vector. Where the Hessian is symmetric, `vhp` gives the same, faster.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.functional.hvp.html
 */
export function hvp<I extends OneOrMore>(
  fn: Differentiable<I, Tensor>, inputs: I, v?: OneOrMore | null, options: FunctionalOptions = {},
): [Tensor, Like<I>] {
  const { createGraph = false, strict = false } = checked('hvp', options, 'createGraph');
  return enableGrad(() => {
    const { xs, y, first } = firstDerivative('hvp', fn, inputs, v, { createGraph, strict });
    // as in jvp: linear in what the gradient is multiplied with
    const dummies = xs.map((x) => zerosFor(x).requiresGrad_());
    const found = gradients(gradients(first, xs, dummies, true), dummies, v ? listOf(v) : xs.map(onesFor), createGraph);
    if (strict) strictly.checkGradients(found, 'gradJacobian', createGraph);
    return [finished([y], createGraph)[0], asLike(finished(orZeros(found, xs), createGraph), inputs)];
  });
}
