import { fullLike, rand, type Tensor } from '@sconce/tensor';
import { broadcastAll, type CountedArguments } from './arguments.js';
import { Categorical } from './categorical.js';
import { realVector, simplex } from './constraints.js';
import { OverCategories } from './one-hot-categorical.js';
import { temperatureFirst } from './relaxed-bernoulli.js';
import { TransformedDistribution } from './transformed-distribution.js';
import { ExpTransform } from './transforms/elementwise.js';
import { clampProbs, type Shape } from './utils.js';

/**
 * The logarithms of `RelaxedOneHotCategorical`.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.relaxed_categorical.ExpRelaxedCategorical
 */
export class ExpRelaxedCategorical extends OverCategories {
  declare readonly temperature: Tensor;

  constructor(...args: CountedArguments<'temperature', Tensor>) {
    const { temperature, given } = temperatureFirst('ExpRelaxedCategorical', args);
    const { probs, logits, ...options } = given;
    super(new Categorical(probs as Tensor, logits as Tensor), options, { temperature });
  }

  override get support() { return realVector; }
  override get hasRsample() { return true; }

  override rsample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.logits, u = clampProbs(rand(this.extendedShape(sampleShape), { dtype, device }));
    const scores = this.logits.add(u.log().neg().log().neg()).div(this.temperature);
    return scores.sub(scores.logsumexp(-1, { keepdim: true }));
  }

  protected override logDensity(value: Tensor): Tensor {
    const k = this.eventShape[0], [logits, x] = broadcastAll(this.logits, value);
    const scale = fullLike(this.temperature, k).lgamma().sub(this.temperature.log().mul(-(k - 1)));
    const score = logits.sub(x.mul(this.temperature));
    return score.sub(score.logsumexp(-1, { keepdim: true })).sum(-1).add(scale);
  }
}

/**
 * Vectors of the simplex that come close to those of `OneHotCategorical` as the temperature falls, and are functions of the
 * probabilities: `new RelaxedOneHotCategorical(temperature, { logits })`.
 * @see Maddison, Mnih and Teh, "The concrete distribution" (2017)
 */
export class RelaxedOneHotCategorical extends TransformedDistribution<ExpRelaxedCategorical> {
  static override readonly argConstraints = { probs: simplex, logits: realVector };

  constructor(...args: CountedArguments<'temperature', Tensor>) {
    const { temperature, given } = temperatureFirst('RelaxedOneHotCategorical', args), { probs, logits, ...options } = given;
    super(new ExpRelaxedCategorical(temperature, probs as Tensor, logits as Tensor, options), new ExpTransform(), options);
  }

  get temperature(): Tensor { return this.baseDist.temperature; }
  get probs(): Tensor { return this.baseDist.probs; }
  get logits(): Tensor { return this.baseDist.logits; }
  override get support() { return simplex; }
  override get hasRsample() { return true; }
}
