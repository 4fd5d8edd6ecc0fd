import type { Tensor } from '@sconce/tensor';
import { namedArguments, type TwoValues } from './arguments.js';
import { positive, real, simplex } from './constraints.js';
import type { Independent } from './independent.js';
import { Normal } from './normal.js';
import { TransformedDistribution } from './transformed-distribution.js';
import { StickBreakingTransform } from './transforms/vectors.js';

/**
 * Vectors of probabilities that normal numbers, one fewer, break off a stick.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.logistic_normal.LogisticNormal
 * @example new torch.distributions.LogisticNormal(torch.zeros(3), torch.ones(3)).eventShape // [4]
 */
export class LogisticNormal extends TransformedDistribution<Independent<Normal>> {
  static override readonly argConstraints = { loc: real, scale: positive };

  constructor(...args: TwoValues<'loc', 'scale'>) {
    const normal = new Normal(...args);
    const base = normal.batchShape.length > 0 ? normal : normal.expand([1]);
    // the transform has it made independent
    super(base as never, new StickBreakingTransform(), namedArguments('LogisticNormal', ['loc', 'scale'], args));
  }

  get loc(): Tensor { return this.baseDist.baseDist.loc; }
  get scale(): Tensor { return this.baseDist.baseDist.scale; }
  override get support() { return simplex; }
  override get hasRsample() { return true; }
}
