import { empty, type Tensor } from '@sconce/tensor';
import type { TwoValues } from './arguments.js';
import { positive, real } from './constraints.js';
import { Univariate } from './distribution.js';
import { filled, type Shape } from './utils.js';

/**
 * The Cauchy distribution, of median `loc`: it has no mean.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.cauchy.Cauchy
 * @example new torch.distributions.Cauchy(0, 1).cdf(torch.tensor(1)) // tensor(0.7500)
 */
export class Cauchy extends Univariate {
  static override readonly argConstraints = { loc: real, scale: positive };
  declare readonly loc: Tensor;
  declare readonly scale: Tensor;

  constructor(...args: TwoValues<'loc', 'scale'>) { super('Cauchy', ['loc', 'scale'], args); }

  override get support() { return real; }
  override get hasRsample() { return true; }
  override get mean() { return filled(this.batchShape, NaN, this.loc); }
  override get mode() { return this.loc; }
  override get variance() { return filled(this.batchShape, Infinity, this.loc); }

  override rsample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.loc;
    return this.loc.add(empty(this.extendedShape(sampleShape), { dtype, device }).cauchy_().mul(this.scale));
  }

  protected override logDensity(value: Tensor): Tensor {
    return this.scale.log().rsub(-Math.log(Math.PI)).sub(value.sub(this.loc).div(this.scale).pow(2).add(1).log());
  }

  protected override cumulative(value: Tensor): Tensor { return value.sub(this.loc).div(this.scale).atan().div(Math.PI).add(0.5); }
  override icdf(value: Tensor): Tensor { return value.sub(0.5).mul(Math.PI).tan().mul(this.scale).add(this.loc); }
  override entropy(): Tensor { return this.scale.log().add(Math.log(4 * Math.PI)); }
}
