import { ones, onesLike, RuntimeError, ValueError, type Tensor } from '@sconce/tensor';
import type { ForwardPreHook } from '../../hooks.js';
import { Module } from '../../module.js';
import { Parameter } from '../../parameter.js';
import { membersOf, parameterOf } from '../reparametrized.js';

/** What a method looks at: single elements, whole slices along a dimension, or elements of several tensors together. */
export type PruningType = 'unstructured' | 'structured' | 'global';

/** A hook that prunes before every call, and by which method. */
interface Hook extends ForwardPreHook { readonly pruning?: BasePruningMethod }

/** The method that prunes a tensor of a module, and its number among the hooks. */
function find(module: Module, name: string): readonly [number, BasePruningMethod] | undefined {
  for (const [id, hook] of Module._hooksOf(module).pre) {
    const { pruning } = hook as Hook;
    if (pruning?.tensorName === name) return [id, pruning];
  }
  return undefined;
}

/** Whether a tensor of a module, or of one inside it, is pruned. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.is_pruned.html */
export function isPruned(module: Module): boolean {
  for (const inside of module.modules()) {
    for (const hook of Module._hooksOf(inside).pre.values()) if ((hook as Hook).pruning) return true;
  }
  return false;
}

/**
 * A way of choosing which elements of a parameter become zero. A subclass writes `computeMask`; `apply` prunes a module with it: the parameter
 * is then `weight_orig`, the mask the buffer `weight_mask`, and `weight` their product, computed before every call.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.BasePruningMethod.html
 * @example
 * class EverySecond extends nn.utils.prune.BasePruningMethod {
 *   computeMask(t: torch.Tensor, defaultMask: torch.Tensor) {
 *     const mask = defaultMask.clone();
 *     mask.view(-1).index('::2').fill_(0);
 *     return mask;
 *   }
 * }
 * EverySecond.apply(layer, 'bias');
 */
export abstract class BasePruningMethod {
  readonly pruningType: PruningType = 'unstructured';
  /** the dimension along which slices are pruned, of structured methods */
  readonly dim: number = -1;
  /** the parameter that it prunes, once it was applied */
  tensorName = '';

  /** Zeros where elements are pruned, ones elsewhere. @param defaultMask where elements are pruned already */
  abstract computeMask(t: Tensor, defaultMask: Tensor): Tensor;

  /** Prunes a parameter of a module by a method of this class. @param args what its constructor takes */
  static apply<A extends readonly unknown[], M extends BasePruningMethod>(
    this: new (...args: A) => M, module: Module, name: string, ...args: A
  ): BasePruningMethod { return applyMethod(new this(...args), module, name); }

  /** The parameter of a module with the mask on it. */
  applyMask(module: Module): Tensor {
    const { [`${this.tensorName}_mask`]: mask, [`${this.tensorName}_orig`]: original } = membersOf(module) as Record<string, Tensor>;
    if (!this.tensorName) throw new RuntimeError(`Module ${String(module)} has to be pruned`);
    return original.mul(mask.to(original.dtype));
  }

  /** A tensor, pruned by this method. */
  prune(t: Tensor, options: { readonly defaultMask?: Tensor | undefined; readonly importanceScores?: Tensor | undefined } = {}): Tensor {
    const { defaultMask = onesLike(t.detach()), importanceScores = t } = options;
    checkShape(importanceScores, t, 'importance_scores should have the same shape as tensor t');
    return t.mul(this.computeMask(importanceScores.detach(), defaultMask));
  }
}

function checkShape(scores: Tensor, like: Tensor, message: string): void {
  if (scores.shape.join() !== like.shape.join()) throw new ValueError(message);
}

/** Several methods on one parameter, one after the other. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.PruningContainer.html */
export class PruningContainer extends BasePruningMethod {
  readonly #methods: BasePruningMethod[] = [];

  constructor(...methods: BasePruningMethod[]) {
    super();
    const [first] = methods;
    if (first) this.tensorName = first.tensorName;
    for (const method of methods) this.addPruningMethod(method);
  }

  /** Adds a method behind the others. @throws TypeError for what is none, ValueError for a method on another parameter */
  addPruningMethod(method: BasePruningMethod): void {
    if (!(method instanceof BasePruningMethod)) throw new TypeError(`${typeof method} is not a BasePruningMethod subclass`);
    if (method.tensorName !== this.tensorName) {
      throw new ValueError(`Can only add pruning methods acting on the parameter named '${this.tensorName}' to PruningContainer. Found '${method.tensorName}'`);
    }
    this.#methods.push(method);
  }

  get length(): number { return this.#methods.length; }
  at(index: number): BasePruningMethod | undefined { return this.#methods.at(index); }
  [Symbol.iterator](): IterableIterator<BasePruningMethod> { return this.#methods[Symbol.iterator](); }

  /** What the last method prunes of what the others left. */
  override computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    const method = this.#methods.at(-1)!, mask = defaultMask.to(t.dtype).clone();
    if (method.pruningType === 'global') return mask.copy_(method.computeMask(t, defaultMask));
    if (method.pruningType === 'unstructured') {
      const left = defaultMask.eq(1);
      return mask.indexPut_([left], method.computeMask(t.index(left), defaultMask.index(left)).to(mask.dtype));
    }
    const dims = t.dim(), dim = method.dim < 0 ? method.dim + dims : method.dim;
    const left = defaultMask.sum(t.shape.map((_, d) => d).filter((d) => d !== dim)).ne(0);
    const slices = t.shape.map((_, d) => (d === dim ? left : ':'));
    return mask.indexPut_(slices, method.computeMask(t.index(...slices), defaultMask.index(...slices)).to(mask.dtype));
  }
}

/** Prunes a parameter of a module, which may be pruned already. */
export function applyMethod(method: BasePruningMethod, module: Module, name: string, importanceScores?: Tensor | null): BasePruningMethod {
  const before = find(module, name), members = membersOf(module);
  const original = before ? members[`${name}_orig`] as Parameter : parameterOf(module, name);
  const scores = importanceScores ?? (before ? members[name] as Tensor : original);
  checkShape(scores, original, `importance_scores should have the same shape as parameter ${name} of ${String(module)}`);
  method.tensorName = name;
  let all = method;
  if (before) {
    const methods = before[1] instanceof PruningContainer ? [...before[1]] : [before[1]];
    all = new PruningContainer(...methods, method);
  }
  const defaultMask = before ? (members[`${name}_mask`] as Tensor).detach().clone() : ones(original.shape, { dtype: original.dtype, device: original.device });
  // before anything changes: it may throw
  const mask = all.computeMask(scores.detach(), defaultMask);
  if (before) {
    Module._hooksOf(module).remove('pre', before[0]);
    members[`${name}_mask`] = mask;
  } else {
    module._release(name);
    module.registerParameter(`${name}_orig`, original);
    module.registerBuffer(`${name}_mask`, mask);
  }
  members[name] = all.applyMask(module);
  const hook: Hook = Object.assign((called: Module): void => { membersOf(called)[name] = all.applyMask(called); }, { pruning: all });
  module.registerForwardPreHook(hook);
  return all;
}

/**
 * Makes a parameter again of one that is pruned, with the zeros in it.
 * @throws ValueError where it is not pruned
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.remove.html
 */
export function remove<M extends Module>(module: M, name: string): M {
  const found = find(module, name);
  if (!found) throw new ValueError(`Parameter '${name}' of module ${String(module)} has to be pruned before pruning can be removed`);
  const members = membersOf(module), original = members[`${name}_orig`] as Parameter;
  original.data = found[1].applyMask(module).detach();
  Module._hooksOf(module).remove('pre', found[0]);
  for (const part of [name, `${name}_orig`, `${name}_mask`]) module._release(part);
  module.registerParameter(name, original);
  return module;
}
