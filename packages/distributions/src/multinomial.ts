import { NotImplementedError, ones, zeros, type Tensor } from '@sconce/tensor';
import { broadcastAll, namedArguments, type CountedArguments } from './arguments.js';
import { Binomial } from './binomial.js';
import { Categorical } from './categorical.js';
import { multinomial } from './constraints.js';
import { OverCategories } from './one-hot-categorical.js';
import type { Shape } from './utils.js';

/**
 * How often each category comes among `totalCount` draws (1): `new Multinomial(10, probs)`, `new Multinomial(10, { logits })`.
 * @throws NotImplementedError for a count that is not one integer
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.multinomial.Multinomial
 * @example new torch.distributions.Multinomial(3, torch.tensor([0, 1])).sample() // tensor([0., 3.])
 */
export class Multinomial extends OverCategories {
  declare readonly totalCount: number;

  constructor(...args: CountedArguments<'totalCount', Tensor, number>) {
    const { totalCount = 1, probs, logits, ...options } = namedArguments('Multinomial', ['totalCount', 'probs', 'logits'], args);
    if (!Number.isInteger(totalCount)) throw new NotImplementedError('inhomogeneous total_count is not supported');
    super(new Categorical(probs as Tensor, logits as Tensor), options, { totalCount });
  }

  override get support() { return multinomial(this.totalCount); }
  override get mean() { return this.probs.mul(this.totalCount); }
  override get variance() { return this.probs.mul(this.totalCount).mul(this.probs.rsub(1)); }

  override sample(sampleShape: Shape = []): Tensor {
    const draws = this.categorical.sample([this.totalCount, ...sampleShape]), { dtype, device } = draws;
    const index = draws.movedim(0, -1);
    return zeros(this.extendedShape(sampleShape), { dtype, device }).scatterAdd(-1, index, ones(index.shape, { dtype, device })).to(this.probs.dtype);
  }

  override entropy(): Tensor {
    const n = this.totalCount, binomial = new Binomial(n, this.probs);
    const support = binomial.enumerateSupport(false).narrow(0, 1, n);
    const repeats = binomial.logProb(support).exp().mul(support.add(1).lgamma()).sum([0, -1]);
    return this.categorical.entropy().mul(n).sub(ones([]).mul(n + 1).lgamma()).add(repeats);
  }

  protected override logDensity(value: Tensor): Tensor {
    const [logits, x] = broadcastAll(this.logits, value);
    const powers = logits.maskedFill(x.eq(0).logicalAnd(logits.eq(-Infinity)), 0).mul(x).sum(-1);
    return x.sum(-1).add(1).lgamma().sub(x.add(1).lgamma().sum(-1)).add(powers);
  }
}
