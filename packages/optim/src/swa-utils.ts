import { ValueError } from '@sconce/tensor';
import { known, LRScheduler, optionsOf, type SchedulerOptions } from './lr-scheduler/scheduler.js';
import type { Optimizer } from './optimizer.js';
import { pythonText } from './python-text.js';

export interface SWALROptions extends SchedulerOptions {
  /** the learning rate at the end, for all groups or for each */
  readonly swaLr: number | readonly number[];
  /** epochs on the way there, default 10 */
  readonly annealEpochs?: number | undefined;
  /** along a cosine (default) or a line */
  readonly annealStrategy?: 'cos' | 'linear' | undefined;
}

const STRATEGIES = { cos: (t: number): number => (1 - Math.cos(Math.PI * t)) / 2, linear: (t: number): number => t };

/**
 * From the learning rate that each group has to a fixed one, and stays there: while the weights are averaged.
 * @throws ValueError for a strategy that does not exist, a negative number of epochs, or as many rates as there are no groups
 * @see https://pytorch.org/docs/stable/optim.html#swa-learning-rate-schedules
 * @example
 * const swaScheduler = new SWALR(optimizer, { swaLr: 0.05, annealEpochs: 5, annealStrategy: 'linear' });
 */
export class SWALR extends LRScheduler {
  readonly annealEpochs: number;
  readonly annealFunc: (t: number) => number;

  constructor(optimizer: Optimizer, options: SWALROptions) {
    const { swaLr, annealEpochs = 10, annealStrategy = 'cos', ...rest } = optionsOf('SWALR', options, 'swaLr');
    super(optimizer, rest);
    const { paramGroups } = optimizer;
    if (typeof swaLr === 'object' && swaLr.length !== paramGroups.length) {
      throw new ValueError(`swa_lr must have the same length as optimizer.param_groups: swa_lr has ${swaLr.length}, ` +
        `optimizer.param_groups has ${paramGroups.length}`);
    }
    if (!Object.hasOwn(STRATEGIES, annealStrategy)) {
      throw new ValueError(`anneal_strategy must by one of 'cos' or 'linear', instead got ${String(annealStrategy)}`);
    }
    if (!Number.isInteger(annealEpochs) || annealEpochs < 0) {
      throw new ValueError(`anneal_epochs must be equal or greater than 0, got ${pythonText(annealEpochs)}`);
    }
    paramGroups.forEach((group, i) => { group.swaLr = typeof swaLr === 'number' ? swaLr : swaLr[i]; });
    this.annealEpochs = annealEpochs;
    this.annealFunc = STRATEGIES[annealStrategy];
    this.initialStep();
  }

  protected getLr(): number[] {
    const step = this.annealEpochs === 0 ? Math.max(1, this._stepCount - 1) : this._stepCount - 1;
    const alphaOf = (epoch: number): number => this.annealFunc(Math.max(0, Math.min(1, epoch / Math.max(1, this.annealEpochs))));
    const before = alphaOf(step - 1), alpha = alphaOf(step);
    return this.optimizer.paramGroups.map((group) => {
      const swaLr = known(group, 'swaLr');
      const first = before === 1 ? swaLr : (group.lr - before * swaLr) / (1 - before);
      return swaLr * alpha + first * (1 - alpha);
    });
  }
}
