import { ValueError } from '@sconce/tensor';
import { checkNotZero, checkPositiveInteger } from '../checks.js';
import type { Optimizer } from '../optimizer.js';
import { pythonText } from '../python-text.js';
import { LRScheduler, optionsOf, type SchedulerOptions } from './scheduler.js';

export interface CosineAnnealingLROptions extends SchedulerOptions {
  /** epochs of half a period */
  readonly TMax: number;
  /** smallest learning rate, default 0 */
  readonly etaMin?: number | undefined;
}

/**
 * Along a cosine, from the first learning rate to `etaMin` in `TMax` epochs, and back.
 * @throws ValueError for a `TMax` of 0
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html
 * @see Loshchilov and Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts"
 * @example const scheduler = new CosineAnnealingLR(optimizer, { TMax: epochs });
 */
export class CosineAnnealingLR extends LRScheduler {
  readonly TMax: number;
  readonly etaMin: number;

  constructor(optimizer: Optimizer, options: CosineAnnealingLROptions) {
    const { TMax, etaMin = 0, ...rest } = optionsOf('CosineAnnealingLR', options, 'TMax');
    checkNotZero('T_max', TMax);
    super(optimizer, rest);
    this.TMax = TMax;
    this.etaMin = etaMin;
    this.initialStep();
  }

  protected getLr(): number[] {
    const { lastEpoch, TMax, etaMin, baseLrs } = this;
    const cosine = (epoch: number): number => 1 + Math.cos((Math.PI * epoch) / TMax);
    if (lastEpoch === 0) return this.currentLrs();
    if (this._stepCount === 1) return this.closedFormLr();
    // after a minimum the ratio below is 0 / 0
    if ((lastEpoch - 1 - TMax) % (2 * TMax) === 0) {
      const lrs = this.currentLrs();
      return baseLrs.map((base, i) => lrs[i] + ((base - etaMin) * (1 - Math.cos(Math.PI / TMax))) / 2);
    }
    return this.currentLrs().map((lr) => (cosine(lastEpoch) / cosine(lastEpoch - 1)) * (lr - etaMin) + etaMin);
  }

  protected override closedFormLr(): number[] {
    const { lastEpoch, TMax, etaMin } = this;
    return this.baseLrs.map((lr) => etaMin + ((lr - etaMin) * (1 + Math.cos((Math.PI * lastEpoch) / TMax))) / 2);
  }
}

export interface CosineAnnealingWarmRestartsOptions extends SchedulerOptions {
  /** epochs until the first restart */
  readonly T0: number;
  /** factor of the epochs between restarts, default 1 */
  readonly TMult?: number | undefined;
  /** smallest learning rate, default 0 */
  readonly etaMin?: number | undefined;
}

/**
 * Down along a cosine to `etaMin`, then from the start again.
 * @throws ValueError for anything but positive integers
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.html
 * @example const scheduler = new CosineAnnealingWarmRestarts(optimizer, { T0: 10, TMult: 2 });
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  readonly T0: number;
  readonly TMult: number;
  readonly etaMin: number;
  /** epochs of this round */
  TI: number;
  /** epochs since the last restart */
  TCur: number;

  constructor(optimizer: Optimizer, options: CosineAnnealingWarmRestartsOptions) {
    const { T0, TMult = 1, etaMin = 0, ...rest } = optionsOf('CosineAnnealingWarmRestarts', options, 'T0');
    checkPositiveInteger('T_0', T0);
    if (!(Number.isInteger(TMult) && TMult >= 1)) {
      throw new ValueError(`Expected integer T_mult >= 1, but got ${pythonText(TMult)}`);
    }
    super(optimizer, rest);
    this.T0 = this.TI = T0;
    this.TMult = TMult;
    this.etaMin = etaMin;
    this.TCur = this.lastEpoch;
    this.initialStep();
  }

  protected getLr(): number[] {
    return this.baseLrs.map((lr) => this.etaMin + ((lr - this.etaMin) * (1 + Math.cos((Math.PI * this.TCur) / this.TI))) / 2);
  }

  /** @param epoch may have a fraction: `epoch + batch / batches` after each batch */
  override step(epoch = this.lastEpoch < 0 ? 0 : undefined): void {
    if (epoch === undefined) {
      epoch = this.lastEpoch + 1;
      this.TCur++;
      if (this.TCur >= this.TI) {
        this.TCur -= this.TI;
        this.TI *= this.TMult;
      }
    } else this.restartFor(epoch);
    this.lastEpoch = Math.floor(epoch);
    this.assign(this.getLr(), epoch);
  }

  private restartFor(epoch: number): void {
    const { T0, TMult } = this;
    if (epoch < 0) throw new ValueError(`Expected non-negative epoch, but got ${pythonText(epoch)}`);
    if (epoch < T0) {
      this.TI = T0;
      this.TCur = epoch;
    } else if (TMult === 1) this.TCur = epoch % T0;
    else {
      const round = Math.trunc(Math.log((epoch / T0) * (TMult - 1) + 1) / Math.log(TMult));
      this.TCur = epoch - (T0 * (TMult ** round - 1)) / (TMult - 1);
      this.TI = T0 * TMult ** round;
    }
  }
}
