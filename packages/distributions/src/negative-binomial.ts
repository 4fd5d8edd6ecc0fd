import { noGrad } from '@sconce/autograd';
import { poisson, type Tensor } from '@sconce/tensor';
import { activations } from '@sconce/tensor/internal';
import type { CountedArguments } from './arguments.js';
import { greaterThanEq, halfOpenInterval, nonnegativeInteger, real } from './constraints.js';
import { Gamma } from './gamma.js';
import { ProbsOrLogits } from './probs-or-logits.js';
import type { Shape } from './utils.js';

const { logsigmoid } = activations;

/**
 * Successes, each with the probability `probs`, before `totalCount` failures. Samples are drawn on the CPU only.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.negative_binomial.NegativeBinomial
 * @example new torch.distributions.NegativeBinomial(4, { probs: 0.5 }).mean // tensor(4.)
 */
export class NegativeBinomial extends ProbsOrLogits {
  static override readonly argConstraints = { totalCount: greaterThanEq(0), probs: halfOpenInterval(0, 1), logits: real };
  declare readonly totalCount: Tensor;

  constructor(...args: CountedArguments<'totalCount'>) { super('NegativeBinomial', args, { totalCount: undefined }); }

  override get support() { return nonnegativeInteger; }
  override get mean() { return this.totalCount.mul(this.logits.exp()); }
  override get mode() { return this.totalCount.sub(1).mul(this.logits.exp()).floor().clamp({ min: 0 }); }
  override get variance() { return this.mean.div(this.logits.neg().sigmoid()); }

  override sample(sampleShape?: Shape): Tensor {
    return noGrad(() => poisson(new Gamma(this.totalCount, this.logits.neg().exp(), { validateArgs: false }).sample(sampleShape)));
  }

  protected override logDensity(value: Tensor): Tensor {
    const n = this.totalCount, all = n.add(value);
    const normalizer = all.lgamma().neg().add(value.add(1).lgamma()).add(n.lgamma()).maskedFill(all.eq(0), 0);
    return n.mul(logsigmoid(this.logits.neg())).add(value.mul(logsigmoid(this.logits))).sub(normalizer);
  }
}
