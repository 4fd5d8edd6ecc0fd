import { onesLike, type Tensor } from '@sconce/tensor';
import { broadcastAll, namedArguments, required, type TwoValues } from './arguments.js';
import { positive } from './constraints.js';
import { Exponential } from './exponential.js';
import { TransformedDistribution } from './transformed-distribution.js';
import { AffineTransform, PowerTransform } from './transforms/elementwise.js';
import { EULER, type Shape } from './utils.js';

const chain = (scale: Tensor, concentration: Tensor) => [new PowerTransform(concentration.reciprocal()), new AffineTransform(0, scale)];

/**
 * The Weibull distribution: `scale` times a power, 1 / `concentration`, of an exponential number.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.weibull.Weibull
 * @example new torch.distributions.Weibull(2, 1).mean // tensor(2.)
 */
export class Weibull extends TransformedDistribution<Exponential> {
  static override readonly argConstraints = { scale: positive, concentration: positive };
  declare readonly scale: Tensor;
  declare readonly concentration: Tensor;

  constructor(...args: TwoValues<'scale', 'concentration'>) {
    const given = namedArguments('Weibull', ['scale', 'concentration'], args);
    required('Weibull', ['scale', 'concentration'], given);
    const [scale, concentration] = broadcastAll(given.scale, given.concentration), { validateArgs } = given;
    super(new Exponential(onesLike(scale), { validateArgs }), chain(scale, concentration), given, { scale, concentration });
  }

  private get power(): Tensor { return this.concentration.reciprocal(); }
  override get support() { return positive; }
  override get mean() { return this.scale.mul(this.power.add(1).lgamma().exp()); }
  override get mode() { return this.scale.mul(this.concentration.sub(1).div(this.concentration).pow(this.power)); }
  override get variance() {
    const { power } = this;
    return this.scale.pow(2).mul(power.mul(2).add(1).lgamma().exp().sub(power.add(1).lgamma().mul(2).exp()));
  }

  override entropy(): Tensor { return this.power.rsub(1).mul(EULER).add(this.scale.mul(this.power).log()).add(1); }

  override expand(batchShape: Shape): this {
    const scale = this.scale.expand(batchShape), concentration = this.concentration.expand(batchShape);
    return this.copied({ batchShape, scale, concentration, baseDist: this.baseDist.expand(batchShape), transforms: chain(scale, concentration) });
  }
}
