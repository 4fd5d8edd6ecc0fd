import { noGrad } from '@sconce/autograd';
import { fullLike, onesLike, rand, type Tensor, ValueError, where, zerosLike } from '@sconce/tensor';
import { broadcastAll, eitherProbsOrLogits, namedArguments, type ProbsOrLogits, type Value } from './arguments.js';
import { real, unitInterval } from './constraints.js';
import { ProbsOrLogits as OfProbsOrLogits } from './probs-or-logits.js';
import type { ExponentialForm } from './exponential-family.js';
import { binaryCrossEntropyWithLogits, clampProbs, lazy, logitsToProbs, own, type Shape } from './utils.js';

interface ContinuousBernoulliOptions extends ProbsOrLogits {
  /** between which probabilities series take the place of formulas that divide by p - ½, default [0.499, 0.501] */
  readonly lims?: readonly [low: number, high: number] | undefined;
}
type ContinuousBernoulliArguments = [probs: Value, options?: ContinuousBernoulliOptions] | [options: ContinuousBernoulliOptions];

/**
 * Numbers of [0, 1] whose density is proportional to pˣ (1 - p)¹⁻ˣ.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.continuous_bernoulli.ContinuousBernoulli
 * @see Loaiza-Ganem and Cunningham, "The continuous Bernoulli: fixing a pervasive error in variational autoencoders" (2019)
 * @example new torch.distributions.ContinuousBernoulli({ probs: 0.5 }).mean // tensor(0.5000)
 */
export class ContinuousBernoulli extends OfProbsOrLogits implements ExponentialForm {
  static override readonly argConstraints = { probs: unitInterval, logits: real };
  declare private readonly lims: readonly [number, number];

  constructor(...args: ContinuousBernoulliArguments) {
    const { lims = [0.499, 0.501], validateArgs, ...given } = namedArguments('ContinuousBernoulli', ['probs', 'logits'], args, ['validateArgs', 'lims']);
    if (eitherProbsOrLogits(given) === 'logits') super('ContinuousBernoulli', [{ logits: given.logits, validateArgs }]);
    else {
      const [probs] = broadcastAll(given.probs);
      super('ContinuousBernoulli', [{ probs: clampProbs(probs), validateArgs }]);
      // what is clamped is valid
      if (validateArgs && !this.holds(unitInterval.check(probs.detach()))) throw new ValueError('The parameter probs has invalid values');
    }
    own(this, 'lims', lims);
  }

  override get probs(): Tensor { return lazy(this, 'probs', () => clampProbs(logitsToProbs(this.logits, true))); }
  override get support() { return unitInterval; }
  override get hasRsample() { return true; }

  /** where the formulas hold */
  private get outside(): Tensor { return this.probs.le(this.lims[0]).logicalOr(this.probs.gt(this.lims[1])); }
  /** the probabilities where they do, another number elsewhere */
  private get cut(): Tensor { return where(this.outside, this.probs, fullLike(this.probs, this.lims[0])); }
  /** p - ½ */
  private get offset(): Tensor { return this.probs.sub(0.5); }

  /** the logarithm of what makes the density integrate to 1 @internal */
  get logNorm(): Tensor {
    const p = this.cut, low = p.le(0.5);
    const scale = where(low, where(low, p, zerosLike(p)).mul(-2).log1p(), where(p.ge(0.5), p, onesLike(p)).mul(2).sub(1).log());
    const x = this.offset.pow(2), series = x.mul(104 / 45).add(4 / 3).mul(x).add(Math.LN2);
    return where(this.outside, p.neg().log1p().sub(p.log()).abs().log().sub(scale), series);
  }

  override get mean() {
    const p = this.cut, x = this.offset;
    const exact = p.div(p.mul(2).sub(1)).add(p.neg().log1p().sub(p.log()).reciprocal());
    return where(this.outside, exact, x.pow(2).mul(16 / 45).add(1 / 3).mul(x).add(0.5));
  }

  override get variance() {
    const p = this.cut, x = this.offset.pow(2);
    const exact = p.mul(p.sub(1)).div(p.mul(2).rsub(1).pow(2)).add(p.neg().log1p().sub(p.log()).pow(2).reciprocal());
    return where(this.outside, exact, x.mul(128 / 945).rsub(1 / 15).mul(x).rsub(1 / 12));
  }

  override sample(sampleShape?: Shape): Tensor { return noGrad(() => this.rsample(sampleShape)); }
  override rsample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.probs;
    return this.icdf(rand(this.extendedShape(sampleShape), { dtype, device }));
  }

  protected override logDensity(value: Tensor): Tensor {
    const [logits, x] = broadcastAll(this.logits, value);
    return binaryCrossEntropyWithLogits(logits, x).neg().add(this.logNorm);
  }

  protected override cumulative(value: Tensor): Tensor {
    const p = this.cut, exact = p.pow(value).mul(p.rsub(1).pow(value.rsub(1))).add(p).sub(1).div(p.mul(2).sub(1));
    const inside = where(this.outside, exact, value);
    return where(value.le(0), zerosLike(value), where(value.ge(1), onesLike(value), inside));
  }

  override icdf(value: Tensor): Tensor {
    const p = this.cut, none = p.neg().log1p();
    return where(this.outside, p.neg().add(value.mul(p.mul(2).sub(1))).log1p().sub(none).div(p.log().sub(none)), value);
  }

  override entropy(): Tensor {
    const none = this.probs.neg().log1p();
    return this.mean.mul(none.sub(this.probs.log())).sub(this.logNorm).sub(none);
  }

  get naturalParams() { return [this.logits]; }
  logNormalizer(x: Tensor): Tensor {
    const [low, high] = this.lims, outside = x.le(low - 0.5).logicalOr(x.gt(high - 0.5)), cut = where(outside, x, fullLike(x, low - 0.5));
    const series = x.mul(0.5).add(x.pow(2).div(24)).sub(x.pow(4).div(2880));
    return where(outside, cut.exp().sub(1).abs().log().sub(cut.abs().log()), series);
  }
}
