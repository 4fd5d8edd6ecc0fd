import { ValueError } from '@sconce/tensor';
import { checkNotZero } from '../checks.js';
import type { Optimizer } from '../optimizer.js';
import { checkOptimizer, LRScheduler, optionsOf, perGroup, type SchedulerOptions } from './scheduler.js';

export interface CyclicLROptions extends SchedulerOptions {
  /** lower bound of the learning rate, for all groups or one for each */
  readonly baseLr: number | readonly number[];
  /** upper bound */
  readonly maxLr: number | readonly number[];
  /** steps up per cycle, default 2000 */
  readonly stepSizeUp?: number | undefined;
  /** steps down per cycle, default `stepSizeUp` */
  readonly stepSizeDown?: number | null | undefined;
  /** how the height of the cycles changes, default 'triangular' */
  readonly mode?: 'triangular' | 'triangular2' | 'exp_range' | undefined;
  /** base of 'exp_range', default 1 */
  readonly gamma?: number | undefined;
  /** the height of a cycle, in place of `mode` */
  readonly scaleFn?: ((x: number) => number) | null | undefined;
  /** whether `scaleFn` is given the number of the cycle or of the step, default 'cycle' */
  readonly scaleMode?: 'cycle' | 'iterations' | undefined;
  /** let the momentum go down while the learning rate goes up, default true */
  readonly cycleMomentum?: boolean | undefined;
  /** default 0.8 */
  readonly baseMomentum?: number | readonly number[] | undefined;
  /** default 0.9 */
  readonly maxMomentum?: number | readonly number[] | undefined;
}

/**
 * Up and down between two bounds, step by step; to be called after every batch.
 * @throws ValueError for an unknown mode, for lists of a wrong length, and for an optimizer without momentum
 * @see https://pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html
 * @see Smith 2017, "Cyclical Learning Rates for Training Neural Networks"
 * @example const scheduler = new CyclicLR(optimizer, { baseLr: 0.01, maxLr: 0.1, stepSizeUp: 5 });
 */
export class CyclicLR extends LRScheduler {
  readonly maxLrs: readonly number[];
  readonly totalSize: number;
  readonly stepRatio: number;
  readonly mode: string;
  readonly gamma: number;
  readonly scaleMode: string;
  readonly cycleMomentum: boolean;
  readonly baseMomentums: readonly number[] = [];
  readonly maxMomentums: readonly number[] = [];
  private readonly scaleFn: (x: number) => number;

  constructor(optimizer: Optimizer, options: CyclicLROptions) {
    const {
      baseLr, maxLr, stepSizeUp = 2000, stepSizeDown, mode = 'triangular', gamma = 1, scaleFn, scaleMode = 'cycle',
      cycleMomentum = true, baseMomentum = 0.8, maxMomentum = 0.9, ...rest
    } = optionsOf('CyclicLR', options, 'baseLr', 'maxLr');
    checkOptimizer(optimizer);
    checkNotZero('step_size_up', stepSizeUp);
    const { paramGroups } = optimizer, fresh = (options.lastEpoch ?? -1) === -1;
    const baseLrs = perGroup('base_lr', optimizer, baseLr);
    if (fresh) paramGroups.forEach((group, i) => { group.lr = baseLrs[i]; });
    super(optimizer, rest);
    this.maxLrs = perGroup('max_lr', optimizer, maxLr);
    this.totalSize = stepSizeUp + (stepSizeDown ?? stepSizeUp);
    this.stepRatio = stepSizeUp / this.totalSize;
    this.mode = mode;
    this.gamma = gamma;
    const modes: Record<string, (x: number) => number> = {
      triangular: () => 1,
      triangular2: (cycle) => 1 / 2 ** (cycle - 1),
      exp_range: (step) => gamma ** step,
    };
    if (!scaleFn && !Object.hasOwn(modes, mode)) throw new ValueError('mode is invalid and scale_fn is None');
    this.scaleFn = scaleFn ?? modes[mode];
    this.scaleMode = scaleFn ? scaleMode : mode === 'exp_range' ? 'iterations' : 'cycle';
    this.cycleMomentum = cycleMomentum;
    if (cycleMomentum) {
      if (!('momentum' in optimizer.defaults)) {
        throw new ValueError('optimizer must support momentum with `cycle_momentum` option enabled');
      }
      const base = perGroup('base_momentum', optimizer, baseMomentum);
      if (fresh) paramGroups.forEach((group, i) => { group.momentum = base[i]; });
      this.baseMomentums = paramGroups.map((group) => group.momentum!);
      this.maxMomentums = perGroup('max_momentum', optimizer, maxMomentum);
    }
    this.initialStep();
    // as in PyTorch the first step goes by what other schedulers may have found the groups with
    this.baseLrs = baseLrs.slice();
  }

  protected getLr(): number[] {
    const cycle = Math.floor(1 + this.lastEpoch / this.totalSize);
    const x = 1 + this.lastEpoch / this.totalSize - cycle;
    const height = x <= this.stepRatio ? x / this.stepRatio : (x - 1) / (this.stepRatio - 1);
    const scale = this.scaleFn(this.scaleMode === 'cycle' ? cycle : this.lastEpoch);
    this.maxMomentums.forEach((max, i) => {
      this.optimizer.paramGroups[i].momentum = max - (max - this.baseMomentums[i]) * height * scale;
    });
    return this.baseLrs.map((base, i) => base + (this.maxLrs[i] - base) * height * scale);
  }
}
