import { noGrad } from '@sconce/autograd';
import { arange, NotImplementedError, minimum, type Tensor } from '@sconce/tensor';
import type { CountedArguments } from './arguments.js';
import { integerInterval, nonnegativeInteger, real, unitInterval } from './constraints.js';
import { enumerated, type EnumerateOptions } from './distribution.js';
import { ProbsOrLogits } from './probs-or-logits.js';
import { sampleBinomial } from './sampling/binomial.js';
import type { Shape } from './utils.js';

/** max(x, 0), whose gradient at 0 is ½ */
const positivePart = (x: Tensor): Tensor => x.clamp({ min: 0 }).add(x).sub(x.clamp({ max: 0 })).div(2);

/**
 * Successes among `totalCount` trials (1), each with the probability `probs`: `new Binomial(10, probs)`, `new Binomial(10, { logits })`.
 * Samples are drawn on the CPU only.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.binomial.Binomial
 * @example new torch.distributions.Binomial(10, { probs: 0.5 }).mean // tensor(5.)
 */
export class Binomial extends ProbsOrLogits {
  static override readonly argConstraints = { totalCount: nonnegativeInteger, probs: unitInterval, logits: real };
  declare readonly totalCount: Tensor;

  constructor(...args: CountedArguments<'totalCount'>) { super('Binomial', args, { totalCount: 1 }); }

  override get support() { return integerInterval(0, this.totalCount); }
  override get hasEnumerateSupport() { return true; }
  override get mean() { return this.totalCount.mul(this.probs); }
  override get mode() { return minimum(this.totalCount.add(1).mul(this.probs).floor(), this.totalCount); }
  override get variance() { return this.totalCount.mul(this.probs).mul(this.probs.rsub(1)); }

  override sample(sampleShape?: Shape): Tensor {
    const shape = this.extendedShape(sampleShape);
    return noGrad(() => sampleBinomial(this.totalCount.expand(shape), this.probs.expand(shape)));
  }

  protected override logDensity(value: Tensor): Tensor {
    const n = this.totalCount, { logits } = this;
    // k ln p + (n - k) ln(1 - p) = k logit - n max(logit, 0) - n ln(1 + e^-|logit|)
    const normalizer = n.mul(positivePart(logits)).add(n.mul(logits.abs().neg().exp().log1p())).sub(n.add(1).lgamma());
    return value.mul(logits).sub(value.add(1).lgamma()).sub(n.sub(value).add(1).lgamma()).sub(normalizer);
  }

  override entropy(): Tensor {
    this.commonCount('entropy');
    const p = this.logProb(this.enumerateSupport(false));
    return p.exp().mul(p).sum(0).neg();
  }

  override enumerateSupport(options?: EnumerateOptions | boolean): Tensor {
    const { dtype, device } = this.param;
    return enumerated(arange(1 + this.commonCount('enumerate_support'), { dtype, device }), this.batchShape, options);
  }

  /** The count that all have. @throws NotImplementedError where they differ */
  private commonCount(what: string): number {
    const counts = this.totalCount.detach().hostValues(), count = Number(counts[0]);
    if (!counts.every((n: number | bigint) => Number(n) === count)) {
      throw new NotImplementedError(`Inhomogeneous total count not supported by \`${what}\`.`);
    }
    return count;
  }
}
