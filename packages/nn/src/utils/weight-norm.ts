import { noGrad } from '@sconce/autograd';
import { ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import type { Module } from '../module.js';
import { isLazy, Parameter } from '../parameter.js';
import { checkUnregistered, membersOf, parameterOf, register, unregister } from './reparametrized.js';

export interface WeightNormOptions {
  /** the dimension along which norms are taken apart, default 0: one per output; null: one norm of all */
  readonly dim?: number | null | undefined;
}

/** The norms of the slices along a dimension, ready to be multiplied with the whole. */
function normExceptDim(v: Tensor, dim: number | null): Tensor {
  if (dim === null || dim === -1) return v.norm();
  const others = v.shape.map((_, d) => d).filter((d) => d !== dim);
  return others.length === 0 ? v.abs() : v.norm(2, others, { keepdim: true });
}

/**
 * Expresses a weight by its length and its direction, `w = g · v / ‖v‖`, each a parameter of its own: `weight_g` and
 * `weight_v`. The weight is computed before every call of the module.
 * @throws RuntimeError where that is done already
 * @see https://pytorch.org/docs/1.13/generated/torch.nn.utils.weight_norm.html
 * @see Salimans and Kingma 2016, "Weight Normalization"
 * @example
 * const layer = nn.utils.weightNorm(new nn.Linear(20, 40));
 * [...layer.namedParameters()].map(([name]) => name) // ['bias', 'weight_g', 'weight_v']
 */
export function weightNorm<M extends Module>(module: M, name = 'weight', options: WeightNormOptions = {}): M {
  const { dim = 0 } = checked('weightNorm', options);
  checkUnregistered('weight_norm', module, name);
  const weight = parameterOf(module, name), members = membersOf(module);
  if (isLazy(weight)) {
    throw new ValueError("The module passed to `WeightNorm` can't have uninitialized parameters. Make sure to run the dummy forward before applying weight normalization");
  }
  const names = [`${name}_g`, `${name}_v`] as const;
  const compute = (of: Module): Tensor => {
    const [g, v] = names.map((part) => membersOf(of)[part] as Tensor);
    return v.mul(g.div(normExceptDim(v, dim)));
  };
  module._release(name);
  module.registerParameter(names[0], new Parameter(noGrad(() => normExceptDim(weight, dim))));
  module.registerParameter(names[1], new Parameter(weight.detach()));
  members[name] = compute(module);
  register('weight_norm', module, name, {
    compute,
    remove(from) {
      const value = noGrad(() => compute(from));
      for (const part of [name, ...names]) from._release(part);
      from.registerParameter(name, new Parameter(value));
    },
  });
  return module;
}

/**
 * Makes one parameter of a weight again that `weightNorm` took apart.
 * @throws ValueError where it did not
 * @see https://pytorch.org/docs/1.13/generated/torch.nn.utils.remove_weight_norm.html
 */
export function removeWeightNorm<M extends Module>(module: M, name = 'weight'): M {
  unregister('weight_norm', module, name);
  return module;
}
