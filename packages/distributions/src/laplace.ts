import { empty, finfo, type Tensor } from '@sconce/tensor';
import type { TwoValues } from './arguments.js';
import { positive, real } from './constraints.js';
import { Univariate } from './distribution.js';
import type { Shape } from './utils.js';

/**
 * The Laplace distribution: exponential to both sides of `loc`.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.laplace.Laplace
 * @example new torch.distributions.Laplace(0, 1).variance // tensor(2.)
 */
export class Laplace extends Univariate {
  static override readonly argConstraints = { loc: real, scale: positive };
  declare readonly loc: Tensor;
  declare readonly scale: Tensor;

  constructor(...args: TwoValues<'loc', 'scale'>) { super('Laplace', ['loc', 'scale'], args); }

  override get support() { return real; }
  override get hasRsample() { return true; }
  override get mean() { return this.loc; }
  override get mode() { return this.loc; }
  override get variance() { return this.scale.pow(2).mul(2); }
  override get stddev() { return this.scale.mul(Math.SQRT2); }

  override rsample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.loc;
    const u = empty(this.extendedShape(sampleShape), { dtype, device }).uniform_(finfo(dtype).eps - 1, 1);
    return this.loc.sub(this.scale.mul(u.sign()).mul(u.abs().neg().log1p()));
  }

  protected override logDensity(value: Tensor): Tensor {
    return this.scale.mul(2).log().neg().sub(value.sub(this.loc).abs().div(this.scale));
  }

  protected override cumulative(value: Tensor): Tensor {
    const offset = value.sub(this.loc);
    return offset.sign().mul(0.5).mul(offset.abs().neg().div(this.scale).expm1()).rsub(0.5);
  }

  override icdf(value: Tensor): Tensor {
    const term = value.sub(0.5);
    return this.loc.sub(this.scale.mul(term.sign()).mul(term.abs().mul(-2).log1p()));
  }

  override entropy(): Tensor { return this.scale.mul(2).log().add(1); }
}
