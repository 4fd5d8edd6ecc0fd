import type { Tensor } from '@sconce/tensor';
import { broadcastAll, namedArguments, required, type TwoValues } from './arguments.js';
import { greaterThanEq, positive } from './constraints.js';
import { Exponential } from './exponential.js';
import { TransformedDistribution } from './transformed-distribution.js';
import { AffineTransform, ExpTransform } from './transforms/elementwise.js';

/**
 * The Pareto distribution: `scale` times e to an exponential number of rate `alpha`.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.pareto.Pareto
 * @example new torch.distributions.Pareto(1, 3).mean // tensor(1.5000)
 */
export class Pareto extends TransformedDistribution<Exponential> {
  static override readonly argConstraints = { alpha: positive, scale: positive };
  declare readonly scale: Tensor;
  declare readonly alpha: Tensor;

  constructor(...args: TwoValues<'scale', 'alpha'>) {
    const given = namedArguments('Pareto', ['scale', 'alpha'], args);
    required('Pareto', ['scale', 'alpha'], given);
    const [scale, alpha] = broadcastAll(given.scale, given.alpha), { validateArgs } = given;
    super(new Exponential(alpha, { validateArgs }), [new ExpTransform(), new AffineTransform(0, scale)], given, { scale, alpha });
  }

  override get support() { return greaterThanEq(this.scale); }
  override get mean() {
    const alpha = this.alpha.clamp({ min: 1 });
    return alpha.mul(this.scale).div(alpha.sub(1));
  }
  override get mode() { return this.scale; }
  override get variance() {
    const alpha = this.alpha.clamp({ min: 2 });
    return this.scale.pow(2).mul(alpha).div(alpha.sub(1).pow(2).mul(alpha.sub(2)));
  }

  override entropy(): Tensor { return this.scale.div(this.alpha).log().add(this.alpha.reciprocal().add(1)); }
}
