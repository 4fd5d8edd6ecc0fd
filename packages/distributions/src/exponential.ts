import { empty, zerosLike, type Tensor } from '@sconce/tensor';
import type { OneValue } from './arguments.js';
import { nonnegative, positive } from './constraints.js';
import { Univariate } from './distribution.js';
import type { ExponentialForm } from './exponential-family.js';
import type { Shape } from './utils.js';

/**
 * The waits between events that come at a `rate`.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.exponential.Exponential
 * @example new torch.distributions.Exponential(2).mean // tensor(0.5000)
 */
export class Exponential extends Univariate implements ExponentialForm {
  static override readonly argConstraints = { rate: positive };
  declare readonly rate: Tensor;

  constructor(...args: OneValue<'rate'>) { super('Exponential', ['rate'], args); }

  override get support() { return nonnegative; }
  override get hasRsample() { return true; }
  override get mean() { return this.rate.reciprocal(); }
  override get mode() { return zerosLike(this.rate); }
  override get stddev() { return this.rate.reciprocal(); }
  override get variance() { return this.rate.pow(-2); }

  override rsample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.rate;
    return empty(this.extendedShape(sampleShape), { dtype, device }).exponential_().div(this.rate);
  }

  protected override logDensity(value: Tensor): Tensor { return this.rate.log().sub(this.rate.mul(value)); }
  protected override cumulative(value: Tensor): Tensor { return this.rate.neg().mul(value).exp().rsub(1); }
  override icdf(value: Tensor): Tensor { return value.rsub(1).log().neg().div(this.rate); }
  override entropy(): Tensor { return this.rate.log().rsub(1); }

  get naturalParams() { return [this.rate.neg()]; }
  logNormalizer(x: Tensor): Tensor { return x.neg().log().neg(); }
}
