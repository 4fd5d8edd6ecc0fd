import { grad } from '@sconce/autograd';
import type { Tensor } from '@sconce/tensor';
import { Distribution } from './distribution.js';
import { lacking, sumRightmost } from './utils.js';

/** The densities of the form h(x) exp(⟨θ, t(x)⟩ - F(θ)). */
export interface ExponentialForm {
  /** θ */
  readonly naturalParams: readonly Tensor[];
  /** F(θ) */
  logNormalizer(...naturalParams: Tensor[]): Tensor;
}

/**
 * Distributions of an exponential family: their entropies and KL divergences are Bregman divergences of F, where a class has
 * no formula of its own.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.exp_family.ExponentialFamily
 */
export abstract class ExponentialFamily extends Distribution implements ExponentialForm {
  /** Those of other bases, as `Normal`, are of the family as well. */
  static override [Symbol.hasInstance](x: unknown): boolean {
    const isInstance = Function.prototype[Symbol.hasInstance].call(this, x) as boolean;
    return isInstance || (this === ExponentialFamily && isExponential(x));
  }

  get naturalParams(): readonly Tensor[] { throw lacking(this, 'naturalParams'); }
  logNormalizer(..._naturalParams: Tensor[]): Tensor { throw lacking(this, 'logNormalizer'); }
  /** the mean of ln h(x) */
  protected get meanCarrierMeasure(): number { throw lacking(this, 'meanCarrierMeasure'); }

  override entropy(): Tensor {
    const carrier = this.meanCarrierMeasure, { normalizer, params, gradients } = expandedForm(this);
    return params.reduce((sum, p, i) => sum.sub(sumRightmost(p.mul(gradients[i]), p.dim() - this.batchShape.length)), normalizer.sub(carrier));
  }
}

export const isExponential = (x: unknown): x is Distribution & ExponentialForm => x instanceof Distribution && 'naturalParams' in x;

/** F at the natural parameters, and its gradients, which can be differentiated further. */
function expandedForm(p: ExponentialForm): { normalizer: Tensor; params: Tensor[]; gradients: Tensor[] } {
  const params = p.naturalParams.map((x) => x.detach().requiresGrad_());
  const normalizer = p.logNormalizer(...params);
  return { normalizer, params, gradients: grad(normalizer.sum(), params, { createGraph: true }) as Tensor[] };
}

/** The KL divergence of two distributions of one exponential family. */
export function bregmanDivergence(p: Distribution & ExponentialForm, q: Distribution & ExponentialForm): Tensor {
  const { normalizer, params, gradients } = expandedForm(p), others = q.naturalParams;
  return params.reduce(
    (sum, x, i) => sum.sub(sumRightmost(others[i].sub(x).mul(gradients[i]), q.eventShape.length)), q.logNormalizer(...others).sub(normalizer));
}

