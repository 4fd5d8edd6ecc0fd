import { normal, randn, type Tensor } from '@sconce/tensor';
import { noGrad } from '@sconce/autograd';
import type { TwoValues } from './arguments.js';
import { positive, real } from './constraints.js';
import { Univariate } from './distribution.js';
import type { ExponentialForm } from './exponential-family.js';
import type { Shape } from './utils.js';

/**
 * The normal distribution of mean `loc` and standard deviation `scale`.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.normal.Normal
 * @example
 * const m = new torch.distributions.Normal(0, 1);
 * m.logProb(torch.tensor(0)) // tensor(-0.9189)
 */
export class Normal extends Univariate implements ExponentialForm {
  static override readonly argConstraints = { loc: real, scale: positive };
  declare readonly loc: Tensor;
  declare readonly scale: Tensor;

  constructor(...args: TwoValues<'loc', 'scale'>) { super('Normal', ['loc', 'scale'], args); }

  override get support() { return real; }
  override get hasRsample() { return true; }
  override get mean() { return this.loc; }
  override get mode() { return this.loc; }
  override get stddev() { return this.scale; }
  override get variance() { return this.scale.pow(2); }

  override sample(sampleShape?: Shape): Tensor {
    const shape = this.extendedShape(sampleShape);
    return noGrad(() => normal(this.loc.expand(shape), this.scale.expand(shape)));
  }

  override rsample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.loc;
    return this.loc.add(randn(this.extendedShape(sampleShape), { dtype, device }).mul(this.scale));
  }

  protected override logDensity(value: Tensor): Tensor {
    const variance = this.scale.pow(2);
    return value.sub(this.loc).pow(2).neg().div(variance.mul(2)).sub(this.scale.log()).sub(Math.log(Math.sqrt(2 * Math.PI)));
  }

  protected override cumulative(value: Tensor): Tensor {
    return value.sub(this.loc).mul(this.scale.reciprocal()).div(Math.SQRT2).erf().add(1).mul(0.5);
  }

  override icdf(value: Tensor): Tensor { return this.loc.add(this.scale.mul(value.mul(2).sub(1).erfinv()).mul(Math.SQRT2)); }
  override entropy(): Tensor { return this.scale.log().add(0.5 + 0.5 * Math.log(2 * Math.PI)); }

  get naturalParams() { return [this.loc.div(this.scale.pow(2)), this.scale.pow(2).reciprocal().mul(-0.5)]; }
  logNormalizer(x: Tensor, y: Tensor): Tensor { return x.pow(2).mul(-0.25).div(y).add(y.reciprocal().mul(-Math.PI).log().mul(0.5)); }
}
