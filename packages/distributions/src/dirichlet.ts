import { stack, type Tensor, ValueError, where } from '@sconce/tensor';
import { oneHot } from '@sconce/tensor/internal';
import { broadcastAll, namedArguments, required, tensorOf, type OneValue, type TwoValues } from './arguments.js';
import { independent, positive, simplex, unitInterval } from './constraints.js';
import { Distribution } from './distribution.js';
import type { ExponentialForm } from './exponential-family.js';
import { sampleDirichlet } from './sampling/gamma.js';
import type { Shape } from './utils.js';

/**
 * Vectors of probabilities, of sum 1; the last dimension of `concentration` is that of the vectors. Samples are drawn on the CPU only.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.dirichlet.Dirichlet
 * @example new torch.distributions.Dirichlet(torch.tensor([1, 3])).mean // tensor([0.2500, 0.7500])
 */
export class Dirichlet extends Distribution implements ExponentialForm {
  static override readonly argConstraints = { concentration: independent(positive, 1) };
  declare readonly concentration: Tensor;

  constructor(...args: OneValue<'concentration', Tensor>) {
    const given = namedArguments('Dirichlet', ['concentration'], args);
    required('Dirichlet', ['concentration'], given);
    const concentration = tensorOf('Dirichlet', 'concentration', given.concentration);
    if (concentration.dim() < 1) throw new ValueError('`concentration` parameter must be at least one-dimensional.');
    super(concentration.shape.slice(0, -1), concentration.shape.slice(-1), given, { concentration });
  }

  /** what the concentrations add up to */
  private get total(): Tensor { return this.concentration.sum(-1, { keepdim: true }); }

  override get support() { return simplex; }
  override get hasRsample() { return true; }
  override get mean() { return this.concentration.div(this.total); }
  override get mode() {
    const above = this.concentration.sub(1).clamp({ min: 0 }), mode = above.div(above.sum(-1, { keepdim: true }));
    const corner = oneHot(mode.argmax(-1), this.eventShape[0]).to(mode.dtype);
    return where(this.concentration.lt(1).all(-1, { keepdim: true }), corner, mode);
  }
  override get variance() {
    const { total } = this;
    return this.concentration.mul(total.sub(this.concentration)).div(total.pow(2).mul(total.add(1)));
  }

  override rsample(sampleShape?: Shape): Tensor { return sampleDirichlet(this.concentration.expand(this.extendedShape(sampleShape))); }

  protected override logDensity(value: Tensor): Tensor {
    const a = this.concentration;
    return value.log().mul(a.sub(1)).sum(-1).add(a.sum(-1).lgamma()).sub(a.lgamma().sum(-1));
  }

  override entropy(): Tensor {
    const a = this.concentration, total = a.sum(-1), k = a.size(-1);
    return a.lgamma().sum(-1).sub(total.lgamma()).sub(total.rsub(k).mul(total.digamma())).sub(a.sub(1).mul(a.digamma()).sum(-1));
  }

  get naturalParams() { return [this.concentration]; }
  logNormalizer(x: Tensor): Tensor { return x.lgamma().sum(-1).sub(x.sum(-1).lgamma()); }
}

/**
 * The beta distribution: the first of two numbers of a `Dirichlet`. Samples are drawn on the CPU only.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.beta.Beta
 * @example new torch.distributions.Beta(1, 3).mean // tensor(0.2500)
 */
export class Beta extends Distribution implements ExponentialForm {
  static override readonly argConstraints = { concentration1: positive, concentration0: positive };
  declare private readonly dirichlet: Dirichlet;

  constructor(...args: TwoValues<'concentration1', 'concentration0'>) {
    const given = namedArguments('Beta', ['concentration1', 'concentration0'], args);
    required('Beta', ['concentration1', 'concentration0'], given);
    const { validateArgs } = given;
    const dirichlet = new Dirichlet(stack(broadcastAll(given.concentration1, given.concentration0), -1), { validateArgs });
    super(dirichlet.batchShape, [], given, { dirichlet });
  }

  get concentration1(): Tensor { return this.dirichlet.concentration.select(-1, 0); }
  get concentration0(): Tensor { return this.dirichlet.concentration.select(-1, 1); }

  override get support() { return unitInterval; }
  override get hasRsample() { return true; }
  override get mean() { return this.concentration1.div(this.concentration1.add(this.concentration0)); }
  override get mode() { return this.dirichlet.mode.select(-1, 0); }
  override get variance() {
    const total = this.concentration1.add(this.concentration0);
    return this.concentration1.mul(this.concentration0).div(total.pow(2).mul(total.add(1)));
  }

  override rsample(sampleShape?: Shape): Tensor { return this.dirichlet.rsample(sampleShape).select(-1, 0); }
  protected override logDensity(value: Tensor): Tensor { return this.dirichlet.logProb(stack([value, value.rsub(1)], -1)); }
  override entropy(): Tensor { return this.dirichlet.entropy(); }

  get naturalParams() { return [this.concentration1, this.concentration0]; }
  logNormalizer(x: Tensor, y: Tensor): Tensor { return x.lgamma().add(y.lgamma()).sub(x.add(y).lgamma()); }
}
