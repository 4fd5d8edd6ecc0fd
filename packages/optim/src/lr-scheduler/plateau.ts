import { RuntimeError, Tensor, ValueError } from '@sconce/tensor';
import { unknownOption } from '@sconce/tensor/internal';
import { numberOf, type Optimizer } from '../optimizer.js';
import { epochText, scientific } from '../python-text.js';
import { checkOptimizer, loadState, optionsOf, stateOf, warnOfEpoch } from './scheduler.js';

export interface ReduceLROnPlateauOptions {
  /** whether the metric should go down or up, default 'min' */
  readonly mode?: 'min' | 'max' | undefined;
  /** factor, default 0.1 */
  readonly factor?: number | undefined;
  /** epochs without progress that are tolerated, default 10 */
  readonly patience?: number | undefined;
  /** what counts as progress, default 1e-4 */
  readonly threshold?: number | undefined;
  /** whether the threshold is a share of the best value or a difference, default 'rel' */
  readonly thresholdMode?: 'rel' | 'abs' | undefined;
  /** epochs to wait after a change, default 0 */
  readonly cooldown?: number | undefined;
  /** smallest learning rate, for all groups or one for each, default 0 */
  readonly minLr?: number | readonly number[] | undefined;
  /** smaller changes are not made, default 1e-8 */
  readonly eps?: number | undefined;
  /** print each learning rate that is lowered, default false */
  readonly verbose?: boolean | undefined;
}

/**
 * Lowers the learning rate when a metric has stopped getting better.
 * @throws ValueError for a factor of 1 or more, and for unknown modes
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 * @example
 * const scheduler = new ReduceLROnPlateau(optimizer, { patience: 2 });
 * scheduler.step(await validationLoss.item());
 */
export class ReduceLROnPlateau {
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly thresholdMode: 'rel' | 'abs';
  readonly cooldown: number;
  minLrs: readonly number[];
  readonly eps: number;
  readonly mode: 'min' | 'max';
  verbose: boolean;
  best: number;
  numBadEpochs = 0;
  cooldownCounter = 0;
  lastEpoch = 0;
  private _lastLr: number[] = [];

  constructor(readonly optimizer: Optimizer, options: ReduceLROnPlateauOptions = {}) {
    const {
      mode = 'min', factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = 'rel', cooldown = 0, minLr = 0,
      eps = 1e-8, verbose = false, ...unknown
    } = optionsOf('ReduceLROnPlateau', options);
    for (const key in unknown) throw unknownOption('ReduceLROnPlateau', key, []);
    if (factor >= 1) throw new ValueError('Factor should be < 1.0.');
    checkOptimizer(optimizer);
    if (Array.isArray(minLr) && minLr.length !== optimizer.paramGroups.length) {
      throw new ValueError(`expected ${optimizer.paramGroups.length} min_lrs, got ${minLr.length}`);
    }
    if (mode !== 'min' && mode !== 'max') throw new ValueError(`mode ${String(mode)} is unknown!`);
    if (thresholdMode !== 'rel' && thresholdMode !== 'abs') {
      throw new ValueError(`threshold mode ${String(thresholdMode)} is unknown!`);
    }
    this.factor = factor;
    this.patience = patience;
    this.threshold = threshold;
    this.thresholdMode = thresholdMode;
    this.cooldown = cooldown;
    this.minLrs = optimizer.paramGroups.map((_, i) => (typeof minLr === 'number' ? minLr : minLr[i]));
    this.eps = eps;
    this.mode = mode;
    this.verbose = verbose;
    this.best = mode === 'min' ? Infinity : -Infinity;
  }

  /**
   * Ends an epoch.
   * @param metrics its metric: a number, or a CPU tensor of one element
   * @throws TypeError for what is neither, such as the promise that `item()` gives; ValueError for a tensor of several elements;
   *   RuntimeError where parameter groups were added since the scheduler was made
   */
  step(metrics: number | Tensor, epoch?: number): void {
    const given: unknown = metrics;
    if (typeof given !== 'number' && typeof given !== 'bigint' && !(given instanceof Tensor)) {
      const what = given instanceof Promise ? 'a promise, which is to be awaited' : String(given);
      throw new TypeError(`ReduceLROnPlateau.step(): metrics is a number or a tensor of one element, but got ${what}`);
    }
    const current = numberOf(given);
    if (epoch !== undefined) warnOfEpoch();
    this.lastEpoch = epoch ?? this.lastEpoch + 1;
    if (this.isBetter(current)) {
      this.best = current;
      this.numBadEpochs = 0;
    } else this.numBadEpochs++;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > this.patience) {
      this.reduce();
      this.cooldownCounter = this.cooldown;
      this.numBadEpochs = 0;
    }
    this._lastLr = this.optimizer.paramGroups.map((group) => group.lr);
  }

  private isBetter(x: number): boolean {
    const { best, threshold, mode } = this;
    if (this.thresholdMode === 'rel') return mode === 'min' ? x < best * (1 - threshold) : x > best * (threshold + 1);
    return mode === 'min' ? x < best - threshold : x > best + threshold;
  }

  private reduce(): void {
    const { optimizer: { paramGroups }, minLrs } = this;
    if (paramGroups.length !== minLrs.length) {
      throw new RuntimeError(`The number of param groups in the \`optimizer\` (${paramGroups.length}) differs from when ` +
        `\`ReduceLROnPlateau\` was initialized (${minLrs.length}), usually due to a new param group being added to the optimizer. ` +
        'Please modify the `minLrs` field to match the length of the `optimizer` param groups.');
    }
    paramGroups.forEach((group, i) => {
      const lower = Math.max(group.lr * this.factor, minLrs[i]);
      if (!(group.lr - lower > this.eps)) return;
      group.lr = lower;
      if (this.verbose) console.log(`Epoch ${epochText(this.lastEpoch)}: reducing learning rate of group ${i} to ${scientific(lower)}.`);
    });
  }

  /** The learning rates after the last step. */
  getLastLr(): number[] { return this._lastLr; }

  /** All but the optimizer, under PyTorch's names. */
  stateDict(): Record<string, unknown> { return stateOf(this); }

  /** Takes over what `stateDict()` gave, here or in Python. */
  loadStateDict(stateDict: object): void { loadState(this, stateDict); }
}
