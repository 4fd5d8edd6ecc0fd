import { checkNotZero } from '../checks.js';
import { entriesOf } from '../names.js';
import type { Optimizer } from '../optimizer.js';
import { LRScheduler, optionsOf, type SchedulerOptions } from './scheduler.js';

export interface StepLROptions extends SchedulerOptions {
  /** epochs between two decays */
  readonly stepSize: number;
  /** factor, default 0.1 */
  readonly gamma?: number | undefined;
}

/**
 * Times `gamma` every `stepSize` epochs.
 * @throws ValueError for a `stepSize` of 0
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
 * @example
 * const scheduler = new torch.optim.lrScheduler.StepLR(optimizer, { stepSize: 30, gamma: 0.1 });
 * for (let epoch = 0; epoch < 100; epoch++) {
 *   await train();
 *   scheduler.step();
 * }
 */
export class StepLR extends LRScheduler {
  readonly stepSize: number;
  readonly gamma: number;

  constructor(optimizer: Optimizer, options: StepLROptions) {
    const { stepSize, gamma = 0.1, ...rest } = optionsOf('StepLR', options, 'stepSize');
    checkNotZero('step_size', stepSize);
    super(optimizer, rest);
    this.stepSize = stepSize;
    this.gamma = gamma;
    this.initialStep();
  }

  protected getLr(): number[] {
    const due = this.lastEpoch > 0 && this.lastEpoch % this.stepSize === 0;
    return this.currentLrs().map((lr) => (due ? lr * this.gamma : lr));
  }

  protected override closedFormLr(): number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** Math.floor(this.lastEpoch / this.stepSize));
  }
}

/** Python's `collections.Counter`, which a checkpoint knows by this tag: PyTorch asks more of it than of a dict. */
class Counter extends Map<number, number> {
  override get [Symbol.toStringTag](): string { return 'Counter'; }
}

export interface MultiStepLROptions extends SchedulerOptions {
  /** the epochs of the decays; an epoch may be named several times */
  readonly milestones: readonly number[];
  /** factor, default 0.1 */
  readonly gamma?: number | undefined;
}

/**
 * Times `gamma` at given epochs.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html
 * @example const scheduler = new MultiStepLR(optimizer, { milestones: [30, 80], gamma: 0.1 });
 */
export class MultiStepLR extends LRScheduler {
  /** how often each epoch was named */
  milestones: Counter;
  readonly gamma: number;

  constructor(optimizer: Optimizer, options: MultiStepLROptions) {
    const { milestones, gamma = 0.1, ...rest } = optionsOf('MultiStepLR', options, 'milestones');
    super(optimizer, rest);
    const counts = new Counter();
    for (const epoch of milestones) counts.set(epoch, (counts.get(epoch) ?? 0) + 1);
    this.milestones = counts;
    this.gamma = gamma;
    this.initialStep();
  }

  protected getLr(): number[] {
    const times = this.milestones.get(this.lastEpoch);
    return this.currentLrs().map((lr) => (times === undefined ? lr : lr * this.gamma ** times));
  }

  protected override closedFormLr(): number[] {
    let times = 0;
    for (const [epoch, count] of this.milestones) if (epoch <= this.lastEpoch) times += count;
    return this.baseLrs.map((lr) => lr * this.gamma ** times);
  }

  // numbers are texts where a Map was made an object
  override loadStateDict(stateDict: object): void {
    super.loadStateDict(stateDict);
    this.milestones = new Counter(entriesOf(this.milestones).map(([epoch, count]) => [Number(epoch), Number(count)]));
  }
}

export interface ExponentialLROptions extends SchedulerOptions {
  /** factor */
  readonly gamma: number;
}

/**
 * Times `gamma` every epoch.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html
 * @example const scheduler = new ExponentialLR(optimizer, { gamma: 0.9 });
 */
export class ExponentialLR extends LRScheduler {
  readonly gamma: number;

  constructor(optimizer: Optimizer, options: ExponentialLROptions) {
    const { gamma, ...rest } = optionsOf('ExponentialLR', options, 'gamma');
    super(optimizer, rest);
    this.gamma = gamma;
    this.initialStep();
  }

  protected getLr(): number[] {
    return this.currentLrs().map((lr) => (this.lastEpoch === 0 ? lr : lr * this.gamma));
  }

  protected override closedFormLr(): number[] {
    return this.baseLrs.map((lr) => lr * this.gamma ** this.lastEpoch);
  }
}
