import { ValueError } from '@sconce/tensor';
import { entriesOf } from '../names.js';
import type { Optimizer } from '../optimizer.js';
import { LRScheduler, optionsOf, type SchedulerOptions } from './scheduler.js';

/** A factor for an epoch. */
export type LrLambda = (epoch: number) => number;

export interface LambdaOptions extends SchedulerOptions {
  /** the factor for an epoch, for all groups or one for each */
  readonly lrLambda: LrLambda | readonly LrLambda[];
}

abstract class WithLambdas extends LRScheduler {
  readonly lrLambdas: readonly LrLambda[];

  constructor(optimizer: Optimizer, options: LambdaOptions) {
    const { lrLambda, ...rest } = optionsOf(new.target.name, options, 'lrLambda');
    super(optimizer, rest);
    const count = optimizer.paramGroups.length;
    this.lrLambdas = typeof lrLambda === 'function' ? new Array<LrLambda>(count).fill(lrLambda) : [lrLambda].flat();
    if (!this.lrLambdas.every((lambda) => typeof lambda === 'function')) throw new TypeError('lrLambda is to be a function, or one for each group');
    if (this.lrLambdas.length !== count) {
      throw new ValueError(`Expected ${count} lr_lambdas, but got ${this.lrLambdas.length}`);
    }
    this.initialStep();
  }

  // functions are not part of a state dict, as in PyTorch
  override stateDict(): Record<string, unknown> {
    return { ...super.stateDict(), lr_lambdas: this.lrLambdas.map(() => null) };
  }
  override loadStateDict(stateDict: object): void {
    const { lr_lambdas: _, ...rest } = Object.fromEntries(entriesOf(stateDict));
    super.loadStateDict(rest);
  }
}

/**
 * The first learning rate times a function of the epoch.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html
 * @example const scheduler = new LambdaLR(optimizer, { lrLambda: (epoch) => 0.95 ** epoch });
 */
export class LambdaLR extends WithLambdas {
  protected getLr(): number[] {
    return this.baseLrs.map((lr, i) => lr * this.lrLambdas[i](this.lastEpoch));
  }
}

/**
 * The learning rate before times a function of the epoch.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiplicativeLR.html
 * @example const scheduler = new MultiplicativeLR(optimizer, { lrLambda: () => 0.95 });
 */
export class MultiplicativeLR extends WithLambdas {
  protected getLr(): number[] {
    const { lastEpoch } = this, lrs = this.currentLrs();
    return lastEpoch > 0 ? this.lrLambdas.map((lambda, i) => lrs[i] * lambda(lastEpoch)) : lrs;
  }
}
