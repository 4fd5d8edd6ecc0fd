import { finfo, type Tensor } from '@sconce/tensor';
import type { TwoValues } from './arguments.js';
import { positive } from './constraints.js';
import { Univariate } from './distribution.js';
import { Gamma } from './gamma.js';
import { own, type Shape } from './utils.js';

/**
 * The F-distribution of `df1` and `df2` degrees of freedom. Samples are drawn on the CPU only.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.fishersnedecor.FisherSnedecor
 * @example new torch.distributions.FisherSnedecor(2, 4).mean // tensor(2.)
 */
export class FisherSnedecor extends Univariate {
  static override readonly argConstraints = { df1: positive, df2: positive };
  declare readonly df1: Tensor;
  declare readonly df2: Tensor;
  declare private readonly gamma1: Gamma;
  declare private readonly gamma2: Gamma;

  constructor(...args: TwoValues<'df1', 'df2'>) {
    super('FisherSnedecor', ['df1', 'df2'], args);
    own(this, 'gamma1', new Gamma(this.df1.mul(0.5), this.df1, { validateArgs: this.validateArgs }));
    own(this, 'gamma2', new Gamma(this.df2.mul(0.5), this.df2, { validateArgs: this.validateArgs }));
  }

  override get support() { return positive; }
  override get hasRsample() { return true; }
  override get mean() { return this.df2.div(this.df2.sub(2)).maskedFill(this.df2.le(2), NaN); }
  override get mode() { return this.df1.sub(2).div(this.df1).mul(this.df2).div(this.df2.add(2)).maskedFill(this.df1.le(2), NaN); }
  override get variance() {
    const { df1, df2 } = this;
    return df2.pow(2).mul(2).mul(df1.add(df2).sub(2)).div(df1.mul(df2.sub(2).pow(2)).mul(df2.sub(4))).maskedFill(df2.le(4), NaN);
  }

  override rsample(sampleShape?: Shape): Tensor {
    const { tiny } = finfo(this.df1.dtype), x = this.gamma1.rsample(sampleShape), y = this.gamma2.rsample(sampleShape);
    return x.div(y.clamp({ min: tiny })).clamp({ min: tiny });
  }

  protected override logDensity(value: Tensor): Tensor {
    const a = this.df1.mul(0.5), b = this.df2.mul(0.5), ratio = this.df1.div(this.df2), sum = a.add(b);
    const normalizer = sum.lgamma().sub(a.lgamma()).sub(b.lgamma());
    return normalizer.add(a.mul(ratio.log()).add(a.sub(1).mul(value.log()))).sub(sum.mul(ratio.mul(value).log1p()));
  }
}
