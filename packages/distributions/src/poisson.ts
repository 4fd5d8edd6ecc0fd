import { noGrad } from '@sconce/autograd';
import { poisson, xlogy, type Tensor } from '@sconce/tensor';
import { broadcastAll, type OneValue } from './arguments.js';
import { nonnegative, nonnegativeInteger } from './constraints.js';
import { Univariate } from './distribution.js';
import type { ExponentialForm } from './exponential-family.js';
import type { Shape } from './utils.js';

/**
 * Counts of events that come at a `rate`.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.poisson.Poisson
 * @example new torch.distributions.Poisson(4).logProb(torch.tensor(0)) // tensor(-4.)
 */
export class Poisson extends Univariate implements ExponentialForm {
  static override readonly argConstraints = { rate: nonnegative };
  declare readonly rate: Tensor;

  constructor(...args: OneValue<'rate'>) { super('Poisson', ['rate'], args); }

  override get support() { return nonnegativeInteger; }
  override get mean() { return this.rate; }
  override get mode() { return this.rate.floor(); }
  override get variance() { return this.rate; }

  override sample(sampleShape?: Shape): Tensor {
    const shape = this.extendedShape(sampleShape);
    return noGrad(() => poisson(this.rate.expand(shape)));
  }

  protected override logDensity(value: Tensor): Tensor {
    const [rate, x] = broadcastAll(this.rate, value);
    return xlogy(x, rate).sub(rate).sub(x.add(1).lgamma());
  }

  get naturalParams() { return [this.rate.log()]; }
  logNormalizer(x: Tensor): Tensor { return x.exp(); }
}
