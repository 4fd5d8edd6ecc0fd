import { rand, ValueError, type Tensor } from '@sconce/tensor';
import type { TwoValues } from './arguments.js';
import { dependent, interval } from './constraints.js';
import { Univariate } from './distribution.js';
import type { Shape } from './utils.js';

/**
 * Numbers of [low, high), all equally probable.
 * @throws ValueError unless low < high
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.uniform.Uniform
 * @example new torch.distributions.Uniform(0, 5).entropy() // tensor(1.6094)
 */
export class Uniform extends Univariate {
  static override readonly argConstraints = {
    low: dependent({ isDiscrete: false, eventDim: 0 }), high: dependent({ isDiscrete: false, eventDim: 0 }),
  };
  declare readonly low: Tensor;
  declare readonly high: Tensor;

  constructor(...args: TwoValues<'low', 'high'>) {
    super('Uniform', ['low', 'high'], args);
    if (this.validateArgs && !this.holds(this.low.lt(this.high))) throw new ValueError('Uniform is not defined when low>= high');
  }

  override get support() { return interval(this.low, this.high); }
  override get hasRsample() { return true; }
  override get mean() { return this.high.add(this.low).div(2); }
  override get mode() { return this.high.mul(NaN); }
  override get stddev() { return this.high.sub(this.low).div(Math.sqrt(12)); }
  override get variance() { return this.high.sub(this.low).pow(2).div(12); }

  override rsample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.low;
    return this.low.add(rand(this.extendedShape(sampleShape), { dtype, device }).mul(this.high.sub(this.low)));
  }

  protected override logDensity(value: Tensor): Tensor {
    const inside = this.low.le(value).to(this.low.dtype).mul(this.high.gt(value).to(this.low.dtype));
    return inside.log().sub(this.high.sub(this.low).log());
  }

  protected override cumulative(value: Tensor): Tensor {
    return value.sub(this.low).div(this.high.sub(this.low)).clamp({ min: 0, max: 1 });
  }

  override icdf(value: Tensor): Tensor { return value.mul(this.high.sub(this.low)).add(this.low); }
  override entropy(): Tensor { return this.high.sub(this.low).log(); }
}
