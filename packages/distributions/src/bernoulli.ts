import { arange, bernoulli, type Tensor } from '@sconce/tensor';
import { noGrad } from '@sconce/autograd';
import { broadcastAll, type ProbsOrLogitsArguments } from './arguments.js';
import { boolean, real, unitInterval } from './constraints.js';
import { enumerated, type EnumerateOptions } from './distribution.js';
import type { ExponentialForm } from './exponential-family.js';
import { ProbsOrLogits } from './probs-or-logits.js';
import { binaryCrossEntropyWithLogits, type Shape } from './utils.js';

/**
 * Ones with the probability `probs`, zeros otherwise: `new Bernoulli(probs)`, `new Bernoulli({ logits })`.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.bernoulli.Bernoulli
 * @example new torch.distributions.Bernoulli({ probs: 0.3 }).logProb(torch.tensor(1)) // tensor(-1.2040)
 */
export class Bernoulli extends ProbsOrLogits implements ExponentialForm {
  static override readonly argConstraints = { probs: unitInterval, logits: real };

  constructor(...args: ProbsOrLogitsArguments) { super('Bernoulli', args); }

  override get support() { return boolean; }
  override get hasEnumerateSupport() { return true; }
  override get mean() { return this.probs; }
  override get mode() { return this.probs.ge(0.5).to(this.probs.dtype).maskedFill(this.probs.eq(0.5), NaN); }
  override get variance() { return this.probs.mul(this.probs.rsub(1)); }

  override sample(sampleShape?: Shape): Tensor {
    const shape = this.extendedShape(sampleShape);
    return noGrad(() => bernoulli(this.probs.expand(shape)));
  }

  protected override logDensity(value: Tensor): Tensor {
    const [logits, x] = broadcastAll(this.logits, value);
    return binaryCrossEntropyWithLogits(logits, x).neg();
  }

  override entropy(): Tensor { return binaryCrossEntropyWithLogits(this.logits, this.probs); }

  override enumerateSupport(options?: EnumerateOptions | boolean): Tensor {
    const { dtype, device } = this.param;
    return enumerated(arange(2, { dtype, device }), this.batchShape, options);
  }

  get naturalParams() { return [this.probs.div(this.probs.rsub(1)).log()]; }
  logNormalizer(x: Tensor): Tensor { return x.exp().add(1).log(); }
}
