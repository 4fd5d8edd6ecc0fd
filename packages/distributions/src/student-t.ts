import { randn, rsqrt, type Tensor } from '@sconce/tensor';
import { type DistributionOptions, type Value } from './arguments.js';
import { positive, real } from './constraints.js';
import { Univariate } from './distribution.js';
import { Chi2 } from './gamma.js';
import { own, type Shape } from './utils.js';

type StudentTArguments =
  | [df: Value, loc?: Value, scale?: Value, options?: DistributionOptions]
  | [df: Value, options: DistributionOptions & { readonly loc?: Value; readonly scale?: Value }]
  | [df: Value, loc: Value, options: DistributionOptions & { readonly scale?: Value }]
  | [options: DistributionOptions & { readonly df: Value; readonly loc?: Value; readonly scale?: Value }];

/**
 * Student's t-distribution of `df` degrees of freedom, around `loc` (0) with `scale` (1). Samples are drawn on the CPU only.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.studentT.StudentT
 * @example new torch.distributions.StudentT(3).variance // tensor(3.)
 */
export class StudentT extends Univariate {
  static override readonly argConstraints = { df: positive, loc: real, scale: positive };
  declare readonly df: Tensor;
  declare readonly loc: Tensor;
  declare readonly scale: Tensor;
  declare private readonly chi2: Chi2;

  constructor(...args: StudentTArguments) {
    super('StudentT', ['df', 'loc', 'scale'], args, { loc: 0, scale: 1 });
    own(this, 'chi2', new Chi2(this.df, { validateArgs: this.validateArgs }));
  }

  override get support() { return real; }
  override get hasRsample() { return true; }
  override get mean() { return this.loc.maskedFill(this.df.le(1), NaN); }
  override get mode() { return this.loc; }
  override get variance() {
    const finite = this.scale.pow(2).mul(this.df).div(this.df.sub(2));
    return finite.maskedFill(this.df.le(2), Infinity).maskedFill(this.df.le(1), NaN);
  }

  override rsample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.df;
    const x = randn(this.extendedShape(sampleShape), { dtype, device }), z = this.chi2.rsample(sampleShape);
    return this.loc.add(this.scale.mul(x.mul(rsqrt(z.div(this.df)))));
  }

  protected override logDensity(value: Tensor): Tensor {
    const { df } = this, y = value.sub(this.loc).div(this.scale);
    const normalizer = this.scale.log().add(df.log().mul(0.5)).add(0.5 * Math.log(Math.PI)).add(df.mul(0.5).lgamma()).sub(df.add(1).mul(0.5).lgamma());
    return df.add(1).mul(-0.5).mul(y.pow(2).div(df).log1p()).sub(normalizer);
  }

  override entropy(): Tensor {
    const { df } = this, half = df.mul(0.5), more = df.add(1).mul(0.5);
    const lnBeta = half.lgamma().add(0.5 * Math.log(Math.PI)).sub(more.lgamma());
    return this.scale.log().add(df.add(1).mul(0.5).mul(more.digamma().sub(half.digamma()))).add(df.log().mul(0.5)).add(lnBeta);
  }
}
