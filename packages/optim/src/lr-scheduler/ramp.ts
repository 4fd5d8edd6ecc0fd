import { ValueError } from '@sconce/tensor';
import { checkNotZero } from '../checks.js';
import type { Optimizer } from '../optimizer.js';
import { LRScheduler, optionsOf, type SchedulerOptions } from './scheduler.js';

export interface ConstantLROptions extends SchedulerOptions {
  /** factor until then, default 1/3 */
  readonly factor?: number | undefined;
  /** epochs until the factor goes, default 5 */
  readonly totalIters?: number | undefined;
}

/**
 * Times `factor` until `totalIters` epochs are done.
 * @throws ValueError for a factor outside of [0, 1], and at the end for 0
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html
 * @example const scheduler = new ConstantLR(optimizer, { factor: 0.5, totalIters: 4 });
 */
export class ConstantLR extends LRScheduler {
  readonly factor: number;
  readonly totalIters: number;

  constructor(optimizer: Optimizer, options: ConstantLROptions = {}) {
    const { factor = 1 / 3, totalIters = 5, ...rest } = optionsOf('ConstantLR', options);
    if (factor > 1 || factor < 0) throw new ValueError('Constant multiplicative factor expected to be between 0 and 1.');
    super(optimizer, rest);
    this.factor = factor;
    this.totalIters = totalIters;
    this.initialStep();
  }

  protected getLr(): number[] {
    const { lastEpoch, totalIters, factor } = this;
    if (lastEpoch === 0) return this.currentLrs().map((lr) => lr * factor);
    if (lastEpoch !== totalIters) return this.currentLrs();
    // what was times 0 does not come back
    checkNotZero('factor', factor);
    return this.currentLrs().map((lr) => lr * (1 / factor));
  }

  protected override closedFormLr(): number[] {
    return this.baseLrs.map((lr) => lr * (this.lastEpoch >= this.totalIters ? 1 : this.factor));
  }
}

export interface LinearLROptions extends SchedulerOptions {
  /** factor of the first epoch, default 1/3 */
  readonly startFactor?: number | undefined;
  /** factor at the end, default 1 */
  readonly endFactor?: number | undefined;
  /** epochs in which the factor changes, default 5 */
  readonly totalIters?: number | undefined;
}

/**
 * A factor that goes in equal steps from one value to another.
 * @throws ValueError for factors outside of [0, 1], and for a `startFactor` of 0
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html
 * @example const warmup = new LinearLR(optimizer, { startFactor: 0.1, totalIters: 10 });
 */
export class LinearLR extends LRScheduler {
  readonly startFactor: number;
  readonly endFactor: number;
  readonly totalIters: number;

  constructor(optimizer: Optimizer, options: LinearLROptions = {}) {
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5, ...rest } = optionsOf('LinearLR', options);
    if (startFactor > 1 || startFactor < 0) throw new ValueError('Starting multiplicative factor expected to be between 0 and 1.');
    if (endFactor > 1 || endFactor < 0) throw new ValueError('Ending multiplicative factor expected to be between 0 and 1.');
    checkNotZero('start_factor', startFactor);
    super(optimizer, rest);
    this.startFactor = startFactor;
    this.endFactor = endFactor;
    this.totalIters = totalIters;
    this.initialStep();
  }

  protected getLr(): number[] {
    const { lastEpoch, totalIters, startFactor } = this, rise = this.endFactor - startFactor;
    return this.currentLrs().map((lr) => {
      if (lastEpoch === 0) return lr * startFactor;
      if (lastEpoch > totalIters) return lr;
      return lr * (1 + rise / (totalIters * startFactor + (lastEpoch - 1) * rise));
    });
  }

  protected override closedFormLr(): number[] {
    const { lastEpoch, totalIters, startFactor, endFactor } = this;
    const factor = startFactor + ((endFactor - startFactor) * Math.min(totalIters, lastEpoch)) / totalIters;
    return this.baseLrs.map((lr) => lr * factor);
  }
}

export interface PolynomialLROptions extends SchedulerOptions {
  /** epochs until the learning rate is 0, default 5 */
  readonly totalIters?: number | undefined;
  /** power, default 1 */
  readonly power?: number | undefined;
}

/**
 * Down to 0 as `(1 - epoch / totalIters) ** power`.
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html
 * @example const scheduler = new PolynomialLR(optimizer, { totalIters: 4, power: 2 });
 */
export class PolynomialLR extends LRScheduler {
  readonly totalIters: number;
  readonly power: number;

  constructor(optimizer: Optimizer, options: PolynomialLROptions = {}) {
    const { totalIters = 5, power = 1, ...rest } = optionsOf('PolynomialLR', options);
    super(optimizer, rest);
    this.totalIters = totalIters;
    this.power = power;
    this.initialStep();
  }

  protected getLr(): number[] {
    const { lastEpoch, totalIters, power } = this;
    if (lastEpoch === 0 || lastEpoch > totalIters) return this.currentLrs();
    const decay = ((1 - lastEpoch / totalIters) / (1 - (lastEpoch - 1) / totalIters)) ** power;
    return this.currentLrs().map((lr) => lr * decay);
  }

  protected override closedFormLr(): number[] {
    const { lastEpoch, totalIters, power } = this;
    return this.baseLrs.map((lr) => lr * (1 - Math.min(totalIters, lastEpoch) / totalIters) ** power);
  }
}
