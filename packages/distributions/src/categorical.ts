import { arange, finfo, int64, multinomial, type Tensor, ValueError } from '@sconce/tensor';
import { product } from '@sconce/tensor/internal';
import { broadcastAll, eitherProbsOrLogits, namedArguments, tensorOf, type ProbsOrLogitsArguments } from './arguments.js';
import { integerInterval, realVector, simplex } from './constraints.js';
import { Distribution, enumerated, type EnumerateOptions } from './distribution.js';
import { filled, lazy, logitsToProbs, probsToLogits, type Shape } from './utils.js';

/** The logarithms of probabilities whose sum is not 1, made so. */
const normalized = (logits: Tensor): Tensor => logits.sub(logits.logsumexp(-1, { keepdim: true }));

/**
 * Indices of 0 to K - 1 with the probabilities that the last dimension holds, or their logarithms: `new Categorical(probs)`,
 * `new Categorical({ logits })`. They need not sum to 1.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.categorical.Categorical
 * @example
 * const m = new torch.distributions.Categorical({ logits: net(state) });
 * const action = m.sample();
 * const loss = m.logProb(action).neg().mul(reward);
 */
export class Categorical extends Distribution {
  static override readonly argConstraints = { probs: simplex, logits: realVector };

  constructor(...args: ProbsOrLogitsArguments<Tensor>) {
    const given = namedArguments('Categorical', ['probs', 'logits'], args);
    const which = eitherProbsOrLogits(given), x = tensorOf('Categorical', which, given[which]);
    if (x.dim() < 1) throw new ValueError(`\`${which}\` parameter must be at least one-dimensional.`);
    const param = which === 'probs' ? x.div(x.sum(-1, { keepdim: true })) : normalized(x);
    super(param.shape.slice(0, -1), [], given, { [which]: param });
  }

  get probs(): Tensor { return lazy(this, 'probs', () => logitsToProbs(this.logits, false)); }
  /** the logarithms of the probabilities */
  get logits(): Tensor { return lazy(this, 'logits', () => probsToLogits(this.probs, false)); }
  get paramShape(): readonly number[] { return this.param.shape; }
  protected get param(): Tensor { return Object.hasOwn(this, 'probs') ? this.probs : this.logits; }
  protected override isLazy(): boolean { return true; }
  private get numEvents(): number { return this.param.size(-1); }

  override get support() { return integerInterval(0, this.numEvents - 1); }
  override get hasEnumerateSupport() { return true; }
  override get mean() { return filled(this.batchShape, NaN, this.probs); }
  override get mode() { return this.probs.argmax(-1); }
  override get variance() { return filled(this.batchShape, NaN, this.probs); }

  override sample(sampleShape: Shape = []): Tensor {
    const shape = this.extendedShape(sampleShape), rows = this.probs.detach().reshape(-1, this.numEvents);
    return multinomial(rows, product(sampleShape), { replacement: true }).t().reshape(shape);
  }

  protected override logDensity(value: Tensor): Tensor {
    const [index, logits] = broadcastAll(value.long().unsqueeze(-1), this.logits);
    return logits.gather(-1, index.narrow(-1, 0, 1)).squeeze(-1);
  }

  override entropy(): Tensor {
    return this.logits.clamp({ min: finfo(this.logits.dtype).min }).mul(this.probs).sum(-1).neg();
  }

  override enumerateSupport(options?: EnumerateOptions | boolean): Tensor {
    return enumerated(arange(this.numEvents, { dtype: int64, device: this.param.device }), this.batchShape, options);
  }
}
