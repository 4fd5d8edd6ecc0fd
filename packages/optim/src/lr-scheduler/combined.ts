import { ValueError } from '@sconce/tensor';
import { entriesOf } from '../names.js';
import type { Optimizer } from '../optimizer.js';
import { LRScheduler, optionsOf, type SchedulerOptions } from './scheduler.js';

export interface SequentialLROptions extends SchedulerOptions {
  /** one after the other, all for the same optimizer */
  readonly schedulers: readonly LRScheduler[];
  /** the epochs at which the next one takes over: one less than schedulers */
  readonly milestones: readonly number[];
}

/** State of schedulers that drive others, which stands in their state dict as a list. */
abstract class Combined extends LRScheduler {
  protected abstract readonly schedulers: readonly LRScheduler[];

  override stateDict(): Record<string, unknown> {
    const { schedulers: _1, base_lrs: _2, verbose: _3, _step_count: _4, ...rest } = super.stateDict();
    return { ...rest, _schedulers: this.schedulers.map((s) => s.stateDict()) };
  }

  override loadStateDict(stateDict: object): void {
    const { _schedulers: states, ...rest } = Object.fromEntries(entriesOf(stateDict));
    const count = this.schedulers.length;
    if (!Array.isArray(states) || states.length !== count) {
      throw new ValueError(`loaded state dict is not of ${this.constructor.name} with ${count} schedulers`);
    }
    super.loadStateDict(rest);
    this.schedulers.forEach((s, i) => s.loadStateDict(states[i] as object));
  }

  protected getLr(): number[] { return this.currentLrs(); }
}

/**
 * Schedulers one after the other.
 * @throws ValueError for schedulers of different optimizers, and for a wrong number of milestones
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
 * @example
 * const warmup = new ConstantLR(optimizer, { factor: 0.1, totalIters: 2 });
 * const decay = new ExponentialLR(optimizer, { gamma: 0.9 });
 * const scheduler = new SequentialLR(optimizer, { schedulers: [warmup, decay], milestones: [2] });
 */
export class SequentialLR extends Combined {
  protected readonly schedulers: readonly LRScheduler[];
  readonly _milestones: readonly number[];

  constructor(optimizer: Optimizer, options: SequentialLROptions) {
    const { schedulers, milestones, lastEpoch = -1, ...rest } = optionsOf('SequentialLR', options, 'schedulers', 'milestones');
    schedulers.forEach((s, i) => {
      if (s.optimizer === optimizer) return;
      throw new ValueError('Sequential Schedulers expects all schedulers to belong to the same optimizer, but ' +
        `got schedulers at index ${i} to be different than the optimizer passed in.`);
    });
    if (milestones.length !== schedulers.length - 1) {
      throw new ValueError('Sequential Schedulers expects number of schedulers provided to be one more than the number of ' +
        `milestone points, but got number of schedulers ${schedulers.length} and the number of milestones to be equal to ${milestones.length}`);
    }
    super(optimizer, { ...rest, lastEpoch: -1 });
    this.schedulers = schedulers;
    this._milestones = milestones;
    this.lastEpoch = lastEpoch + 1;
    // every scheduler has made its first step: only that of the first one counts
    for (const group of optimizer.paramGroups) group.lr = group.initialLr!;
    for (const s of schedulers) s.lastEpoch--;
    schedulers[0].initialStep();
    this._lastLr = schedulers[0].getLastLr();
  }

  override step(): void {
    this.lastEpoch++;
    const at = this._milestones.filter((epoch) => epoch <= this.lastEpoch).length;
    const scheduler = this.schedulers[at];
    if (at > 0 && this._milestones[at - 1] === this.lastEpoch) scheduler.step(0);
    else scheduler.step();
    this._lastLr = scheduler.getLastLr();
  }
}

/**
 * Schedulers that all change the learning rate in each epoch.
 * @throws ValueError for schedulers of different optimizers
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html
 * @example
 * const scheduler = new ChainedScheduler([
 *   new ConstantLR(optimizer, { factor: 0.1, totalIters: 2 }), new ExponentialLR(optimizer, { gamma: 0.9 }),
 * ]);
 */
export class ChainedScheduler extends Combined {
  protected readonly schedulers: readonly LRScheduler[];

  constructor(schedulers: readonly LRScheduler[]) {
    if (schedulers.length === 0) throw new ValueError('ChainedScheduler expects at least one scheduler');
    const other = schedulers.findIndex((s) => s.optimizer !== schedulers[0].optimizer);
    if (other > 0) {
      throw new ValueError('ChainedScheduler expects all schedulers to belong to the same optimizer, but ' +
        `got schedulers at index 0 and ${other} to be different`);
    }
    super(schedulers[0].optimizer);
    this.schedulers = schedulers.slice();
    this._lastLr = this.currentLrs();
  }

  override step(): void {
    for (const s of this.schedulers) s.step();
    this._lastLr = this.currentLrs();
  }
}
