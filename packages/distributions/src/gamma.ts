import { finfo, xlogy, type Tensor } from '@sconce/tensor';
import { broadcastAll, namedArguments, required, type OneValue, type TwoValues, type Value } from './arguments.js';
import { nonnegative, positive } from './constraints.js';
import { Univariate } from './distribution.js';
import type { ExponentialForm } from './exponential-family.js';
import { StandardGamma } from './sampling/gamma.js';
import type { Shape } from './utils.js';

/**
 * The gamma distribution of shape `concentration` and `rate`. Samples are drawn on the CPU only.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.gamma.Gamma
 * @example new torch.distributions.Gamma(3, 2).mean // tensor(1.5000)
 */
export class Gamma extends Univariate implements ExponentialForm {
  static override readonly argConstraints: Readonly<Record<string, typeof positive>> = { concentration: positive, rate: positive };
  declare readonly concentration: Tensor;
  declare readonly rate: Tensor;

  constructor(...args: TwoValues<'concentration', 'rate'>) { super('Gamma', ['concentration', 'rate'], args); }

  override get support() { return nonnegative; }
  override get hasRsample() { return true; }
  override get mean() { return this.concentration.div(this.rate); }
  override get mode() { return this.concentration.sub(1).div(this.rate).clamp({ min: 0 }); }
  override get variance() { return this.concentration.div(this.rate.pow(2)); }

  override rsample(sampleShape?: Shape): Tensor {
    const shape = this.extendedShape(sampleShape);
    const x = StandardGamma.apply(this.concentration.expand(shape)).div(this.rate.expand(shape));
    x.detach().clampMin_(finfo(x.dtype).tiny); // without a gradient
    return x;
  }

  protected override logDensity(value: Tensor): Tensor {
    const { concentration: a, rate } = this, x = value.to(rate.dtype);
    return xlogy(a, rate).add(xlogy(a.sub(1), x)).sub(rate.mul(x)).sub(a.lgamma());
  }

  override entropy(): Tensor {
    const a = this.concentration;
    return a.sub(this.rate.log()).add(a.lgamma()).add(a.rsub(1).mul(a.digamma()));
  }

  get naturalParams() { return [this.concentration.sub(1), this.rate.neg()]; }
  logNormalizer(x: Tensor, y: Tensor): Tensor { return x.add(1).lgamma().add(x.add(1).mul(y.reciprocal().neg().log())); }
}

/**
 * The sums of the squares of `df` normal numbers.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.chi2.Chi2
 * @example new torch.distributions.Chi2(3).mean // tensor(3.)
 */
export class Chi2 extends Gamma {
  static override readonly argConstraints = { df: positive };

  constructor(...args: OneValue<'df'>) {
    const { df, ...options } = namedArguments('Chi2', ['df'], args);
    required('Chi2', ['df'], { df });
    const [given] = broadcastAll(df as Value);
    super(given.mul(0.5), 0.5, options);
  }

  get df(): Tensor { return this.concentration.mul(2); }
}
