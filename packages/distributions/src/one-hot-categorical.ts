import { eye, type Tensor } from '@sconce/tensor';
import { oneHot as oneHotOf } from '@sconce/tensor/internal';
import { namedArguments, type DistributionOptions, type ProbsOrLogitsArguments } from './arguments.js';
import { Categorical } from './categorical.js';
import { oneHot, realVector, simplex } from './constraints.js';
import { Distribution, enumerated, type EnumerateOptions } from './distribution.js';
import type { Shape } from './utils.js';

/** Distributions of vectors that stand on a `Categorical`. */
export abstract class OverCategories extends Distribution {
  static override readonly argConstraints = { probs: simplex, logits: realVector };
  /** @internal */
  declare readonly categorical: Categorical;

  constructor(categorical: Categorical, options: DistributionOptions, fields: Readonly<Record<string, unknown>> = {}) {
    super(categorical.batchShape, categorical.paramShape.slice(-1), options, { ...fields, categorical });
  }

  get probs(): Tensor { return this.categorical.probs; }
  get logits(): Tensor { return this.categorical.logits; }
  get paramShape(): readonly number[] { return this.categorical.paramShape; }
}

/**
 * Vectors of zeros with a single 1, at the places that `Categorical` draws.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.one_hot_categorical.OneHotCategorical
 * @example new torch.distributions.OneHotCategorical(torch.tensor([0, 1])).sample() // tensor([0., 1.])
 */
export class OneHotCategorical extends OverCategories {
  constructor(...args: ProbsOrLogitsArguments<Tensor>) {
    const { probs, logits, ...options } = namedArguments('OneHotCategorical', ['probs', 'logits'], args);
    super(new Categorical(probs as Tensor, logits as Tensor), options);
  }

  override get support() { return oneHot; }
  override get hasEnumerateSupport() { return true; }
  override get mean() { return this.probs; }
  override get mode() { return oneHotOf(this.probs.argmax(-1), this.eventShape[0]).to(this.probs.dtype); }
  override get variance() { return this.probs.mul(this.probs.rsub(1)); }

  override sample(sampleShape?: Shape): Tensor {
    return oneHotOf(this.categorical.sample(sampleShape), this.eventShape[0]).to(this.probs.dtype);
  }

  protected override logDensity(value: Tensor): Tensor { return this.categorical.logProb(value.argmax(-1)); }
  override entropy(): Tensor { return this.categorical.entropy(); }

  override enumerateSupport(options?: EnumerateOptions | boolean): Tensor {
    const { dtype, device } = this.probs;
    return enumerated(eye(this.eventShape[0], { dtype, device }), this.batchShape, options);
  }
}

/**
 * `OneHotCategorical` whose samples have the gradients of the probabilities.
 * @see Bengio, Léonard and Courville, "Estimating or propagating gradients through stochastic neurons" (2013)
 */
export class OneHotCategoricalStraightThrough extends OneHotCategorical {
  override get hasRsample() { return true; }
  override rsample(sampleShape?: Shape): Tensor { return this.sample(sampleShape).add(this.probs.sub(this.probs.detach())); }
}
