import { ValueError } from '@sconce/tensor';
import { checkPositiveInteger } from '../checks.js';
import type { Optimizer, ParamGroup } from '../optimizer.js';
import { pythonText } from '../python-text.js';
import { checkOptimizer, known, LRScheduler, optionsOf, perGroup, type SchedulerOptions } from './scheduler.js';

export interface OneCycleLROptions extends SchedulerOptions {
  /** upper bound of the learning rate, for all groups or one for each */
  readonly maxLr: number | readonly number[];
  /** steps of the cycle; or give `epochs` and `stepsPerEpoch` */
  readonly totalSteps?: number | null | undefined;
  readonly epochs?: number | null | undefined;
  readonly stepsPerEpoch?: number | null | undefined;
  /** share of the cycle in which the learning rate goes up, default 0.3 */
  readonly pctStart?: number | undefined;
  /** the curve, default 'cos' */
  readonly annealStrategy?: 'cos' | 'linear' | undefined;
  /** let the momentum (or the first beta) go down while the learning rate goes up, default true */
  readonly cycleMomentum?: boolean | undefined;
  /** default 0.85 */
  readonly baseMomentum?: number | readonly number[] | undefined;
  /** default 0.95 */
  readonly maxMomentum?: number | readonly number[] | undefined;
  /** the first learning rate is `maxLr / divFactor`, default 25 */
  readonly divFactor?: number | undefined;
  /** the last learning rate is the first one divided by this, default 1e4 */
  readonly finalDivFactor?: number | undefined;
  /** go down as fast as up, then on to the last learning rate, default false */
  readonly threePhase?: boolean | undefined;
}

type Rate = 'initial_lr' | 'max_lr' | 'min_lr';
type Momentum = 'base_momentum' | 'max_momentum';

/** A part of the cycle, as state dicts have it: where it ends, and the names of the values in a group between which it goes. */
interface Phase {
  readonly end_step: number;
  readonly start_lr: Rate;
  readonly end_lr: Rate;
  readonly start_momentum: Momentum;
  readonly end_momentum: Momentum;
}

const phase = (step: number, startLr: Rate, endLr: Rate, startMomentum: Momentum, endMomentum: Momentum): Phase =>
  ({ end_step: step, start_lr: startLr, end_lr: endLr, start_momentum: startMomentum, end_momentum: endMomentum });

/**
 * One cycle: up to a large learning rate, then down to a very small one; to be called after every batch.
 * @throws ValueError for numbers of steps that are missing or make no sense, and beyond the last step
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html
 * @see Smith and Topin 2019, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates"
 * @example const scheduler = new OneCycleLR(optimizer, { maxLr: 0.1, epochs: 10, stepsPerEpoch: loader.length });
 */
export class OneCycleLR extends LRScheduler {
  readonly totalSteps: number;
  readonly cycleMomentum: boolean;
  private readonly useBeta1: boolean;
  readonly _schedulePhases: readonly Phase[];
  private readonly anneal: (start: number, end: number, share: number) => number;

  constructor(optimizer: Optimizer, options: OneCycleLROptions) {
    const {
      maxLr, totalSteps, epochs, stepsPerEpoch, pctStart = 0.3, annealStrategy = 'cos', cycleMomentum = true,
      baseMomentum = 0.85, maxMomentum = 0.95, divFactor = 25, finalDivFactor = 1e4, threePhase = false, ...rest
    } = optionsOf('OneCycleLR', options, 'maxLr');
    checkOptimizer(optimizer);
    const steps = countSteps(totalSteps ?? null, epochs ?? null, stepsPerEpoch ?? null);
    if (!(pctStart >= 0 && pctStart <= 1)) {
      throw new ValueError(`Expected float between 0 and 1 pct_start, but got ${pythonText(pctStart)}`);
    }
    if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
      throw new ValueError(`anneal_strategy must by one of 'cos' or 'linear', instead got ${String(annealStrategy)}`);
    }
    const useBeta1 = 'betas' in optimizer.defaults;
    if (cycleMomentum && !useBeta1 && !('momentum' in optimizer.defaults)) {
      throw new ValueError('optimizer must support momentum with `cycle_momentum` option enabled');
    }
    if ((options.lastEpoch ?? -1) === -1) {
      const lrs = perGroup('max_lr', optimizer, maxLr);
      const most = perGroup('max_momentum', optimizer, maxMomentum), least = perGroup('base_momentum', optimizer, baseMomentum);
      optimizer.paramGroups.forEach((group, i) => {
        group.initialLr = lrs[i] / divFactor;
        group.maxLr = lrs[i];
        group.minLr = group.initialLr / finalDivFactor;
        if (!cycleMomentum) return;
        setMomentum(group, most[i], useBeta1);
        group.maxMomentum = most[i];
        group.baseMomentum = least[i];
      });
    }
    super(optimizer, rest);
    this.totalSteps = steps;
    this.cycleMomentum = cycleMomentum;
    this.useBeta1 = useBeta1;
    this.anneal = annealStrategy === 'cos'
      ? (start, end, share) => end + ((start - end) / 2) * (Math.cos(Math.PI * share) + 1)
      : (start, end, share) => (end - start) * share + start;
    const up = phase(pctStart * steps - 1, 'initial_lr', 'max_lr', 'max_momentum', 'base_momentum');
    this._schedulePhases = threePhase ? [
      up,
      phase(2 * pctStart * steps - 2, 'max_lr', 'initial_lr', 'base_momentum', 'max_momentum'),
      phase(steps - 1, 'initial_lr', 'min_lr', 'max_momentum', 'max_momentum'),
    ] : [up, phase(steps - 1, 'max_lr', 'min_lr', 'base_momentum', 'max_momentum')];
    this.initialStep();
  }

  protected getLr(): number[] {
    const step = this.lastEpoch;
    if (step > this.totalSteps) {
      throw new ValueError(`Tried to step ${step + 1} times. The specified number of total steps is ${this.totalSteps}`);
    }
    const phases = this._schedulePhases, found = phases.findIndex((p) => step <= p.end_step);
    const i = found < 0 ? phases.length - 1 : found;
    const current = phases[i], startStep = i === 0 ? 0 : phases[i - 1].end_step, endStep = current.end_step;
    if (endStep === startStep) throw new ValueError('pctStart and totalSteps leave a phase without steps: float division by zero');
    const share = (step - startStep) / (endStep - startStep);
    return this.optimizer.paramGroups.map((group) => {
      const between = (start: Rate | Momentum, end: Rate | Momentum): number =>
        this.anneal(known(group, IN_GROUP[start]), known(group, IN_GROUP[end]), share);
      const lr = between(current.start_lr, current.end_lr);
      if (this.cycleMomentum) setMomentum(group, between(current.start_momentum, current.end_momentum), this.useBeta1);
      return lr;
    });
  }
}

const IN_GROUP = {
  initial_lr: 'initialLr', max_lr: 'maxLr', min_lr: 'minLr', base_momentum: 'baseMomentum', max_momentum: 'maxMomentum',
} as const;

function setMomentum(group: ParamGroup, value: number, useBeta1: boolean): void {
  if (useBeta1) group.betas = [value, group.betas![1]];
  else group.momentum = value;
}

function countSteps(totalSteps: number | null, epochs: number | null, stepsPerEpoch: number | null): number {
  if (totalSteps !== null) {
    checkPositiveInteger('total_steps', totalSteps);
    return totalSteps;
  }
  if (epochs === null || stepsPerEpoch === null) {
    throw new ValueError('You must define either total_steps OR (epochs AND steps_per_epoch)');
  }
  checkPositiveInteger('epochs', epochs);
  checkPositiveInteger('steps_per_epoch', stepsPerEpoch);
  return epochs * stepsPerEpoch;
}
