import { where, zerosLike, type Tensor } from '@sconce/tensor';
import { namedArguments, required, type DistributionOptions, type OneValue, type Value } from './arguments.js';
import { Cauchy } from './cauchy.js';
import { nonnegative, positive } from './constraints.js';
import { Normal } from './normal.js';
import { TransformedDistribution } from './transformed-distribution.js';
import { AbsTransform } from './transforms/elementwise.js';
import { filled } from './utils.js';

type Base = Normal | Cauchy;

function scaleOf(what: string, args: readonly unknown[]): DistributionOptions & { scale: Value } {
  const given = namedArguments(what, ['scale'], args);
  required(what, ['scale'], given);
  return given as DistributionOptions & { scale: Value };
}

/** The absolute values of numbers that are distributed evenly to both sides of 0. */
abstract class Half<D extends Base> extends TransformedDistribution<D> {
  static override readonly argConstraints = { scale: positive };

  constructor(base: D, options: DistributionOptions) { super(base, new AbsTransform(), options); }

  get scale(): Tensor { return this.baseDist.scale; }
  override get support() { return nonnegative; }
  override get hasRsample() { return true; }
  override get mode() { return zerosLike(this.scale); }

  protected override logDensity(value: Tensor): Tensor {
    return where(value.ge(0), this.baseDist.logProb(value).add(Math.LN2), -Infinity);
  }

  override cdf(value: Tensor): Tensor { return this.baseDist.cdf(this.checkedSample(value)).mul(2).sub(1); }
  override icdf(value: Tensor): Tensor { return this.baseDist.icdf(value.add(1).div(2)); }
  override entropy(): Tensor { return this.baseDist.entropy().sub(Math.LN2); }
}

/**
 * The absolute values of normal numbers of mean 0.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.half_normal.HalfNormal
 * @example new torch.distributions.HalfNormal(1).mean // tensor(0.7979)
 */
export class HalfNormal extends Half<Normal> {
  constructor(...args: OneValue<'scale'>) {
    const { scale, ...options } = scaleOf('HalfNormal', args);
    super(new Normal(0, scale, { validateArgs: false }), options);
  }
  override get mean() { return this.scale.mul(Math.sqrt(2 / Math.PI)); }
  override get variance() { return this.scale.pow(2).mul(1 - 2 / Math.PI); }
}

/**
 * The absolute values of Cauchy numbers of median 0.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.half_cauchy.HalfCauchy
 * @example new torch.distributions.HalfCauchy(1).cdf(torch.tensor(1)) // tensor(0.5000)
 */
export class HalfCauchy extends Half<Cauchy> {
  constructor(...args: OneValue<'scale'>) {
    const { scale, ...options } = scaleOf('HalfCauchy', args);
    super(new Cauchy(0, scale, { validateArgs: false }), options);
  }
  override get mean() { return filled(this.batchShape, Infinity, this.scale); }
  override get variance() { return this.baseDist.variance; }
}
