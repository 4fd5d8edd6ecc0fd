import { finfo, fullLike, onesLike, type Tensor } from '@sconce/tensor';
import { broadcastAll, namedArguments, required, type TwoValues, type Value } from './arguments.js';
import { positive, real } from './constraints.js';
import { TransformedDistribution } from './transformed-distribution.js';
import { AffineTransform, ExpTransform } from './transforms/elementwise.js';
import { Uniform } from './uniform.js';
import { EULER } from './utils.js';

const chain = (loc: Value, scale: Tensor) => [
  new ExpTransform().inv, new AffineTransform(0, onesLike(scale).neg()), new ExpTransform().inv, new AffineTransform(loc, scale.neg()),
];

/**
 * The Gumbel distribution, of the largest of many numbers.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.gumbel.Gumbel
 * @example new torch.distributions.Gumbel(0, 1).mean // tensor(0.5772)
 */
export class Gumbel extends TransformedDistribution<Uniform> {
  static override readonly argConstraints = { loc: real, scale: positive };
  declare readonly loc: Tensor;
  declare readonly scale: Tensor;

  constructor(...args: TwoValues<'loc', 'scale'>) {
    const given = namedArguments('Gumbel', ['loc', 'scale'], args);
    required('Gumbel', ['loc', 'scale'], given);
    const [loc, scale] = broadcastAll(given.loc, given.scale), { tiny, eps } = finfo(loc.dtype);
    super(new Uniform(fullLike(loc, tiny), fullLike(loc, 1 - eps)), chain(given.loc as Value, scale), given, { loc, scale });
  }

  override get support() { return real; }
  override get mean() { return this.loc.add(this.scale.mul(EULER)); }
  override get mode() { return this.loc; }
  override get stddev() { return this.scale.mul(Math.PI / Math.sqrt(6)); }
  override get variance() { return this.stddev.pow(2); }

  // the transforms' own would be less precise
  protected override logDensity(value: Tensor): Tensor {
    const y = this.loc.sub(value).div(this.scale);
    return y.sub(y.exp()).sub(this.scale.log());
  }

  override entropy(): Tensor { return this.scale.log().add(1 + EULER); }
}
