import { noGrad } from '@sconce/autograd';
import { empty, finfo, type Tensor, ValueError, zerosLike } from '@sconce/tensor';
import { broadcastAll, type ProbsOrLogitsArguments } from './arguments.js';
import { nonnegativeInteger, real, unitInterval } from './constraints.js';
import { ProbsOrLogits } from './probs-or-logits.js';
import { tensorText, tupleText } from './python-text.js';
import { binaryCrossEntropyWithLogits, type Shape } from './utils.js';

/**
 * Failures before the first success, which comes with the probability `probs`.
 * @throws ValueError for a probability of 0
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.geometric.Geometric
 * @example new torch.distributions.Geometric({ probs: 0.25 }).mean // tensor(3.)
 */
export class Geometric extends ProbsOrLogits {
  static override readonly argConstraints = { probs: unitInterval, logits: real };

  constructor(...args: ProbsOrLogitsArguments) {
    super('Geometric', args);
    if (!this.validateArgs || !Object.hasOwn(this, 'probs')) return;
    const { probs } = this, valid = probs.detach().gt(0);
    if (this.holds(valid)) return;
    throw new ValueError(`Expected parameter probs (${probs.constructor.name} of shape ${tupleText(probs.shape)}) of distribution ${this} ` +
      `to be positive but found invalid values:\n${tensorText(probs.detach().maskedSelect(valid.logicalNot()))}`);
  }

  override get support() { return nonnegativeInteger; }
  override get mean() { return this.probs.reciprocal().sub(1); }
  override get mode() { return zerosLike(this.probs); }
  override get variance() { return this.probs.reciprocal().sub(1).div(this.probs); }

  override sample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.probs, shape = this.extendedShape(sampleShape);
    return noGrad(() => empty(shape, { dtype, device }).uniform_(finfo(dtype).tiny, 1).log().div(this.probs.neg().log1p()).floor());
  }

  protected override logDensity(value: Tensor): Tensor {
    const [x, p] = broadcastAll(value, this.probs);
    return x.mul(p.maskedFill(p.eq(1).logicalAnd(x.eq(0)), 0).neg().log1p()).add(this.probs.log());
  }

  override entropy(): Tensor { return binaryCrossEntropyWithLogits(this.logits, this.probs).div(this.probs); }
}
