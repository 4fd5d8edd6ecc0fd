import { enableGrad, isGradEnabled } from '@sconce/autograd';
import { RuntimeError, Tensor, zerosLike } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import {
  checkForms, differentiable, gradients, settled, tensorsOf, withAux, type AndAux, type Aux, type Chosen, type GradOptions, type Output,
} from './differentiable.js';
import { kindOf, leavesOf, mapTree } from './tree.js';

/**
 * A function that gives the gradient of `fn`, and its value. Arguments may be lists and objects of tensors; gradients have their form.
 * @param fn a function whose result is a tensor of no dimensions
 * @throws RuntimeError for another result, and for `argnums` that there are not
 * @see https://pytorch.org/docs/stable/generated/torch.func.grad_and_value.html
 */
export function gradAndValue<A extends readonly unknown[], R, const O extends GradOptions>(
  fn: (...args: A) => R, options?: O,
): (...args: A) => [gradients: Chosen<A, O>, value: R] {
  const { argnums = 0, hasAux = false } = checked<GradOptions>('gradAndValue', options ?? {}, 'argnums'), api = 'grad_and_value(f)(*args)';
  return (...given) => {
    const isRecorded = isGradEnabled();
    return enableGrad(() => {
      const inputs = differentiable(given, argnums), [value, aux] = withAux(fn(...inputs.args as unknown as A), hasAux, api);
      if (!(value instanceof Tensor)) throw new RuntimeError(`${api}: Expected f(*args) to return a Tensor, got ${kindOf(value)}`);
      if (value.dim() !== 0) {
        throw new RuntimeError(`${api}: Expected f(*args) to return a scalar Tensor, got tensor with ${value.dim()} dims. Maybe you wanted to ` +
          'use the vjp or jacrev APIs instead?');
      }
      const found = gradients([value], inputs.leaves), all = mapTree(inputs.chosen, (_, i) => found[i]);
      return settled([all, hasAux ? [value, aux] : value] as [Chosen<A, O>, R], [value], inputs, isRecorded);
    });
  };
}

/**
 * A function that gives the gradient of `fn`; of one argument, or with a list of `argnums` a list.
 * @throws RuntimeError as `gradAndValue`
 * @see https://pytorch.org/docs/stable/generated/torch.func.grad.html
 * @example
 * func.grad((x) => x.sin())(torch.tensor(0)) // tensor(1.)
 * const perSample = func.vmap(func.grad(loss), { inDims: [null, 0, 0] }); // (params, x, y) => each sample's gradients
 */
export function grad<A extends readonly unknown[], R, const O extends GradOptions>(
  fn: (...args: A) => R, options?: O,
): (...args: A) => AndAux<Chosen<A, O>, R, O> {
  const { hasAux = false } = checked<GradOptions>('grad', options ?? {}, 'argnums'), both = gradAndValue(fn, options);
  return (...args) => {
    const [gradient, value] = both(...args);
    return (hasAux ? [gradient, (value as unknown[])[1]] : gradient) as AndAux<Chosen<A, O>, R, O>;
  };
}

export interface VjpOptions {
  /** as of `grad` */
  readonly hasAux?: boolean | undefined;
}

/**
 * What a function gives, and a function that multiplies vectors, of the results' form, with its Jacobian.
 * @param given the arguments, and `{ hasAux: true }` after them where the function gives `[results, anything else]`
 * @returns `[results, vjpFn]`, with `hasAux` `[results, vjpFn, aux]`; `vjpFn(vectors)` is a list with an entry for each argument, or the one of one argument
 * @throws RuntimeError for results that are no floating-point tensors, and vectors of another form
 * @see https://pytorch.org/docs/stable/generated/torch.func.vjp.html
 * @example
 * const [y, vjpFn] = func.vjp((x) => x.sin(), torch.zeros(2));
 * vjpFn(torch.ones(2)) // [tensor([1., 1.])]
 */
export function vjp<A extends readonly unknown[], Y, X>(
  fn: (...args: A) => readonly [Y, X], ...given: [...A, { readonly hasAux: true }]
): [results: Y, vjpFn: (vectors: Y) => A, aux: X];
export function vjp<A extends readonly unknown[], R>(fn: (...args: A) => R, ...primals: A): [results: R, vjpFn: (vectors: R) => A];
export function vjp(fn: (...args: never) => unknown, ...given: unknown[]): unknown[] {
  const { hasAux = false } = isOptions(given.at(-1)) ? given.pop() as VjpOptions : {}, isRecorded = isGradEnabled(), api = 'vjp(f, *primals)';
  return enableGrad(() => {
    const inputs = differentiable(given), [result, aux] = withAux(fn(...inputs.args as never), hasAux, api), outputs = tensorsOf(result, api);
    for (const { dtype } of outputs) {
      if (!dtype.isDifferentiable) throw new RuntimeError(`vjp(f, ...): All outputs of f must be floating-point or complex Tensors, got Tensor with dtype ${dtype}`);
    }
    const vjpFn = (vectors: unknown): unknown => {
      checkForms(vectors, result, (got, wanted) => 'Expected pytree structure of cotangents to be the same as pytree structure of outputs to ' +
        `the function. cotangents: ${got}, primal output: ${wanted}`);
      const isRecordedNow = isGradEnabled();
      return enableGrad(() => {
        const found = gradients(outputs, inputs.leaves, leavesOf(vectors) as Tensor[]);
        return settled(mapTree(inputs.chosen, (_, i) => found[i]), found, inputs, isRecordedNow);
      });
    };
    const all = hasAux ? [result, aux] : [result], [first, ...rest] = settled(all, outputs, inputs, isRecorded);
    return [first, vjpFn, ...rest];
  });
}

/** Arguments are trees of tensors, which hold no booleans. */
const isOptions = (x: unknown): boolean => typeof x === 'object' && x !== null && typeof (x as VjpOptions).hasAux === 'boolean';

export interface JvpOptions {
  /** refuse a function whose result does not depend on its arguments, in place of zeros; default false */
  readonly strict?: boolean | undefined;
  /** as of `grad` */
  readonly hasAux?: boolean | undefined;
}

/**
 * What a function gives, and the product of its Jacobian with vectors, of the arguments' form.
 * @param primals the arguments, as a list
 * @param tangents a vector for each
 * @throws RuntimeError for results that are no tensors, and vectors of another form
 * @see https://pytorch.org/docs/stable/generated/torch.func.jvp.html
 * @example func.jvp((x) => x.mul(x), [torch.tensor(3)], [torch.tensor(1)]) // [tensor(9.), tensor(6.)]
 */
export function jvp<const A extends readonly unknown[], R, const O extends JvpOptions>(
  fn: (...args: A) => R, primals: A, tangents: A, options?: O,
): O extends { readonly hasAux: true } ? [Output<R, O>, Output<R, O>, Aux<R>] : [R, R] {
  const { strict = false, hasAux = false } = checked<JvpOptions>('jvp', options ?? {}, 'strict'), api = 'jvp(f, primals, tangents)';
  if (!Array.isArray(primals)) throw new RuntimeError(`${api}: Expected primals to be a tuple. E.g. it should be valid to call f(*primals).`);
  checkForms(tangents, primals, (given, wanted) => `${api}: Expected primals and tangents to have the same python structure. For example, if ` +
    `primals is a tuple of 3 tensors, tangents also must be. Got primals with structure ${wanted} and tangents with structure ${given}`);
  const isRecorded = isGradEnabled();
  return enableGrad(() => {
    const inputs = differentiable(primals), [result, aux] = withAux(fn(...inputs.args as unknown as A), hasAux, api), outputs = tensorsOf(result, api);
    if (strict && outputs.some((y) => !y.requiresGrad)) {
      throw new RuntimeError('jvp(f, primals, tangents, strict=True): The output of f is independent of the inputs. This is not allowed with strict=True.');
    }
    const forward = forwardOf(outputs, inputs.leaves), found = forward(leavesOf(tangents) as Tensor[]);
    const all = [result, mapTree(result, (_, i) => found[i]), ...(hasAux ? [aux] : [])];
    return settled(all as never, [...outputs, ...found], inputs, isRecorded);
  });
}

/** What multiplies vectors with a Jacobian: gradients are linear in those of the results, and its transpose is their derivative by these. */
export function forwardOf(outputs: readonly Tensor[], inputs: readonly Tensor[]): (vectors: readonly Tensor[]) => Tensor[] {
  const dummies = outputs.map((y) => zerosLike(y).detach().requiresGrad_()), back = gradients(outputs, inputs, dummies);
  return (vectors) => gradients(back, dummies, vectors);
}
