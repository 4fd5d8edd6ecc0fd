import { noGrad } from '@sconce/autograd';
import { type Tensor, ValueError } from '@sconce/tensor';
import { product } from '@sconce/tensor/internal';
import type { DistributionOptions } from './arguments.js';
import { Categorical } from './categorical.js';
import type { Constraint } from './constraints.js';
import { Distribution } from './distribution.js';
import { sizeText } from './python-text.js';
import type { Shape } from './utils.js';

/**
 * A mixture: the last dimension of the components' batch is what a `Categorical` chooses from.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.mixture_same_family.MixtureSameFamily
 * @example
 * const { Categorical, MixtureSameFamily, Normal } = torch.distributions;
 * new MixtureSameFamily(new Categorical(torch.ones(2)), new Normal(torch.tensor([-1, 1]), 0.5)).mean // tensor(0.)
 */
export class MixtureSameFamily<D extends Distribution = Distribution> extends Distribution {
  declare readonly mixtureDistribution: Categorical;
  declare readonly componentDistribution: D;

  /** @throws ValueError for batches that do not fit together */
  constructor(mixtureDistribution: Categorical, componentDistribution: D, options: DistributionOptions = {}) {
    if (!(mixtureDistribution instanceof Categorical)) {
      throw new ValueError(' The Mixture distribution needs to be an  instance of torch.distribtutions.Categorical');
    }
    if (!(componentDistribution instanceof Distribution)) {
      throw new ValueError('The Component distribution need to be an instance of torch.distributions.Distribution');
    }
    const ofMixture = mixtureDistribution.batchShape, ofComponents = componentDistribution.batchShape.slice(0, -1);
    for (let d = 1; d <= Math.min(ofMixture.length, ofComponents.length); d++) {
      const i = ofMixture.at(-d)!, j = ofComponents.at(-d)!;
      if (i === 1 || j === 1 || i === j) continue;
      throw new ValueError(`\`mixture_distribution.batch_shape\` (${sizeText(ofMixture)}) is not compatible with ` +
        `\`component_distribution.batch_shape\`(${sizeText(ofComponents)})`);
    }
    const chosen = mixtureDistribution.logits.shape.at(-1), there = componentDistribution.batchShape.at(-1);
    if (chosen !== there) {
      throw new ValueError(`\`mixture_distribution component\` (${chosen}) does not equal \`component_distribution.batch_shape[-1]\` (${there})`);
    }
    super(ofComponents, componentDistribution.eventShape, options, { mixtureDistribution, componentDistribution });
  }

  override get support(): Constraint { return this.componentDistribution.support; }

  /** The dimension of the components, counted from the end. */
  private get dim(): number { return -1 - this.eventShape.length; }

  /** The probabilities beside the components' events. */
  private get weights(): Tensor {
    const { probs, batchShape } = this.mixtureDistribution, ofMixture = product(batchShape);
    const missing = ofMixture === 1 ? 0 : Math.max(0, product(this.batchShape) - ofMixture);
    return probs.reshape(...probs.shape.slice(0, -1), ...Array<number>(missing).fill(1), probs.size(-1), ...this.eventShape.map(() => 1));
  }

  override get mean() { return this.weights.mul(this.componentDistribution.mean).sum(this.dim); }
  override get variance() {
    const { weights } = this, { mean, variance } = this.componentDistribution;
    return weights.mul(variance).sum(this.dim).add(weights.mul(mean.sub(this.mean.unsqueeze(this.dim)).pow(2)).sum(this.dim));
  }

  override cdf(value: Tensor): Tensor {
    return this.componentDistribution.cdf(value.unsqueeze(this.dim)).mul(this.mixtureDistribution.probs).sum(-1);
  }

  protected override logDensity(value: Tensor): Tensor {
    return this.componentDistribution.logProb(value.unsqueeze(this.dim)).add(this.mixtureDistribution.logits.logSoftmax(-1)).logsumexp(-1);
  }

  override sample(sampleShape: Shape = []): Tensor {
    return noGrad(() => {
      const choice = this.mixtureDistribution.sample(sampleShape), candidates = this.componentDistribution.sample(sampleShape);
      const dim = sampleShape.length + this.batchShape.length;
      const index = choice.reshape(...choice.shape, ...[1, ...this.eventShape].map(() => 1)).expand([...choice.shape, 1, ...this.eventShape]);
      return candidates.gather(dim, index).squeeze(dim);
    });
  }

  override expand(batchShape: Shape): this {
    const componentDistribution = this.componentDistribution.expand([...batchShape, this.mixtureDistribution.paramShape.at(-1)!]);
    return this.copied({ batchShape, componentDistribution, mixtureDistribution: this.mixtureDistribution.expand(batchShape) });
  }

  override toString(): string { return `MixtureSameFamily(\n  ${this.mixtureDistribution},\n  ${this.componentDistribution})`; }
}
