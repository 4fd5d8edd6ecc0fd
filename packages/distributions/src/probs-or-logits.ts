import type { Tensor } from '@sconce/tensor';
import { broadcastAll, eitherProbsOrLogits, namedArguments, required } from './arguments.js';
import { Distribution } from './distribution.js';
import { lazy, logitsToProbs, probsToLogits } from './utils.js';

/** Distributions of single numbers whose parameter is a probability, or the logarithm of its odds. */
export abstract class ProbsOrLogits extends Distribution {
  /** @param counts parameters that come before it in the arguments, with defaults */
  constructor(what: string, args: readonly unknown[], counts: Readonly<Record<string, number | undefined>> = {}) {
    const names = Object.keys(counts);
    const { validateArgs, ...named } = namedArguments(what, [...names, 'probs', 'logits'], args);
    const given: Record<string, unknown> = { ...counts, ...named };
    const which = eitherProbsOrLogits(given);
    required(what, names, given);
    const values = broadcastAll(...names.map((name) => given[name]), given[which]);
    const param = values.pop()!;
    const fields = Object.fromEntries(names.map((name, i) => [name, values[i].to(param.dtype)]));
    super(param.shape, [], { validateArgs }, { ...fields, [which]: param });
  }

  /** the probability of 1 */
  get probs(): Tensor { return lazy(this, 'probs', () => logitsToProbs(this.logits, true)); }
  /** ln(p / (1 - p)) */
  get logits(): Tensor { return lazy(this, 'logits', () => probsToLogits(this.probs, true)); }
  get paramShape(): readonly number[] { return this.param.shape; }
  protected get param(): Tensor { return Object.hasOwn(this, 'probs') ? this.probs : this.logits; }
  protected override isLazy(name: string): boolean { return name === 'probs' || name === 'logits'; }
}

