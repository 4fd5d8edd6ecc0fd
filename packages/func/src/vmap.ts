import { Function as AutogradFunction, isGradEnabled, type FunctionContext } from '@sconce/autograd';
import { cat, RuntimeError, Tensor, ValueError, type Device } from '@sconce/tensor';
import { checked, setMeetingHook } from '@sconce/tensor/internal';
import { exampleOf, ExamplesDevice, examplesOf, sameForAll } from './examples.js';
import { examplesBackend } from './kernels.js';
import { formOf, kindOf, leavesOf, mapTree, spread, type Tree } from './tree.js';

/** Whether random numbers are drawn within `vmap`, and for each example its own. */
export type Randomness = 'error' | 'different' | 'same';

export interface VmapOptions {
  /** the dimension of each argument that is mapped over, null for one that all examples share: one for all, or a tree of the arguments' form; default 0 */
  readonly inDims?: Tree<number | null> | undefined;
  /** where the results have it: one for all, or a tree of the results' form; default 0 */
  readonly outDims?: Tree<number | null> | undefined;
  /** what functions that draw do: refuse, draw for each example, or once for all; default 'error' */
  readonly randomness?: Randomness | undefined;
  /** how many examples to compute at a time; default all */
  readonly chunkSize?: number | null | undefined;
}

/** How many calls are around. */
let depth = 0;

/** The gradient of what is the same for all examples is, among these, one for each. */
class Joining extends AutogradFunction {
  static override forward(_: FunctionContext, x: Tensor, joined: Tensor): Tensor { return joined; }
  static override backward(_: FunctionContext, grad: Tensor): unknown { return [grad, null]; }
}

/** What stands for a tensor from outside, with its history. */
function join(x: Tensor, device: ExamplesDevice): Tensor {
  const joined = sameForAll(x, device);
  return x.requiresGrad && isGradEnabled() ? Joining.apply(x, joined) : joined;
}

/** Operands on the innermost level of any of them. */
function meet<T>(operands: readonly T[]): readonly T[] {
  let inner: ExamplesDevice | null = null;
  for (const x of operands) {
    if (!(x instanceof Tensor) || !(x.device instanceof ExamplesDevice)) continue;
    if (inner === null || x.device.level > inner.level) inner = x.device;
  }
  if (inner === null) return operands;
  const device = inner;
  return operands.map((x) => (x instanceof Tensor && x.device !== device ? join(x, device) as T : x));
}

const nameOf = (fn: { readonly name: string }): string => fn.name || '<lambda>';
const textOf = (dims: unknown): string => JSON.stringify(dims);

/**
 * A function that does for each of many examples what `fn` does for one, without a loop: its arguments and results have one more dimension.
 * Within, tensors stand for one example each, with gradients of their own: `vmap(grad(loss))` gives those of each example. Ops that no kernel
 * does for all at once are done for one after the other.
 *
 * A tensor that is made within, as by `torch.rand(3)`, is the same for all; `x.newEmpty(3).uniform_()` is each example's own.
 * @throws ValueError where arguments, results and dimensions do not go together; RuntimeError for functions that draw, without
 * `randomness`, and for values that are asked for, as by `x.item()`
 * @see https://pytorch.org/docs/stable/generated/torch.func.vmap.html
 * @example
 * const dots = func.vmap((x, y) => x.dot(y)); // [N, D], [N, D] -> [N]
 * dots(torch.ones(2, 3), torch.ones(2, 3)) // tensor([3., 3.])
 */
export function vmap<A extends readonly unknown[], R>(fn: (...args: A) => R, options: VmapOptions = {}): (...args: A) => R {
  const { inDims = 0, outDims = 0, randomness = 'error', chunkSize = null } = checked('vmap', options, 'inDims');
  if (!['error', 'different', 'same'].includes(randomness)) {
    throw new RuntimeError(`Only allowed values for randomness are 'error', 'different', or 'same'. Got ${randomness}`);
  }
  if (chunkSize !== null && !(Number.isInteger(chunkSize) && chunkSize > 0)) {
    throw new ValueError(`vmap: chunk_size should be None or greater than 0. (got ${chunkSize})`);
  }
  const name = nameOf(fn);
  return (...args) => {
    const { size, dims, where } = checkInputs(name, args, inDims);
    const call = (from: number, count: number): R => {
      const device = new ExamplesDevice(depth + 1, count, where, randomness);
      device.backend = examplesBackend;
      const examples = mapTree(args, (x, i) => {
        const dim = dims[i];
        if (!(x instanceof Tensor)) return x;
        return dim === null ? sameForAll(x, device) : exampleOf(x.movedim(dim, 0).narrow(0, from, count), device);
      }) as unknown as A;
      return unwrapped(name, entered(() => fn(...examples)), outDims, device) as R;
    };
    if (chunkSize === null || chunkSize >= size) return call(0, size);
    const parts: R[] = [];
    for (let from = 0; from < size; from += chunkSize) parts.push(call(from, Math.min(chunkSize, size - from)));
    return joinedParts(name, parts, outDims) as R;
  };
}

/** Calls a function one level further in. */
function entered<T>(fn: () => T): T {
  if (depth++ === 0) setMeetingHook(meet);
  try {
    return fn();
  } finally {
    if (--depth === 0) setMeetingHook(null);
  }
}

interface Inputs { readonly size: number; readonly dims: readonly (number | null)[]; readonly where: Device }

/** How many examples there are and on which device, and for each leaf of the arguments which dimension theirs is. */
function checkInputs(name: string, args: readonly unknown[], inDims: Tree<number | null>): Inputs {
  const call = `vmap(${name}, in_dims=${textOf(inDims)}, ...)(<inputs>)`;
  if (args.length === 0) {
    throw new ValueError(`vmap(${name})(<inputs>): got no inputs. Maybe you forgot to add inputs, or you are trying to vmap over a function ` +
      'with no inputs. The latter is unsupported.');
  }
  const leaves = leavesOf(args), dims = spread(inDims, args);
  if (!dims) {
    throw new ValueError(`${call}: in_dims is not compatible with the structure of \`inputs\`. in_dims has structure ${formOf(inDims)} but inputs ` +
      `has structure ${formOf(args)}.`);
  }
  const sizes: number[] = [];
  const wrapped = leaves.map((x, i) => {
    const dim = dims[i];
    if (dim === null) return null;
    const got = `${call}: Got in_dim=${textOf(dim)} for`;
    if (!Number.isInteger(dim)) throw new ValueError(`${got} an input but in_dim must be either an integer dimension or None.`);
    if (!(x instanceof Tensor)) {
      throw new ValueError(`${got} an input but the input is of type ${kindOf(x)}. We cannot vmap over non-Tensor arguments, please use None as ` +
        'the respective in_dim');
    }
    const d = dim as number, rank = x.dim();
    if (d < -rank || d >= rank) {
      throw new ValueError(`${got} some input, but that input is a Tensor of dimensionality ${rank} so expected in_dim to satisfy ` +
        `-${rank} <= in_dim < ${rank}.`);
    }
    sizes.push(x.size(d));
    return d;
  });
  if (sizes.length === 0) throw new ValueError('vmap: Expected at least one Tensor to vmap over');
  if (sizes.some((n) => n !== sizes[0])) {
    throw new ValueError(`vmap: Expected all tensors to have the same size in the mapped dimension, got sizes [${sizes.join(', ')}] for the mapped dimension`);
  }
  const { device } = leaves[wrapped.findIndex((dim) => dim !== null)] as Tensor;
  return { size: sizes[0], dims: wrapped, where: device };
}

/** For each leaf of the results where it has the examples' dimension. */
function dimsOf(name: string, result: unknown, outDims: Tree<number | null>): (number | null)[] {
  const given = result instanceof Tensor && Array.isArray(outDims) && outDims.length === 1 ? outDims[0] as number : outDims;
  const dims = spread(given, result);
  if (!dims) {
    throw new ValueError(`vmap(${name}, ..., out_dims=${textOf(outDims)})(<inputs>): out_dims is not compatible with the structure of \`outputs\`. ` +
      `out_dims has structure ${formOf(outDims)} but outputs has structure ${formOf(result)}.`);
  }
  return dims as (number | null)[];
}

/** The results of all parts of the examples. */
function joinedParts(name: string, parts: readonly unknown[], outDims: Tree<number | null>): unknown {
  const dims = dimsOf(name, parts[0], outDims), leaves = parts.map(leavesOf) as Tensor[][];
  return mapTree(parts[0], (first, i) => (dims[i] === null ? first : cat(leaves.map((one) => one[i]), dims[i])));
}

/** The results with a dimension for the examples. */
function unwrapped(name: string, result: unknown, outDims: Tree<number | null>, device: ExamplesDevice): unknown {
  const dims = dimsOf(name, result, outDims);
  return mapTree(result, (y, i) => {
    const dim = dims[i];
    if (!(y instanceof Tensor)) {
      throw new ValueError(`vmap(${name}, ...): \`${name}\` must only return Tensors, got type ${kindOf(y)} as a return.`);
    }
    if (dim === null) {
      if (y.device !== device) return y;
      throw new ValueError(`vmap(${name}, ...): \`${name}\` can not return a BatchedTensor when out_dim is None`);
    }
    const examples = y.device === device ? examplesOf(y) : y.unsqueeze(0).expand(device.size, ...y.shape);
    return examples.movedim(0, dim);
  });
}
