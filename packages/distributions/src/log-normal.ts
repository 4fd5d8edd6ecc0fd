import type { Tensor } from '@sconce/tensor';
import { namedArguments, type TwoValues } from './arguments.js';
import { positive, real } from './constraints.js';
import { Normal } from './normal.js';
import { TransformedDistribution } from './transformed-distribution.js';
import { ExpTransform } from './transforms/elementwise.js';

/**
 * The exponentials of normal numbers.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.log_normal.LogNormal
 * @example new torch.distributions.LogNormal(0, 1).mean // tensor(1.6487)
 */
export class LogNormal extends TransformedDistribution<Normal> {
  static override readonly argConstraints = { loc: real, scale: positive };

  constructor(...args: TwoValues<'loc', 'scale'>) {
    super(new Normal(...args), new ExpTransform(), namedArguments('LogNormal', ['loc', 'scale'], args));
  }

  get loc(): Tensor { return this.baseDist.loc; }
  get scale(): Tensor { return this.baseDist.scale; }
  override get support() { return positive; }
  override get hasRsample() { return true; }
  override get mean() { return this.loc.add(this.scale.pow(2).div(2)).exp(); }
  override get mode() { return this.loc.sub(this.scale.square()).exp(); }
  override get variance() { return this.scale.pow(2).exp().sub(1).mul(this.loc.mul(2).add(this.scale.pow(2)).exp()); }
  override entropy(): Tensor { return this.baseDist.entropy().add(this.loc); }
}
