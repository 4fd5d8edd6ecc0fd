import { fullLike, type Tensor } from '@sconce/tensor';
import { broadcastAll, namedArguments, required, type TwoValues } from './arguments.js';
import { positive, unitInterval } from './constraints.js';
import { TransformedDistribution } from './transformed-distribution.js';
import { AffineTransform, PowerTransform } from './transforms/elementwise.js';
import { Uniform } from './uniform.js';
import { EULER } from './utils.js';

/**
 * The Kumaraswamy distribution: like `Beta`, with samples of a closed form.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.kumaraswamy.Kumaraswamy
 * @example new torch.distributions.Kumaraswamy(1, 1).mean // tensor(0.5000)
 */
export class Kumaraswamy extends TransformedDistribution<Uniform> {
  static override readonly argConstraints = { concentration1: positive, concentration0: positive };
  declare readonly concentration1: Tensor;
  declare readonly concentration0: Tensor;

  constructor(...args: TwoValues<'concentration1', 'concentration0'>) {
    const given = namedArguments('Kumaraswamy', ['concentration1', 'concentration0'], args);
    required('Kumaraswamy', ['concentration1', 'concentration0'], given);
    const [a, b] = broadcastAll(given.concentration1, given.concentration0), { validateArgs } = given;
    const transforms = [new PowerTransform(b.reciprocal()), new AffineTransform(1, -1), new PowerTransform(a.reciprocal())];
    super(new Uniform(fullLike(b, 0), fullLike(b, 1), { validateArgs }), transforms, given, { concentration1: a, concentration0: b });
  }

  /** the mean of xⁿ */
  private moment(n: number): Tensor {
    const first = this.concentration1.reciprocal().mul(n).add(1), b = this.concentration0;
    return b.mul(first.lgamma().add(b.lgamma()).sub(first.add(b).lgamma()).exp());
  }

  override get support() { return unitInterval; }
  override get hasRsample() { return true; }
  override get mean() { return this.moment(1); }
  override get mode() {
    const { concentration1: a, concentration0: b } = this;
    const log = b.reciprocal().mul(b.neg().log1p()).sub(b.neg().mul(a).log1p());
    return log.maskedFill(b.lt(1).logicalOr(a.lt(1)), NaN).exp();
  }
  override get variance() { return this.moment(2).sub(this.mean.pow(2)); }

  override entropy(): Tensor {
    const { concentration1: a, concentration0: b } = this;
    return b.reciprocal().rsub(1).add(a.reciprocal().rsub(1).mul(b.add(1).digamma().add(EULER))).sub(a.log()).sub(b.log());
  }
}
