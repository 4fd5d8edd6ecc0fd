import { rand, Tensor, tensor } from '@sconce/tensor';
import { broadcastAll, namedArguments, required, type CountedArguments } from './arguments.js';
import { real, unitInterval } from './constraints.js';
import { ProbsOrLogits } from './probs-or-logits.js';
import { TransformedDistribution } from './transformed-distribution.js';
import { SigmoidTransform } from './transforms/elementwise.js';
import { clampProbs, own, type Shape } from './utils.js';

/** The arguments of relaxed distributions: a temperature, and either probabilities or logits. */
export function temperatureFirst(what: string, args: readonly unknown[]) {
  const { temperature, ...given } = namedArguments(what, ['temperature', 'probs', 'logits'], args);
  required(what, ['temperature'], { temperature });
  return { temperature: temperature instanceof Tensor ? temperature : tensor(temperature as number), given };
}

/**
 * The logits of `RelaxedBernoulli`, which would be less precise through the sigmoid.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.relaxed_bernoulli.LogitRelaxedBernoulli
 */
export class LogitRelaxedBernoulli extends ProbsOrLogits {
  static override readonly argConstraints = { probs: unitInterval, logits: real };
  declare readonly temperature: Tensor;

  constructor(...args: CountedArguments<'temperature'>) {
    const { temperature, given } = temperatureFirst('LogitRelaxedBernoulli', args);
    super('LogitRelaxedBernoulli', [given]);
    own(this, 'temperature', temperature);
  }

  override get support() { return real; }
  // PyTorch's class says no, though it has rsample
  override get hasRsample() { return false; }

  override rsample(sampleShape?: Shape): Tensor {
    const shape = this.extendedShape(sampleShape), p = clampProbs(this.probs.expand(shape));
    const u = clampProbs(rand(shape, { dtype: p.dtype, device: p.device }));
    return u.log().sub(u.neg().log1p()).add(p.log()).sub(p.neg().log1p()).div(this.temperature);
  }

  protected override logDensity(value: Tensor): Tensor {
    const [logits, x] = broadcastAll(this.logits, value), difference = logits.sub(x.mul(this.temperature));
    return this.temperature.log().add(difference).sub(difference.exp().log1p().mul(2));
  }
}

/**
 * Numbers of (0, 1) that come close to those of `Bernoulli` as the temperature falls, and are functions of the probabilities:
 * `new RelaxedBernoulli(temperature, { logits })`.
 * @see Jang, Gu and Poole, "Categorical reparameterization with Gumbel-softmax" (2017)
 */
export class RelaxedBernoulli extends TransformedDistribution<LogitRelaxedBernoulli> {
  static override readonly argConstraints = { probs: unitInterval, logits: real };

  constructor(...args: CountedArguments<'temperature'>) {
    const { temperature, given } = temperatureFirst('RelaxedBernoulli', args);
    const { probs, logits, ...options } = given;
    super(new LogitRelaxedBernoulli(temperature, probs as Tensor, logits as Tensor), new SigmoidTransform(), options);
  }

  get temperature(): Tensor { return this.baseDist.temperature; }
  get probs(): Tensor { return this.baseDist.probs; }
  get logits(): Tensor { return this.baseDist.logits; }
  override get support() { return unitInterval; }
  override get hasRsample() { return true; }
}
